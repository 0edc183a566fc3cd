/* SPDX-License-Identifier: MIT */
/* tapemap_send: which pipes a word goes to. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "control_pipe.h"
#include "object_names.h"
#include "steady_clock.h"
#include "tape_handle.h"

#define SEND_GLOBAL "global:"
#define SEND_SESSION "session:"

/* Whom a word is for. */
struct addressee {
    bool in_global;
    bool in_session;
    const char *deck; /* NULL: the supervisor */
};

static bool begins_with(const char *text, const char *beginning)
{
    return strncmp(text, beginning, strlen(beginning)) == 0;
}

/* No deck's name has a colon in it. */
static bool read_addressee(const char *deck, struct addressee *to)
{
    *to = (struct addressee){true, true, deck};
    if (!deck)
        return true;
    if (begins_with(deck, SEND_GLOBAL)) {
        to->in_session = false;
        to->deck = deck + strlen(SEND_GLOBAL);
    } else if (begins_with(deck, SEND_SESSION)) {
        to->in_global = false;
        to->deck = deck + strlen(SEND_SESSION);
    }
    if (to->deck == deck || to->deck[0] != '\0')
        return deck_name_is_valid(to->deck);
    to->deck = NULL;
    return true;
}

/* One line that the other end would take: not empty, no line's end in it, not too long. */
static bool make_line(const char *request, char line[CONTROL_PIPE_REQUEST_BYTES])
{
    size_t length = strlen(request);

    if (length == 0 || length + 1 >= CONTROL_PIPE_REQUEST_BYTES || strpbrk(request, "\r\n"))
        return false;
    memcpy(line, request, length);
    memcpy(line + length, "\n", 2);
    return true;
}

static enum tapemap_status send_in(bool is_global, const struct addressee *to, const char *line,
                                   uint64_t deadline, char **answer)
{
    struct control_pipe_problem problem;
    char name[OBJECT_NAME_BYTES];

    control_pipe_name(name, is_global, to->deck);
    return control_pipe_ask(name, line, deadline, answer, &problem);
}

/* What comes back before anything was sent, so that somebody else may be asked; but not when the
   one who is meant is busy. */
static bool is_nobody(enum tapemap_status status)
{
    return status == TAPEMAP_E_NO_DECK || status == TAPEMAP_E_DENIED ||
           status == TAPEMAP_E_UNTRUSTED;
}

enum tapemap_status tapemap_send(const char *deck, const char *request, uint32_t timeout_ms,
                                 char **answer)
{
    char line[CONTROL_PIPE_REQUEST_BYTES];
    struct addressee to;
    enum tapemap_status failure = TAPEMAP_E_NO_DECK;

    if (!request || !answer || !read_addressee(deck, &to) || !make_line(request, line))
        return TAPEMAP_E_ARGUMENT;
    uint64_t deadline = steady_clock_now() + steady_clock_hz() / 1000 * timeout_ms;
    for (int i = 0; i < 2; i++) {
        bool is_global = i == 0;
        if (!(is_global ? to.in_global : to.in_session))
            continue;
        enum tapemap_status status = send_in(is_global, &to, line, deadline, answer);
        if (!is_nobody(status))
            return status;
        failure = tape_failure_of(failure, status);
    }
    return failure;
}

void tapemap_free(void *memory)
{
    free(memory);
}
