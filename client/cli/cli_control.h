/* SPDX-License-Identifier: MIT */
/* Words to recorders and supervisors (docs/control.md), and what they answer. */
#ifndef TAPEMAP_CLI_CONTROL_H
#define TAPEMAP_CLI_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include "cli_json.h"
#include "cli_verb.h"
#include "tapemap/status.h"

/* To whom a request may go, beside a deck's name. */
#define CLI_CONTROL_MACHINE "global:"  /* the supervisor of the machine */
#define CLI_CONTROL_SESSION "session:" /* that of this login session */

struct cli_answer {
    enum tapemap_status status; /* OK, or why there is no object */
    cJSON *object;              /* with "ok": true; NULL after a failure */
    bool is_answered;           /* somebody was there, and may have refused */
    char problem[768];          /* after a failure: what is wrong; what to do */
};

/* A request without members beside its command; cJSON_Add... puts them in. NULL: no memory, which
   cli_control_ask says. */
cJSON *cli_control_request(const char *command);

/* The request for a mark; position: digits, or NULL for where the recorder then is. Returns as
   above. */
cJSON *cli_control_mark_request(const char *text, const char *position);

/*
 * Sends the request and waits for the answer; deletes the request. to: as in tapemap_send.
 * Returns answer->status. Memory: the answer is the caller's until cli_answer_free, also after a
 * failure. Blocks: up to 12 seconds.
 */
enum tapemap_status cli_control_ask(const char *to, cJSON *request, struct cli_answer *answer);

/* The same for who is not to wait so long. Blocks: up to timeout_ms. */
enum tapemap_status cli_control_ask_within(const char *to, cJSON *request, uint32_t timeout_ms,
                                           struct cli_answer *answer);

/*
 * The same for a command about one deck, to the supervisor of the machine, and if that does not
 * know the deck to the one of this session.
 * Returns as above; E_NO_DECK: there is no supervisor that knows it.
 */
enum tapemap_status cli_control_ask_supervisor(const char *command, const char *deck,
                                               struct cli_answer *answer);

/* Deletes the object, if there is one. May be called again. */
void cli_answer_free(struct cli_answer *answer);

/* Members of an object; what is missing or of another kind is "", 0, false. Texts live as long as
   the object. Numbers may also be texts, as those from 2^53 on are. */
const char *cli_answer_text(const cJSON *object, const char *key);
uint64_t cli_answer_u64(const cJSON *object, const char *key);

/* Reads the command line of a verb that takes a deck and no options but --help. Returns the deck,
   or NULL with the exit code in *code. */
const char *cli_control_deck(const struct cli_verb *verb, int argc, char **argv, int *code);

/* Sends a command without members to a deck's recorder. "cannot <tried> deck 'x': ..." is said when
   it fails. Returns an enum cli_exit; answer: the caller's in any case. */
int cli_control_tell(const char *deck, const char *command, const char *tried,
                     struct cli_answer *answer);

/* Says "cannot <tried> deck '<deck>': <problem>". Returns CLI_FAILED. */
int cli_control_fail(const char *tried, const char *deck, const struct cli_answer *answer);

/* Prints on stdout "<done> deck '<deck>'<more>" and a line's end. */
void cli_control_done(const char *done, const char *deck, const char *more);

#endif
