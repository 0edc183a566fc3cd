/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "file_access.h"
#include "finish_code.h"
#include "finish_tape.h"
#include "repair_wave.h"
#include "tapemap/tapemap.h"

static enum tapemap_status wrong(struct tapemap_recover_report *report,
                                 enum tapemap_status status, const char *problem)
{
    snprintf(report->problem, sizeof report->problem, "%s", problem);
    return status;
}

/* Looks for the mark of a tape only; finish_tape judges the rest. *is_damaged: the mark is gone,
   but the audio lies where only tapes have it. */
static uint32_t find_mark(const char *path, uint32_t *is_tape, bool *is_damaged)
{
    static const char data[4] = {'d', 'a', 't', 'a'};
    struct file_access *file;
    uint64_t magic = 0;
    char header[4] = {0};
    uint32_t code = file_access_open(path, FILE_ACCESS_READ, &file);
    if (code != 0)
        return code;
    code = file_access_read(file, TAPEMAP_CONTROL_OFFSET, &magic, sizeof magic);
    if (code == 0)
        code = file_access_read(file, TAPEMAP_DATA_OFFSET - 8, header, sizeof header);
    file_access_close(file);
    *is_tape = magic == TAPEMAP_TAPE_MAGIC;
    *is_damaged = !*is_tape && memcmp(header, data, sizeof data) == 0;
    return code == FINISH_CODE_END_OF_FILE ? 0 : code;
}

static enum tapemap_status recover_tape(const char *path,
                                        const struct tapemap_recover_options *options,
                                        struct tapemap_recover_report *report)
{
    if (options->copy)
        return wrong(report, TAPEMAP_E_ARGUMENT,
                     "it is a tape of tapemap, which is completed in place and not copied");
    struct finish_options finish = {.is_dry_run = options->is_dry_run != 0};
    struct finish_report found;
    enum tapemap_status status = finish_tape(path, &finish, &found);
    memcpy(report->problem, found.problem, sizeof report->problem);
    report->was_right = found.was_finished;
    report->channels = found.channels;
    report->sample_rate_hz = found.sample_rate_hz;
    report->frames = found.frames;
    report->late_frames = found.late_frames;
    report->gap_count = found.gaps;
    report->mark_count = found.marks;
    report->cut_bytes = found.cut_bytes;
    report->had_ended = found.had_ended;
    report->is_journal_lost = found.is_journal_lost;
    report->are_peaks_computed = found.are_peaks_computed;
    report->is_tail_left = found.is_tail_left;
    report->is_index_left = found.is_index_left;
    return status;
}

static enum tapemap_status recover_foreign(const char *path,
                                           const struct tapemap_recover_options *options,
                                           struct tapemap_recover_report *report)
{
    bool is_allowed = options->copy || options->is_in_place;
    struct repair_report found;
    enum tapemap_status status =
        repair_wave(path, options->copy, options->is_dry_run || !is_allowed, &found);
    memcpy(report->problem, found.problem, sizeof report->problem);
    if (found.frame_bytes == 0)
        return status;
    report->was_right = found.was_right;
    report->channels = found.channels;
    report->sample_rate_hz = found.sample_rate_hz;
    report->frames = found.data_bytes_found / found.frame_bytes;
    report->frames_said = found.data_bytes_said == UINT64_MAX
                              ? UINT64_MAX
                              : found.data_bytes_said / found.frame_bytes;
    if (status == TAPEMAP_OK && !found.was_right && !is_allowed && !options->is_dry_run)
        return wrong(report, TAPEMAP_E_ARGUMENT,
                     "it is not a tape of tapemap, and its header is wrong");
    return status;
}

enum tapemap_status tapemap_recover(const char *path,
                                    const struct tapemap_recover_options *options,
                                    struct tapemap_recover_report *report)
{
    static const struct tapemap_recover_options nothing = {0};
    if (!report)
        return TAPEMAP_E_ARGUMENT;
    *report = (struct tapemap_recover_report){0};
    options = options ? options : &nothing;
    if (!path || (options->copy && options->is_in_place))
        return wrong(report, TAPEMAP_E_ARGUMENT, "the path is missing, or the options are at odds");
    if (options->copy && strcmp(options->copy, "-") == 0)
        return wrong(report, TAPEMAP_E_ARGUMENT, "a copy is a file, and '-' is stdout");
    bool is_damaged = false;
    uint32_t code = find_mark(path, &report->is_tape, &is_damaged);
    if (code == FINISH_CODE_FOLDER)
        return wrong(report, TAPEMAP_E_FORMAT,
                     "it is a folder, and files are recovered one by one");
    if (code != 0) {
        finish_code_problem(code, "it cannot be opened", report->problem,
                            sizeof report->problem);
        return finish_code_status(code);
    }
    if (is_damaged)
        return wrong(report, TAPEMAP_E_CORRUPT,
                     "it is laid out as a tape of tapemap, but its control block is damaged; any "
                     "program that reads WAV files still reads what its header counts");
    return report->is_tape ? recover_tape(path, options, report)
                           : recover_foreign(path, options, report);
}
