/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli_fail.h"
#include "cli_range.h"
#include "cli_verb.h"
#include "verify_journal.h"
#include "verify_ramp.h"

#define VERIFY_STEP_BYTES 4194304u /* between two looks at whether a ring took the frames away */

static int verify_run(int argc, char **argv);

static const struct option verify_options[] = {
    {"ramp", no_argument, NULL, 'r'},
    {"from", required_argument, NULL, 'f'},
    {"to", required_argument, NULL, 't'},
    {"series", no_argument, NULL, 's'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

const struct cli_verb verb_verify = {
    .name = "verify",
    .summary = "Check a tape of tone:ramp",
    .help = "usage: tapemap verify DECK|ID|FILE --ramp [--from P] [--to P] [--series]\n"
            "\n"
            "Checks every sample of a tape that records tone:ramp against its channel and\n"
            "position, the silence in its gaps, and every entry of its journal: sequence,\n"
            "position, the order of the anchors, and that its gaps add up to those that the\n"
            "control block counts. Prints one line when all is right; else the first\n"
            "differences, and fails. What a ring overwrites meanwhile is skipped and counted.\n"
            "\n"
            CLI_VERB_TAPE_HELP
            CLI_TAPE_POSITION_HELP
            "\n"
            "      --ramp     against tone:ramp; there is nothing else to verify against yet\n"
            "      --from P   begin here instead of at the oldest frame\n"
            "      --to P     end here instead of at the head\n"
            "      --series   all tapes of the deck from this one on, up to the head of the\n"
            "                 newest, and that each begins with the frame after the last one\n"
            "                 of the tape before; not with --to. A deck whose device came\n"
            "                 back in another format goes on with a tape that begins anew:\n"
            "                 that is said, and verified on\n"
            "  -h, --help     this text\n",
    .short_options = ":h",
    .options = verify_options,
    .run = verify_run,
};

struct verify {
    struct cli_tape tape;
    struct verify_shape shape;
    struct verify_journal journal;
    uint64_t position;
    uint64_t to;
    uint64_t verified_frames;
    uint64_t skipped_frames;
    uint64_t wrong_frames; /* up to VERIFY_MOST_SHOWN, then verifying ends */
    /* Of all tapes that were verified: */
    uint64_t tape_count;
    uint64_t anchor_count;
    uint64_t gap_count;
    uint64_t gap_frames;
    uint64_t wrong_things; /* in journals, and seams */
    bool has_other_format; /* one of them has */
};

/* One contiguous run of frames that are either all ramp or all silence. */
struct verify_stretch {
    const unsigned char *frames;
    uint64_t count;
    bool is_gap;
};

static void verify_skip(struct verify *verify)
{
    uint64_t next = cli_tape_beginning(&verify->tape);
    if (next <= verify->position)
        next = verify->position + 1;
    if (next > verify->to)
        next = verify->to;
    verify->skipped_frames += next - verify->position;
    verify->position = next;
}

static enum tapemap_status verify_next(struct verify *verify, struct verify_stretch *stretch)
{
    const void *frames = NULL;
    uint64_t count = 0;
    enum tapemap_status status =
        tapemap_peek(verify->tape.handle, verify->position, &frames, &count);
    if (status != TAPEMAP_OK)
        return status;
    uint64_t most = VERIFY_STEP_BYTES / verify->shape.frame_bytes;
    uint64_t left = verify->to - verify->position;
    count = count < left ? count : left;
    count = count < most ? count : most;

    const struct verify_gap *gap = verify_journal_gap(&verify->journal, verify->position);
    stretch->is_gap = gap && gap->from <= verify->position;
    uint64_t end = !gap ? UINT64_MAX : stretch->is_gap ? gap->to : gap->from;
    stretch->frames = frames;
    stretch->count = count < end - verify->position ? count : end - verify->position;
    return TAPEMAP_OK;
}

static void verify_show_difference(struct verify *verify, bool is_gap, uint64_t position,
                                   const void *found)
{
    uint32_t expected[VERIFY_FRAME_BYTES / 4] = {0};
    char expected_text[VERIFY_SAMPLE_BYTES];
    char found_text[VERIFY_SAMPLE_BYTES];
    if (!is_gap)
        verify_ramp_make(&verify->shape, verify->tape.info.series_position + position, 1,
                         expected);
    uint32_t channel = verify_first_channel(&verify->shape, expected, found);
    verify_print_sample(&verify->shape, expected, channel, expected_text);
    verify_print_sample(&verify->shape, found, channel, found_text);
    printf("frame %" PRIu64 ", channel %" PRIu32 ": expected %s%s, found %s\n", position,
           channel + 1, expected_text, is_gap ? " (in a gap)" : "", found_text);
    verify->wrong_frames++;
}

/* Compares one stretch, in place. Nothing is believed before tapemap_still_valid agrees. */
static void verify_compare(struct verify *verify, const struct verify_stretch *stretch)
{
    uint32_t frame_bytes = verify->shape.frame_bytes;
    uint64_t good = stretch->is_gap
        ? verify_silence_run(&verify->shape, stretch->frames, stretch->count)
        : verify_ramp_run(&verify->shape, verify->tape.info.series_position + verify->position,
                          stretch->frames, stretch->count);
    uint32_t wrong[VERIFY_FRAME_BYTES / 4];
    if (good < stretch->count)
        memcpy(wrong, stretch->frames + good * frame_bytes, frame_bytes);
    if (!tapemap_still_valid(verify->tape.handle, verify->position)) {
        verify_skip(verify);
        return;
    }
    verify->verified_frames += good;
    if (good < stretch->count)
        verify_show_difference(verify, stretch->is_gap, verify->position + good, wrong);
    verify->position += good < stretch->count ? good + 1 : good;
}

static int verify_samples(struct verify *verify)
{
    while (verify->position < verify->to && verify->wrong_frames < VERIFY_MOST_SHOWN) {
        struct verify_stretch stretch;
        enum tapemap_status status = verify_next(verify, &stretch);
        if (status == TAPEMAP_E_OVERWRITTEN)
            verify_skip(verify);
        else if (status != TAPEMAP_OK)
            return cli_fail_status(status, "cannot read frame %" PRIu64 " of %s", verify->position,
                                   verify->tape.label);
        else
            verify_compare(verify, &stretch);
    }
    return CLI_DONE;
}

static const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

static int verify_conclude(const struct verify *verify, bool is_series)
{
    if (verify->wrong_frames > 0 || verify->wrong_things > 0)
        return cli_fail("verifying %s: %s and %" PRIu64 " things in the journal are wrong; see "
                        "the lines above", verify->tape.label,
                        verify->wrong_frames >= VERIFY_MOST_SHOWN ? "5 or more frames"
                        : verify->wrong_frames > 0                ? "some frames"
                                                                  : "no frames",
                        verify->wrong_things);
    if (verify->verified_frames == 0)
        return cli_fail("verifying %s: the ring overwrote all of it meanwhile; verify a stretch "
                        "nearer to the head", verify->tape.label);
    printf("verified ");
    if (is_series)
        printf("%" PRIu64 " tape%s, ", verify->tape_count, plural(verify->tape_count));
    printf("%" PRIu64 " frames", verify->verified_frames);
    if (verify->has_other_format)
        printf(" in more than one format");
    else
        printf(" x %" PRIu32 " channel%s", verify->shape.channels, plural(verify->shape.channels));
    printf(": every sample right; ");
    if (verify->skipped_frames > 0)
        printf("skipped %" PRIu64 " frames that the ring overwrote meanwhile; ",
               verify->skipped_frames);
    printf("%" PRIu64 " anchor%s, %" PRIu64 " gap%s", verify->anchor_count,
           plural(verify->anchor_count), verify->gap_count, plural(verify->gap_count));
    if (verify->gap_count > 0)
        printf(" of %" PRIu64 " frames", verify->gap_frames);
    printf("\n");
    return CLI_DONE;
}

static void verify_count(struct verify *verify)
{
    verify->tape_count++;
    verify->anchor_count += verify->journal.anchor_count;
    verify->gap_count += verify->journal.gap_count;
    verify->gap_frames += verify->journal.gap_frames;
    verify->wrong_things += verify->journal.wrong_count;
}

static int verify_tape(struct verify *verify, const char *from, const char *to)
{
    char tried[400];
    struct cli_range range = {0, 0};
    snprintf(tried, sizeof tried, "cannot verify %s", verify->tape.label);
    int code = cli_range_parse(&verify->tape, tried, from, to, &range);
    if (code != CLI_DONE)
        return code;
    verify->shape.format = verify->tape.info.format;
    verify->shape.channels = verify->tape.info.channels;
    verify->shape.frame_bytes = verify->tape.info.frame_bytes;
    verify->position = range.from;
    verify->to = range.to;
    memset(&verify->journal, 0, sizeof verify->journal);
    code = verify_journal_load(&verify->tape, &verify->journal);
    if (code == CLI_DONE)
        code = verify_samples(verify);
    verify_count(verify);
    verify_journal_free(&verify->journal);
    return code;
}

/* Goes over to the next tape, and looks at the seam. */
static int verify_seam(struct verify *verify)
{
    struct tapemap_info left = verify->tape.info;
    uint64_t head = tapemap_head(verify->tape.handle);
    enum tapemap_status status = cli_tape_open_next(&verify->tape);
    if (status != TAPEMAP_OK)
        return cli_tape_fail_next(&verify->tape, "cannot go on verifying", status);
    const struct tapemap_info *next = &verify->tape.info;
    if (next->previous_id[0] == '\0' && next->series_position == 0 &&
        !cli_tape_formats_agree(&left, next)) {
        printf("after tape %s its deck went on in another format: tape %s begins anew as %s, "
               "%" PRIu32 " Hz, %" PRIu32 " channel%s\n", left.id, next->id,
               tapemap_format_name(next->format), next->sample_rate_hz, next->channels,
               plural(next->channels));
        verify->has_other_format = true;
        return CLI_DONE;
    }
    uint64_t expected = left.series_position + head;
    if (next->series_position == expected && strcmp(next->previous_id, left.id) == 0)
        return CLI_DONE;
    printf("tape %s: expected to go on at frame %" PRIu64 " after tape %s, found frame %" PRIu64
           " after %s\n", next->id, expected, left.id, next->series_position,
           next->previous_id[0] ? next->previous_id : "none");
    verify->wrong_things++;
    return CLI_DONE;
}

/* A tape that was left when it was looked at has its last head; the newest is verified up to where
   it stands. */
static int verify_series(struct verify *verify, const char *from)
{
    for (;;) {
        struct tapemap_now now;
        tapemap_get_now(verify->tape.handle, &now);
        bool is_left = now.next_id[0] != '\0';
        if (verify->tape_count > 0 && !is_left && tapemap_head(verify->tape.handle) == 0)
            return CLI_DONE;
        int code = verify_tape(verify, verify->tape_count == 0 ? from : NULL, NULL);
        if (code != CLI_DONE || !is_left || verify->wrong_frames >= VERIFY_MOST_SHOWN)
            return code;
        code = verify_seam(verify);
        if (code != CLI_DONE)
            return code;
    }
}

static int verify_run(int argc, char **argv)
{
    struct verify verify = {0};
    const char *from = NULL;
    const char *to = NULL;
    bool is_ramp = false;
    bool is_series = false;
    int option;
    while ((option = cli_verb_option(&verb_verify, argc, argv)) != CLI_VERB_END) {
        switch (option) {
        case 'r': is_ramp = true; break;
        case 'f': from = optarg; break;
        case 't': to = optarg; break;
        case 's': is_series = true; break;
        case 'h': return cli_verb_help(&verb_verify);
        default: return CLI_MISUSED;
        }
    }
    const char *deck = cli_verb_deck(&verb_verify, argc, argv);
    if (!deck)
        return CLI_MISUSED;
    if (!is_ramp)
        return cli_misuse("verify", "it is not said what to verify against; give '--ramp'");
    if (is_series && to)
        return cli_misuse("verify", "'--series' goes on to the newest tape; leave '--to' out");
    int code = cli_tape_open(deck, &verify.tape);
    if (code != CLI_DONE)
        return code;
    code = is_series ? verify_series(&verify, from) : verify_tape(&verify, from, to);
    if (code == CLI_DONE)
        code = verify_conclude(&verify, is_series);
    cli_tape_close(&verify.tape);
    return code;
}
