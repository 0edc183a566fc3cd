/* SPDX-License-Identifier: MIT */
/* Answers in Windows' place, of a file's calls that Wine always lets succeed. The linker puts them
   there: -Wl,--wrap=__imp_NAME for each. */
#ifndef TAPEMAP_SCRIPTED_CALLS_WIN32_H
#define TAPEMAP_SCRIPTED_CALLS_WIN32_H

#include <stdbool.h>
#include <stdint.h>

struct scripted_calls {
    unsigned locked;             /* so many flushes of views will find their part locked */
    unsigned view_flushes;
    unsigned file_flushes;
    unsigned asked;              /* DeviceIoControl; no volume knows what it is asked for */
    bool is_plain_before_sparse; /* the first was "no compression", the second "sparse" */
    bool is_fat;                 /* every volume */
};

extern struct scripted_calls scripted_calls;

#endif
