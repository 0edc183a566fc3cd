/* SPDX-License-Identifier: MIT */
#include "record_option_values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keep_on_mark.h"
#include "object_names.h"
#include "quantity.h"
#include "tapemap/tapemap.h"

#define DURATION_FORMS "use a time such as 90s, 10m, 24h or 1:30:00"
#define MOST_SILENCE_DB 120u
#define SIZE_FORMS "use a size such as 512MiB or 8TiB"

/* ---- One option each: true, or false with failure filled ------------------------------------ */

static bool set_deck(struct record_options *options, const char *text, struct failure *failure)
{
    if (!deck_name_is_valid(text)) {
        failure_set(failure, TAPEMAP_E_SYNTAX,
                    "'%s' cannot name a deck; use 1 to 63 bytes without \\ / : * ? \" < > | and "
                    "control characters, not beginning or ending with a space, not ending with a "
                    "dot", text);
        return false;
    }
    options->deck = text;
    return true;
}

static bool set_source(const char **source, const char *option, const char *text,
                       struct failure *failure)
{
    if (*text == '\0') {
        failure_set(failure, TAPEMAP_E_SYNTAX,
                    "%s is empty; see 'tapemapd help record' for the sources", option);
        return false;
    }
    *source = text;
    return true;
}

static bool set_when_lost(struct record_options *options, const char *text,
                          struct failure *failure)
{
    if (strcmp(text, "wait") != 0 && strcmp(text, "stop") != 0) {
        failure_set(failure, TAPEMAP_E_SYNTAX, "unknown --when-lost '%s'; use wait or stop", text);
        return false;
    }
    options->waits_at_start = strcmp(text, "wait") == 0;
    options->stops_when_lost = !options->waits_at_start;
    return true;
}

/* -60 or -60dB, below full scale. */
static bool set_silence_below(struct record_options *options, const char *text,
                              struct failure *failure)
{
    const char *number = text + (*text == '-');
    size_t digits = strspn(number, "0123456789");
    const char *unit = number + digits;
    unsigned db = 0;

    if (digits > 0 && digits <= 3)
        db = (unsigned)strtoul(number, NULL, 10);
    if (*text != '-' || db == 0 || db > MOST_SILENCE_DB || (*unit && strcmp(unit, "dB") != 0)) {
        failure_set(failure, TAPEMAP_E_SYNTAX,
                    "--silence-below '%s' is no level; use whole dB below full scale, from -1 to "
                    "-%u, such as -60", text, MOST_SILENCE_DB);
        return false;
    }
    options->silence_level = 1;
    for (; db > 0; db--)
        options->silence_level *= 0.8912509f;
    return true;
}

static bool set_format(struct record_options *options, const char *text, struct failure *failure)
{
    static const struct {
        const char *name;
        enum tapemap_sample_format format;
    } formats[] = {
        {"s16", TAPEMAP_S16}, {"s24", TAPEMAP_S24}, {"s32", TAPEMAP_S32}, {"f32", TAPEMAP_F32},
    };

    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (strcmp(text, formats[i].name) == 0) {
            options->wish.format.sample_format = formats[i].format;
            return true;
        }
    }
    failure_set(failure, TAPEMAP_E_SYNTAX, "unknown format '%s'; use s16, s24, s32 or f32", text);
    return false;
}

static bool set_number(uint32_t *number, const char *what, uint32_t limit, const char *text,
                       struct failure *failure)
{
    uint64_t value;

    if (!quantity_parse_u64(text, &value) || value == 0 || value > limit) {
        failure_set(failure, TAPEMAP_E_SYNTAX, "%s '%s' is out of range; use a number from 1 to %u",
                    what, text, (unsigned)limit);
        return false;
    }
    *number = (uint32_t)value;
    return true;
}

/* Whether the text is a duration but for its first number, which 64 bits need not hold. */
static bool has_form_of_duration(const char *text)
{
    char small[32];
    uint64_t value;
    size_t digits = strspn(text, "0123456789");

    snprintf(small, sizeof small, "1%s", text + digits);
    return digits > 0 && quantity_parse_duration_ns(small, &value);
}

static bool set_duration(uint64_t *duration_ns, const char *option, const char *text,
                         struct failure *failure)
{
    uint64_t value = UINT64_MAX;

    if (!quantity_parse_duration_ns(text, &value) && !has_form_of_duration(text)) {
        failure_set(failure, TAPEMAP_E_SYNTAX, "%s '%s' is no duration; " DURATION_FORMS, option,
                    text);
        return false;
    }
    if (value > RECORD_MAX_DURATION_NS) {
        failure_set(failure, TAPEMAP_E_SYNTAX,
                    "%s '%s' is too long; use at most a hundred years (36525d)", option, text);
        return false;
    }
    if (value == 0) {
        failure_set(failure, TAPEMAP_E_SYNTAX, "%s '%s' is nothing; " DURATION_FORMS, option,
                    text);
        return false;
    }
    *duration_ns = value;
    return true;
}

static bool set_size(uint64_t *bytes, const char *option, const char *text,
                     struct failure *failure)
{
    uint64_t value;

    if (!quantity_parse_bytes(text, &value)) {
        failure_set(failure, TAPEMAP_E_SYNTAX, "%s '%s' is no size; " SIZE_FORMS, option, text);
        return false;
    }
    if (value == 0 || value > RECORD_MAX_CAPACITY_BYTES) {
        failure_set(failure, TAPEMAP_E_SYNTAX,
                    "%s '%s' is out of range; use more than nothing and at most 128TiB", option,
                    text);
        return false;
    }
    *bytes = value;
    return true;
}

/* "10m" means ten minutes here as in --ring, so a duration is looked for first. */
static bool set_capacity(struct record_options *options, const char *text,
                         struct failure *failure)
{
    uint64_t value;

    options->capacity_ns = 0;
    options->capacity_bytes = 0;
    if (has_form_of_duration(text))
        return set_duration(&options->capacity_ns, "--capacity", text, failure);
    if (quantity_parse_bytes(text, &value))
        return set_size(&options->capacity_bytes, "--capacity", text, failure);
    failure_set(failure, TAPEMAP_E_SYNTAX,
                "--capacity '%s' is neither a size nor a duration; use for example 8TiB or 24h",
                text);
    return false;
}

static bool set_speed(struct record_options *options, const char *text, struct failure *failure)
{
    if (pace_parse(text, &options->speed))
        return true;
    failure_set(failure, TAPEMAP_E_SYNTAX,
                "unknown speed '%s'; use realtime, max, or a factor from 0.001x to 1000x such as "
                "4x", text);
    return false;
}

static bool set_keep_on_mark(struct record_options *options, const char *text,
                             struct failure *failure)
{
    if (keep_on_mark_parse(text, &options->keep_before_ns, &options->keep_after_ns))
        return true;
    failure_set(failure, TAPEMAP_E_SYNTAX,
                "--keep-on-mark '%s' is not understood; give the time before and after a mark, "
                "such as 5m,1m", text);
    return false;
}

static bool set_space(struct record_options *options, const char *text, struct failure *failure)
{
    options->space = strcmp(text, "global") == 0 ? OBJECT_SPACE_GLOBAL : OBJECT_SPACE_LOCAL;
    if (strcmp(text, "global") == 0 || strcmp(text, "local") == 0)
        return true;
    failure_set(failure, TAPEMAP_E_SYNTAX,
                "unknown space '%s'; use local (this login session) or global (the machine)", text);
    return false;
}

static bool set_log(struct record_options *options, const char *text, struct failure *failure)
{
    if (*text == '\0') {
        failure_set(failure, TAPEMAP_E_SYNTAX,
                    "--log is empty; name a file, for example --log tapemapd.log");
        return false;
    }
    options->log = text;
    return true;
}

bool record_option_set(struct record_options *options, int code, const char *text,
                       struct failure *failure)
{
    struct audio_format *wish = &options->wish.format;

    if (code >= FILE_OPTION_FIRST)
        return file_option_set(&options->file, (enum file_option_code)code, text, failure);
    switch (code) {
    case OPTION_DECK:
        return set_deck(options, text, failure);
    case OPTION_SOURCE:
        return set_source(&options->source, "--source", text, failure);
    case OPTION_FALLBACK:
        return set_source(&options->fallback, "--fallback", text, failure);
    case OPTION_SILENCE_BELOW:
        return set_silence_below(options, text, failure);
    case OPTION_WHEN_LOST:
        return set_when_lost(options, text, failure);
    case OPTION_FORMAT:
        return set_format(options, text, failure);
    case OPTION_RATE:
        return set_number(&wish->sample_rate_hz, "--rate", TAPEMAP_MAX_RATE_HZ, text, failure);
    case OPTION_CHANNELS:
        return set_number(&wish->channels, "--channels", TAPEMAP_MAX_CHANNELS, text, failure);
    case OPTION_CAPACITY:
        return set_capacity(options, text, failure);
    case OPTION_RING:
        return set_duration(&options->ring_ns, "--ring", text, failure);
    case OPTION_DURATION:
        return set_duration(&options->duration_ns, "--duration", text, failure);
    case OPTION_ROTATE:
        return rotation_parse(text, &options->rotation, failure);
    case OPTION_SPEED:
        return set_speed(options, text, failure);
    case OPTION_COMMIT_LIMIT:
        return set_size(&options->commit_limit_bytes, "--commit-limit", text, failure);
    case OPTION_KEEP_ON_MARK:
        return set_keep_on_mark(options, text, failure);
    case OPTION_KEEP_TO:
        options->keep_to = text;
        return true;
    case OPTION_LOG:
        return set_log(options, text, failure);
    case OPTION_SUPERVISED:
        options->supervised = text;
        return true;
    case OPTION_INHERIT:
        options->inherit = text;
        return true;
    case OPTION_LAST_WORDS:
        options->last_words = text;
        return true;
    case OPTION_SAME_BOOT:
        options->is_same_boot = true;
        return true;
    case OPTION_READERS:
        options->readers = text;
        return true;
    case OPTION_CONTROLLERS:
        options->controllers = text;
        return true;
    case OPTION_SPACE:
        return set_space(options, text, failure);
    case OPTION_LET_SLEEP:
        options->lets_sleep = true;
        return true;
    default:
        options->is_quiet = true;
        return true;
    }
}
