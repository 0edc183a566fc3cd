/* SPDX-License-Identifier: MIT */
/* One connection as the protocol sees it: bytes come in, requests and refusals come out. */
#ifndef TAPEMAP_CONTROL_SESSION_H
#define TAPEMAP_CONTROL_SESSION_H

#include "control_line.h"
#include "control_rate.h"
#include "control_request.h"

/* A client that sends no whole request for so long is sent away, sooner when others may wait. */
#define CONTROL_PATIENCE_SECONDS 10u
#define CONTROL_CROWDED_SECONDS 1u

enum control_event {
    CONTROL_WANTS_MORE, /* all bytes are taken, and no request is whole */
    CONTROL_ASKED,      /* `request` is one */
    CONTROL_REFUSED,    /* `failure` is to be answered, and the connection goes on */
    CONTROL_OVER,       /* `failure` is to be answered, and the connection ends */
};

struct control_session {
    enum control_side side;
    uint64_t clock_hz;
    uint64_t since;   /* when the time for the next whole request began */
    bool is_crowded;
    struct control_line line;
    struct control_rate rate;
    struct control_request request;
    struct failure failure;
};

/* A new connection at `clock`, of a steady clock of clock_hz ticks a second. */
void control_session_init(struct control_session *session, enum control_side side,
                          uint64_t clock_hz, uint64_t clock);

/*
 * Takes some of the `count` bytes that came at `clock`, up to the end of a request, and sets
 * *taken. Call it until it wants more. count 0: nothing came, and only the time is looked at.
 * Returns: see above. Threads: one at a time. Blocks: never.
 */
enum control_event control_session_take(struct control_session *session, const char *bytes,
                                        size_t count, size_t *taken, uint64_t clock);

/* Whether others may have to wait for this connection's end. */
void control_session_crowd(struct control_session *session, bool is_crowded);

/* Until when the next whole request has to come. */
uint64_t control_session_deadline(const struct control_session *session);

/* The request was answered at `clock`: the time for the next one begins. */
void control_session_answered(struct control_session *session, uint64_t clock);

#endif
