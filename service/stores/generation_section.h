/* SPDX-License-Identifier: MIT */
/*
 * Sections over a file, and the names by which readers find them. Functions return 0 or a system
 * error code. Threads: any. Blocks: for the disk, where a section makes its file longer.
 */
#ifndef TAPEMAP_GENERATION_SECTION_H
#define TAPEMAP_GENERATION_SECTION_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Makes a section of `bytes` bytes over the file (a handle), which is lengthened where it is
 * shorter; 0: as long as the file is. `name`: UTF-8, or NULL. 183: the name exists, whoever made
 * it and whatever is behind it. Memory: *section is for CloseHandle.
 */
uint32_t generation_section_make(void *file, const char *name, uint64_t bytes, void **section);

/* What holding a section again takes. */
struct generation_section_claim {
    void *file;
    const char *name;
    uint64_t bytes;
    unsigned char *first_granule; /* of the file, mapped for writing; an unused place is changed
                                     for a moment and restored */
};

/*
 * As generation_section_make; but a section of that name which a reader still holds, at least as
 * long and over this very file, is opened: *is_ours is then false, and it can only be read. 183:
 * the one of that name is another.
 */
uint32_t generation_section_hold(const struct generation_section_claim *claim, void **section,
                                 bool *is_ours);

#endif
