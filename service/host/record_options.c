/* SPDX-License-Identifier: MIT */
#include "record_option_values.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "keep_on_mark.h"
#include "object_names.h"
#include "pcm.h"
#include "quantity.h"

static const struct option record_long_options[] = {
    {"deck", required_argument, NULL, OPTION_DECK},
    {"source", required_argument, NULL, OPTION_SOURCE},
    {"store", required_argument, NULL, FILE_OPTION_STORE},
    {"output", required_argument, NULL, FILE_OPTION_OUTPUT},
    {"name", required_argument, NULL, FILE_OPTION_NAME},
    {"extent", required_argument, NULL, FILE_OPTION_EXTENT},
    {"keep-free", required_argument, NULL, FILE_OPTION_KEEP_FREE},
    {"keep", required_argument, NULL, FILE_OPTION_KEEP},
    {"keep-size", required_argument, NULL, FILE_OPTION_KEEP_SIZE},
    {"on-finished", required_argument, NULL, FILE_OPTION_ON_FINISHED},
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
    {"rotate", required_argument, NULL, OPTION_ROTATE},
    {"speed", required_argument, NULL, OPTION_SPEED},
    {"commit-limit", required_argument, NULL, OPTION_COMMIT_LIMIT},
    {"readers", required_argument, NULL, OPTION_READERS},
    {"controllers", required_argument, NULL, OPTION_CONTROLLERS},
    {"space", required_argument, NULL, OPTION_SPACE},
    {"when-lost", required_argument, NULL, OPTION_WHEN_LOST},
    {"fallback", required_argument, NULL, OPTION_FALLBACK},
    {"silence-below", required_argument, NULL, OPTION_SILENCE_BELOW},
    {"let-sleep", no_argument, NULL, OPTION_LET_SLEEP},
    {"log", required_argument, NULL, OPTION_LOG},
    {"keep-on-mark", required_argument, NULL, OPTION_KEEP_ON_MARK},
    {"keep-to", required_argument, NULL, OPTION_KEEP_TO},
    {"quiet", no_argument, NULL, OPTION_QUIET},
    {"supervised", required_argument, NULL, OPTION_SUPERVISED},
    {"inherit", required_argument, NULL, OPTION_INHERIT},
    {"last-words", required_argument, NULL, OPTION_LAST_WORDS},
    {"same-boot", no_argument, NULL, OPTION_SAME_BOOT},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

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

bool record_source_is_device(const char *spec)
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
    else if (options->rotation.kind != ROTATION_NEVER && !file_options_may_rotate(&options->file))
        wrong = "--rotate needs --store file, and an --output that names a folder";
    else if (options->speed.is_given && record_source_is_device(options->source))
        wrong = "--speed does not apply to a device, which sets its own; leave it out";
    else if (options->inherit && !options->supervised)
        wrong = "--inherit is for a supervisor, which has the handles; leave it out";
    else if (options->inherit && options->file.store != RECORD_STORE_PAGEFILE)
        wrong = "--inherit goes with tapes in memory; for a file use --resume";
    else if (options->waits_at_start && !record_source_is_device(options->source))
        wrong = "--when-lost wait does not apply to this source, which is not lost but at its end; "
                "leave it out";
    else if (options->fallback && !record_source_is_device(options->source))
        wrong = "--fallback does not apply to this source; it is for a device that may be lost";
    else if (options->silence_level > 0 && !record_source_is_device(options->source))
        wrong = "--silence-below does not apply to this source; it is for a device";
    else if (options->fallback && options->stops_when_lost)
        wrong = "--fallback and --when-lost stop exclude each other; give one of the two";
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
    options->waits_for_source =
        record_source_is_device(options->source) && !options->stops_when_lost;
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
                                        "inherit", "last-words", "same-boot",
                                        "supervised"};

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
    bool is_one_tape = !options->is_ring && options->rotation.kind == ROTATION_NEVER;
    if (is_one_tape && end_frame > frames) {
        failure_set(failure, TAPEMAP_E_ARGUMENT,
                    "--duration does not fit into the capacity of the tape; give a larger "
                    "--capacity or use --ring");
        return false;
    }
    *capacity_frames = frames;
    return true;
}

/* ---- What is kept --------------------------------------------------------------------------- */

struct retention_policy record_options_retention(const struct record_options *options)
{
    bool makes_room = options->rotation.kind != ROTATION_NEVER && options->file.keep_free_given;

    return (struct retention_policy){
        .keep_ns = options->file.keep_ns,
        .keep_size_bytes = options->file.keep_size_bytes,
        .keep_free_bytes = makes_room ? options->file.keep_free_bytes : 0,
    };
}
