/* SPDX-License-Identifier: MIT */
#include "object_names.h"
#include "tape_handle.h"

static struct view_source newest_section_views(const struct tapemap_tape *tape)
{
    return section_views(tape->newest.handle ? &tape->newest : &tape->audio);
}

static enum tapemap_status audio_map(void *context, uint64_t offset, size_t bytes,
                                     const void **view)
{
    const struct tapemap_tape *tape = context;
    const struct view_source views = newest_section_views(tape);

    if (tape->file.audio)
        return mapped_file_map(tape->file.audio, offset, bytes, view);
    return views.map(views.context, offset, bytes, view);
}

/* By whichever of them it was mapped: that is the same. */
static void audio_unmap(void *context, const void *view, size_t bytes)
{
    (void)context;
    mapped_file_unmap(view, bytes);
}

/* Of what a recorder says only that is believed: no other machine, and no device. */
static bool is_on_a_drive(const char *path)
{
    return path[0] != '\0' && path[1] == ':';
}

/* The recorder has gone, and with it the name of a section that we have not opened in time. */
static enum tapemap_status open_own_file(struct tapemap_tape *tape)
{
    const char *said = tape->reader.tape.file_path;
    const char *path = tape->path ? tape->path : said;
    struct file_tape file = {0};
    struct layout_tape facts;
    bool has_ended;

    if (!tape->path && !is_on_a_drive(said))
        return TAPEMAP_E_NO_TAPE;
    enum tapemap_status status = file_tape_open(path, &file, &facts, &has_ended);
    if (status == TAPEMAP_E_NO_FILE || status == TAPEMAP_E_FORMAT)
        return TAPEMAP_E_NO_TAPE;
    if (status)
        return status;
    if (facts.tape_id != tape->id || !file_tape_is_of(&file, &tape->reader)) {
        file_tape_close(&file); /* another one has its name by now, or it is a copy */
        return TAPEMAP_E_NO_TAPE;
    }
    file_tape_close(&tape->file);
    tape->file = file;
    return TAPEMAP_OK;
}

/* Views outlive the handle that they were made with. */
static enum tapemap_status audio_renew(void *context, uint64_t generation, uint64_t bytes)
{
    struct tapemap_tape *tape = context;
    struct section section = {0};
    char name[OBJECT_NAME_BYTES];

    (void)bytes;
    object_name_audio(name, tape->space, tape->id, generation);
    enum tapemap_status status = section_open(name, &section);
    if (status == TAPEMAP_E_NO_TAPE)
        return open_own_file(tape);
    if (status)
        return status;
    file_tape_close(&tape->file);
    section_close(&tape->newest);
    tape->newest = section;
    return TAPEMAP_OK;
}

struct view_source tape_audio_views(struct tapemap_tape *tape)
{
    return (struct view_source){
        .map = audio_map, .unmap = audio_unmap, .context = tape, .renew = audio_renew,
    };
}
