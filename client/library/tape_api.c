/* SPDX-License-Identifier: MIT */
/* tapemap.h on an open tape: arguments are checked here, the reader does the work. */
#include <limits.h>
#include <string.h>

#include "atomic64.h"
#include "local_time.h"
#include "object_names.h"
#include "parse_position.h"
#include "steady_clock.h"
#include "tape_handle.h"

void tapemap_get_info(const tapemap_tape *tape, struct tapemap_info *info)
{
    if (!tape || !info)
        return;
    const struct layout_tape *from = &tape->reader.tape;
    *info = (struct tapemap_info){
        .format = from->sample_format,
        .channels = from->channels,
        .sample_rate_hz = from->sample_rate_hz,
        .frame_bytes = from->frame_bytes,
        .is_ring = from->is_ring,
        .is_file = from->is_file,
        .recorder_pid = from->writer_pid,
        .capacity_frames = from->kept_frames,
        .created_utc_ns = from->created_utc_ns,
        .input_latency_ns = from->input_latency_ns,
        .series_position = from->series_position,
    };
    tape_id_print(from->tape_id, info->id);
    if (from->previous_tape_id != 0)
        tape_id_print(from->previous_tape_id, info->previous_id);
    memcpy(info->file_path, from->file_path, sizeof info->file_path);
    memcpy(info->deck, from->deck_name, sizeof info->deck);
    memcpy(info->source, from->source, sizeof info->source);
}

/* Unknown numbers are passed on; what no enum can hold becomes 0. */
static int as_enum(uint64_t value)
{
    return value <= INT_MAX ? (int)value : 0;
}

/* The state is read before the head, so that an ended tape's head is its last one. */
static void get_state(const struct tapemap_control *control, struct tapemap_now *now)
{
    now->state = (enum tapemap_state)as_enum(load_acquire_u64(&control->state));
    now->reason = (enum tapemap_reason)as_enum(load_acquire_u64(&control->reason));
    if (now->reason != TAPEMAP_REASON_NONE) {
        memcpy(now->reason_text, control->reason_text, sizeof now->reason_text);
        now->reason_text[sizeof now->reason_text - 1] = '\0';
    }
}

/* What is committed, never more than there can be: a finished file was cut behind its end. */
static uint64_t get_committed(const tapemap_tape *tape)
{
    const struct reader *reader = &tape->reader;
    uint64_t committed = load_acquire_u64(&reader->control->committed_bytes);
    uint64_t limit = reader->tape.section_bytes;

    if (tape->file.audio && reader_has_ended(reader))
        limit = mapped_file_bytes(tape->file.audio);
    else if (reader->tape.is_file)
        limit = load_acquire_u64(&reader->control->grown_bytes);
    return committed < limit ? committed : limit;
}

void tapemap_get_now(const tapemap_tape *tape, struct tapemap_now *now)
{
    struct tapemap_now filled = {0};

    if (!tape || !now)
        return;
    const struct reader *reader = &tape->reader;
    const struct tapemap_control *control = reader->control;
    uint64_t clock = steady_clock_now();

    get_state(control, &filled);
    filled.oldest = reader_oldest(reader);
    filled.head = reader_head(reader);
    if (filled.oldest > filled.head)
        filled.oldest = filled.head;
    filled.committed_bytes = get_committed(tape);
    filled.durable_frames = load_acquire_u64(&control->durable_frames);
    filled.resume_count = load_acquire_u64(&control->resume_count);
    filled.gap_count = load_acquire_u64(&control->gap_count);
    filled.gap_frames = load_acquire_u64(&control->gap_frames);
    filled.overflow_count = load_acquire_u64(&control->overflow_count);
    uint64_t next_id = load_acquire_u64(&control->next_tape_id);
    if (next_id != 0)
        tape_id_print(next_id, filled.next_id);
    filled.warnings = (uint32_t)load_relaxed_u64(&control->warnings);
    filled.reader_count = (uint32_t)load_relaxed_u64(&control->reader_count);
    filled.heartbeat_age_ns = reader_heartbeat_age_ns(reader, clock, steady_clock_hz());
    filled.is_stalled = filled.state != TAPEMAP_STATE_ENDED &&
                        reader_is_stalled(reader, filled.heartbeat_age_ns);
    *now = filled;
}

uint64_t tapemap_head(const tapemap_tape *tape)
{
    return tape ? reader_head(&tape->reader) : 0;
}

uint64_t tapemap_oldest(const tapemap_tape *tape)
{
    return tape ? reader_oldest(&tape->reader) : 0;
}

enum tapemap_status tapemap_wait(tapemap_tape *tape, uint64_t position, uint32_t timeout_ms)
{
    if (!tape)
        return TAPEMAP_E_ARGUMENT;
    const struct reader_waiter waiter = waiting_waiter(&tape->waiting);
    return reader_wait(&tape->reader, position, timeout_ms, &waiter);
}

enum tapemap_status tapemap_peek(tapemap_tape *tape, uint64_t position, const void **frames,
                                 uint64_t *count)
{
    struct reader_run run;

    if (!tape || !frames || !count)
        return TAPEMAP_E_ARGUMENT;
    enum tapemap_status status = reader_peek(&tape->reader, position, &run);
    if (status)
        return status;
    *frames = run.frames;
    *count = run.count;
    return TAPEMAP_OK;
}

int tapemap_still_valid(const tapemap_tape *tape, uint64_t position)
{
    return tape && reader_still_valid(&tape->reader, position);
}

/* Whether `count` items of `item_bytes` can be in memory at all. */
static bool fits_memory(uint64_t count, uint64_t item_bytes)
{
    return count <= SIZE_MAX / item_bytes;
}

enum tapemap_status tapemap_read(tapemap_tape *tape, uint64_t position, uint64_t count,
                                 void *buffer)
{
    if (!tape || (!buffer && count > 0) || !fits_memory(count, tape->reader.tape.frame_bytes))
        return TAPEMAP_E_ARGUMENT;
    return reader_read(&tape->reader, position, count, buffer);
}

enum tapemap_status tapemap_read_float(tapemap_tape *tape, uint64_t position, uint64_t count,
                                       float *buffer)
{
    if (!tape || (!buffer && count > 0) ||
        !fits_memory(count, tape->reader.tape.channels * sizeof(float)))
        return TAPEMAP_E_ARGUMENT;
    return reader_read_float(&tape->reader, position, count, buffer);
}

enum tapemap_status tapemap_read_peaks(tapemap_tape *tape, uint64_t from, uint64_t to,
                                       uint32_t bins, struct tapemap_peak *peaks)
{
    if (!tape || !peaks || to <= from || bins == 0 ||
        !fits_memory(bins, tape->reader.tape.channels * sizeof *peaks))
        return TAPEMAP_E_ARGUMENT;
    const struct reader_peaks_range range = {from, to, bins};
    return reader_peaks(&tape->reader, &range, peaks);
}

void tapemap_get_journal(const tapemap_tape *tape, uint64_t *first, uint64_t *end)
{
    if (tape && first && end)
        reader_journal_range(&tape->reader, first, end);
}

enum tapemap_status tapemap_get_record(tapemap_tape *tape, uint64_t sequence,
                                       struct tapemap_record *record)
{
    if (!tape || !record)
        return TAPEMAP_E_ARGUMENT;
    return reader_get_record(&tape->reader, sequence, record);
}

enum tapemap_status tapemap_find_record(tapemap_tape *tape, enum tapemap_record_kind kind,
                                        uint64_t *sequence, struct tapemap_record *record)
{
    uint64_t first;
    uint64_t end;

    if (!tape || !sequence || !record)
        return TAPEMAP_E_ARGUMENT;
    reader_journal_range(&tape->reader, &first, &end);
    return reader_find_record(&tape->reader, kind, end, sequence, record);
}

uint64_t tapemap_clock_hz(const tapemap_tape *tape)
{
    return tape ? tape->reader.tape.clock_hz : 0;
}

enum tapemap_status tapemap_utc_at(tapemap_tape *tape, uint64_t position, uint64_t *utc_ns)
{
    if (!tape || !utc_ns)
        return TAPEMAP_E_ARGUMENT;
    return reader_utc_at(&tape->reader, position, utc_ns);
}

enum tapemap_status tapemap_position_at(tapemap_tape *tape, uint64_t utc_ns, uint64_t *position)
{
    if (!tape || !position)
        return TAPEMAP_E_ARGUMENT;
    return reader_position_at(&tape->reader, utc_ns, position);
}

static struct position_scale scale_of(tapemap_tape *tape)
{
    return (struct position_scale){
        .oldest = reader_oldest(&tape->reader),
        .head = reader_head(&tape->reader),
        .capacity_frames = tape->reader.tape.capacity_frames,
        .sample_rate_hz = tape->reader.tape.sample_rate_hz,
        .is_ring = tape->reader.tape.is_ring,
        .reader = &tape->reader,
        .local = local_time_offset_ns,
    };
}

enum tapemap_status tapemap_parse_position(tapemap_tape *tape, const char *text,
                                           uint64_t *position)
{
    if (!tape || !text || !position)
        return TAPEMAP_E_ARGUMENT;
    const struct position_scale scale = scale_of(tape);
    return parse_position(text, &scale, position);
}

enum tapemap_status tapemap_parse_position_after(tapemap_tape *tape, const char *text,
                                                 uint64_t from, uint64_t *position)
{
    if (!tape || !text || !position)
        return TAPEMAP_E_ARGUMENT;
    struct position_scale scale = scale_of(tape);
    scale.has_from = true;
    scale.from = from;
    return parse_position(text, &scale, position);
}
