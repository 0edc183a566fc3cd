/* SPDX-License-Identifier: MIT */
/* How a file tape gets its path. Pure; any thread; never block. */
#ifndef TAPEMAP_TAPE_PATH_H
#define TAPEMAP_TAPE_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The path below --output unless --name says otherwise. */
#define TAPE_PATH_PATTERN "{deck}/{deck}-{utc}.wav"

/* What a pattern's words stand for. */
struct tape_path_facts {
    const char *deck; /* a valid deck name, so its characters are good in a path */
    uint64_t tape_id;
    uint64_t utc_ns;  /* when the recording began */
    unsigned attempt; /* 1; 2 and more put -2 ... before the extension, as the first is taken */
};

/*
 * Writes the path that `pattern` gives, with / as it stands there: {deck}, {id} (16 hex digits),
 * {utc} (20261120T130455Z) and {date} (20261120) are replaced.
 * Returns NULL, or what is wrong with the pattern, as the middle of a sentence: an unknown word in
 * braces, a character no file name may have, a part that is empty, ".", ".." or the name of a
 * device, an absolute path, another extension than .wav or .rf64, more than `room`. Memory: static.
 */
const char *tape_path_expand(const char *pattern, const struct tape_path_facts *facts, char *out,
                             size_t room);

/* Puts -N before the extension of `path`, which has one, unless `attempt` is 1. Returns as
   above. */
const char *tape_path_number(char *path, unsigned attempt, size_t room);

/* How many folders deep `pattern` puts its files. */
unsigned tape_path_folders(const char *pattern);

/* True when --output names the file itself: it ends in .wav or .rf64, in any case. */
bool tape_path_is_file(const char *output);

/* Whether two paths, or names, are one to the file system: in any case (of ASCII, at least), with
   \ for /. */
bool tape_path_is_same(const char *one, const char *other);

#endif
