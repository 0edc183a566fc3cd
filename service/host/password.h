/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_PASSWORD_H
#define TAPEMAP_PASSWORD_H

#include <stddef.h>
#include <wchar.h>

#include "failure.h"

#define PASSWORD_CHARACTERS 257u

/*
 * Reads a password: the first line of a file in UTF-8, or with `path` NULL what is typed at the
 * console, unseen, after a prompt that names `account`. Never from a command line, which every
 * program of the computer can read.
 * Returns OK · E_NO_FILE · E_DATA: empty, too long, or no UTF-8 · E_UNSUPPORTED: there is no
 * console, with failure filled. Memory: `out` of PASSWORD_CHARACTERS; the caller calls
 * password_forget. One thread; blocks for the disk or a person.
 */
enum tapemap_status password_read(const char *path, const char *account, wchar_t *out,
                                  struct failure *failure);

/* Leaves nothing of it in memory. Never blocks. */
void password_forget(wchar_t *password);

#endif
