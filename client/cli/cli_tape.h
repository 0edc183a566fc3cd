/* SPDX-License-Identifier: MIT */
/* A tape as the command line names it, and positions on it. */
#ifndef TAPEMAP_CLI_TAPE_H
#define TAPEMAP_CLI_TAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "tapemap/tapemap.h"

struct cli_tape {
    tapemap_tape *handle;
    struct tapemap_info info;
    char label[320]; /* "deck 'studio'", "tape 0123456789abcdef" or "file 'take.wav'" */
};

/* Opens a deck by its name, a tape as "id:HEX16", or a file by its path (cli_verb_is_path). Returns
   an enum cli_exit; a failure has been said. The caller closes it by cli_tape_close. */
int cli_tape_open(const char *argument, struct cli_tape *tape);
void cli_tape_close(struct cli_tape *tape);

/* Goes on to the next tape of its deck, and closes the one left; the label then names the new one.
   Returns as tapemap_open_next; says nothing. */
enum tapemap_status cli_tape_open_next(struct cli_tape *tape);

/* The same to the tape before it in its series, which it joins. Returns as
   tapemap_open_previous. */
enum tapemap_status cli_tape_open_previous(struct cli_tape *tape);

/* Whether frames of the two tapes are of one kind. */
bool cli_tape_formats_agree(const struct tapemap_info *one, const struct tapemap_info *other);

/* Says so when the tape gone on to does not join the one left, which ended at `head`. */
void cli_tape_note_seam(const struct cli_tape *tape, const struct tapemap_info *left,
                        uint64_t head);

/* Says why going on failed, and that `tried` ("cannot verify on") did. Returns CLI_FAILED. */
int cli_tape_fail_next(const struct cli_tape *tape, const char *tried, enum tapemap_status status);

/*
 * The same for a verb that needs the format to stay: `tried` ("cannot go on streaming") and what to
 * do with a tape in another one, up to its id ("stream that by 'tapemap tail").
 * Returns OK · E_NO_TAPE: it was the last · another: going on failed, and that has been said.
 */
enum tapemap_status cli_tape_go_on(struct cli_tape *tape, const char *tried, const char *remedy);

/* Whether a recorder without a sign of life is waited for: one that is restarted in time goes on
   with the same tape. false after ten seconds. Says so unless *is_said, which it sets. */
bool cli_tape_is_awaited(const struct cli_tape *tape, bool *is_said);

/* Says that it was not worth waiting for, and that `tried` ("cannot go on playing") failed. Returns
   CLI_FAILED. */
int cli_tape_fail_stalled(const struct cli_tape *tape, const char *tried);

/*
 * Where reading from the beginning should begin: at the oldest frame, but in a ring whose recorder
 * lives a second (at most a sixteenth of what there is) later, because the oldest frames are the
 * next to be overwritten.
 */
uint64_t cli_tape_beginning(const struct cli_tape *tape);

/* Understands the value of a position option. "start", and what lies before the oldest frame as
   seen from the head, mean cli_tape_beginning. Returns an enum cli_exit; a failure has been
   said. */
int cli_tape_position(const struct cli_tape *tape, const char *option, const char *text,
                      uint64_t *position);

/* The same for the end of a stretch that begins at `from`, as tapemap_parse_position_after. */
int cli_tape_position_after(const struct cli_tape *tape, const char *option, const char *text,
                            uint64_t from, uint64_t *position);

/* Whether a text that was understood as a position names a moment, and neither a length nor a
   mark. */
bool cli_tape_is_moment(const char *text);

/* Says so when the beginning of what a verb will do is a moment that is yet to come: who meant
   yesterday's 14:05:30 would wait for today's without a word. */
void cli_tape_note_coming(const struct cli_tape *tape, const char *text, uint64_t position);

/* Says that nothing of that moment is recorded, and which moments are. Returns CLI_FAILED. */
int cli_tape_fail_moment(const struct cli_tape *tape, const char *option, const char *text);

/* For the help of the verbs that take a position: two lines. */
#define CLI_TAPE_POSITION_HELP                                                           \
    "A position P is 12345f (frames), 90s, 1:30:00 (from the start), -30s (before the\n" \
    "head), 14:05:30 (local time), 2026-11-20T14:05:30, mark:NAME, start or now.\n"

#endif
