/* SPDX-License-Identifier: MIT */
/* What the codes of file_access come to when a file is finished or repaired. Never block. */
#ifndef TAPEMAP_FINISH_CODE_H
#define TAPEMAP_FINISH_CODE_H

#include <stddef.h>
#include <stdint.h>

#include "tapemap/status.h"

/* Codes of file_access and file_output that mean something special here. */
#define FINISH_CODE_NO_FILE 2u
#define FINISH_CODE_DENIED 5u
#define FINISH_CODE_PROTECTED 19u
#define FINISH_CODE_BUSY 32u
#define FINISH_CODE_END_OF_FILE 38u
#define FINISH_CODE_EXISTS 80u
#define FINISH_CODE_FOLDER 336u
#define FINISH_CODE_MAPPED 1224u

/* Its status; 0 is OK, and one that is not in the table E_SYSTEM. */
enum tapemap_status finish_code_status(uint32_t code);

/* Writes "<tried>: <the system's own words>", for the middle of a sentence, cut if need be. */
void finish_code_problem(uint32_t code, const char *tried, char *out, size_t room);

#endif
