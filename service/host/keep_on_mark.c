/* SPDX-License-Identifier: MIT */
#include "keep_on_mark.h"

#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "quantity.h"

/* A duration, or none: quantity.h has no form for that but "0s". */
static bool parse_part(const char *text, size_t length, uint64_t *ns)
{
    char part[64];

    if (length == 0 || length >= sizeof part)
        return false;
    memcpy(part, text, length);
    part[length] = '\0';
    return quantity_parse_duration_ns(part, ns);
}

bool keep_on_mark_parse(const char *text, uint64_t *before_ns, uint64_t *after_ns)
{
    const char *comma = strchr(text, ',');
    uint64_t before;
    uint64_t after;

    if (!comma || !parse_part(text, (size_t)(comma - text), &before) ||
        !parse_part(comma + 1, strlen(comma + 1), &after) || (before == 0 && after == 0) ||
        after > UINT64_MAX - before)
        return false;
    *before_ns = before;
    *after_ns = after;
    return true;
}

/* Marks are kept one after the other, so one may have to wait until the other's time is over. */
const char *keep_on_mark_wrong(uint64_t wanted_ns, bool has_folder, uint64_t ring_ns)
{
    if (has_folder && wanted_ns == 0)
        return "--keep-to goes with --keep-on-mark; give both";
    if (wanted_ns != 0 && ring_ns == 0)
        return "--keep-on-mark is for a --ring, since everything else is kept anyway; leave it out";
    if (wanted_ns > ring_ns)
        return "--keep-on-mark wants more than the ring holds; give a longer --ring";
    return NULL;
}

void keep_on_mark_path(const struct keep_on_mark_config *config, const struct kept_mark *mark,
                       char out[KEPT_MARK_PATH_BYTES])
{
    struct calendar at = calendar_of(mark->utc_ns);

    snprintf(out, KEPT_MARK_PATH_BYTES, "%.1000s/%s-%04u%02u%02uT%02u%02u%02u.%03uZ.wav",
             config->folder, config->deck, (unsigned)at.year, (unsigned)at.month,
             (unsigned)at.day, (unsigned)at.hour, (unsigned)at.minute, (unsigned)at.second,
             (unsigned)(mark->utc_ns / 1000000u % 1000u));
}
