/* SPDX-License-Identifier: MIT */
#include "record_options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "keep_on_mark.h"
#include "object_names.h"
#include "pcm.h"
#include "quantity.h"

enum record_option_code {
    OPTION_DECK = 256, /* past every character, so that getopt confuses none with a short option */
    OPTION_SOURCE,
    OPTION_FORMAT,
    OPTION_RATE,
    OPTION_CHANNELS,
    OPTION_CAPACITY,
    OPTION_RING,
    OPTION_DURATION,
    OPTION_SPEED,
    OPTION_COMMIT_LIMIT,
    OPTION_READERS,
    OPTION_CONTROLLERS,
    OPTION_SPACE,
    OPTION_KEEP_ON_MARK,
    OPTION_KEEP_TO,
    OPTION_QUIET,
    OPTION_SUPERVISED,
    OPTION_INHERIT,
    OPTION_SAME_BOOT,
    OPTION_HELP,
};

static const struct option record_long_options[] = {
    {"deck", required_argument, NULL, OPTION_DECK},
    {"source", required_argument, NULL, OPTION_SOURCE},
    {"store", required_argument, NULL, FILE_OPTION_STORE},
    {"output", required_argument, NULL, FILE_OPTION_OUTPUT},
    {"name", required_argument, NULL, FILE_OPTION_NAME},
    {"extent", required_argument, NULL, FILE_OPTION_EXTENT},
    {"keep-free", required_argument, NULL, FILE_OPTION_KEEP_FREE},
    {"when-full", required_argument, NULL, FILE_OPTION_WHEN_FULL},
    {"flush", required_argument, NULL, FILE_OPTION_FLUSH},
    {"write-through", no_argument, NULL, FILE_OPTION_WRITE_THROUGH},
    {"resume", no_argument, NULL, FILE_OPTION_RESUME},
    {"resume-or-new", no_argument, NULL, FILE_OPTION_RESUME_OR_NEW},
    {"format", required_argument, NULL, OPTION_FORMAT},
    {"rate", required_argument, NULL, OPTION_RATE},
    {"channels", required_argument, NULL, OPTION_CHANNELS},
    {"capacity", required_argument, NULL, OPTION_CAPACITY},
    {"ring", required_argument, NULL, OPTION_RING},
    {"duration", required_argument, NULL, OPTION_DURATION},
    {"speed", required_argument, NULL, OPTION_SPEED},
    {"commit-limit", required_argument, NULL, OPTION_COMMIT_LIMIT},
    {"readers", required_argument, NULL, OPTION_READERS},
    {"controllers", required_argument, NULL, OPTION_CONTROLLERS},
    {"space", required_argument, NULL, OPTION_SPACE},
    {"keep-on-mark", required_argument, NULL, OPTION_KEEP_ON_MARK},
    {"keep-to", required_argument, NULL, OPTION_KEEP_TO},
    {"quiet", no_argument, NULL, OPTION_QUIET},
    {"supervised", required_argument, NULL, OPTION_SUPERVISED},
    {"inherit", required_argument, NULL, OPTION_INHERIT},
    {"same-boot", no_argument, NULL, OPTION_SAME_BOOT},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

#define DURATION_FORMS "use a time such as 90s, 10m, 24h or 1:30:00"
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

static bool set_source(struct record_options *options, const char *text, struct failure *failure)
{
    if (*text == '\0') {
        failure_set(failure, TAPEMAP_E_SYNTAX,
                    "--source is empty; see 'tapemapd help record' for the sources");
        return false;
    }
    options->source = text;
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

static bool record_option_set(struct record_options *options, int code, const char *text,
                              struct failure *failure)
{
    struct audio_format *wish = &options->wish.format;

    if (code >= FILE_OPTION_FIRST)
        return file_option_set(&options->file, (enum file_option_code)code, text, failure);
    switch (code) {
    case OPTION_DECK:
        return set_deck(options, text, failure);
    case OPTION_SOURCE:
        return set_source(options, text, failure);
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
    case OPTION_SPEED:
        return set_speed(options, text, failure);
    case OPTION_COMMIT_LIMIT:
        return set_size(&options->commit_limit_bytes, "--commit-limit", text, failure);
    case OPTION_SUPERVISED:
        options->supervised = text;
        return true;
    case OPTION_INHERIT:
        options->inherit = text;
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
    case OPTION_KEEP_ON_MARK:
        return set_keep_on_mark(options, text, failure);
    case OPTION_KEEP_TO:
        options->keep_to = text;
        return true;
    case OPTION_SPACE:
        return set_space(options, text, failure);
    default:
        options->is_quiet = true;
        return true;
    }
}

/* ---- The whole line ------------------------------------------------------------------------- */

/* getopt's answers differ between C libraries; the option's own entry in the table does not. */
static void record_option_refuse(const char *argument, int code, struct failure *failure)
{
    for (const struct option *option = record_long_options; option->name; option++) {
        if (option->val != code)
            continue;
        failure_set(failure, TAPEMAP_E_SYNTAX,
                    "--%s %s; see 'tapemapd help record'", option->name,
                    option->has_arg == required_argument ? "needs a value" : "takes no value");
        return;
    }
    failure_set(failure, TAPEMAP_E_SYNTAX,
                "unknown or ambiguous option '%s'; see 'tapemapd help record'", argument);
}

static bool source_is_device(const char *spec)
{
    static const char kind[] = "portaudio";
    size_t length = sizeof kind - 1;

    return strncmp(spec, kind, length) == 0 && (spec[length] == '\0' || spec[length] == ':');
}

static bool record_options_agree(const struct record_options *options, struct failure *failure)
{
    const char *wrong = NULL;

    if (!options->deck)
        wrong = "--deck is missing; give the deck a name, for example --deck studio";
    else if (!options->source)
        wrong = "--source is missing; give one, for example --source portaudio or --source "
                "tone:sine:440";
    else if (options->ring_ns != 0 &&
             (options->capacity_ns != 0 || options->capacity_bytes != 0))
        wrong = "--ring and --capacity exclude each other; a ring's capacity is its duration, so "
                "give one of the two";
    else if (options->speed.is_given && source_is_device(options->source))
        wrong = "--speed does not apply to a device, which sets its own; leave it out";
    else if (options->inherit && !options->supervised)
        wrong = "--inherit is for a supervisor, which has the handles; leave it out";
    else if (options->inherit && options->file.store != RECORD_STORE_PAGEFILE)
        wrong = "--inherit goes with tapes in memory; for a file use --resume";
    if (!wrong)
        wrong = keep_on_mark_wrong(options->keep_before_ns + options->keep_after_ns,
                                   options->keep_to != NULL, options->ring_ns);
    if (!wrong)
        return true;
    failure_set(failure, TAPEMAP_E_SYNTAX, "%s", wrong);
    return false;
}

void record_options_begin(struct record_options *options)
{
    memset(options, 0, sizeof *options);
    options->space = OBJECT_SPACE_LOCAL;
    file_options_init(&options->file);
}

bool record_options_conclude(struct record_options *options, struct failure *failure)
{
    options->is_ring = options->ring_ns != 0;
    if (!record_options_agree(options, failure) ||
        !file_options_agree(&options->file, options->is_ring, failure))
        return false;
    if (options->is_ring)
        options->capacity_ns = options->ring_ns;
    else if (options->capacity_ns == 0 && options->capacity_bytes == 0)
        options->capacity_bytes = options->file.store == RECORD_STORE_PAGEFILE
                                      ? RECORD_DEFAULT_CAPACITY_BYTES
                                      : RECORD_DEFAULT_FILE_BYTES;
    if (!options->speed.is_given)
        options->speed.thousandths =
            strcmp(options->source, "stdin") == 0 ? PACE_MAX : PACE_REALTIME;
    return true;
}

bool record_options_parse(int argc, char **argv, struct record_options *options,
                          struct failure *failure)
{
    int code;

    record_options_begin(options);
    opterr = 0;
    optind = 0; /* begin anew, in glibc's as well as in BSD's getopt */
    while ((code = getopt_long(argc, argv, ":", record_long_options, NULL)) != -1) {
        if (code == OPTION_HELP) {
            options->wants_help = true;
            return true;
        }
        if (code == '?' || code == ':') {
            record_option_refuse(argv[optind - 1], optopt, failure);
            return false;
        }
        if (!record_option_set(options, code, optarg, failure))
            return false;
    }
    if (optind < argc) {
        failure_set(failure, TAPEMAP_E_SYNTAX,
                    "unexpected argument '%s'; every value belongs to an option, see 'tapemapd "
                    "help record'", argv[optind]);
        return false;
    }
    return record_options_conclude(options, failure);
}

/* ---- One by one ----------------------------------------------------------------------------- */

/* What the supervisor decides, or what makes sense for a person at a terminal alone. */
static bool option_is_by_hand(const char *name)
{
    static const char *const names[] = {"deck",    "help",   "resume", "resume-or-new",
                                        "inherit", "same-boot", "supervised"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return false;
}

bool record_option_get(size_t index, struct record_option *option)
{
    const struct option *entry;

    if (index + 1 >= sizeof record_long_options / sizeof record_long_options[0])
        return false;
    entry = &record_long_options[index];
    option->name = entry->name;
    option->takes_value = entry->has_arg != no_argument;
    option->use = option_is_by_hand(entry->name) ? RECORD_OPTION_BY_HAND : RECORD_OPTION_ANYWHERE;
    return true;
}

bool record_options_take(struct record_options *options, const char *name, const char *value,
                         struct failure *failure)
{
    for (const struct option *option = record_long_options; option->name; option++) {
        if (strcmp(option->name, name) == 0)
            return record_option_set(options, option->val, value, failure);
    }
    failure_set(failure, TAPEMAP_E_SYNTAX, "there is no option '--%s'; see 'tapemapd help record'",
                name);
    return false;
}

/* ---- In frames ------------------------------------------------------------------------------ */

bool record_options_end_frame(const struct record_options *options, uint32_t rate_hz,
                              uint64_t *end_frame, struct failure *failure)
{
    uint64_t frames = 0;

    if (options->duration_ns != 0) {
        if (!quantity_frames_from_ns(options->duration_ns, rate_hz, &frames)) {
            failure_set(failure, TAPEMAP_E_SYNTAX, "--duration is too long; use a shorter one");
            return false;
        }
        if (frames == 0)
            frames = 1;
    }
    *end_frame = frames;
    return true;
}

bool record_options_capacity(const struct record_options *options,
                             const struct audio_format *format, uint64_t *capacity_frames,
                             struct failure *failure)
{
    uint64_t frame_bytes = (uint64_t)pcm_sample_bytes(format->sample_format) * format->channels;
    uint64_t frames = options->capacity_bytes / frame_bytes;
    const char *option = options->is_ring ? "--ring" : "--capacity";
    uint64_t end_frame;

    if (!record_options_end_frame(options, format->sample_rate_hz, &end_frame, failure))
        return false;
    if (options->capacity_ns != 0 &&
        !quantity_frames_from_ns(options->capacity_ns, format->sample_rate_hz, &frames))
        frames = UINT64_MAX;
    if (frames == 0) {
        failure_set(failure, TAPEMAP_E_ARGUMENT, "%s is less than one frame; give more room",
                    option);
        return false;
    }
    if (frames > RECORD_MAX_CAPACITY_BYTES / frame_bytes) {
        failure_set(failure, TAPEMAP_E_ARGUMENT,
                    "%s is more than the 128 TiB that an address space holds; give less", option);
        return false;
    }
    if (!options->is_ring && end_frame > frames) {
        failure_set(failure, TAPEMAP_E_ARGUMENT,
                    "--duration does not fit into the capacity of the tape; give a larger "
                    "--capacity or use --ring");
        return false;
    }
    *capacity_frames = frames;
    return true;
}
