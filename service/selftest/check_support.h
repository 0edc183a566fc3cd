/* SPDX-License-Identifier: MIT */
/* What several checks need. Where one of these fails it has filled the finding: not testable here,
   and why. One thread; may block for the disk. */
#ifndef TAPEMAP_CHECK_SUPPORT_H
#define TAPEMAP_CHECK_SUPPORT_H

#include <stdint.h>

#include "selftest_check.h"
#include "check_peer.h"
#include "store.h"

enum { PLACE_PATH_BYTES = 2048 };

/* The path of a file of this name in the scratch folder, which is made where it is not there. */
bool place_file_path(const struct check_place *place, const char *name,
                     char out[PLACE_PATH_BYTES], struct finding *finding);

/* A new pagefile section under a tape's name, as a recorder makes it. Memory: store_destroy. */
struct check_section {
    struct store *store;
    char name[192];
};
bool check_section_make(uint64_t bytes, struct check_section *section, struct finding *finding);

struct check_file_wish {
    const char *name;  /* of the file */
    bool is_temporary;
    bool is_written;   /* by the store's `write` */
};

/* A new file tape's audio, as a recorder makes it, and its first MiB, mapped and committed. */
struct check_tape_file {
    struct store *store;
    char path[PLACE_PATH_BYTES];
    unsigned char *view;
};
#define CHECK_FILE_BYTES (UINT64_C(64) << 20) /* of the section */
#define CHECK_FILE_VIEW_BYTES (1u << 20)
bool check_file_make(const struct check_place *place, const struct check_file_wish *wish,
                     struct check_tape_file *file, struct finding *finding);
/* Unmaps and closes it; the file stays, unless it is temporary. */
void check_file_close(struct check_tape_file *file);
/* Closes it and removes the file. */
void check_file_remove(struct check_tape_file *file);

/* A plain file of the scratch folder, new, for CreateFile's `access` and `share`;
   INVALID_HANDLE_VALUE on failure. Memory: for CloseHandle. */
void *check_plain_make(const struct check_place *place, const char *name, uint32_t access,
                       uint32_t share, struct finding *finding);
/* Opens, or removes, a file by its path; 0 or a system error code. */
uint32_t check_plain_open(const char *path, uint32_t access, uint32_t share, void **handle);
void check_plain_remove(const char *path);

/* Maps or commits, as a recorder's keeper does. */
bool check_map(struct store *store, uint64_t offset, size_t bytes, void **view,
               struct finding *finding);
bool check_commit(struct store *store, uint64_t offset, void *address, size_t bytes,
                  struct finding *finding);

/* "not testable here", for `what` failed with this error code of the system. */
void check_untested(struct finding *finding, const char *what, uint32_t code);

/* An error code of the system in a finding: "done", or "error 5". Any thread; never blocks. */
struct check_outcome {
    char text[24];
};
struct check_outcome check_outcome(uint32_t code);

/* Milliseconds since a reading of the steady clock. Any thread; never blocks. */
double check_ms_since(uint64_t clock);

/* Runs a peer to its end (check_peer.h). */
bool check_peer_run(const struct peer_config *config, uint32_t *code, struct finding *finding);

/*
 * Has this thread be an ordinary user from now on, who has no more rights than his own: an
 * administrator may do everything with every object, and so shows nothing.
 */
bool check_become_plain(struct finding *finding);
void check_become_self(void);

#endif
