/* SPDX-License-Identifier: MIT */
#include "hook_environment.h"

#include <inttypes.h>
#include <stdio.h>

#include "atomic64.h"
#include "calendar.h"
#include "object_names.h"
#include "tapemap/tapemap.h"

#define NS_PER_SECOND UINT64_C(1000000000)

static void put_text(struct hook_environment *environment, unsigned entry, const char *name,
                     const char *value)
{
    snprintf(environment->texts[entry], HOOK_ENTRY_BYTES, "TAPEMAP_%s=%s", name, value);
    environment->entries[entry] = environment->texts[entry];
}

static void put_number(struct hook_environment *environment, unsigned entry, const char *name,
                       uint64_t value)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRIu64, value);
    put_text(environment, entry, name, text);
}

static void put_moment(struct hook_environment *environment, unsigned entry, const char *name,
                       uint64_t utc_ns)
{
    struct calendar at = calendar_of(utc_ns);
    char text[80];

    snprintf(text, sizeof text, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", at.year, at.month, at.day,
             at.hour, at.minute, at.second, (unsigned)(utc_ns % NS_PER_SECOND / 1000000));
    put_text(environment, entry, name, text);
}

void hook_environment_fill(struct hook_environment *environment,
                           const struct tapemap_control *control, const struct layout_tape *facts,
                           const char *path, uint64_t end_utc_ns)
{
    uint64_t reason = load_acquire_u64(&control->reason);
    unsigned entry = 0;
    char id[17];

    tape_id_print(facts->tape_id, id);
    put_text(environment, entry++, "DECK", facts->deck_name);
    put_text(environment, entry++, "TAPE_ID", id);
    put_text(environment, entry++, "FILE", path);
    put_number(environment, entry++, "FRAMES", load_acquire_u64(&control->head));
    put_number(environment, entry++, "SAMPLE_RATE_HZ", facts->sample_rate_hz);
    put_number(environment, entry++, "SERIES_POSITION", facts->series_position);
    put_moment(environment, entry++, "BEGIN_UTC", facts->created_utc_ns);
    put_moment(environment, entry++, "END_UTC", end_utc_ns);
    put_number(environment, entry++, "GAP_COUNT", load_acquire_u64(&control->gap_count));
    put_text(environment, entry++, "REASON", tapemap_reason_name((enum tapemap_reason)reason));
    environment->entries[entry] = NULL;
}
