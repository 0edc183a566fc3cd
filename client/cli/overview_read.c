/* SPDX-License-Identifier: MIT */
#include "overview_read.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli_text.h"
#include "local_time.h"
#include "quantity.h"

/* ---- Peaks --------------------------------------------------------------------------------- */

struct peaks_job {
    tapemap_tape *tape;
    struct overview *overview;
    struct tapemap_peak *peaks;
    uint64_t *frames; /* that each column got */
    bool is_bin_column; /* there are as many bins: of a short stretch several repeat one frame */
};

/* The stretch [from, to) in equal bins, into the columns. */
static enum tapemap_status peaks_add(struct peaks_job *job, uint64_t from, uint64_t to,
                                     uint32_t bins)
{
    if (from >= to)
        return TAPEMAP_OK;
    const struct overview *overview = job->overview;
    enum tapemap_status status = tapemap_read_peaks(job->tape, from, to, bins, job->peaks);
    for (uint32_t i = 0; i < bins && status == TAPEMAP_OK; i++) {
        struct overview_span bin = {from + quantity_scale(to - from, i, bins),
                                    from + quantity_scale(to - from, i + 1, bins)};
        if (bin.to == bin.from)
            bin.to++;
        uint32_t column = job->is_bin_column ? i : overview_column_of(overview, &bin);
        overview_columns_add(job->overview, job->frames, column, bin.to - bin.from,
                             &job->peaks[(size_t)i * overview->channels]);
    }
    return status;
}

static enum tapemap_status peaks_read(struct peaks_job *job)
{
    struct overview *overview = job->overview;
    struct overview_plan plan = overview_plan(overview->from, overview->to, overview->columns);
    uint64_t end = plan.bin_frames ? plan.first + plan.bins * plan.bin_frames : overview->to;

    job->is_bin_column = plan.bin_frames == 0;
    job->peaks = calloc((size_t)plan.bins * overview->channels, sizeof *job->peaks);
    job->frames = calloc(overview->columns, sizeof *job->frames);
    if (!job->peaks || !job->frames)
        return TAPEMAP_E_MEMORY;
    overview_columns_begin(overview);
    enum tapemap_status status = peaks_add(job, overview->from, plan.first, 1);
    if (status == TAPEMAP_OK)
        status = peaks_add(job, plan.first, end, plan.bins);
    if (status == TAPEMAP_OK)
        status = peaks_add(job, end, overview->to, 1);
    overview_columns_end(overview, job->frames);
    return status;
}

/* ---- The journal --------------------------------------------------------------------------- */

/* Room for one more item of a list that doubles whenever its length is a power of two. */
static void *list_grow(void *items, size_t count, size_t item_bytes)
{
    if (count & (count - 1))
        return items;
    return realloc(items, (count ? count * 2 : 1) * item_bytes);
}

static bool take_gap(struct overview *overview, const struct tapemap_record *record)
{
    uint64_t end = record->position + record->frames;
    if (record->position >= overview->to || end <= overview->from || record->frames == 0)
        return true;
    struct overview_span *gaps =
        list_grow(overview->gaps, overview->gap_count, sizeof *overview->gaps);
    if (!gaps)
        return false;
    overview->gaps = gaps;
    gaps[overview->gap_count++] = (struct overview_span){
        record->position > overview->from ? record->position : overview->from,
        end < overview->to ? end : overview->to};
    return true;
}

static bool take_mark(struct overview *overview, const struct tapemap_record *record)
{
    if (record->position < overview->from || record->position >= overview->to)
        return true;
    struct overview_mark *marks =
        list_grow(overview->marks, overview->mark_count, sizeof *overview->marks);
    if (!marks)
        return false;
    overview->marks = marks;
    struct overview_mark *mark = &marks[overview->mark_count++];
    mark->position = record->position;
    cli_text_clean(record->text, mark->label, sizeof mark->label);
    return true;
}

/* In one pass: the journal of a week has 600,000 entries. What leaves it meanwhile is no
   failure. */
static enum tapemap_status journal_take_all(tapemap_tape *tape, struct overview *overview)
{
    struct tapemap_record record;
    uint64_t sequence = 0;
    uint64_t end = 0;

    tapemap_get_journal(tape, &sequence, &end);
    for (;;) {
        enum tapemap_status status =
            tapemap_find_record(tape, TAPEMAP_RECORD_ANY_EVENT, &sequence, &record);
        if (status == TAPEMAP_E_OVERWRITTEN) {
            uint64_t first = 0;
            tapemap_get_journal(tape, &first, &end);
            sequence = first > sequence ? first : sequence + 1;
            continue;
        }
        if (status != TAPEMAP_OK)
            return status == TAPEMAP_E_NOT_YET ? TAPEMAP_OK : status;
        bool is_taken = record.kind == TAPEMAP_RECORD_GAP    ? take_gap(overview, &record)
                        : record.kind == TAPEMAP_RECORD_MARK ? take_mark(overview, &record)
                                                             : true;
        if (!is_taken)
            return TAPEMAP_E_MEMORY;
        sequence++;
    }
}

static int compare_marks(const void *a, const void *b)
{
    const struct overview_mark *one = a;
    const struct overview_mark *other = b;
    return (one->position > other->position) - (one->position < other->position);
}

static int compare_gaps(const void *a, const void *b)
{
    const struct overview_span *one = a;
    const struct overview_span *other = b;
    return (one->from > other->from) - (one->from < other->from);
}

static enum tapemap_status journal_read(tapemap_tape *tape, struct overview *overview)
{
    enum tapemap_status status = journal_take_all(tape, overview);
    if (overview->gap_count > 1)
        qsort(overview->gaps, overview->gap_count, sizeof *overview->gaps, compare_gaps);
    if (overview->mark_count > 1)
        qsort(overview->marks, overview->mark_count, sizeof *overview->marks, compare_marks);
    return status;
}

/* ---- Clock and words ----------------------------------------------------------------------- */

static bool clock_utc_at(void *context, uint64_t position, uint64_t *utc_ns)
{
    return tapemap_utc_at(context, position, utc_ns) == TAPEMAP_OK;
}

static bool clock_position_at(void *context, uint64_t utc_ns, uint64_t *position)
{
    return tapemap_position_at(context, utc_ns, position) == TAPEMAP_OK;
}

/* "Sat 2026-11-21 14:05:30 · 10:00.0 · 48000 Hz s16 · recording · 2 gaps (0:00.5)" */
static void describe(struct overview *overview, const struct tapemap_info *info,
                     const struct tapemap_now *now)
{
    char moment[OVERVIEW_MOMENT_BYTES] = "";
    char length[40];
    char lost[40];
    uint64_t utc_ns = 0;
    uint64_t lost_frames = 0;
    char *out = overview->facts;
    size_t room = sizeof overview->facts;

    cli_text_clean(info->deck, overview->name, sizeof overview->name);
    if (overview->clock.utc_at &&
        overview->clock.utc_at(overview->clock.context, overview->from, &utc_ns))
        overview_moment(&overview->clock, utc_ns, moment);
    cli_text_length(overview->to - overview->from, info->sample_rate_hz, length, sizeof length);
    int used = snprintf(out, room, "%s%s%s \xC2\xB7 %" PRIu32 " Hz %s \xC2\xB7 %s", moment,
                        moment[0] ? " \xC2\xB7 " : "", length, info->sample_rate_hz,
                        tapemap_format_name(info->format),
                        cli_text_state(now));
    for (size_t i = 0; i < overview->gap_count; i++)
        lost_frames += overview->gaps[i].to - overview->gaps[i].from;
    if (overview->gap_count == 0)
        return;
    cli_text_length(lost_frames, info->sample_rate_hz, lost, sizeof lost);
    snprintf(out + used, room - (size_t)used, " \xC2\xB7 %u gap%s (%s)",
             (unsigned)overview->gap_count, overview->gap_count == 1 ? "" : "s", lost);
}

enum tapemap_status overview_read(tapemap_tape *tape, const struct overview_request *request,
                                  struct overview *overview)
{
    struct tapemap_info info;
    struct tapemap_now now;
    uint64_t utc_ns = 0;

    tapemap_get_info(tape, &info);
    tapemap_get_now(tape, &now);
    *overview = (struct overview){
        .from = request->from, .to = request->to, .columns = request->columns,
        .channels = info.channels, .sample_rate_hz = info.sample_rate_hz,
    };
    overview->cells = calloc((size_t)request->columns * info.channels, sizeof *overview->cells);
    if (!overview->cells)
        return TAPEMAP_E_MEMORY;
    struct peaks_job job = {.tape = tape, .overview = overview};
    enum tapemap_status status = peaks_read(&job);
    free(job.frames);
    free(job.peaks);
    if (status == TAPEMAP_OK)
        status = journal_read(tape, overview);
    if (tapemap_utc_at(tape, request->from, &utc_ns) == TAPEMAP_OK)
        overview->clock = (struct overview_clock){tape, clock_utc_at, clock_position_at,
                                                  local_time_offset_ns};
    describe(overview, &info, &now);
    return status;
}

void overview_free(struct overview *overview)
{
    free(overview->marks);
    free(overview->gaps);
    free(overview->cells);
    *overview = (struct overview){0};
}
