/* SPDX-License-Identifier: MIT */
/* What a tapemap_tape is inside. */
#ifndef TAPEMAP_TAPE_HANDLE_H
#define TAPEMAP_TAPE_HANDLE_H

#include "catalogue_read.h"
#include "file_tape.h"
#include "reader.h"
#include "section.h"
#include "tapemap/tapemap.h"
#include "waiting.h"

struct tapemap_tape {
    struct section audio; /* generation 0: its handle keeps a growing tape listed */
    struct section newest; /* of a tape that has grown; else closed */
    struct section index;
    const char *space; /* of their names */
    uint64_t id;
    struct file_tape file; /* open instead of sections when there are none, or no newer one */
    char *path; /* that it was opened by; NULL: by no path */
    struct section catalogue; /* held so that the tape stays listed while we hold it */
    struct waiting waiting;
    struct reader reader;
};

/* Namespaces in the order in which they are searched: a service's, then the session's own. */
#define TAPE_SPACES 2
extern const char *const tape_spaces[TAPE_SPACES];

/* ---- tape_open.c ---- */

/* Opens tape `id` in one namespace. Returns as tapemap_open_tape. */
enum tapemap_status tape_open_in(const char *space, uint64_t id, tapemap_tape **tape);

/* Checks both open sections of `tape`, whose space and id are set, and sets up its reader over
   them. Returns OK · E_NO_TAPE: nothing was published in time · E_FOREIGN · E_CORRUPT · E_MEMORY ·
   E_SYSTEM. */
enum tapemap_status tape_read_sections(struct tapemap_tape *tape);

/* Closes the sections, and the file; views of them must have gone. */
void tape_close_sections(struct tapemap_tape *tape);

/* The failure to report when several places were searched: the first that says more than "not
   there". */
enum tapemap_status tape_failure_of(enum tapemap_status first, enum tapemap_status second);

/* ---- tape_growth.c ---- */

/* Views of the audio section of `tape`, which has its generation 0, its space and its id. A file
   grows in them. */
struct view_source tape_audio_views(struct tapemap_tape *tape);

/* ---- tape_catalogue.c ---- */

struct catalogue_entries {
    uint32_t count;
    struct catalogue_entry rows[TAPEMAP_CATALOGUE_SLOTS];
};

/* Reads the catalogue of one namespace. Returns OK (also when there is no catalogue) · E_FOREIGN ·
   E_CORRUPT · E_DENIED · E_MEMORY · E_SYSTEM. Blocks: a few ms when a writer stands still. */
enum tapemap_status tape_catalogue_read(const char *space, struct catalogue_entries *entries);

#endif
