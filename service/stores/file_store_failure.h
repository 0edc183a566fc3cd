/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_FILE_STORE_FAILURE_H
#define TAPEMAP_FILE_STORE_FAILURE_H

#include <stdint.h>

#include "file_store.h"

/* Fills failure with the status of a system error code and "the file 'P' cannot be <verb>: <why>;
   <what to do>", and returns the status. */
enum tapemap_status file_store_fail(const struct file_store_config *config, const char *verb,
                                    uint32_t code, struct failure *failure);

#endif
