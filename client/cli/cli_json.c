/* SPDX-License-Identifier: MIT */
#include "cli_json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli_fail.h"
#include "cli_text.h"
#include "warning_name.h"

bool cli_json_text(cJSON *object, const char *key, const char *text)
{
    size_t room = strlen(text) + 1;
    char *clean = malloc(room);
    bool is_added =
        clean && cJSON_AddStringToObject(object, key, cli_text_clean(text, clean, room)) != NULL;
    free(clean);
    return is_added;
}

/* cJSON keeps numbers as doubles; a raw value is copied as it is. */
bool cli_json_u64(cJSON *object, const char *key, uint64_t value)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRIu64, value);
    return cJSON_AddRawToObject(object, key, digits) != NULL;
}

bool cli_json_bool(cJSON *object, const char *key, bool value)
{
    return cJSON_AddBoolToObject(object, key, value) != NULL;
}

bool cli_json_warnings(cJSON *object, const char *key, uint32_t warnings)
{
    cJSON *list = cJSON_AddArrayToObject(object, key);
    for (unsigned bit = 0; list && bit < 32; bit++) {
        const char *name = warning_name(bit);
        if (!name || (warnings & 1u << bit) == 0)
            continue;
        cJSON *text = cJSON_CreateString(name);
        if (!text || !cJSON_AddItemToArray(list, text)) {
            cJSON_Delete(text);
            return false;
        }
    }
    return list != NULL;
}

bool cli_json_utc(cJSON *object, const char *key, uint64_t utc_ns)
{
    char text[CLI_TEXT_UTC_BYTES];
    return cJSON_AddStringToObject(object, key, cli_text_utc(utc_ns, 9, text)) != NULL;
}

int cli_json_print(cJSON *value, bool is_whole)
{
    char *text = is_whole ? cJSON_Print(value) : NULL;
    cJSON_Delete(value);
    if (!text)
        return cli_fail_status(TAPEMAP_E_MEMORY, "cannot make the JSON text");
    printf("%s\n", text);
    cJSON_free(text);
    return CLI_DONE;
}
