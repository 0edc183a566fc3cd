/* SPDX-License-Identifier: MIT */
/* A catalogue in memory, as recorders write one. */
#ifndef TAPEMAP_FAKE_CATALOGUE_H
#define TAPEMAP_FAKE_CATALOGUE_H

#include <stddef.h>
#include <stdint.h>

#include "tapemap/layout.h"

/* Makes it an empty one. */
void fake_catalogue_begin(struct tapemap_catalogue *catalogue);

/* Writes a slot; the name's `bytes` are any, and tape 0 leaves the slot free. */
void fake_catalogue_enter(struct tapemap_catalogue *catalogue, uint32_t index, uint64_t tape_id,
                          uint32_t pid, const char *name, size_t bytes);

#endif
