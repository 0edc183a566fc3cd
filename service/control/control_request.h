/* SPDX-License-Identifier: MIT */
/* One request of docs/control.md: a line of text from anybody, made into checked values. */
#ifndef TAPEMAP_CONTROL_REQUEST_H
#define TAPEMAP_CONTROL_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "failure.h"
#include "tapemap/layout.h"

/* Who is asked. */
enum control_side { CONTROL_RECORDER, CONTROL_SUPERVISOR };

enum control_command {
    CONTROL_STATUS,
    CONTROL_MARK,
    CONTROL_ROTATE,
    CONTROL_PAUSE,
    CONTROL_RESUME,
    CONTROL_STOP,
    CONTROL_HOLD,
    CONTROL_HELD,
    CONTROL_START,
    CONTROL_RESTART,
    CONTROL_RELOAD,
    CONTROL_SHUTDOWN,
};

struct control_request {
    enum control_command command;
    char text[256];               /* of a mark, or the reason to stop: shortened; "": none */
    bool has_position;
    uint64_t position;
    uint64_t tape_id;             /* never 0 where the command has one */
    char deck[TAPEMAP_NAME_BYTES]; /* a valid name */
};

/*
 * Reads a line of `length` bytes with a zero behind them.
 * Returns OK · E_SYNTAX: it is no flat JSON object, so whoever sent it does not speak this protocol
 * · E_ARGUMENT: a command or member is missing, unknown, given twice, or out of range · E_MEMORY;
 * with failure filled and *request undefined.
 * Threads: any. Blocks: never.
 */
enum tapemap_status control_request_parse(enum control_side side, const char *line, size_t length,
                                          struct control_request *request,
                                          struct failure *failure);

#endif
