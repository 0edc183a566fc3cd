/* SPDX-License-Identifier: MIT */
#include "rotation.h"

#include <string.h>

#include "quantity.h"

#define NS_PER_SECOND UINT64_C(1000000000)
#define NS_PER_DAY (86400 * NS_PER_SECOND)
/* A device further from its word than this has lost frames, or the clock was set. */
#define MOST_DRIFT_PPM 2000u
#define NEAR_PARTS 10u /* of a second: such a boundary is meant to be that of the clock */
/* Blocks come some milliseconds early or late: in less time they say too little of the device. */
#define LEAST_PAST_NS (300 * NS_PER_SECOND)

/* ---- What was asked for --------------------------------------------------------------------- */

static bool parse_length(const char *text, struct rotation_policy *policy)
{
    policy->kind = ROTATION_LENGTH;
    return quantity_parse_duration_ns(text, &policy->length_ns) &&
           policy->length_ns >= NS_PER_SECOND;
}

static bool parse_size(const char *text, struct rotation_policy *policy)
{
    policy->kind = ROTATION_SIZE;
    return quantity_parse_bytes(text, &policy->size_bytes) && policy->size_bytes > 0;
}

static bool parse_clock(const char *text, struct rotation_policy *policy)
{
    policy->kind = ROTATION_CLOCK;
    return quantity_parse_duration_ns(text, &policy->length_ns) &&
           policy->length_ns >= NS_PER_SECOND && NS_PER_DAY % policy->length_ns == 0;
}

bool rotation_parse(const char *text, struct rotation_policy *policy, struct failure *failure)
{
    static const struct {
        const char *beginning;
        bool (*parse)(const char *text, struct rotation_policy *policy);
        const char *remedy;
    } forms[] = {
        {"length:", parse_length, "use for example length:90m, of 1s at least"},
        {"size:", parse_size, "use for example size:2GiB"},
        {"", parse_clock, "by the clock use a time that divides a day, of 1s at least, such as "
                          "15m, 1h or 1d; else length:90m or size:2GiB"},
    };
    size_t i = 0;

    while (strncmp(text, forms[i].beginning, strlen(forms[i].beginning)) != 0)
        i++;
    *policy = (struct rotation_policy){0};
    if (forms[i].parse(text + strlen(forms[i].beginning), policy))
        return true;
    failure_set(failure, TAPEMAP_E_SYNTAX, "--rotate '%s' is not understood; %s", text,
                forms[i].remedy);
    return false;
}

static uint64_t fixed_frames(const struct rotation_policy *policy,
                             const struct rotation_facts *facts)
{
    uint64_t frames = 0;

    if (policy->kind == ROTATION_SIZE)
        return policy->size_bytes / facts->frame_bytes;
    if (policy->kind == ROTATION_LENGTH)
        quantity_frames_from_ns(policy->length_ns, facts->sample_rate_hz, &frames);
    return frames;
}

bool rotation_suits(const struct rotation_policy *policy, const struct rotation_facts *facts,
                    struct failure *failure)
{
    if (policy->kind != ROTATION_SIZE ||
        fixed_frames(policy, facts) >= facts->sample_rate_hz)
        return true;
    failure_set(failure, TAPEMAP_E_ARGUMENT,
                "--rotate gives tapes of %llu bytes, which is less than a second of this format; "
                "give size:%llu or more",
                (unsigned long long)policy->size_bytes,
                (unsigned long long)facts->sample_rate_hz * facts->frame_bytes);
    return false;
}

/* ---- By the clock --------------------------------------------------------------------------- */

static uint64_t offset_at(const struct rotation_facts *facts, uint64_t utc_ns)
{
    return facts->utc_offset_ns ? (uint64_t)facts->utc_offset_ns(utc_ns) : 0;
}

/* The first moment past `utc_ns` at which a clock so far ahead of UTC shows a multiple. Offsets may
   be below zero: the sums wrap, and come out right. */
static uint64_t next_multiple(uint64_t utc_ns, uint64_t offset_ns, uint64_t length_ns)
{
    uint64_t day_ns = (utc_ns + offset_ns + NS_PER_DAY) % length_ns;

    return utc_ns + length_ns - day_ns;
}

/*
 * The same by the local clock, which may be put forward or back before it is reached. No multiple
 * of the old clock lies before the change then, so the first one of the new clock counts: unless
 * that lies before the change too. The hour it stands for was left out when the clock was put
 * forward (the old clock's moment counts), or comes once more when it was put back.
 */
static uint64_t next_by_clock(const struct rotation_facts *facts, uint64_t utc_ns,
                              uint64_t length_ns)
{
    uint64_t offset = offset_at(facts, utc_ns);
    uint64_t by_old = next_multiple(utc_ns, offset, length_ns);
    uint64_t changed = offset_at(facts, by_old);

    if (changed == offset)
        return by_old;
    uint64_t by_new = next_multiple(utc_ns, changed, length_ns);
    if (offset_at(facts, by_new) == changed)
        return by_new;
    return (int64_t)(changed - offset) > 0 ? by_old : by_new + length_ns;
}

/* Frames in `ns` at the device's own rate. */
static uint64_t frames_in(const struct rotation_facts *facts, uint64_t ns)
{
    uint64_t passed_ns = facts->utc_ns - facts->past_utc_ns;
    uint64_t passed = facts->position - facts->past_position;
    uint64_t nominal = quantity_scale(passed_ns, facts->sample_rate_hz, NS_PER_SECOND);
    uint64_t drift = passed > nominal ? passed - nominal : nominal - passed;
    bool is_known = facts->past_utc_ns != 0 && facts->past_utc_ns < facts->utc_ns &&
                    passed_ns >= LEAST_PAST_NS &&
                    facts->past_position < facts->position &&
                    drift <= quantity_scale(nominal, MOST_DRIFT_PPM, 1000000);

    if (is_known)
        return quantity_scale(ns, passed, passed_ns);
    return quantity_scale(ns, facts->sample_rate_hz, NS_PER_SECOND);
}

/* When the next tape is to begin, and which frame that will be. */
static uint64_t clock_boundary(const struct rotation_policy *policy,
                               const struct rotation_facts *facts, uint64_t *utc_ns)
{
    uint64_t rate_hz = facts->sample_rate_hz;
    uint64_t half = quantity_scale(policy->length_ns / 2, rate_hz, NS_PER_SECOND);
    uint64_t least = half < rate_hz ? half : rate_hz;

    *utc_ns = facts->utc_ns;
    for (;;) {
        *utc_ns = next_by_clock(facts, *utc_ns, policy->length_ns);
        uint64_t boundary = facts->position + frames_in(facts, *utc_ns - facts->utc_ns);
        if (boundary > facts->position && boundary >= least)
            return boundary;
    }
}

/* ---- Both ----------------------------------------------------------------------------------- */

uint64_t rotation_boundary(const struct rotation_policy *policy,
                           const struct rotation_facts *facts)
{
    uint64_t utc_ns;

    if (policy->kind == ROTATION_CLOCK)
        return clock_boundary(policy, facts, &utc_ns);
    return fixed_frames(policy, facts);
}

bool rotation_is_fixed(const struct rotation_policy *policy)
{
    return policy->kind == ROTATION_LENGTH || policy->kind == ROTATION_SIZE;
}

uint64_t rotation_begin_utc_ns(const struct rotation_policy *policy,
                               const struct rotation_facts *facts, uint64_t boundary)
{
    uint64_t rest = boundary > facts->position ? boundary - facts->position : 0;
    uint64_t utc_ns;

    /* The full second, not some frames before or after it. */
    if (policy->kind == ROTATION_CLOCK) {
        uint64_t planned = clock_boundary(policy, facts, &utc_ns);
        uint64_t off = planned > boundary ? planned - boundary : boundary - planned;
        if (off <= facts->sample_rate_hz / NEAR_PARTS)
            return utc_ns;
    }
    return facts->utc_ns + quantity_scale(rest, NS_PER_SECOND, facts->sample_rate_hz);
}
