/* SPDX-License-Identifier: MIT */
/* Files of the present folder, for targets that are about files. */
#ifndef TAPEMAP_FUZZ_FILE_H
#define TAPEMAP_FUZZ_FILE_H

#include "fuzz.h"

struct fuzz_file {
    uint8_t *bytes; /* NULL: there is no such file */
    size_t count;
};

/* Memory: bytes are the caller's, by free. */
struct fuzz_file fuzz_file_load(const char *path);

/* Makes the file; pages of zeros are left out of it. */
void fuzz_file_store(const char *path, const uint8_t *bytes, size_t count);

/* Whether the file is byte for byte as expected, or as expected not there. */
bool fuzz_file_holds(const char *path, const struct fuzz_file *expected);

#endif
