/* SPDX-License-Identifier: MIT */
/* What the tests of file stores share. Assertions end the test. */
#ifndef TAPEMAP_FILE_STORE_RIG_WIN32_H
#define TAPEMAP_FILE_STORE_RIG_WIN32_H

#include <stdbool.h>
#include <stdint.h>

#include "file_store.h"

#define GRANULE ((uint64_t)TAPEMAP_GRANULE_BYTES)
#define MIB (UINT64_C(1) << 20)
#define RIG_TAPE RIG_NAME ".wav"

#define CLEAN_TEST(test)                                                                         \
    cmocka_unit_test_setup_teardown(test, rig_start_clean, rig_start_clean)

/* For setup and teardown: no file, and another tape's id. */
int rig_start_clean(void **state);

/* An audio file RIG_TAPE of 4 granules, extents of 2 MiB. */
struct file_store_config rig_config(void);
struct store *rig_create(const struct file_store_config *config);
unsigned char *rig_map(struct store *store, uint64_t offset, uint64_t bytes);

/* Reads RIG_TAPE as ordinary programs do. Returns its length. */
uint64_t rig_read(uint64_t offset, unsigned char *bytes, size_t count);
unsigned char rig_byte(uint64_t offset);

/* Whether readers find that generation of the test's tape; opening it as they do. */
bool rig_name_exists(uint64_t generation);
void *rig_keep_section(uint64_t generation);
void rig_leave_section(void *section);

/* Has another thread flush [0, end) of the store again and again until it is stopped. Stopping
   returns how often that failed. */
void rig_start_flushing(struct store *store, uint64_t end);
unsigned rig_stop_flushing(void);

#endif
