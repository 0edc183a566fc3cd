/* SPDX-License-Identifier: MIT */
#include "control_answer.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tapemap/tapemap.h"

#define CONTROL_NUMBER_END (UINT64_C(1) << 53)

static cJSON *answer_target(struct control_answer *answer)
{
    return answer->item ? answer->item : answer->object;
}

static void answer_note(struct control_answer *answer, const cJSON *made)
{
    if (!made)
        answer->is_short = true;
}

void control_answer_init(struct control_answer *answer)
{
    *answer = (struct control_answer){.object = cJSON_CreateObject()};
    answer_note(answer, cJSON_AddTrueToObject(answer->object, "ok"));
}

void control_answer_deinit(struct control_answer *answer)
{
    cJSON_Delete(answer->object);
}

void control_answer_text(struct control_answer *answer, const char *key, const char *text)
{
    answer_note(answer, cJSON_AddStringToObject(answer_target(answer), key, text));
}

/* cJSON keeps numbers as doubles and prints what it is given; a raw value is copied as it is. */
void control_answer_u64(struct control_answer *answer, const char *key, uint64_t value)
{
    char digits[24];

    snprintf(digits, sizeof digits, "%" PRIu64, value);
    if (value < CONTROL_NUMBER_END)
        answer_note(answer, cJSON_AddRawToObject(answer_target(answer), key, digits));
    else
        control_answer_text(answer, key, digits);
}

void control_answer_bool(struct control_answer *answer, const char *key, bool value)
{
    answer_note(answer, cJSON_AddBoolToObject(answer_target(answer), key, value));
}

static cJSON *answer_find_list(struct control_answer *answer, const char *key)
{
    cJSON *list = cJSON_GetObjectItemCaseSensitive(answer_target(answer), key);

    if (!list)
        list = cJSON_AddArrayToObject(answer_target(answer), key);
    answer_note(answer, list);
    return list;
}

/* The list takes `value` over, which may be NULL for want of memory. */
static void answer_add(struct control_answer *answer, const char *key, cJSON *value)
{
    if (cJSON_AddItemToArray(answer_find_list(answer, key), value))
        return;
    cJSON_Delete(value);
    answer->is_short = true;
}

void control_answer_list(struct control_answer *answer, const char *key, const char *text)
{
    if (text)
        answer_add(answer, key, cJSON_CreateString(text));
    else
        answer_find_list(answer, key);
}

void control_answer_begin_item(struct control_answer *answer, const char *key)
{
    cJSON *item = cJSON_CreateObject();

    answer_add(answer, key, item);
    answer->item = answer->is_short ? NULL : item;
}

void control_answer_end_item(struct control_answer *answer)
{
    answer->item = NULL;
}

void control_answer_fail(struct control_answer *answer, const struct failure *failure)
{
    control_answer_deinit(answer);
    *answer = (struct control_answer){.object = cJSON_CreateObject()};
    control_answer_bool(answer, "ok", false);
    control_answer_text(answer, "status", tapemap_status_name(failure->status));
    control_answer_text(answer, "error", failure->text);
}

/* Returns how long it is; 0 when there is no memory or room for it. */
static size_t answer_print(const struct control_answer *answer, char *out)
{
    size_t length;

    /* cJSON asks for five bytes more than it needs. */
    if (answer->is_short ||
        !cJSON_PrintPreallocated(answer->object, out, (int)CONTROL_ANSWER_BYTES, false))
        return 0;
    length = strlen(out);
    if (length + 1 > CONTROL_ANSWER_BYTES)
        return 0;
    out[length] = '\n';
    return length + 1;
}

size_t control_answer_print(const struct control_answer *answer, char out[CONTROL_ANSWER_BYTES])
{
    static const char none[] =
        "{\"ok\":false,\"status\":\"E_MEMORY\",\"error\":\"the answer has no room in memory or in "
        "one line; ask for less, or close other programs\"}\n";
    size_t length = answer_print(answer, out);

    if (length > 0)
        return length;
    memcpy(out, none, sizeof none - 1);
    return sizeof none - 1;
}
