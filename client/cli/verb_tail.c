/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli_fail.h"
#include "cli_interrupt.h"
#include "cli_sound.h"
#include "cli_tape.h"
#include "cli_verb.h"
#include "quantity.h"
#include "steady_clock.h"

#define TAIL_BLOCK_BYTES 262144u /* at most so much at once, to stay near the head */
#define TAIL_WAIT_MS 100u        /* between two looks at Ctrl+C */

static int tail_run(int argc, char **argv);

static const struct option tail_options[] = {
    {"from", required_argument, NULL, 'f'},
    {"to", required_argument, NULL, 't'},
    {"output", required_argument, NULL, 'o'},
    {"format", required_argument, NULL, 'F'},
    {"lag", required_argument, NULL, 'l'},
    {"force", no_argument, NULL, 'y'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

const struct cli_verb verb_tail = {
    .name = "tail",
    .summary = "Stream it as it arrives",
    .help = "usage: tapemap tail DECK|ID|FILE [--from P] [--to P] [--lag D] [-o OUT|-]\n"
            "                    [--format wav|raw|f32] [--force]\n"
            "\n"
            "Streams sound as it is recorded, until the recording ends, --to is reached,\n"
            "Ctrl+C, or the reader goes away. To stdout unless -o names a file, which then\n"
            "appears at the end with its true length, unless no frame came. If a ring\n"
            "overwrites frames before they are streamed, says how many, goes on at the\n"
            "oldest, and fails at the end. Gives up after 10 seconds without a sign of life\n"
            "of the recorder. Goes on, without a seam, with the deck's next tape; fails\n"
            "where that is in another format, or gone already.\n"
            "\n"
            CLI_VERB_TAPE_HELP
            CLI_TAPE_POSITION_HELP
            "\n"
            "      --from P         begin here instead of at the head\n"
            "      --to P           end here, in a later tape if need be; +90s: after --from\n"
            "      --lag D          stay so long (such as 500ms) behind the head\n"
            "  -o, --output OUT     .wav, .raw or .pcm; '-' is stdout\n"
            "      --format FORMAT  wav (what stdout gets), raw (no header), f32 (raw floats)\n"
            "      --force          replace a file that exists\n"
            "  -h, --help           this text\n",
    .short_options = ":o:h",
    .options = tail_options,
    .run = tail_run,
};

struct tail {
    struct cli_tape tape;
    struct cli_sound sound;
    struct cli_sound_options output;
    unsigned char *block;
    uint64_t position;
    uint64_t to; /* UINT64_MAX: no such end; on the present tape, like `position` */
    uint64_t lag_frames;
    uint64_t skipped_frames;
    uint32_t frame_bytes; /* as they go out */
    bool is_stall_said;
};

enum tail_step {
    TAIL_GOES_ON,
    TAIL_IS_DONE,
    TAIL_HAS_FAILED, /* and has said so */
};

static void tail_skip(struct tail *tail)
{
    uint64_t next = cli_tape_beginning(&tail->tape);
    if (next > tail->to)
        next = tail->to;
    if (next <= tail->position)
        return;
    tail->skipped_frames += next - tail->position;
    cli_note("%s: the ring overwrote %" PRIu64 " frames from frame %" PRIu64 " on before they "
             "were streamed; going on at frame %" PRIu64, tail->tape.label, next - tail->position,
             tail->position, next);
    tail->position = next;
}

static enum tapemap_status tail_read(struct tail *tail, uint64_t count)
{
    if (cli_sound_is_float(&tail->output))
        return tapemap_read_float(tail->tape.handle, tail->position, count,
                                  (float *)(void *)tail->block);
    return tapemap_read(tail->tape.handle, tail->position, count, tail->block);
}

/* Copies before it writes: what went out cannot be taken back when a ring overwrote it. */
static enum tail_step tail_forward(struct tail *tail, uint64_t lag_frames)
{
    uint64_t end = tapemap_head(tail->tape.handle) - lag_frames;
    uint64_t most = TAIL_BLOCK_BYTES / tail->frame_bytes;
    if (end > tail->to)
        end = tail->to;
    uint64_t count = end - tail->position < most ? end - tail->position : most;
    enum tapemap_status status = tail_read(tail, count);
    if (status == TAPEMAP_E_OVERWRITTEN) {
        tail_skip(tail);
        return TAIL_GOES_ON;
    }
    if (status != TAPEMAP_OK) {
        cli_fail_status(status, "cannot read frame %" PRIu64 " of %s", tail->position,
                        tail->tape.label);
        return TAIL_HAS_FAILED;
    }
    if (cli_sound_write(&tail->sound, tail->block, count) != CLI_DONE)
        return tail->sound.is_closed ? TAIL_IS_DONE : TAIL_HAS_FAILED;
    tail->position += count;
    return TAIL_GOES_ON;
}

static enum tail_step tail_sit_out_stall(struct tail *tail)
{
    if (cli_tape_is_awaited(&tail->tape, &tail->is_stall_said)) {
        steady_clock_sleep_ms(TAIL_WAIT_MS);
        return TAIL_GOES_ON;
    }
    if (tail->position < tapemap_head(tail->tape.handle))
        return tail_forward(tail, 0);
    cli_tape_fail_stalled(&tail->tape, "cannot go on streaming");
    return TAIL_HAS_FAILED;
}

/* The tape has ended: nothing comes any more that a lag could wait for. */
static enum tail_step tail_go_over(struct tail *tail)
{
    struct tapemap_info left = tail->tape.info;
    uint64_t head = tapemap_head(tail->tape.handle);
    if (head > tail->position)
        return tail_forward(tail, 0);
    enum tapemap_status status = cli_tape_go_on(&tail->tape, "cannot go on streaming",
                                                "stream that by 'tapemap tail");
    if (status != TAPEMAP_OK)
        return status == TAPEMAP_E_NO_TAPE ? TAIL_IS_DONE : TAIL_HAS_FAILED;
    cli_tape_note_seam(&tail->tape, &left, head);
    if (tail->to != UINT64_MAX)
        tail->to -= head;
    tail->position -= head;
    return TAIL_GOES_ON;
}

static enum tail_step tail_take_step(struct tail *tail)
{
    if (cli_interrupted() || tail->position >= tail->to)
        return TAIL_IS_DONE;
    enum tapemap_status status =
        tapemap_wait(tail->tape.handle, tail->position + tail->lag_frames + 1, TAIL_WAIT_MS);
    switch (status) {
    case TAPEMAP_OK:
        tail->is_stall_said = false;
        return tail_forward(tail, tail->lag_frames);
    case TAPEMAP_E_TIMEOUT:
        return TAIL_GOES_ON;
    case TAPEMAP_E_ENDED:
        return tail_go_over(tail);
    case TAPEMAP_E_STALLED:
        return tail_sit_out_stall(tail);
    default:
        cli_fail_status(status, "cannot wait for %s", tail->tape.label);
        return TAIL_HAS_FAILED;
    }
}

/* A file of no frames is not made: it might replace one that holds some. */
static int tail_fail_empty(const struct tail *tail)
{
    if (tail->skipped_frames > 0)
        return cli_fail("cannot stream %s into '%s': none of its frames was still in the ring; "
                        "begin later, or record into a longer ring", tail->tape.label,
                        tail->sound.path);
    return cli_fail("cannot stream %s into '%s': it was over before a frame came; give an earlier "
                    "--from", tail->tape.label, tail->sound.path);
}

/* What was streamed before a failure is kept: a stall, a skip or a full disk must not cost the
   recording. */
static int tail_stream(struct tail *tail)
{
    enum tail_step step = TAIL_GOES_ON;
    while (step == TAIL_GOES_ON)
        step = tail_take_step(tail);
    int code = step == TAIL_HAS_FAILED ? CLI_FAILED : CLI_DONE;
    bool is_lost = tail->sound.is_stdout ? tail->sound.is_failed : tail->sound.frames == 0;
    if (is_lost)
        cli_sound_abandon(&tail->sound);
    else if (cli_sound_finish(&tail->sound) != CLI_DONE && !tail->sound.is_closed)
        code = CLI_FAILED;
    if (code == CLI_DONE && is_lost && !tail->sound.is_stdout)
        return tail_fail_empty(tail);
    if (code == CLI_DONE && tail->skipped_frames > 0)
        return cli_fail("streaming %s: %" PRIu64 " frames are missing; read faster, or record into "
                        "a longer ring", tail->tape.label, tail->skipped_frames);
    return code;
}

struct tail_words {
    const char *from;
    const char *to;
    const char *lag;
};

static int tail_find_lag(struct tail *tail, const char *lag)
{
    uint64_t ns;
    if (!lag)
        return CLI_DONE;
    if (!quantity_parse_duration_ns(lag, &ns) ||
        !quantity_frames_from_ns(ns, tail->tape.info.sample_rate_hz, &tail->lag_frames))
        return cli_misuse("tail", "'%s' of '--lag' is no duration such as 500ms or 10s", lag);
    if (tail->tape.info.is_ring && tail->lag_frames >= tail->tape.info.capacity_frames)
        return cli_fail("cannot stream %s: '--lag %s' is longer than its ring; give less",
                        tail->tape.label, lag);
    return CLI_DONE;
}

static int tail_find_range(struct tail *tail, const char *from, const char *to)
{
    tail->to = UINT64_MAX;
    from = from ? from : "now";
    int code = cli_tape_position(&tail->tape, "--from", from, &tail->position);
    if (code == CLI_DONE && to)
        code = cli_tape_position_after(&tail->tape, "--to", to, tail->position, &tail->to);
    if (code == CLI_DONE && tail->to <= tail->position)
        return cli_fail("cannot stream %s: from frame %" PRIu64 " to frame %" PRIu64 " there is "
                        "nothing; give a --from before --to", tail->tape.label, tail->position,
                        tail->to);
    if (code == CLI_DONE)
        cli_tape_note_coming(&tail->tape, from, tail->position);
    return code;
}

static int tail_tape(struct tail *tail, const struct tail_words *words)
{
    struct tapemap_info info = tail->tape.info;
    int code = tail_find_lag(tail, words->lag);
    if (code == CLI_DONE)
        code = tail_find_range(tail, words->from, words->to);
    if (code != CLI_DONE)
        return code;
    if (cli_sound_is_float(&tail->output)) {
        info.format = TAPEMAP_F32;
        info.frame_bytes = info.channels * (uint32_t)sizeof(float);
    }
    tail->frame_bytes = info.frame_bytes;
    tail->block = malloc(TAIL_BLOCK_BYTES);
    if (!tail->block)
        return cli_fail_status(TAPEMAP_E_MEMORY, "cannot stream %s", tail->tape.label);
    cli_interrupt_watch(cli_sound_is_stdout(&tail->output));
    code = cli_sound_open(&tail->sound, &tail->output, &info, CLI_SOUND_STREAM);
    if (code == CLI_DONE)
        code = tail_stream(tail);
    else if (tail->sound.is_closed)
        code = CLI_DONE;
    free(tail->block);
    return code;
}

static int tail_run(int argc, char **argv)
{
    struct tail tail = {0};
    struct tail_words words = {0};
    int option;
    tail.output.path = "-";
    tail.output.takes_float = true;
    while ((option = cli_verb_option(&verb_tail, argc, argv)) != CLI_VERB_END) {
        switch (option) {
        case 'f': words.from = optarg; break;
        case 't': words.to = optarg; break;
        case 'l': words.lag = optarg; break;
        case 'o': tail.output.path = optarg; break;
        case 'F': tail.output.format = optarg; break;
        case 'y': tail.output.replace = true; break;
        case 'h': return cli_verb_help(&verb_tail);
        default: return CLI_MISUSED;
        }
    }
    const char *deck = cli_verb_deck(&verb_tail, argc, argv);
    if (!deck)
        return CLI_MISUSED;
    int code = cli_sound_check("tail", &tail.output);
    if (code == CLI_DONE)
        code = cli_tape_open(deck, &tail.tape);
    if (code != CLI_DONE)
        return code;
    code = tail_tape(&tail, &words);
    cli_tape_close(&tail.tape);
    return code;
}
