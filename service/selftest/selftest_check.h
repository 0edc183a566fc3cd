/* SPDX-License-Identifier: MIT */
/*
 * The checks of `tapemapd selftest`. Each uses a real object of the system as a recorder or reader
 * does, through the same functions where there are such, and says what came of it.
 *
 * They run one after the other, in a process of their own (check_worker.h), which is ended when a
 * check takes longer than its limit. A check closes and removes what it has made.
 */
#ifndef TAPEMAP_SELFTEST_CHECK_H
#define TAPEMAP_SELFTEST_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "finding.h"

/* Where and how it is tested. Texts are UTF-8. */
struct check_place {
    const char *scratch; /* folder for files; who makes it is place_file_path (check_support.h) */
    bool has_sound;      /* false: no device is touched */
};

struct check {
    struct assumption assumption;
    unsigned limit_ms;
    void (*run)(const struct check_place *place, struct finding *finding);
};

enum { CHECK_MOST = 64 };

/* The rows of each subject; `count` receives how many there are. Any thread; never block. */
const struct check *check_memory_rows(size_t *count);
const struct check *check_window_rows(size_t *count);
const struct check *check_file_rows(size_t *count);
const struct check *check_cut_rows(size_t *count);
const struct check *check_sharing_rows(size_t *count);
const struct check *check_name_rows(size_t *count);
const struct check *check_time_rows(size_t *count);
const struct check *check_control_rows(size_t *count);
const struct check *check_sound_rows(size_t *count);

/* Check `number`, counted from 0 over all subjects; NULL past the last. Any thread; never
   blocks. */
const struct check *check_at(size_t number);

#endif
