/* SPDX-License-Identifier: MIT */
#include "keep_stretch.h"

struct keep_stretch keep_last(uint64_t head, uint64_t frames)
{
    return keep_around(head, frames, 0);
}

struct keep_stretch keep_around(uint64_t position, uint64_t before, uint64_t after)
{
    uint64_t unmade = before > position ? before - position : 0;
    uint64_t to = after > UINT64_MAX - position ? UINT64_MAX : position + after;

    return (struct keep_stretch){.from = position + unmade - before, .to = to, .unmade = unmade};
}
