/* SPDX-License-Identifier: MIT */
/* A look at the beginning of a tape's audio section through a handle that somebody else made. */
#ifndef TAPEMAP_TAPE_VIEW_H
#define TAPEMAP_TAPE_VIEW_H

#include "failure.h"
#include "layout_check.h"

/*
 * Maps the control block for reading and judges it.
 * Returns OK · E_NO_TAPE: the handle is no section that can be read · as layout_check_control, with
 * failure filled. Memory: *control is the caller's until tape_view_close. Threads: any. Blocks:
 * never.
 */
enum tapemap_status tape_view_open(void *section, const struct tapemap_control **control,
                                   struct layout_tape *facts, struct failure *failure);
/* NULL is ignored. */
void tape_view_close(const struct tapemap_control *control);

#endif
