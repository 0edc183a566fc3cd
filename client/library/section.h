/* SPDX-License-Identifier: MIT */
/* A named section of another process, opened for reading only. */
#ifndef TAPEMAP_SECTION_H
#define TAPEMAP_SECTION_H

#include <stdbool.h>

#include "view_window.h"

struct section {
    void *handle; /* NULL: closed */
};

/* Opens the section `name` (UTF-8, with its namespace). Returns OK · E_NO_TAPE: there is none ·
   E_DENIED · E_MEMORY · E_SYSTEM. Threads: any. Blocks: never. */
enum tapemap_status section_open(const char *name, struct section *section);

/* A closed section is ignored. Views stay. */
void section_close(struct section *section);

/* Views of the section, whose length is not known; `section` must outlive them. */
struct view_source section_views(const struct section *section);

/* True when the memory of this view is there to be read. A page that is only reserved faults, and
   a section can be opened before its maker has committed its first page. */
bool section_is_committed(const void *address, size_t bytes);

#endif
