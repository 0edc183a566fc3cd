/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli_fail.h"
#include "cli_interrupt.h"
#include "cli_sound.h"
#include "cli_tape.h"
#include "cli_text.h"
#include "cli_verb.h"
#include "keep_marks.h"
#include "keep_place.h"
#include "keep_stretch.h"
#include "steady_clock.h"

#define KEEP_BLOCK_BYTES 1048576u
#define KEEP_RESCUE_BYTES 8388608u /* copied before anything else is done: 20 s of 48 kHz stereo */
#define KEEP_SLICE_MS 250u         /* of waiting, between questions for an interrupt */
#define KEEP_ATTEMPTS 5u
#define KEEP_JOURNAL_MS 25u        /* two ticks: so much later than its frames a gap is told */

static int keep_run(int argc, char **argv);

static const struct option keep_options[] = {
    {"last", required_argument, NULL, 'l'},
    {"around", required_argument, NULL, 'a'},
    {"before", required_argument, NULL, 'B'},
    {"after", required_argument, NULL, 'A'},
    {"output", required_argument, NULL, 'o'},
    {"what-there-is", no_argument, NULL, 'w'},
    {"force", no_argument, NULL, 'y'},
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

const struct cli_verb verb_keep = {
    .name = "keep",
    .summary = "Save the last minutes",
    .help = "usage: tapemap keep DECK|ID|FILE --last D -o OUT [OPTIONS]\n"
            "       tapemap keep DECK|ID|FILE --around P [--before D] [--after D] -o OUT\n"
            "\n"
            "Copies what a deck has recorded in the last D (such as 90s, 10m or 2h), while it\n"
            "records on: from a ring ('record --ring 1h') what would else be gone later. With\n"
            "--around, what lies around a position P (14:05:30, mark:NAME, -30s, now); waits\n"
            "for what is yet to come. Of a deck that rotates it goes over as many tapes as it\n"
            "takes, before and after, in memory or as files. Marks and gaps become cue points\n"
            "of a .wav, as of a finished tape. What is no longer there, or never was\n"
            "recorded, is told; the rest is kept, and the exit code is 1. OUT appears under\n"
            "its name when it is whole.\n"
            "\n"
            "  -o, --output OUT    .wav, .raw or .pcm\n"
            "      --last D        so much before the head\n"
            "      --around P      this position, with --before D and --after D around it\n"
            "      --what-there-is  exit code 0 also when something is missing\n"
            "      --force         replace a file that exists\n"
            "      --quiet         no summary\n"
            "  -h, --help          this text\n",
    .short_options = ":o:h",
    .options = keep_options,
    .run = keep_run,
};

/* Positions here count from the beginning of the tape's series, so that they go over seams. */
struct keep_job {
    struct cli_tape tape; /* that is copied from now */
    struct cli_sound sound;
    struct cli_sound_options output;
    struct keep_stretch wanted;
    struct keep_marks marks;
    const char *last;
    const char *around;
    const char *before;
    const char *after;
    unsigned char *block; /* KEEP_RESCUE_BYTES */
    uint64_t from;     /* of what is kept */
    uint64_t gathered; /* up to here, marks and gaps are */
    uint64_t position; /* of what comes next */
    enum tapemap_status no_earlier; /* why no tape before was opened; OK: none was needed */
    enum tapemap_status no_later;   /* the same of one after it; STALLED: of its recorder */
    unsigned tapes;                 /* from which something is kept */
    char began[64];                 /* "frame 123", or "frame 123 of tape 0123456789abcdef" */
    char label[320];                /* of what was asked for */
    bool is_stall_said;
    bool is_quiet;
    bool may_lack;
    char tried[384];
};

enum keep_result {
    KEEP_DONE,
    KEEP_FAILED,    /* said */
    KEEP_OVERTAKEN, /* by the ring */
};

/* ---- Over the seams ------------------------------------------------------------------------- */

/* A position on the tape that is open. */
static uint64_t on_tape(const struct keep_job *job, uint64_t position)
{
    return position - job->tape.info.series_position;
}

/* To the tape on which it begins, or as near to that as there is one. */
static void keep_go_back(struct keep_job *job)
{
    job->no_earlier = TAPEMAP_OK;
    while (job->no_earlier == TAPEMAP_OK && job->wanted.from < job->tape.info.series_position)
        job->no_earlier = cli_tape_open_previous(&job->tape);
}

static enum tapemap_status keep_gather(struct keep_job *job)
{
    uint64_t from = job->gathered;

    job->gathered = job->position;
    return keep_marks_gather(&job->marks, job->tape.handle, on_tape(job, from),
                             on_tape(job, job->position), from - job->from);
}

/* The tape has ended: to the one that it joins, if there is one. */
static bool keep_go_on(struct keep_job *job)
{
    uint64_t end = job->tape.info.series_position + tapemap_head(job->tape.handle);
    enum tapemap_status gathered = keep_gather(job);
    struct tapemap_info left = job->tape.info;

    job->no_later = gathered ? gathered : cli_tape_open_next(&job->tape);
    if (job->no_later != TAPEMAP_OK)
        return false;
    if (strcmp(job->tape.info.previous_id, left.id) != 0 ||
        job->tape.info.series_position != end) {
        job->no_later = TAPEMAP_E_NO_TAPE; /* it begins anew */
        return false;
    }
    job->tapes++;
    return true;
}

/* ---- Copying -------------------------------------------------------------------------------- */

static bool has_ended(const struct keep_job *job)
{
    struct tapemap_now now;
    tapemap_get_now(job->tape.handle, &now);
    return now.state == TAPEMAP_STATE_ENDED;
}

/* Copies frames from `position` on: what went out to a pipe cannot be taken back when a ring
   overwrote it. */
static enum keep_result keep_read(struct keep_job *job, uint64_t position, uint64_t count)
{
    enum tapemap_status status =
        tapemap_read(job->tape.handle, on_tape(job, position), count, job->block);

    if (status == TAPEMAP_OK)
        return KEEP_DONE;
    if (status == TAPEMAP_E_OVERWRITTEN)
        return KEEP_OVERTAKEN;
    cli_fail_status(status, "%s", job->tried);
    return KEEP_FAILED;
}

/*
 * A ring takes the oldest frames away every moment, and making a file takes its time. So the first
 * of them are copied into memory before all else. *count: how many; 0 when none is recorded yet.
 */
static enum keep_result keep_rescue(struct keep_job *job, bool is_first, uint64_t *count)
{
    uint64_t room = KEEP_RESCUE_BYTES / job->tape.info.frame_bytes;
    uint64_t base = job->tape.info.series_position;
    uint64_t oldest = base + (is_first ? tapemap_oldest(job->tape.handle)
                                       : cli_tape_beginning(&job->tape));
    uint64_t head = base + tapemap_head(job->tape.handle);
    uint64_t to = head < job->wanted.to ? head : job->wanted.to;

    job->from = job->wanted.from > oldest ? job->wanted.from : oldest;
    *count = to > job->from ? to - job->from : 0;
    *count = *count < room ? *count : room;
    return *count > 0 ? keep_read(job, job->from, *count) : KEEP_DONE;
}

/* Where it begins, on the deck's present tape or on an earlier one. */
static void print_beginning(struct keep_job *job)
{
    bool is_earlier = strcmp(job->tape.label, job->label) != 0;

    snprintf(job->began, sizeof job->began, "frame %" PRIu64 "%s%s", on_tape(job, job->from),
             is_earlier ? " of tape " : "", is_earlier ? job->tape.info.id : "");
}

static bool keep_sit_out_stall(struct keep_job *job)
{
    if (!cli_tape_is_awaited(&job->tape, &job->is_stall_said)) {
        job->no_later = TAPEMAP_E_STALLED;
        return false;
    }
    steady_clock_sleep_ms(KEEP_SLICE_MS);
    return true;
}

/* Returns KEEP_DONE with *count 0 when nothing is to come any more. */
static enum keep_result keep_await(struct keep_job *job, uint64_t *count)
{
    enum tapemap_status status = TAPEMAP_E_TIMEOUT;

    *count = 0;
    while (status == TAPEMAP_E_TIMEOUT) {
        if (cli_interrupted()) {
            cli_fail("%s: it was interrupted; run it again", job->tried);
            return KEEP_FAILED;
        }
        status = tapemap_wait(job->tape.handle, on_tape(job, job->position) + 1, KEEP_SLICE_MS);
        if ((status == TAPEMAP_E_ENDED && keep_go_on(job)) ||
            (status == TAPEMAP_E_STALLED && keep_sit_out_stall(job)))
            status = TAPEMAP_E_TIMEOUT;
    }
    if (status == TAPEMAP_E_ENDED || status == TAPEMAP_E_STALLED)
        return KEEP_DONE;
    job->is_stall_said = false;
    if (status != TAPEMAP_OK) {
        cli_fail_status(status, "%s", job->tried);
        return KEEP_FAILED;
    }
    *count = tapemap_head(job->tape.handle) - on_tape(job, job->position);
    return KEEP_DONE;
}

static enum keep_result keep_block(struct keep_job *job, uint64_t *count)
{
    uint64_t most = KEEP_BLOCK_BYTES / job->tape.info.frame_bytes;
    enum keep_result result = keep_await(job, count);

    if (result != KEEP_DONE || *count == 0)
        return result;
    *count = *count < most ? *count : most;
    uint64_t left = job->wanted.to - job->position;
    *count = *count < left ? *count : left;
    result = keep_read(job, job->position, *count);
    if (result == KEEP_DONE && cli_sound_write(&job->sound, job->block, *count) != CLI_DONE)
        result = KEEP_FAILED;
    return result;
}

static enum keep_result keep_copy(struct keep_job *job, uint64_t rescued)
{
    enum keep_result result = KEEP_DONE;
    uint64_t count = rescued;

    if (rescued > 0 && cli_sound_write(&job->sound, job->block, rescued) != CLI_DONE)
        return KEEP_FAILED;
    job->position = job->from + rescued;
    job->gathered = job->from;
    job->tapes = 1;
    print_beginning(job);
    while (job->position < job->wanted.to) {
        result = keep_block(job, &count);
        if (result != KEEP_DONE || count == 0)
            return result;
        job->position += count;
    }
    return result;
}

/* Puts the file in its place, its marks and gaps behind the sound. */
static enum keep_result keep_finish(struct keep_job *job)
{
    void *chunks = NULL;
    size_t bytes = 0;

    if (!has_ended(job))
        steady_clock_sleep_ms(KEEP_JOURNAL_MS);
    enum tapemap_status status = keep_gather(job);
    if (status == TAPEMAP_OK)
        status = tapemap_make_wave_marks(job->marks.records, job->marks.count, &chunks, &bytes);
    if (status != TAPEMAP_OK) {
        cli_fail_status(status, "%s: cannot take its marks and gaps", job->tried);
        cli_sound_abandon(&job->sound);
        return KEEP_FAILED;
    }
    if (!cli_sound_set_tail(&job->sound, chunks, bytes) && bytes > 0 && !job->is_quiet)
        cli_note("%s: marks and gaps are left out, which only a .wav file has", job->label);
    int code = cli_sound_finish(&job->sound);
    tapemap_free(chunks);
    return code == CLI_DONE ? KEEP_DONE : KEEP_FAILED;
}

/* One file from what there is at this moment. */
static enum keep_result keep_try(struct keep_job *job, bool is_first)
{
    uint64_t rescued;
    enum keep_result result = keep_rescue(job, is_first, &rescued);

    if (result != KEEP_DONE)
        return result;
    if (rescued == 0 && (job->from >= job->wanted.to || has_ended(job))) {
        cli_fail("%s: %s; see 'tapemap info' for what is there", job->tried,
                 job->tape.info.is_ring && job->wanted.to > 0 && job->from >= job->wanted.to
                     ? "all of that has left the ring" : "nothing of that is recorded");
        return KEEP_FAILED;
    }
    if (cli_sound_open(&job->sound, &job->output, &job->tape.info,
                       job->wanted.to - job->from) != CLI_DONE)
        return KEEP_FAILED;
    keep_marks_free(&job->marks);
    result = keep_copy(job, rescued);
    if (result == KEEP_DONE && job->sound.frames == 0) {
        cli_fail("%s: its recorder %s before that was recorded; see 'tapemap info'", job->tried,
                 job->no_later == TAPEMAP_E_STALLED ? "stood still" : "ended");
        result = KEEP_FAILED;
    }
    if (result == KEEP_DONE)
        return keep_finish(job);
    cli_sound_abandon(&job->sound);
    return result;
}

/* ---- Telling -------------------------------------------------------------------------------- */

static void print_length(const struct keep_job *job, uint64_t frames, char out[40])
{
    cli_text_length(frames, job->tape.info.sample_rate_hz, out, 40);
}

/* Why nothing before it is kept. */
static const char *keep_describe_before(const struct keep_job *job)
{
    if (job->tape.info.is_ring)
        return " have left the ring";
    return job->no_earlier == TAPEMAP_E_NO_FILE || job->no_earlier == TAPEMAP_E_CORRUPT
               ? " lie on earlier tapes, which are not there any more"
               : " lie on earlier tapes, which cannot be opened";
}

static const char *keep_describe_after(const struct keep_job *job)
{
    if (job->no_later == TAPEMAP_E_STALLED)
        return " did not come, for its recorder shows no sign of life";
    return job->no_later == TAPEMAP_OK || job->no_later == TAPEMAP_E_NO_TAPE
               ? " were not recorded any more"
               : " lie on later tapes, which cannot be opened";
}

/* "7:00.0 have left the ring, " and so on, for what is missing; "" for nothing. */
static void keep_describe_lack(const struct keep_job *job, char *out, size_t room)
{
    const char *const what[] = {" lie before the tape's beginning", keep_describe_before(job),
                                keep_describe_after(job)};
    uint64_t lacks[3] = {job->wanted.unmade, job->from - job->wanted.from,
                         job->wanted.to - job->position};
    size_t length = 0;

    out[0] = '\0';
    for (int i = 0; i < 3; i++) {
        char text[40];
        if (lacks[i] == 0)
            continue;
        print_length(job, lacks[i], text);
        length += (size_t)snprintf(out + length, room - length, "%s%s%s", length > 0 ? ", " : "",
                                   text, what[i]);
    }
}

/* "of deck 'studio', from frame 12 of tape 0123456789abcdef on, over 3 tapes, in a.wav". */
static void keep_describe_kept(const struct keep_job *job, char *out, size_t room)
{
    char over[40] = "";

    if (job->tapes > 1)
        snprintf(over, sizeof over, ", over %u tapes", job->tapes);
    snprintf(out, room, "of %s, from %s on%s, in %s", job->label, job->began, over,
             job->sound.is_stdout ? "stdout" : job->sound.path);
}

static int keep_tell(const struct keep_job *job)
{
    char kept[40];
    char lack[256];
    char what[1400];

    print_length(job, job->sound.frames, kept);
    keep_describe_lack(job, lack, sizeof lack);
    keep_describe_kept(job, what, sizeof what);
    if (lack[0] != '\0' && !job->may_lack)
        return cli_fail("cannot keep all that was wanted of %s: %s; the other %s are in %s, from "
                        "%s on", job->label, lack, kept,
                        job->sound.is_stdout ? "stdout" : job->sound.path, job->began);
    if (!job->is_quiet || lack[0] != '\0')
        cli_note("kept %s (%" PRIu64 " frames) %s%s%s", kept, job->sound.frames, what,
                 lack[0] ? "; missing: " : "", lack);
    return CLI_DONE;
}

static int keep_stretch_of_tape(struct keep_job *job)
{
    enum keep_result result = KEEP_OVERTAKEN;

    job->block = malloc(KEEP_RESCUE_BYTES);
    if (!job->block)
        return cli_fail_status(TAPEMAP_E_MEMORY, "%s", job->tried);
    for (unsigned i = 0; i < KEEP_ATTEMPTS && result == KEEP_OVERTAKEN; i++) {
        result = keep_try(job, i == 0);
        if (job->sound.is_stdout)
            break; /* a stream that has begun cannot begin again */
    }
    free(job->block);
    keep_marks_free(&job->marks);
    if (result == KEEP_OVERTAKEN)
        return cli_fail("%s: the ring overwrites it faster than it %s; give a shorter time, or "
                        "record into a longer ring", job->tried,
                        job->sound.is_stdout ? "is read from stdout" : "can be copied");
    if (job->sound.is_closed)
        return cli_fail("%s: the reader of stdout went away before the end; read it to its end",
                        job->tried);
    return result == KEEP_DONE ? keep_tell(job) : CLI_FAILED;
}

/* ---- The command line ----------------------------------------------------------------------- */

/* What is wanted is fixed as soon as the tape is open: from here on the ring moves. */
static int keep_resolve(struct keep_job *job)
{
    struct keep_place place = {.position = job->tape.info.series_position +
                                           tapemap_head(job->tape.handle)};
    uint64_t before;
    uint64_t after;
    int code = keep_place_length(&job->tape, job->last ? "--last" : "--before",
                                 job->last ? job->last : job->before, &before);

    if (code == CLI_DONE)
        code = keep_place_length(&job->tape, "--after", job->after, &after);
    if (code == CLI_DONE && job->around)
        code = keep_place_find(&job->tape, job->around, &place);
    if (code != CLI_DONE)
        return code;
    if (before + after == 0)
        return cli_misuse("keep", "that is no time at all; give '--last', '--before' or '--after' "
                          "more than 0");
    job->wanted = keep_around(place.position, place.ago, before, after);
    keep_go_back(job);
    return CLI_DONE;
}

static int keep_check(const struct keep_job *job)
{
    if (!job->output.path)
        return cli_misuse("keep", "it is not said where to; give '-o OUT', or '-o -'");
    if (!job->last && !job->around)
        return cli_misuse("keep", "it is not said what; give '--last 10m', or '--around P'");
    if (job->last && (job->around || job->before || job->after))
        return cli_misuse("keep", "'--last' goes without '--around', '--before' and '--after'");
    return cli_sound_check("keep", &job->output);
}

static int keep_option(struct keep_job *job, int option)
{
    switch (option) {
    case 'l': job->last = optarg; break;
    case 'a': job->around = optarg; break;
    case 'B': job->before = optarg; break;
    case 'A': job->after = optarg; break;
    case 'o': job->output.path = optarg; break;
    case 'w': job->may_lack = true; break;
    case 'y': job->output.replace = true; break;
    case 'q': job->is_quiet = true; break;
    default: return CLI_MISUSED;
    }
    return CLI_DONE;
}

static int keep_run(int argc, char **argv)
{
    struct keep_job job = {0};
    int option;

    while ((option = cli_verb_option(&verb_keep, argc, argv)) != CLI_VERB_END) {
        if (option == 'h')
            return cli_verb_help(&verb_keep);
        if (keep_option(&job, option) != CLI_DONE)
            return CLI_MISUSED;
    }
    const char *deck = cli_verb_deck(&verb_keep, argc, argv);
    int code = deck ? keep_check(&job) : CLI_MISUSED;
    if (code == CLI_DONE)
        code = cli_tape_open(deck, &job.tape);
    if (code != CLI_DONE)
        return code;
    memcpy(job.label, job.tape.label, sizeof job.label);
    snprintf(job.tried, sizeof job.tried, "cannot keep that of %s", job.tape.label);
    cli_interrupt_watch(cli_sound_is_stdout(&job.output));
    code = keep_resolve(&job);
    if (code == CLI_DONE)
        code = keep_stretch_of_tape(&job);
    cli_tape_close(&job.tape);
    return code;
}
