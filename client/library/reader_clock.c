/* SPDX-License-Identifier: MIT */
/*
 * Position and UTC. The recorder journals an anchor about once a second: a position that was the
 * head, the steady clock and UTC, taken together. Between two anchors time runs evenly; before the
 * first and after the last the nominal rate has to do.
 *
 * UTC may jump (somebody sets the clock), the steady clock does not. When the two disagree between
 * two anchors, UTC jumped there: time since the earlier anchor is then counted by the steady clock,
 * and the later anchor starts anew. Where the tape was resumed in between, the steady clock may
 * have begun anew with the machine, and it is the frames that tell the time: the gap is as long as
 * what passed. Positions never decrease from anchor to anchor, so a binary
 * search finds the one before a position. UTC may decrease: a moment may then lie between more than
 * one pair, and the last of them is meant, because who sets a clock makes it right. So where UTC
 * was ever set back, the anchors are looked through one by one, newest first.
 */
#include "atomic64.h"
#include "quantity.h"
#include "reader.h"
#include "reader_wait.h"
#include "tapemap/tapemap.h"

#define NS_PER_SECOND 1000000000u
#define SECONDS_PER_DAY 86400u
/* UTC and the steady clock agree when they differ by less than this and a thousandth. */
#define JUMP_NS 100000000u
/* The journal of a small ring may be overwritten during a search. */
#define SEARCHES 4

enum anchor_key { ANCHOR_POSITION, ANCHOR_UTC };

struct anchor_target {
    enum anchor_key key;
    uint64_t value;
};

/* The anchors around a target: before <= target < after. */
struct anchor_pair {
    bool has_before;
    bool has_after;
    struct tapemap_record before;
    struct tapemap_record after;
    bool has_resume; /* between them */
};

static bool anchor_is_beyond(const struct tapemap_record *anchor,
                             const struct anchor_target *target)
{
    uint64_t value = target->key == ANCHOR_POSITION ? anchor->position : anchor->utc_ns;
    return value > target->value;
}

static uint64_t span_of_clock_ns(const struct reader *reader, const struct tapemap_record *a,
                                 const struct tapemap_record *b)
{
    if (b->clock <= a->clock)
        return 0;
    return quantity_scale(b->clock - a->clock, NS_PER_SECOND, reader->tape.clock_hz);
}

static bool utc_agrees(const struct reader *reader, const struct tapemap_record *a,
                       const struct tapemap_record *b)
{
    uint64_t clock_ns = span_of_clock_ns(reader, a, b);

    if (clock_ns == 0 || b->utc_ns <= a->utc_ns)
        return false;
    uint64_t utc_ns = b->utc_ns - a->utc_ns;
    uint64_t apart = utc_ns > clock_ns ? utc_ns - clock_ns : clock_ns - utc_ns;
    return apart <= JUMP_NS + clock_ns / 1000;
}

static uint64_t nominal_ns(const struct reader *reader, uint64_t frames)
{
    return quantity_scale(frames, NS_PER_SECOND, reader->tape.sample_rate_hz);
}

/* To the nearest, so that the UTC of a position leads back to that position. */
static uint64_t scale_to_nearest(uint64_t value, uint64_t numerator, uint64_t denominator)
{
    uint64_t halves = quantity_scale(value, numerator * 2, denominator);
    return halves / 2 + halves % 2;
}

static uint64_t nominal_frames(const struct reader *reader, uint64_t ns)
{
    return scale_to_nearest(ns, reader->tape.sample_rate_hz, NS_PER_SECOND);
}

/* Other records lie between the anchors, so each probe looks on to the next anchor. */
static enum tapemap_status search_halving(struct reader *reader, const struct anchor_target *target,
                                          uint64_t first, uint64_t end, struct anchor_pair *pair)
{
    while (first < end) {
        uint64_t middle = first + (end - first) / 2;
        uint64_t at = middle;
        struct tapemap_record anchor;
        enum tapemap_status status =
            reader_find_record(reader, TAPEMAP_RECORD_ANCHOR, end, &at, &anchor);
        if (status == TAPEMAP_E_NOT_YET) {
            end = middle;
        } else if (status) {
            return status;
        } else if (anchor_is_beyond(&anchor, target)) {
            pair->after = anchor;
            pair->has_after = true;
            end = middle;
        } else {
            pair->before = anchor;
            pair->has_before = true;
            first = at + 1;
        }
    }
    return TAPEMAP_OK;
}

/* Whether the tape was resumed between the two; looked for only where it makes a difference. */
static enum tapemap_status look_for_resume(struct reader *reader, struct anchor_pair *pair)
{
    enum tapemap_status status = TAPEMAP_OK;
    struct tapemap_record state;
    uint64_t end = pair->after.sequence;

    if (!pair->has_before || !pair->has_after || utc_agrees(reader, &pair->before, &pair->after))
        return TAPEMAP_OK;
    for (uint64_t at = pair->before.sequence + 1; !pair->has_resume; at++) {
        status = reader_find_record(reader, TAPEMAP_RECORD_STATE, end, &at, &state);
        if (status)
            break;
        pair->has_resume = layout_record_is_resume(&state);
    }
    return status == TAPEMAP_E_NOT_YET ? TAPEMAP_OK : status;
}

/* How long the frames between two anchors took; 0 when the anchors do not say. */
static uint64_t span_of_pair_ns(const struct reader *reader, const struct anchor_pair *pair)
{
    if (utc_agrees(reader, &pair->before, &pair->after))
        return pair->after.utc_ns - pair->before.utc_ns;
    return pair->has_resume ? 0 : span_of_clock_ns(reader, &pair->before, &pair->after);
}

/* Whether the moment came between two neighbours: so long after the earlier one as frames were
   recorded, wherever UTC was set then. */
static bool moment_is_between(const struct reader *reader, const struct anchor_pair *pair,
                              uint64_t utc_ns)
{
    return utc_ns >= pair->before.utc_ns &&
           utc_ns - pair->before.utc_ns < span_of_pair_ns(reader, pair);
}

/* Whether it is recorded after the newest anchor. */
static bool moment_is_recorded_after(const struct reader *reader,
                                     const struct tapemap_record *newest, uint64_t utc_ns)
{
    uint64_t head = reader_head(reader);

    return utc_ns >= newest->utc_ns && head >= newest->position &&
           nominal_frames(reader, utc_ns - newest->utc_ns) <= head - newest->position;
}

/* The newest anchors around a moment that came; else around one that UTC left out, when it was set
   forth; else it lies before the oldest anchor or after the newest. */
static enum tapemap_status search_backwards(struct reader *reader, uint64_t utc_ns, uint64_t first,
                                            uint64_t end, struct anchor_pair *pair)
{
    struct anchor_pair left_out = {0};
    struct tapemap_record newest = {0};
    struct tapemap_record later = {0};
    bool has_resume = false; /* since `later` */

    for (uint64_t at = end; at-- > first;) {
        struct tapemap_record anchor;
        enum tapemap_status status = reader_get_record(reader, at, &anchor);
        if (status)
            return status;
        has_resume = has_resume || layout_record_is_resume(&anchor);
        if (anchor.kind != TAPEMAP_RECORD_ANCHOR)
            continue;
        bool is_newest = newest.kind != TAPEMAP_RECORD_ANCHOR;
        const struct anchor_pair around = {true, !is_newest, anchor, later, has_resume};
        if (is_newest ? moment_is_recorded_after(reader, &anchor, utc_ns)
                      : moment_is_between(reader, &around, utc_ns)) {
            *pair = around;
            return TAPEMAP_OK;
        }
        if (is_newest)
            newest = anchor;
        else if (!left_out.has_before && anchor.utc_ns <= utc_ns && utc_ns < later.utc_ns)
            left_out = around;
        later = anchor;
        has_resume = false;
    }
    bool is_after = newest.kind == TAPEMAP_RECORD_ANCHOR && utc_ns >= newest.utc_ns;
    *pair = (struct anchor_pair){is_after, newest.kind == TAPEMAP_RECORD_ANCHOR && !is_after,
                                 newest, later, false};
    if (left_out.has_before)
        *pair = left_out;
    return TAPEMAP_OK;
}

/* Has the search look at the anchors that came since the last time. */
static enum tapemap_status look_for_setting_back(struct reader *reader, uint64_t first,
                                                 uint64_t end)
{
    struct reader_utc *utc = &reader->utc;
    struct tapemap_record event;
    enum tapemap_status status = TAPEMAP_OK;

    if (utc->looked_until < first)
        utc->looked_until = first;
    for (uint64_t at = utc->looked_until; status == TAPEMAP_OK && !utc->was_set_back; at++)
        status = reader_find_record(reader, TAPEMAP_RECORD_ANY_EVENT, end, &at, &event);
    return status == TAPEMAP_E_NOT_YET ? TAPEMAP_OK : status;
}

static enum tapemap_status search(struct reader *reader, const struct anchor_target *target,
                                  struct anchor_pair *pair)
{
    uint64_t first;
    uint64_t end;
    enum tapemap_status status = TAPEMAP_OK;

    *pair = (struct anchor_pair){0};
    reader_journal_range(reader, &first, &end);
    if (target->key == ANCHOR_UTC)
        status = look_for_setting_back(reader, first, end);
    if (status)
        return status;
    if (target->key == ANCHOR_UTC && reader->utc.was_set_back)
        status = search_backwards(reader, target->value, first, end, pair);
    else
        status = search_halving(reader, target, first, end, pair);
    if (status == TAPEMAP_OK)
        status = look_for_resume(reader, pair);
    if (status == TAPEMAP_OK && !pair->has_before && !pair->has_after)
        return TAPEMAP_E_NOT_YET;
    return status;
}

static enum tapemap_status anchors_around(struct reader *reader, enum anchor_key key,
                                          uint64_t value, struct anchor_pair *pair)
{
    const struct anchor_target target = {key, value};
    enum tapemap_status status = TAPEMAP_E_OVERWRITTEN;

    for (int tries = 0; tries < SEARCHES && status == TAPEMAP_E_OVERWRITTEN; tries++)
        status = search(reader, &target, pair);
    return status;
}

static uint64_t add_up_to_max(uint64_t a, uint64_t b)
{
    return b > UINT64_MAX - a ? UINT64_MAX : a + b;
}

static uint64_t subtract_down_to_zero(uint64_t a, uint64_t b)
{
    return b > a ? 0 : a - b;
}

static uint64_t utc_inside(const struct reader *reader, const struct anchor_pair *pair,
                           uint64_t position)
{
    uint64_t frames = position - pair->before.position;
    uint64_t span_frames = pair->after.position - pair->before.position;
    uint64_t span_ns = span_of_pair_ns(reader, pair);
    uint64_t ns = span_ns ? quantity_scale(frames, span_ns, span_frames)
                          : nominal_ns(reader, frames);

    return add_up_to_max(pair->before.utc_ns, ns);
}

static uint64_t position_inside(const struct reader *reader, const struct anchor_pair *pair,
                                uint64_t utc_ns)
{
    uint64_t ns = utc_ns - pair->before.utc_ns;
    uint64_t span_ns = span_of_pair_ns(reader, pair);
    uint64_t span_frames =
        subtract_down_to_zero(pair->after.position, pair->before.position);
    uint64_t frames = span_ns ? scale_to_nearest(ns, span_frames, span_ns)
                              : nominal_frames(reader, ns);

    /* Where UTC jumped forward, the moment may lie in the jump: nothing was recorded there. */
    return add_up_to_max(pair->before.position, frames < span_frames ? frames : span_frames);
}

static uint64_t last_position(const struct reader *reader)
{
    uint64_t day_frames = (uint64_t)reader->tape.sample_rate_hz * SECONDS_PER_DAY;
    return add_up_to_max(reader_head(reader), day_frames);
}

enum tapemap_status reader_utc_at(struct reader *reader, uint64_t position, uint64_t *utc_ns)
{
    struct anchor_pair pair;

    if (position > last_position(reader))
        return TAPEMAP_E_ARGUMENT;
    enum tapemap_status status = anchors_around(reader, ANCHOR_POSITION, position, &pair);
    if (status)
        return status;
    if (pair.has_before && pair.has_after)
        *utc_ns = utc_inside(reader, &pair, position);
    else if (pair.has_before)
        *utc_ns = add_up_to_max(pair.before.utc_ns,
                                nominal_ns(reader, position - pair.before.position));
    else
        *utc_ns = subtract_down_to_zero(pair.after.utc_ns,
                                        nominal_ns(reader, pair.after.position - position));
    return TAPEMAP_OK;
}

/* For how long after its newest anchor the head is known to stand still: once a tape has ended for
   ever, while it is paused as long as its recorder lives. */
static uint64_t still_ns_after(const struct reader *reader, const struct tapemap_record *anchor)
{
    uint64_t state = load_acquire_u64(&reader->control->state);
    uint64_t beat = load_relaxed_u64(&reader->control->heartbeat_clock);

    if (state == TAPEMAP_STATE_ENDED)
        return UINT64_MAX;
    if (state != TAPEMAP_STATE_PAUSED || beat < anchor->clock)
        return 0;
    uint64_t alive_ns =
        quantity_scale(beat - anchor->clock, NS_PER_SECOND, reader->tape.clock_hz);
    return add_up_to_max(alive_ns, READER_STALL_NS);
}

/* What lies ahead is expected as it was: at the nominal rate. */
static enum tapemap_status position_ahead(const struct reader *reader,
                                          const struct tapemap_record *anchor, uint64_t utc_ns,
                                          uint64_t *position)
{
    uint64_t ns = utc_ns - anchor->utc_ns;
    uint64_t still_ns = still_ns_after(reader, anchor);

    if (ns <= still_ns) {
        uint64_t head = reader_head(reader);
        uint64_t ahead = add_up_to_max(anchor->position, nominal_frames(reader, ns));
        *position = ahead < head ? ahead : head;
        return TAPEMAP_OK;
    }
    uint64_t ahead = add_up_to_max(anchor->position, nominal_frames(reader, ns - still_ns));
    if (ahead > last_position(reader))
        return TAPEMAP_E_ARGUMENT;
    *position = ahead;
    return TAPEMAP_OK;
}

enum tapemap_status reader_position_at(struct reader *reader, uint64_t utc_ns, uint64_t *position)
{
    struct anchor_pair pair;
    enum tapemap_status status = anchors_around(reader, ANCHOR_UTC, utc_ns, &pair);

    if (status)
        return status;
    if (pair.has_before && pair.has_after)
        *position = position_inside(reader, &pair, utc_ns);
    else if (pair.has_before)
        return position_ahead(reader, &pair.before, utc_ns, position);
    else
        *position = subtract_down_to_zero(pair.after.position,
                                          nominal_frames(reader, pair.after.utc_ns - utc_ns));
    return TAPEMAP_OK;
}
