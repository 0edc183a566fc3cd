/* SPDX-License-Identifier: MIT */
#include "tape_storage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file_access.h"
#include "file_store.h"
#include "finish_tape.h"
#include "folder.h"
#include "interrupted_tape.h"
#include "object_names.h"
#include "pagefile_store.h"
#include "system_error.h"
#include "tape_layout.h"
#include "tape_path.h"

#define PATH_BYTES 4096
/* Tapes that begin in the same second get numbers. */
#define MOST_ATTEMPTS 99u

static uint64_t window_bytes_for(const struct file_options *options)
{
    uint64_t usual = UINT64_C(1) << (UINTPTR_MAX > UINT32_MAX ? 28 : 26);

    return options->extent_bytes < usual ? options->extent_bytes : usual;
}

void tape_storage_configure(const struct file_options *options, struct tape_config *config)
{
    config->is_file = options->store != RECORD_STORE_PAGEFILE;
    if (config->is_file)
        config->window_bytes = window_bytes_for(options);
}

static enum tapemap_status memory_create(const char *space, const struct tape_config *config,
                                         struct tape_storage *storage, struct failure *failure)
{
    char name[OBJECT_NAME_BYTES];
    uint64_t audio_bytes;
    uint64_t index_bytes;

    tape_measure(config, &audio_bytes, &index_bytes);
    object_name_audio(name, space, config->tape_id, 0);
    enum tapemap_status status = pagefile_store_create(name, audio_bytes, &storage->audio, failure);
    if (status != TAPEMAP_OK)
        return status;
    object_name_index(name, space, config->tape_id);
    return pagefile_store_create(name, index_bytes, &storage->index, failure);
}

static struct file_store_config file_config(const struct tape_place *place, uint64_t tape_id)
{
    return (struct file_store_config){
        .space = place->space,
        .tape_id = tape_id,
        .extent_bytes = place->options->extent_bytes,
        .keep_free_bytes = place->options->keep_free_bytes,
        .is_temporary = place->options->store == RECORD_STORE_TEMP_FILE,
        .writes_through = place->options->writes_through,
        .is_written = place->is_written,
    };
}

static char *copy_text(const char *text)
{
    char *copy = malloc(strlen(text) + 1);

    return copy ? strcpy(copy, text) : NULL;
}

/* ---- Making one ----------------------------------------------------------------------------- */

static enum tapemap_status name_file(const struct tape_place *place,
                                     const struct tape_config *config, unsigned attempt,
                                     char path[PATH_BYTES], struct failure *failure)
{
    const char *output = place->options->output;
    struct tape_path_facts facts = {config->deck_name, config->tape_id, place->utc_ns, attempt};
    const char *wrong = NULL;
    int used = 0;

    if (place->options->store == RECORD_STORE_TEMP_FILE) {
        if (!folder_temporary(path, PATH_BYTES / 2))
            wrong = "there is no folder for temporary files";
        else
            snprintf(path + strlen(path), PATH_BYTES / 2, "tapemap-%016llx.wav",
                     (unsigned long long)config->tape_id);
    } else if (tape_path_is_file(output)) {
        used = snprintf(path, PATH_BYTES, "%s", output);
        if (used < PATH_BYTES)
            wrong = tape_path_number(path, attempt, PATH_BYTES);
    } else {
        used = snprintf(path, PATH_BYTES, "%s/", output);
        if (used < PATH_BYTES)
            wrong = tape_path_expand(place->options->pattern, &facts, path + used,
                                     PATH_BYTES - (size_t)used);
    }
    if (used >= PATH_BYTES)
        wrong = "the path is too long";
    if (!wrong)
        return TAPEMAP_OK;
    return failure_set(failure, TAPEMAP_E_ARGUMENT,
                       "the tape's file cannot be named: %s; change --output or --name", wrong);
}

static enum tapemap_status make_folder(const char *path, unsigned *folders,
                                       struct failure *failure)
{
    char text[256];
    unsigned made;
    uint32_t code = folder_make_for(path, &made);

    *folders += made;
    if (code == 0)
        return TAPEMAP_OK;
    system_error_text(code, text, sizeof text);
    return failure_set(failure, system_error_status(code),
                       "the folder of '%s' cannot be made: %s; give another --output", path, text);
}

static enum tapemap_status index_create(struct file_store_config *file, uint64_t bytes,
                                        struct tape_storage *storage, struct failure *failure)
{
    char *path = finish_index_path(storage->path);

    if (!path)
        return failure_set(failure, TAPEMAP_E_MEMORY, "no memory for a path; close other programs");
    file->kind = FILE_STORE_INDEX;
    file->path = path;
    file->bytes = bytes;
    enum tapemap_status status = file_store_create(file, &storage->index, failure);
    free(path);
    return status;
}

/* The file's name is free when the file could be made; nobody else is asked. */
static enum tapemap_status audio_create(const struct tape_place *place,
                                        const struct tape_config *config,
                                        struct file_store_config *file,
                                        struct tape_storage *storage, struct failure *failure)
{
    enum tapemap_status status = TAPEMAP_E_BUSY;
    bool is_numbered = (place->is_beside || !tape_path_is_file(place->options->output)) &&
                       !storage->is_temporary;

    for (unsigned attempt = 1; status == TAPEMAP_E_BUSY && attempt <= MOST_ATTEMPTS; attempt++) {
        status = name_file(place, config, attempt, storage->path, failure);
        if (status == TAPEMAP_OK)
            status = make_folder(storage->path, &storage->folders_made, failure);
        if (status != TAPEMAP_OK)
            return status;
        status = file_store_create(file, &storage->audio, failure);
        if (!is_numbered)
            break;
    }
    return status;
}

/* A file that was made for nothing is taken away again: it holds no frame. */
static enum tapemap_status file_create(const struct tape_place *place,
                                       const struct tape_config *config,
                                       struct tape_storage *storage, struct failure *failure)
{
    struct file_store_config file = file_config(place, config->tape_id);
    uint64_t index_bytes;

    storage->path = malloc(PATH_BYTES);
    if (!storage->path)
        return failure_set(failure, TAPEMAP_E_MEMORY, "no memory for a path; close other programs");
    storage->is_temporary = file.is_temporary;
    file.kind = FILE_STORE_AUDIO;
    file.path = storage->path;
    tape_measure(config, &file.bytes, &index_bytes);
    file.most_bytes = TAPEMAP_DATA_OFFSET + tape_section_frames(config) * tape_frame_bytes(config) +
                      2 * TAPEMAP_GRANULE_BYTES;
    enum tapemap_status status = audio_create(place, config, &file, storage, failure);
    if (status == TAPEMAP_OK) {
        status = index_create(&file, index_bytes, storage, failure);
        if (status != TAPEMAP_OK) {
            store_destroy(storage->audio);
            storage->audio = NULL;
            (void)file_access_remove(storage->path);
        }
    }
    if (status != TAPEMAP_OK)
        folder_remove_for(storage->path, storage->folders_made);
    return status;
}

enum tapemap_status tape_storage_create(const struct tape_place *place,
                                        const struct tape_config *config,
                                        struct tape_storage *storage, struct failure *failure)
{
    struct tape_storage made = {0};
    enum tapemap_status status =
        place->options->store == RECORD_STORE_PAGEFILE
            ? memory_create(place->space, config, &made, failure)
            : file_create(place, config, &made, failure);

    if (status != TAPEMAP_OK) {
        tape_storage_close(&made);
        return status;
    }
    *storage = made;
    return TAPEMAP_OK;
}

/* ---- Going on with one ---------------------------------------------------------------------- */

static enum tapemap_status reopen_files(const struct tape_place *place,
                                        const struct interrupted_tape *found,
                                        struct tape_storage *storage, struct failure *failure)
{
    struct file_store_config file = file_config(place, found->facts.tape_id);
    char *index_path = finish_index_path(found->path);

    storage->path = copy_text(found->path);
    if (!storage->path || !index_path) {
        free(index_path);
        return failure_set(failure, TAPEMAP_E_MEMORY, "no memory for a path; close other programs");
    }
    file.kind = FILE_STORE_AUDIO;
    file.path = found->path;
    file.bytes = found->facts.section_bytes;
    enum tapemap_status status =
        file_store_reopen(&file, found->generation + 1, &storage->audio, failure);
    file.kind = FILE_STORE_INDEX;
    file.path = index_path;
    file.bytes = found->facts.index_bytes;
    if (status == TAPEMAP_OK)
        status = file_store_reopen(&file, 0, &storage->index, failure);
    free(index_path);
    return status;
}

enum tapemap_status tape_storage_reopen(const struct tape_place *place,
                                        const struct interrupted_tape *found,
                                        struct tape_storage *storage, struct failure *failure)
{
    struct tape_storage made = {0};
    enum tapemap_status status = reopen_files(place, found, &made, failure);

    if (status != TAPEMAP_OK) {
        tape_storage_close(&made);
        return status;
    }
    *storage = made;
    return TAPEMAP_OK;
}

void tape_storage_discard(struct tape_storage *storage)
{
    char *path = storage->is_temporary ? NULL : storage->path;
    char *index_path = path ? finish_index_path(path) : NULL;
    unsigned folders_made = storage->folders_made;

    if (path)
        storage->path = NULL;
    tape_storage_close(storage);
    if (index_path)
        (void)file_access_remove(index_path);
    if (path) {
        (void)file_access_remove(path);
        folder_remove_for(path, folders_made);
    }
    free(index_path);
    free(path);
}

void tape_storage_close(struct tape_storage *storage)
{
    store_destroy(storage->audio); /* first: who finds that looks for its index */
    store_destroy(storage->index);
    free(storage->path);
    *storage = (struct tape_storage){0};
}
