/* SPDX-License-Identifier: MIT */
/*
 * The JSON that `list` and `info` print. Units are in the key names. Whole numbers are written
 * exactly, however large (a reader that keeps numbers as doubles rounds those above 2^53); moments
 * are ISO 8601 strings in UTC with nanoseconds.
 */
#ifndef TAPEMAP_CLI_JSON_H
#define TAPEMAP_CLI_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>

/* Each adds one member to `object`; false when memory ran out. Texts are cleaned. */
bool cli_json_text(cJSON *object, const char *key, const char *text);
bool cli_json_u64(cJSON *object, const char *key, uint64_t value);
bool cli_json_bool(cJSON *object, const char *key, bool value);
/* A list of the names of TAPEMAP_WARNING_* bits. */
bool cli_json_warnings(cJSON *object, const char *key, uint32_t warnings);
bool cli_json_utc(cJSON *object, const char *key, uint64_t utc_ns);

/* Prints a value with a line's end on stdout and deletes it. `is_whole` is false when something
   could not be added: then nothing is printed but the failure. Returns an enum cli_exit. */
int cli_json_print(cJSON *value, bool is_whole);

#endif
