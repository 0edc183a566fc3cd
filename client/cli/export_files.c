/* SPDX-License-Identifier: MIT */
#include "export_files.h"

#include <stdlib.h>
#include <string.h>

#include "cli_fail.h"
#include "cli_output.h"
#include "pcm.h"

static bool is_stdout(const struct export_files *files)
{
    return cli_output_is_stdout(files->path);
}

/* Returns false when there is no memory. */
static bool set_name(struct export_files *files)
{
    size_t room = strlen(files->path) + EXPORT_NUMBER_BYTES;
    if (!files->name)
        files->name = malloc(room);
    if (files->name && files->is_split)
        export_parts_name(files->path, files->index, files->name, room);
    else if (files->name)
        memcpy(files->name, files->path, strlen(files->path) + 1);
    return files->name != NULL;
}

static int fail_code(struct export_files *files, const char *tried, uint32_t code)
{
    files->is_closed = is_stdout(files) && file_output_is_closed_pipe(code);
    return files->is_closed ? CLI_FAILED : cli_output_fail(tried, files->name, code);
}

static int fail_write(struct export_files *files, const struct sound_fault *fault)
{
    if (fault->code)
        return fail_code(files, "write", fault->code);
    return cli_fail("cannot write '%s': %s; write .wav instead", files->name, fault->words);
}

static int create_file(struct export_files *files)
{
    if (!set_name(files))
        return cli_fail_status(TAPEMAP_E_MEMORY, "cannot create '%s'", files->path);
    if (cli_output_check_tape(files->name, files->replaces, &files->tape->info) != CLI_DONE)
        return CLI_FAILED;
    uint32_t code = file_output_create(files->name, files->replaces, &files->output);
    return code ? fail_code(files, "create", code) : CLI_DONE;
}

int export_files_check(struct export_files *files)
{
    int code = CLI_DONE;
    for (files->index = 0; files->index < files->parts->count && code == CLI_DONE; files->index++) {
        code = create_file(files);
        file_output_discard(files->output);
        files->output = NULL;
    }
    files->index = 0;
    return code;
}

/* Marks, and when it was recorded. Programs take what follows the header of a stream for audio, so
   that a WAV file on stdout goes without. */
static void describe_part(struct export_files *files, struct sound_description *description)
{
    const struct export_part *part = &files->parts->parts[files->index];
    description->frames = part->out_to - part->out_from;
    if (is_stdout(files) && description->container->kind == SOUND_WAV) {
        files->left_out = files->record_count;
        return;
    }
    description->record_count =
        export_parts_records(files->parts, files->index, files->records, files->record_count,
                             files->part_records);
    description->records = files->part_records;
    tapemap_utc_at(files->tape->handle, files->from + part->from, &description->utc_ns);
}

static int begin_file(struct export_files *files)
{
    struct sound_fault fault;
    struct sound_description description = files->description;
    if (!files->part_records)
        files->part_records = calloc(files->record_count + 1, sizeof *files->part_records);
    if (!files->part_records)
        return cli_fail_status(TAPEMAP_E_MEMORY, "cannot write '%s'", files->path);
    int code = create_file(files);
    if (code != CLI_DONE)
        return code;
    describe_part(files, &description);
    if (!sound_encoder_begin(&description, files->output, &files->encoder, &fault))
        return fail_write(files, &fault);
    files->left_out += sound_encoder_left_out(files->encoder);
    return CLI_DONE;
}

static int end_file(struct export_files *files)
{
    struct sound_fault fault;
    struct sound_encoder *encoder = files->encoder;
    files->encoder = NULL;
    if (!sound_encoder_finish(encoder, &fault))
        return fail_write(files, &fault);
    uint64_t bytes = file_output_bytes(files->output);
    struct file_output *output = files->output;
    files->output = NULL;
    uint32_t code = file_output_commit(output);
    if (code)
        return cli_output_leave("finish", files->name, code, output);
    files->bytes += bytes;
    files->index++;
    return CLI_DONE;
}

/* Begins and ends files until one is open that has room, or there are no more. */
static int turn_to_next(struct export_files *files)
{
    const struct export_parts *parts = files->parts;
    int code = CLI_DONE;
    while (code == CLI_DONE && files->index < parts->count) {
        if (!files->encoder)
            code = begin_file(files);
        else if (files->position == parts->parts[files->index].out_to)
            code = end_file(files);
        else
            break;
    }
    return code;
}

int export_files_put(void *context, const void *frames, uint64_t count)
{
    struct export_files *files = context;
    const struct sound_description *description = &files->description;
    const unsigned char *from = frames;
    size_t frame_bytes = (size_t)pcm_sample_bytes(description->format) * description->channels;
    int code = turn_to_next(files);
    while (count > 0 && code == CLI_DONE) {
        struct sound_fault fault;
        uint64_t left = files->parts->parts[files->index].out_to - files->position;
        uint64_t step = count < left ? count : left;
        if (!sound_encoder_write(files->encoder, from, step, &fault))
            return fail_write(files, &fault);
        files->position += step;
        from += step * frame_bytes;
        count -= step;
        if (count > 0)
            code = turn_to_next(files);
    }
    return code;
}

int export_files_finish(struct export_files *files)
{
    return turn_to_next(files);
}

void export_files_release(struct export_files *files)
{
    sound_encoder_abandon(files->encoder);
    file_output_discard(files->output);
    free(files->part_records);
    free(files->name);
    files->encoder = NULL;
    files->output = NULL;
    files->part_records = NULL;
    files->name = NULL;
}
