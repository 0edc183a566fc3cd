/* SPDX-License-Identifier: MIT */
#include "image_recorder.h"

#include <stdio.h>

#include "atomic64.h"
#include "object_names.h"
#include "shared_file.h"

static void print_index_path(const struct image_recorder *recorder, char *text, size_t room)
{
    snprintf(text, room, "%s.index", recorder->path);
}

void image_recorder_start(struct image_recorder *recorder, const char *folder, uint64_t frames,
                          uint64_t section_bytes)
{
    char index_path[2100];
    char name[OBJECT_NAME_BYTES];

    *recorder = (struct image_recorder){.frames = frames};
    tape_image_make(&recorder->image, frames);
    struct tapemap_control *control = tape_image_control(&recorder->image);
    control->section_bytes = section_bytes;
    store_release_u64(&control->grown_bytes, section_bytes);
    store_release_u64(&control->committed_bytes, section_bytes);
    store_release_u64(&control->head, frames / 3 * 2);
    snprintf(recorder->path, sizeof recorder->path, "%s\\live.wav", folder);
    snprintf(control->file_path, sizeof control->file_path, "%s", recorder->path);
    recorder->audio_file =
        shared_file_create(recorder->path, recorder->image.audio, section_bytes);
    object_name_audio(name, OBJECT_SPACE_LOCAL, IMAGE_TAPE_ID, 0);
    recorder->sections[0] = shared_section_create(recorder->audio_file, name, section_bytes);
    print_index_path(recorder, index_path, sizeof index_path);
    recorder->index_file = shared_file_create(index_path, recorder->image.index,
                                              recorder->image.index_bytes);
    object_name_index(name, OBJECT_SPACE_LOCAL, IMAGE_TAPE_ID);
    recorder->sections[2] =
        shared_section_create(recorder->index_file, name, recorder->image.index_bytes);
}

void image_recorder_put_control(struct image_recorder *recorder)
{
    shared_file_write(recorder->audio_file, TAPEMAP_CONTROL_OFFSET,
                      tape_image_control(&recorder->image), sizeof(struct tapemap_control));
}

void image_recorder_grow(struct image_recorder *recorder)
{
    char name[OBJECT_NAME_BYTES];
    struct tapemap_control *control = tape_image_control(&recorder->image);
    uint64_t bytes = recorder->image.audio_bytes;

    object_name_audio(name, OBJECT_SPACE_LOCAL, IMAGE_TAPE_ID, 1);
    recorder->sections[1] = shared_section_create(recorder->audio_file, name, bytes);
    shared_file_write(recorder->audio_file, control->section_bytes,
                      recorder->image.audio + control->section_bytes,
                      bytes - control->section_bytes);
    store_release_u64(&control->grown_bytes, bytes);
    store_release_u64(&control->committed_bytes, bytes);
    store_release_u64(&control->generation, 1);
    store_release_u64(&control->head, recorder->frames);
    image_recorder_put_control(recorder);
}

void image_recorder_let_go(struct image_recorder *recorder)
{
    for (int i = 0; i < 3; i++)
        shared_close(recorder->sections[i]);
    shared_close(recorder->audio_file);
    shared_close(recorder->index_file);
}

void image_recorder_remove(struct image_recorder *recorder)
{
    char index_path[2100];

    print_index_path(recorder, index_path, sizeof index_path);
    shared_remove(recorder->path);
    shared_remove(index_path);
    tape_image_free(&recorder->image);
}
