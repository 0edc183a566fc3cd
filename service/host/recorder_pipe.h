/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_RECORDER_PIPE_H
#define TAPEMAP_RECORDER_PIPE_H

#include "recorder_state.h"

/*
 * Serves the deck's control pipe from now on, until recorder_pipe_close. A recorder without it
 * records all the same, so a failure is only said, as a warning, and tried again by
 * recorder_pipe_retry: Windows keeps a pipe for as long as a client of the recorder that was killed
 * has not noticed. The main thread for all of them.
 */
void recorder_pipe_open(struct recorder *recorder);
/* From now on it is the deck that is asked; there is one. */
void recorder_pipe_begin(struct recorder *recorder);
/* Call it often; at most once a second it does something, and nothing when there is a pipe. */
void recorder_pipe_retry(struct recorder *recorder);
void recorder_pipe_close(struct recorder *recorder);

#endif
