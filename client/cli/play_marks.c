/* SPDX-License-Identifier: MIT */
#include "play_marks.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli_control.h"
#include "cli_fail.h"
#include "cli_text.h"
#include "errand.h"

#define MARKS_PATIENCE_MS 3000u

/* Its own memory, for a thread that may outlast everything else of the playing. */
struct play_mark {
    char deck[TAPEMAP_NAME_BYTES];
    char tape[17];
    char time[40];
    bool is_elsewhere; /* the deck records another tape */
    cJSON *request; /* the errand deletes it */
    struct cli_answer answer;
    struct errand *errand;
};

/* A request names the deck alone. Who cannot say which tape that is on has to ask. */
static bool mark_is_elsewhere(const struct play_mark *mark)
{
    tapemap_tape *newest = NULL;
    struct tapemap_info info = {0};

    if (tapemap_open_deck(mark->deck, &newest) != TAPEMAP_OK)
        return false;
    tapemap_get_info(newest, &info);
    tapemap_close(newest);
    return strcmp(info.id, mark->tape) != 0;
}

static void mark_ask(void *context)
{
    struct play_mark *mark = context;

    mark->is_elsewhere = mark_is_elsewhere(mark);
    if (mark->is_elsewhere)
        cJSON_Delete(mark->request);
    else
        cli_control_ask(mark->deck, mark->request, &mark->answer);
}

static void mark_free(struct play_mark *mark)
{
    errand_destroy(mark->errand);
    cli_answer_free(&mark->answer);
    free(mark);
}

static struct play_mark *mark_start(const struct cli_tape *tape, uint64_t position)
{
    struct play_mark *mark = calloc(1, sizeof *mark);
    char digits[24];

    if (!mark)
        return NULL;
    snprintf(digits, sizeof digits, "%" PRIu64, position);
    snprintf(mark->deck, sizeof mark->deck, "%s", tape->info.deck);
    snprintf(mark->tape, sizeof mark->tape, "%s", tape->info.id);
    cli_text_length(position, tape->info.sample_rate_hz, mark->time, sizeof mark->time);
    mark->request = cli_control_mark_request("marked while playing", digits);
    mark->errand = errand_start(mark_ask, mark);
    if (mark->errand)
        return mark;
    cJSON_Delete(mark->request);
    free(mark);
    return NULL;
}

bool play_marks_ask(struct play_marks *marks, const struct cli_tape *tape, uint64_t position,
                    char *said, size_t room)
{
    size_t at = 0;

    while (at < PLAY_MARKS_AT_ONCE && marks->asked[at])
        at++;
    if (at == PLAY_MARKS_AT_ONCE) {
        snprintf(said, room, "not marked: %u marks wait for the recorder", PLAY_MARKS_AT_ONCE);
        return false;
    }
    marks->asked[at] = mark_start(tape, position);
    if (!marks->asked[at])
        snprintf(said, room, "not marked: no memory or no thread for it");
    return marks->asked[at] != NULL;
}

/* What came of one that is done. */
static void mark_end(struct play_mark *mark, char *said, size_t room)
{
    said[0] = '\0';
    if (mark->is_elsewhere)
        snprintf(said, room, "not marked: nobody records this tape");
    else if (mark->answer.status == TAPEMAP_OK)
        snprintf(said, room, "marked %s", mark->time);
    else
        cli_note("cannot mark %s of deck '%s': %s", mark->time, mark->deck, mark->answer.problem);
    mark_free(mark);
}

bool play_marks_next(struct play_marks *marks, char *said, size_t room)
{
    for (size_t i = 0; i < PLAY_MARKS_AT_ONCE; i++) {
        struct play_mark *mark = marks->asked[i];
        if (!mark || !errand_is_done(mark->errand, 0))
            continue;
        marks->asked[i] = NULL;
        mark_end(mark, said, room);
        return true;
    }
    return false;
}

void play_marks_finish(struct play_marks *marks)
{
    char said[64];
    uint32_t patience_ms = MARKS_PATIENCE_MS;

    for (size_t i = 0; i < PLAY_MARKS_AT_ONCE; i++) {
        struct play_mark *mark = marks->asked[i];
        if (!mark)
            continue;
        marks->asked[i] = NULL;
        if (errand_is_done(mark->errand, patience_ms)) {
            mark_end(mark, said, sizeof said);
            continue;
        }
        patience_ms = 0;
        cli_note("deck '%s' has not yet said whether it set the mark %s; see 'tapemap marks' for "
                 "it", mark->deck, mark->time);
    }
}
