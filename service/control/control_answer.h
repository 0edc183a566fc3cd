/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_CONTROL_ANSWER_H
#define TAPEMAP_CONTROL_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "failure.h"

/* The longest answer, its '\n' included. */
#define CONTROL_ANSWER_BYTES 65536u

struct cJSON;

/*
 * One answer of docs/control.md, "ok": true until control_answer_fail. When memory runs out that is
 * what it becomes, so no function has to be asked whether it succeeded.
 * Threads: one at a time. Blocks: never.
 */
struct control_answer {
    struct cJSON *object;
    struct cJSON *item; /* of the list that is being made; NULL: none */
    bool is_short;      /* of memory: something is missing */
};

/* Memory: until control_answer_deinit. */
void control_answer_init(struct control_answer *answer);
void control_answer_deinit(struct control_answer *answer);

/* Each adds one member; texts are UTF-8. A number from 2^53 on becomes a text, as in requests. */
void control_answer_text(struct control_answer *answer, const char *key, const char *text);
void control_answer_u64(struct control_answer *answer, const char *key, uint64_t value);
void control_answer_bool(struct control_answer *answer, const char *key, bool value);

/* Adds a text to the list `key`; NULL adds none, but makes the list. */
void control_answer_list(struct control_answer *answer, const char *key, const char *text);

/* Adds an object to the list `key`; up to control_answer_end_item the members go into that. */
void control_answer_begin_item(struct control_answer *answer, const char *key);
void control_answer_end_item(struct control_answer *answer);

/* Makes it "ok": false, with nothing but the status and the sentence. */
void control_answer_fail(struct control_answer *answer, const struct failure *failure);

/* Writes it as one line with its '\n' and returns the length; one that is too long becomes a
   failure that says so. */
size_t control_answer_print(const struct control_answer *answer, char out[CONTROL_ANSWER_BYTES]);

#endif
