/* SPDX-License-Identifier: MIT */
/* Files and named sections over them, as a recorder makes them. Failures fail the test. */
#ifndef TAPEMAP_SHARED_FILE_H
#define TAPEMAP_SHARED_FILE_H

#include <stdint.h>

/* Makes the folder at `path` (UTF-8, any length) if there is none. */
void shared_folder_create(const char *path);

/* Makes or replaces a file; everybody may share it. Close it by shared_close. */
void *shared_file_create(const char *path, const void *bytes, uint64_t count);
void shared_file_write(void *file, uint64_t offset, const void *bytes, uint64_t count);
void shared_file_set_length(void *file, uint64_t bytes);

/* How a file is shared, added up; as Windows counts. */
enum shared_file_share { SHARED_READ = 1, SHARED_WRITE = 2, SHARED_DELETE = 4 };

/* Opens the file to read it, and admits others who do what `share` says. Close it by
   shared_close. */
void *shared_file_hold(const char *path, unsigned share);

/* A named section over the file, which is lengthened when it is shorter. */
void *shared_section_create(void *file, const char *name, uint64_t bytes);

/* NULL is ignored. */
void shared_close(void *handle);

/* Removes a file, or an empty folder, if there is one. */
void shared_remove(const char *path);

#endif
