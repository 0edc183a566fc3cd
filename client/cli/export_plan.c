/* SPDX-License-Identifier: MIT */
#include "export_plan.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli_fail.h"
#include "cli_output.h"
#include "loudness.h"
#include "quantity.h"
#include "rate_change.h"

#define PLAN_LEAST_LUFS (-70.0) /* below it R128 hears nothing */

/* ---- Before the tape is open ----------------------------------------------------------------- */

static int find_container(const struct export_request *request, struct export_plan *plan)
{
    bool is_stdout = cli_output_is_stdout(request->path);
    const struct sound_container *by_name =
        is_stdout ? NULL : sound_container_of_path(request->path);
    plan->container = request->format ? sound_container_named(request->format)
                      : is_stdout     ? sound_container_named("wav")
                                      : by_name;
    if (request->format && !plan->container)
        return cli_misuse("export", "there is no format '%s' here; give " SOUND_CONTAINER_NAMES,
                          request->format);
    if (!plan->container)
        return cli_misuse("export", "the format of '%s' is not known by its name; end it in "
                          SOUND_CONTAINER_EXTENSIONS ", or give '--format'", request->path);
    if (by_name && by_name != plan->container)
        return cli_misuse("export", "'--format %s' contradicts the name '%s'", request->format,
                          request->path);
    if (is_stdout && plan->container->is_for_files_alone)
        return cli_misuse("export", "%s cannot be streamed, because its beginning tells its "
                          "length; give '-o FILE', or '--format wav'", plan->container->name);
    return CLI_DONE;
}

static int check_pairs(const struct export_request *request)
{
    bool is_split = request->split || request->splits_at_marks;
    if (request->channels && request->mix)
        return cli_misuse("export", "'--channels' goes without '--mix', which tells how many "
                          "there are");
    if (request->split && request->splits_at_marks)
        return cli_misuse("export", "'--split' goes without '--split-at-marks'; give one of them");
    if (is_split && cli_output_is_stdout(request->path))
        return cli_misuse("export", "stdout is one stream and cannot be split; give '-o FILE'");
    return CLI_DONE;
}

static int parse_loudness(const struct export_request *request, struct export_plan *plan)
{
    char *end = NULL;
    if (!request->loudness)
        return CLI_DONE;
    plan->target_lufs = strtod(request->loudness, &end);
    plan->is_normalized = true;
    bool is_decimal = request->loudness[strspn(request->loudness, "-.0123456789")] == '\0';
    if (is_decimal && end != request->loudness && *end == '\0' &&
        plan->target_lufs >= PLAN_LEAST_LUFS && plan->target_lufs <= 0)
        return CLI_DONE;
    return cli_misuse("export", "'%s' of '--normalize' is no loudness in LUFS from -70 to 0, such "
                      "as -16 or -23", request->loudness);
}

int export_plan_check(const struct export_request *request, struct export_plan *plan)
{
    int code = cli_output_check("export", request->path);
    if (code == CLI_DONE)
        code = find_container(request, plan);
    if (code == CLI_DONE)
        code = check_pairs(request);
    return code == CLI_DONE ? parse_loudness(request, plan) : code;
}

/* ---- Of the tape ----------------------------------------------------------------------------- */

static int plan_mix(const struct export_request *request, uint32_t channels,
                    struct channel_mix *mix)
{
    uint64_t count = channels;
    if (request->mix)
        return channel_mix_parse(mix, request->mix, channels)
                   ? CLI_DONE
                   : cli_misuse("export", "'%s' of '--mix' does not fit the tape's %" PRIu32
                                " channels; give one list for each channel of the file, such as "
                                "1+2,3", request->mix, channels);
    if (request->channels && !quantity_parse_u64(request->channels, &count))
        return cli_misuse("export", "'%s' of '--channels' is no number; give 1 for all in one, or "
                          "'--mix' with a list such as 1+2,3 to pick channels", request->channels);
    if (count <= TAPEMAP_MAX_CHANNELS && channel_mix_count(mix, channels, (uint32_t)count))
        return CLI_DONE;
    return cli_misuse("export", "nobody can tell how %" PRIu32 " channels become %" PRIu64
                      "; give '--channels 1' for all in one, or '--mix' with a list such as 1+2,3",
                      channels, count);
}

static int plan_rate(const struct export_request *request, const struct export_plan *plan,
                     struct conversion_plan *conversion)
{
    uint64_t rate_hz = conversion->in_rate_hz;
    if (request->rate && (!quantity_parse_u64(request->rate, &rate_hz) || rate_hz == 0 ||
                          rate_hz > TAPEMAP_MAX_RATE_HZ))
        return cli_misuse("export", "'%s' of '--rate' is no rate from 1 to %u Hz, such as 16000",
                          request->rate, TAPEMAP_MAX_RATE_HZ);
    conversion->out_rate_hz = sound_container_rate(plan->container, (uint32_t)rate_hz);
    if (!rate_change_is_possible(conversion->in_rate_hz, conversion->out_rate_hz))
        return cli_misuse("export", "%" PRIu32 " Hz cannot become %" PRIu32 " Hz, which is more "
                          "than 256 times as much or as little; give a '--rate' nearer to it",
                          conversion->in_rate_hz, conversion->out_rate_hz);
    return CLI_DONE;
}

static int plan_samples(const struct export_request *request, const struct export_plan *plan,
                        struct conversion_plan *conversion)
{
    enum tapemap_sample_format wanted = conversion->in_format;
    for (int format = TAPEMAP_S16; request->samples && format <= TAPEMAP_F32; format++)
        if (strcmp(request->samples, tapemap_format_name((enum tapemap_sample_format)format)) == 0)
            wanted = (enum tapemap_sample_format)format;
    if (request->samples && strcmp(request->samples, tapemap_format_name(wanted)) != 0)
        return cli_misuse("export", "there are no samples '%s'; give s16, s24, s32 or f32",
                          request->samples);
    conversion->out_format = sound_container_format(plan->container, wanted);
    if (request->samples && conversion->out_format != wanted)
        return cli_misuse("export", "%s does not hold %s samples; leave '--samples' out, or write "
                          ".wav", plan->container->name, request->samples);
    return CLI_DONE;
}

static int plan_split(const struct export_request *request, uint32_t rate_hz,
                      struct export_plan *plan)
{
    uint64_t ns;
    if (!request->split)
        return CLI_DONE;
    if (quantity_parse_duration_ns(request->split, &ns) &&
        quantity_frames_from_ns(ns, rate_hz, &plan->split_frames) && plan->split_frames > 0)
        return CLI_DONE;
    return cli_misuse("export", "'%s' of '--split' is no duration such as 90s, 10m or 2h",
                      request->split);
}

/* What the libraries cannot do, as a sentence. */
static int check_limits(const struct export_plan *plan, const char *tried)
{
    char problem[256];
    const struct conversion_plan *conversion = &plan->conversion;
    uint32_t channels = conversion->mix.out_channels;
    bool is_resampled = conversion->in_rate_hz != conversion->out_rate_hz;
    if (!sound_container_fits(plan->container, channels, conversion->out_rate_hz, problem,
                              sizeof problem))
        return cli_fail("%s: %s", tried, problem);
    if (is_resampled && channels > RATE_CHANGE_MOST_CHANNELS)
        return cli_fail("%s: the rate of %" PRIu32 " channels cannot be changed at once; pick at "
                        "most %u by '--mix'", tried, channels, RATE_CHANGE_MOST_CHANNELS);
    if (!plan->is_normalized)
        return CLI_DONE;
    if (channels > LOUDNESS_MOST_CHANNELS)
        return cli_fail("%s: the loudness of %" PRIu32 " channels cannot be measured; pick at most "
                        "%u by '--mix'", tried, channels, LOUDNESS_MOST_CHANNELS);
    if (conversion->out_rate_hz < LOUDNESS_LEAST_RATE_HZ ||
        conversion->out_rate_hz > LOUDNESS_MOST_RATE_HZ)
        return cli_fail("%s: the loudness at %" PRIu32 " Hz cannot be measured; give another "
                        "'--rate'", tried, conversion->out_rate_hz);
    return CLI_DONE;
}

/* Says what the container changes by itself. */
static void tell_changes(const struct export_request *request, const struct export_plan *plan)
{
    const struct conversion_plan *conversion = &plan->conversion;
    const char *name = plan->container->name;
    uint64_t asked_hz = conversion->in_rate_hz;
    if (request->is_quiet)
        return;
    if (request->rate)
        quantity_parse_u64(request->rate, &asked_hz);
    if (conversion->out_rate_hz != asked_hz)
        cli_note("%s does not know %" PRIu64 " Hz: it becomes %" PRIu32 " Hz", name, asked_hz,
                 conversion->out_rate_hz);
    if (!request->samples && !plan->container->is_lossy &&
        conversion->out_format != conversion->in_format)
        cli_note("%s holds at most 24 bits: the %s samples are rounded to %s", name,
                 tapemap_format_name(conversion->in_format),
                 tapemap_format_name(conversion->out_format));
}

int export_plan_make(const struct export_request *request, const struct cli_tape *tape,
                     const struct cli_range *range, const char *tried, struct export_plan *plan)
{
    struct conversion_plan *conversion = &plan->conversion;
    conversion->in_format = tape->info.format;
    conversion->in_rate_hz = tape->info.sample_rate_hz;
    conversion->in_frames = range->to - range->from;
    conversion->gain = 1;
    int code = plan_mix(request, tape->info.channels, &conversion->mix);
    if (code == CLI_DONE)
        code = plan_rate(request, plan, conversion);
    if (code == CLI_DONE)
        code = plan_samples(request, plan, conversion);
    if (code == CLI_DONE)
        code = plan_split(request, tape->info.sample_rate_hz, plan);
    if (code == CLI_DONE)
        code = check_limits(plan, tried);
    if (code == CLI_DONE)
        tell_changes(request, plan);
    return code;
}
