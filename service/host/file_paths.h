/* SPDX-License-Identifier: MIT */
/* Where things are. Texts are UTF-8 and the caller's, for free(); NULL: no memory, or the system
   does not say. Any thread; never block. */
#ifndef TAPEMAP_FILE_PATHS_H
#define TAPEMAP_FILE_PATHS_H

/* This program's file. */
char *file_path_of_program(void);

/* The same path, whole: from the working folder on. */
char *file_path_whole(const char *path);

/* The folder that a whole path lies in, without a \ at its end unless it is a drive's. */
char *file_path_folder(const char *path);

/* `path`, from `folder` on unless it is whole already. */
char *file_path_below(const char *folder, const char *path);

#endif
