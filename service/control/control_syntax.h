/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_CONTROL_SYNTAX_H
#define TAPEMAP_CONTROL_SYNTAX_H

#include <stddef.h>

#include "failure.h"

/*
 * What a JSON parser does not refuse, and what it need never see: a line that is not one flat
 * object; zeros, in whatever spelling, and control characters; what is not UTF-8.
 * Returns OK · E_SYNTAX with failure filled. `line` has a zero behind its `length` bytes.
 * Threads: any. Blocks: never.
 */
enum tapemap_status control_syntax_check(const char *line, size_t length, struct failure *failure);

#endif
