/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli_fail.h"
#include "cli_interrupt.h"
#include "cli_range.h"
#include "cli_sound.h"
#include "cli_text.h"
#include "cli_verb.h"
#include "export_progress.h"
#include "quantity.h"

#define EXPORT_BLOCK_BYTES 1048576u

static int export_run(int argc, char **argv);

static const struct option export_options[] = {
    {"from", required_argument, NULL, 'f'},
    {"to", required_argument, NULL, 't'},
    {"output", required_argument, NULL, 'o'},
    {"format", required_argument, NULL, 'F'},
    {"force", no_argument, NULL, 'y'},
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

const struct cli_verb verb_export = {
    .name = "export",
    .summary = "Copy what is recorded into a WAV or raw file",
    .help = "usage: tapemap export DECK|ID|FILE -o OUT|- [--from P] [--to P] [--force]\n"
            "                      [--format wav|raw] [--quiet]\n"
            "\n"
            "Copies what is recorded now, exactly as it is, into a WAV file (RF64 from 4 GiB\n"
            "on) or into raw interleaved samples. OUT appears under its name when it is\n"
            "whole, and not at all when something fails. '-' is stdout.\n"
            "\n"
            CLI_VERB_TAPE_HELP
            CLI_TAPE_POSITION_HELP
            "\n"
            "  -o, --output OUT     .wav, .raw or .pcm\n"
            "      --from P         begin here instead of at the oldest frame\n"
            "      --to P           end here instead of at the head\n"
            "      --format FORMAT  wav or raw, instead of what the extension says\n"
            "      --force          replace a file that exists\n"
            "      --quiet          no progress, no summary\n"
            "  -h, --help           this text\n",
    .short_options = ":o:h",
    .options = export_options,
    .run = export_run,
};

struct export_job {
    struct cli_tape tape;
    struct cli_sound sound;
    struct cli_sound_options output;
    struct cli_range range;
    struct export_progress progress;
    const char *from;
    const char *to;
    bool is_quiet;
    char tried[384];
};

/*
 * Writes straight from the tape's memory. A ring may overwrite a block while it is written; then
 * what was written is not good, and the whole file is given up.
 */
static int export_block(struct export_job *job, uint64_t position, uint64_t *count)
{
    const void *frames = NULL;
    enum tapemap_status status = tapemap_peek(job->tape.handle, position, &frames, count);
    if (status == TAPEMAP_E_OVERWRITTEN)
        return cli_range_fail_overwritten(&job->tape, job->tried, position);
    if (status != TAPEMAP_OK)
        return cli_fail_status(status, "%s", job->tried);
    uint64_t most = EXPORT_BLOCK_BYTES / job->tape.info.frame_bytes;
    uint64_t left = job->range.to - position;
    *count = *count < most ? *count : most;
    *count = *count < left ? *count : left;
    int code = cli_sound_write(&job->sound, frames, *count);
    if (code == CLI_DONE && !tapemap_still_valid(job->tape.handle, position))
        return cli_range_fail_overwritten(&job->tape, job->tried, position);
    return code;
}

static int export_copy(struct export_job *job)
{
    uint32_t frame_bytes = job->tape.info.frame_bytes;
    uint64_t position = job->range.from;
    int code = CLI_DONE;
    while (position < job->range.to && code == CLI_DONE) {
        uint64_t count = 0;
        if (cli_interrupted())
            return cli_fail("%s: it was interrupted; run it again for the whole", job->tried);
        code = export_block(job, position, &count);
        position += count;
        export_progress_show(&job->progress, (position - job->range.from) * frame_bytes);
    }
    return code;
}

static void export_summarise(const struct export_job *job, uint64_t elapsed_ns)
{
    char length[40];
    char bytes[40];
    uint64_t frames = job->sound.frames;
    uint64_t size = frames * job->tape.info.frame_bytes;
    uint64_t tenths = elapsed_ns ? quantity_scale(size, 10000, elapsed_ns) : 0;
    cli_text_length(frames, job->tape.info.sample_rate_hz, length, sizeof length);
    quantity_print_bytes(size, bytes, sizeof bytes);
    cli_note("exported %" PRIu64 " frames (%s, %s) from frame %" PRIu64 " on to %s at %" PRIu64
             ".%" PRIu64 " MB/s", frames, length, bytes, job->range.from,
             job->sound.is_stdout ? "stdout" : job->sound.path, tenths / 10, tenths % 10);
}

/* Unlike elsewhere a failure: a copy of a known length was asked for and did not arrive. */
static int export_fail_closed(const struct export_job *job)
{
    return cli_fail("%s: the reader of stdout went away before the end; read it to its end",
                    job->tried);
}

static int export_tape(struct export_job *job)
{
    snprintf(job->tried, sizeof job->tried, "cannot export %s", job->tape.label);
    int code = cli_range_parse(&job->tape, job->tried, job->from, job->to, &job->range);
    uint64_t frames = job->range.to - job->range.from;
    cli_interrupt_watch(cli_sound_is_stdout(&job->output));
    if (code == CLI_DONE)
        code = cli_sound_open(&job->sound, &job->output, &job->tape.info, frames);
    if (code != CLI_DONE)
        return job->sound.is_closed ? export_fail_closed(job) : code;
    export_progress_begin(&job->progress, frames * job->tape.info.frame_bytes, job->is_quiet);
    code = export_copy(job);
    uint64_t elapsed_ns = export_progress_end(&job->progress);
    if (code == CLI_DONE)
        code = cli_sound_finish(&job->sound);
    else
        cli_sound_abandon(&job->sound);
    if (job->sound.is_closed)
        return export_fail_closed(job);
    if (code == CLI_DONE && !job->is_quiet)
        export_summarise(job, elapsed_ns);
    return code;
}

static int export_run(int argc, char **argv)
{
    struct export_job job = {0};
    int option;
    while ((option = cli_verb_option(&verb_export, argc, argv)) != CLI_VERB_END) {
        switch (option) {
        case 'f': job.from = optarg; break;
        case 't': job.to = optarg; break;
        case 'o': job.output.path = optarg; break;
        case 'F': job.output.format = optarg; break;
        case 'y': job.output.replace = true; break;
        case 'q': job.is_quiet = true; break;
        case 'h': return cli_verb_help(&verb_export);
        default: return CLI_MISUSED;
        }
    }
    const char *deck = cli_verb_deck(&verb_export, argc, argv);
    if (!deck)
        return CLI_MISUSED;
    if (!job.output.path)
        return cli_misuse("export", "it is not said where to; give '-o OUT', or '-o -'");
    int code = cli_sound_check("export", &job.output);
    if (code == CLI_DONE)
        code = cli_tape_open(deck, &job.tape);
    if (code != CLI_DONE)
        return code;
    code = export_tape(&job);
    cli_tape_close(&job.tape);
    return code;
}
