/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_RECORDER_PIPE_H
#define TAPEMAP_RECORDER_PIPE_H

#include "recorder_state.h"

/* Serves the deck's control pipe from now on, until recorder_pipe_close. A recorder without it
   records all the same, so a failure is only said, as a warning. The main thread for both. */
void recorder_pipe_open(struct recorder *recorder);
void recorder_pipe_close(struct recorder *recorder);

#endif
