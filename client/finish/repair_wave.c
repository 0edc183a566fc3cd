/* SPDX-License-Identifier: MIT */
#include "repair_wave.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file_access.h"
#include "file_output.h"
#include "finish_code.h"
#include "foreign_wave.h"
#include "wave_chunks.h"

#define REPAIR_BLOCK_BYTES ((size_t)1 << 20)
#define REPAIR_MOST_PATCHES 8u

struct repair_patch {
    uint64_t offset;
    uint32_t count;
    uint8_t bytes[24];
};

struct repair_job {
    const char *path;
    const char *copy;
    struct repair_report *report;
    struct foreign_wave wave;
    uint64_t end;        /* of the audio and its pad byte */
    bool lacks_pad;      /* the pad byte is not in the file */
    struct repair_patch patches[REPAIR_MOST_PATCHES]; /* in the order in which to write them */
    uint32_t patch_count;
};

static enum tapemap_status wrong(struct repair_job *job, enum tapemap_status status,
                                 const char *problem)
{
    snprintf(job->report->problem, sizeof job->report->problem, "%s", problem);
    return status;
}

static enum tapemap_status fail_code(struct repair_job *job, uint32_t code, const char *tried)
{
    finish_code_problem(code, tried, job->report->problem, sizeof job->report->problem);
    return finish_code_status(code);
}

/* ---- Looking ------------------------------------------------------------------------------- */

static uint64_t data_said(const struct foreign_wave *wave)
{
    bool is_elsewhere = wave->is_rf64 && wave->data_said == WAVE_SIZE_ELSEWHERE;
    uint64_t said = is_elsewhere ? wave->ds64_data : wave->data_said;
    return said == 0 || said == UINT32_MAX ? UINT64_MAX : said;
}

static uint64_t riff_said(const struct foreign_wave *wave)
{
    bool is_elsewhere = wave->is_rf64 && wave->riff_said == WAVE_SIZE_ELSEWHERE;
    return is_elsewhere ? wave->ds64_riff : wave->riff_said;
}

/* Data that end where the file does, or before chunks. Another program need not have counted its
   pad byte, or may have counted a few bytes more. */
static bool is_right(const struct repair_job *job)
{
    const struct foreign_wave *wave = &job->wave;
    const struct repair_report *report = job->report;
    uint64_t said = report->data_bytes_said == UINT64_MAX ? 0 : report->data_bytes_said;
    uint64_t riff = riff_said(wave);
    if (said < report->data_bytes_found &&
        foreign_wave_has_chunks(wave, wave->data_at + said + said % 2))
        return true;
    return said == report->data_bytes_found && riff < wave->file_bytes &&
           riff + 8 >= wave->data_at + said && riff + 8 <= wave->file_bytes + 1;
}

static enum tapemap_status look(struct repair_job *job)
{
    struct foreign_wave *wave = &job->wave;
    struct repair_report *report = job->report;
    const char *problem = NULL;
    uint32_t code = file_access_length(wave->file, &wave->file_bytes);
    enum tapemap_status status = code == 0 ? foreign_wave_look(wave, &problem, &code)
                                           : TAPEMAP_E_SYSTEM;
    if (code != 0)
        return fail_code(job, code, "it cannot be read");
    if (status != TAPEMAP_OK)
        return wrong(job, status, problem);
    uint64_t there = wave->file_bytes - wave->data_at;
    uint64_t said = data_said(wave);
    if (there > 0 && said == there - 1 && said % 2 == 1 && said % wave->frame_bytes == 0)
        there = said; /* what follows is the pad byte and no frame, however short frames are */
    report->data_offset = wave->data_at;
    report->data_bytes_said = said;
    report->data_bytes_found = there - there % wave->frame_bytes;
    report->channels = wave->channels;
    report->sample_rate_hz = wave->sample_rate_hz;
    report->frame_bytes = wave->frame_bytes;
    job->end = wave->data_at + report->data_bytes_found + report->data_bytes_found % 2;
    job->lacks_pad = job->end > wave->file_bytes;
    report->was_right = is_right(job);
    return TAPEMAP_OK;
}

/* ---- Planning ------------------------------------------------------------------------------ */

static uint8_t *add_patch(struct repair_job *job, uint64_t offset, uint32_t count)
{
    struct repair_patch *patch = &job->patches[job->patch_count++];
    patch->offset = offset;
    patch->count = count;
    return patch->bytes;
}

static void add_u32(struct repair_job *job, uint64_t offset, uint32_t value)
{
    wave_put_u32(add_patch(job, offset, 4), value);
}

/* In the order of wave_tape_header_finish: the file is readable after each. */
static enum tapemap_status plan(struct repair_job *job)
{
    const struct foreign_wave *wave = &job->wave;
    uint64_t data = job->report->data_bytes_found;
    uint64_t frames = data / wave->frame_bytes;
    uint64_t riff = job->end - 8;
    bool is_rf64 = wave->is_rf64 || riff >= WAVE_SIZE_ELSEWHERE;
    if (is_rf64 && wave->junk_at == 0)
        return wrong(job, TAPEMAP_E_UNSUPPORTED,
                     "it is longer than 4 GiB, and its header has no room for 64-bit sizes");
    if (is_rf64) {
        uint8_t *at = add_patch(job, wave->junk_at, 24);
        wave_put_u64(wave_put_u64(wave_put_u64(at, riff), data), frames);
    }
    if (is_rf64 && !wave->is_rf64) {
        add_u32(job, wave->junk_at + 24, 0);
        add_u32(job, WAVE_DS64_ID_AT, WAVE_ID_DS64);
        add_u32(job, WAVE_RIFF_ID_AT, WAVE_ID_RF64);
    }
    if (wave->fact_at != 0)
        add_u32(job, wave->fact_at,
                frames < WAVE_SIZE_ELSEWHERE ? (uint32_t)frames : WAVE_SIZE_ELSEWHERE);
    add_u32(job, wave->data_at - 4, is_rf64 ? WAVE_SIZE_ELSEWHERE : (uint32_t)data);
    add_u32(job, WAVE_RIFF_SIZE_AT, is_rf64 ? WAVE_SIZE_ELSEWHERE : (uint32_t)riff);
    return TAPEMAP_OK;
}

/* ---- Changing ------------------------------------------------------------------------------ */

static enum tapemap_status repair_in_place(struct repair_job *job)
{
    struct file_access *file = job->wave.file;
    uint32_t code = 0;
    if (job->lacks_pad)
        code = file_access_write(file, job->end - 1, "", 1);
    for (uint32_t i = 0; i < job->patch_count && code == 0; i++)
        code = file_access_write(file, job->patches[i].offset, job->patches[i].bytes,
                                 job->patches[i].count);
    if (code == 0)
        code = file_access_flush(file);
    return code == 0 ? TAPEMAP_OK : fail_code(job, code, "its header cannot be written");
}

static uint32_t copy_bytes(struct repair_job *job, struct file_output *output, uint8_t *block)
{
    uint64_t end = job->wave.file_bytes;
    uint32_t code = 0;
    for (uint64_t at = 0; at < end && code == 0;) {
        size_t step = end - at < REPAIR_BLOCK_BYTES ? (size_t)(end - at) : REPAIR_BLOCK_BYTES;
        code = file_access_read(job->wave.file, at, block, step);
        if (code == 0)
            code = file_output_write(output, block, step);
        at += step;
    }
    if (code == 0 && job->lacks_pad)
        code = file_output_write(output, "", 1);
    for (uint32_t i = 0; i < job->patch_count && code == 0; i++)
        code = file_output_write_at(output, job->patches[i].offset, job->patches[i].bytes,
                                    job->patches[i].count);
    return code;
}

static enum tapemap_status repair_copy(struct repair_job *job)
{
    struct file_output *output;
    uint8_t *block = malloc(REPAIR_BLOCK_BYTES);
    if (!block)
        return wrong(job, TAPEMAP_E_MEMORY, "there is no memory left");
    uint32_t code = file_output_create(job->copy, false, &output);
    if (code == 0) {
        code = copy_bytes(job, output, block);
        if (code == 0)
            code = file_output_commit(output);
        if (code != 0)
            file_output_discard(output);
    }
    free(block);
    return code == 0 ? TAPEMAP_OK : fail_code(job, code, "the copy cannot be written");
}

static enum tapemap_status repair(struct repair_job *job, bool is_dry_run)
{
    enum tapemap_status status = look(job);
    if (status != TAPEMAP_OK || job->report->was_right)
        return status;
    status = plan(job);
    if (status != TAPEMAP_OK || is_dry_run)
        return status;
    return job->copy ? repair_copy(job) : repair_in_place(job);
}

enum tapemap_status repair_wave(const char *path, const char *copy, bool is_dry_run,
                                struct repair_report *report)
{
    struct repair_job job = {.path = path, .copy = copy, .report = report};
    bool changes = !copy && !is_dry_run;
    *report = (struct repair_report){0};
    uint32_t code = file_access_open(path, changes ? FILE_ACCESS_CHANGE : FILE_ACCESS_READ,
                                     &job.wave.file);
    if (code != 0)
        return fail_code(&job, code, "it cannot be opened");
    enum tapemap_status status = repair(&job, is_dry_run);
    file_access_close(job.wave.file);
    return status;
}
