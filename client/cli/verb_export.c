/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli_fail.h"
#include "cli_interrupt.h"
#include "cli_output.h"
#include "cli_text.h"
#include "cli_verb.h"
#include "export_files.h"
#include "export_plan.h"
#include "export_progress.h"
#include "keep_marks.h"
#include "loudness.h"
#include "loudness_gain.h"
#include "quantity.h"

/* Of one step between questions for an interrupt: the slowest conversion takes it in a second. */
#define EXPORT_BLOCK_BYTES 1048576u
#define EXPORT_BLOCK_FRAMES 65536u

static int export_run(int argc, char **argv);

static const struct option export_options[] = {
    {"from", required_argument, NULL, 'f'},
    {"to", required_argument, NULL, 't'},
    {"output", required_argument, NULL, 'o'},
    {"format", required_argument, NULL, 'F'},
    {"samples", required_argument, NULL, 's'},
    {"rate", required_argument, NULL, 'r'},
    {"channels", required_argument, NULL, 'c'},
    {"mix", required_argument, NULL, 'm'},
    {"normalize", required_argument, NULL, 'n'},
    {"split", required_argument, NULL, 'S'},
    {"split-at-marks", no_argument, NULL, 'M'},
    {"force", no_argument, NULL, 'y'},
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

const struct cli_verb verb_export = {
    .name = "export",
    .summary = "Copy it into a sound file",
    .help = "usage: tapemap export DECK|ID|FILE -o OUT|- [--from P] [--to P] [OPTIONS]\n"
            "\n"
            "Copies what is recorded now into .wav, .w64, .caf, .flac, .ogg, .opus, .raw or\n"
            ".pcm. Marks become cue points, in FLAC and Ogg chapters, in W64 a comment. Only\n"
            "what an option asks for is changed, or what OUT cannot hold. OUT appears when it\n"
            "is whole, or not at all; '-' is stdout.\n"
            CLI_VERB_TAPE_HELP
            CLI_TAPE_POSITION_HELP
            "\n"
            "  -o, --output OUT     OUT-001, OUT-002 ... when it is split\n"
            "      --format FORMAT  wav, w64 ..., instead of what the extension says\n"
            "      --samples S      s16, s24, s32 or f32, instead of the tape's\n"
            "      --rate HZ        another sample rate, such as 16000\n"
            "      --channels N     1: all in one; more: that many of one\n"
            "      --mix LIST       1+2,3: channels 1 and 2 in the first, 3 in the second\n"
            "      --normalize L    to a loudness of L LUFS (EBU R128), peak below -1 dBTP\n"
            "      --split D        a file for each D, such as 10m\n"
            "      --split-at-marks  a file from each mark to the next\n"
            "      --force          replace files that exist\n"
            "      --quiet          no progress, no summary\n"
            "  -h, --help           this text\n",
    .short_options = ":o:h",
    .options = export_options,
    .run = export_run,
};

struct export_job {
    struct cli_tape tape;
    struct export_request request;
    struct export_plan plan;
    struct cli_range range;
    struct keep_marks marks;
    struct export_parts parts;
    struct export_files files;
    struct export_progress progress;
    unsigned char *block;
    const char *from;
    const char *to;
    char tried[384];
};

/* ---- Reading --------------------------------------------------------------------------------- */

/* What a ring may overwrite is copied, so that nothing wrong is ever written. */
static int export_block(struct export_job *job, struct conversion *conversion, uint64_t position,
                        uint64_t *count)
{
    uint64_t most = EXPORT_BLOCK_BYTES / job->tape.info.frame_bytes;
    uint64_t left = job->range.to - position;
    most = most < EXPORT_BLOCK_FRAMES ? most : EXPORT_BLOCK_FRAMES;
    *count = left < most ? left : most;
    enum tapemap_status status = tapemap_read(job->tape.handle, position, *count, job->block);
    if (status == TAPEMAP_E_OVERWRITTEN)
        return cli_range_fail_overwritten(&job->tape, job->tried, position);
    if (status != TAPEMAP_OK)
        return cli_fail_status(status, "%s", job->tried);
    return conversion_push(conversion, job->block, *count);
}

/* Sends the whole range through a conversion; done_frames: of passes before this one. */
static int export_pass(struct export_job *job, const struct conversion_plan *plan,
                       conversion_put put, void *context, uint64_t done_frames)
{
    uint64_t position = job->range.from;
    struct conversion *conversion = conversion_create(plan, put, context);
    int code = conversion ? CLI_DONE : cli_fail_status(TAPEMAP_E_MEMORY, "%s", job->tried);
    while (position < job->range.to && code == CLI_DONE) {
        uint64_t count = 0;
        if (cli_interrupted()) {
            code = cli_fail("%s: it was interrupted; run it again for the whole", job->tried);
            break;
        }
        code = export_block(job, conversion, position, &count);
        position += count;
        export_progress_show(&job->progress, (done_frames + position - job->range.from) *
                                                 job->tape.info.frame_bytes);
    }
    if (code == CLI_DONE)
        code = conversion_end(conversion);
    conversion_destroy(conversion);
    return code;
}

/* ---- Loudness -------------------------------------------------------------------------------- */

static int export_measure(void *context, const void *frames, uint64_t count)
{
    return loudness_add(context, frames, count)
               ? CLI_DONE
               : cli_fail_status(TAPEMAP_E_MEMORY, "cannot measure the loudness");
}

static void export_tell_gain(const struct export_job *job, const struct loudness_gain *gain)
{
    double gain_db = 20 * log10(gain->factor);
    const char *way = gain_db < 0 ? "quieter" : "louder";
    if (gain->is_unknown)
        cli_note("there is no loudness in it, which is silent or shorter than 0.4 s; it is left as "
                 "it is");
    else if (gain->is_limited)
        cli_note("it is made %.1f dB %s and comes to %.1f LUFS only: at %.1f LUFS its peaks would "
                 "pass %.0f dBTP", fabs(gain_db), way, gain->lufs, job->plan.target_lufs,
                 LOUDNESS_PEAK_DBTP);
    else if (!job->request.is_quiet)
        cli_note("it is made %.1f dB %s, from %.1f to %.1f LUFS", fabs(gain_db), way,
                 gain->lufs - gain_db, gain->lufs);
}

/* The first of two passes: what would be written is measured. */
static int export_find_gain(struct export_job *job)
{
    struct conversion_plan plan = job->plan.conversion;
    plan.out_format = TAPEMAP_F32;
    struct loudness *loudness = loudness_create(plan.mix.out_channels, plan.out_rate_hz);
    if (!loudness)
        return cli_fail_status(TAPEMAP_E_MEMORY, "%s", job->tried);
    int code = export_pass(job, &plan, export_measure, loudness, 0);
    if (code == CLI_DONE) {
        struct loudness_figures figures = loudness_get(loudness);
        struct loudness_gain gain = loudness_gain_for(figures.integrated_lufs,
                                                      figures.true_peak_db,
                                                      job->plan.target_lufs);
        job->plan.conversion.gain = gain.factor;
        export_tell_gain(job, &gain);
    }
    loudness_destroy(loudness);
    return code;
}

/* ---- Writing --------------------------------------------------------------------------------- */

static int export_divide(struct export_job *job)
{
    const struct conversion_plan *conversion = &job->plan.conversion;
    uint64_t frames = conversion->in_frames;
    job->parts.in_rate_hz = conversion->in_rate_hz;
    job->parts.out_rate_hz = conversion->out_rate_hz;
    bool is_divided =
        job->request.splits_at_marks
            ? export_parts_at_marks(&job->parts, frames, job->marks.records, job->marks.count)
            : export_parts_every(&job->parts, frames,
                                 job->plan.split_frames ? job->plan.split_frames : frames);
    return is_divided ? CLI_DONE
                      : cli_fail("%s: that would make more than %u files; split it into longer "
                                 "parts", job->tried, EXPORT_MOST_PARTS);
}

static void export_set_files(struct export_job *job)
{
    const struct conversion_plan *conversion = &job->plan.conversion;
    job->files = (struct export_files){
        .tape = &job->tape,
        .from = job->range.from,
        .path = job->request.path,
        .is_split = job->request.splits_at_marks || job->plan.split_frames > 0,
        .replaces = job->request.replaces,
        .parts = &job->parts,
        .records = job->marks.records,
        .record_count = job->marks.count,
        .description = {.container = job->plan.container,
                        .format = conversion->out_format,
                        .channels = conversion->mix.out_channels,
                        .sample_rate_hz = conversion->out_rate_hz,
                        .deck = job->tape.info.deck,
                        .tape = job->tape.info.id},
    };
}

/* Why marks and gaps are, and what to do about it. */
static const char *export_why_left_out(const struct sound_container *container, bool is_stdout)
{
    switch (container->kind) {
    case SOUND_WAV:
        return is_stdout ? "a WAV stream has none, because they come last; give '-o FILE'"
                         : "WAV places them up to frame 4294967295 only; write .caf or .w64";
    case SOUND_RAW: return "raw has none; write .wav";
    case SOUND_FLAC:
    case SOUND_VORBIS:
    case SOUND_OPUS:
        return "its chapters are at most 999 marks, of 32 KiB together, and no gaps; write .wav";
    case SOUND_W64:
    case SOUND_CAF: break;
    }
    return "there are more than four million; split it";
}

static void export_summarise(const struct export_job *job, uint64_t elapsed_ns)
{
    char length[40];
    char bytes[40];
    char files[48] = "";
    uint64_t frames = job->plan.conversion.in_frames;
    uint64_t tenths = elapsed_ns ? quantity_scale(job->files.bytes, 10000, elapsed_ns) : 0;
    cli_text_length(frames, job->tape.info.sample_rate_hz, length, sizeof length);
    quantity_print_bytes(job->files.bytes, bytes, sizeof bytes);
    if (job->files.is_split)
        snprintf(files, sizeof files, "%u file%s, the last one ", (unsigned)job->parts.count,
                 job->parts.count == 1 ? "" : "s");
    cli_note("exported %" PRIu64 " frame%s (%s, %s) from frame %" PRIu64 " on to %s%s at %" PRIu64
             ".%" PRIu64 " MB/s", frames, frames == 1 ? "" : "s", length, bytes, job->range.from,
             files, cli_output_is_stdout(job->request.path) ? "stdout" : job->files.name,
             tenths / 10, tenths % 10);
    if (job->files.left_out > 0)
        cli_note("%" PRIu64 " of its marks and gaps %s left out: %s", (uint64_t)job->files.left_out,
                 job->files.left_out == 1 ? "is" : "are",
                 export_why_left_out(job->plan.container, cli_output_is_stdout(job->request.path)));
}

static int export_write(struct export_job *job)
{
    uint64_t frames = job->plan.conversion.in_frames;
    uint64_t passes = job->plan.is_normalized ? 2 : 1;
    int code = export_files_check(&job->files);
    if (code != CLI_DONE)
        return code;
    export_progress_begin(&job->progress, passes * frames * job->tape.info.frame_bytes,
                          job->request.is_quiet);
    if (job->plan.is_normalized)
        code = export_find_gain(job);
    if (code == CLI_DONE)
        code = export_pass(job, &job->plan.conversion, export_files_put, &job->files,
                           (passes - 1) * frames);
    if (code == CLI_DONE)
        code = export_files_finish(&job->files);
    uint64_t elapsed_ns = export_progress_end(&job->progress);
    /* Unlike elsewhere a failure: a copy of a known length was asked for and did not arrive. */
    if (job->files.is_closed)
        return cli_fail("%s: the reader of stdout went away before the end; read it to its end",
                        job->tried);
    if (code == CLI_DONE && !job->request.is_quiet)
        export_summarise(job, elapsed_ns);
    return code;
}

static int export_tape(struct export_job *job)
{
    snprintf(job->tried, sizeof job->tried, "cannot export %s", job->tape.label);
    int code = cli_range_parse(&job->tape, job->tried, job->from, job->to, &job->range);
    cli_interrupt_watch(cli_output_is_stdout(job->request.path));
    if (code == CLI_DONE)
        code = export_plan_make(&job->request, &job->tape, &job->range, job->tried, &job->plan);
    if (code != CLI_DONE)
        return code;
    enum tapemap_status status =
        keep_marks_gather(&job->marks, job->tape.handle, job->range.from, job->range.to, 0);
    if (status != TAPEMAP_OK)
        return cli_fail_status(status, "%s", job->tried);
    job->block = malloc(EXPORT_BLOCK_BYTES);
    if (!job->block)
        return cli_fail_status(TAPEMAP_E_MEMORY, "%s", job->tried);
    code = export_divide(job);
    export_set_files(job);
    if (code == CLI_DONE)
        code = export_write(job);
    export_files_release(&job->files);
    export_parts_free(&job->parts);
    keep_marks_free(&job->marks);
    free(job->block);
    return code;
}

/* ---- The command line ------------------------------------------------------------------------ */

static int export_option(struct export_job *job, int option)
{
    struct export_request *request = &job->request;
    switch (option) {
    case 'f': job->from = optarg; break;
    case 't': job->to = optarg; break;
    case 'o': request->path = optarg; break;
    case 'F': request->format = optarg; break;
    case 's': request->samples = optarg; break;
    case 'r': request->rate = optarg; break;
    case 'c': request->channels = optarg; break;
    case 'm': request->mix = optarg; break;
    case 'n': request->loudness = optarg; break;
    case 'S': request->split = optarg; break;
    case 'M': request->splits_at_marks = true; break;
    case 'y': request->replaces = true; break;
    case 'q': request->is_quiet = true; break;
    default: return CLI_MISUSED;
    }
    return CLI_DONE;
}

static int export_run(int argc, char **argv)
{
    struct export_job job = {0};
    int option;
    while ((option = cli_verb_option(&verb_export, argc, argv)) != CLI_VERB_END) {
        if (option == 'h')
            return cli_verb_help(&verb_export);
        if (export_option(&job, option) != CLI_DONE)
            return CLI_MISUSED;
    }
    const char *deck = cli_verb_deck(&verb_export, argc, argv);
    if (!deck)
        return CLI_MISUSED;
    if (!job.request.path)
        return cli_misuse("export", "it is not said where to; give '-o OUT', or '-o -'");
    int code = export_plan_check(&job.request, &job.plan);
    if (code == CLI_DONE)
        code = cli_tape_open(deck, &job.tape);
    if (code != CLI_DONE)
        return code;
    code = export_tape(&job);
    cli_tape_close(&job.tape);
    return code;
}
