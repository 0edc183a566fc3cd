/* SPDX-License-Identifier: MIT */
/* What a recorder answers to a client, when it is no recorder: a line of anything. */
#include <stdlib.h>
#include <string.h>

#include "cli_control.h"
#include "fuzz.h"
#include "tapemap/tapemap.h"
#include "utf8.h"

/* In place of those of the library. */
static const uint8_t *answered;
static size_t answered_bytes;

enum tapemap_status tapemap_send(const char *deck, const char *request, uint32_t timeout_ms,
                                 char **answer)
{
    (void)deck;
    (void)request;
    (void)timeout_ms;
    *answer = fuzz_text(answered, answered_bytes);
    return TAPEMAP_OK;
}

void tapemap_free(void *memory)
{
    free(memory);
}

static void expect_printable(const char *text)
{
    FUZZ_EXPECT(text[0] != '\0');
    for (size_t length; *text; text += length) {
        uint32_t character = utf8_character(text, &length);
        FUZZ_EXPECT(length > 0 && !utf8_is_control(character));
        if (length == 0)
            return;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const keys[] = {"head", "tape", "pid", "deck", "state", "version", "text"};
    struct cli_answer answer;

    answered = data;
    answered_bytes = size;
    enum tapemap_status status =
        cli_control_ask("studio", cli_control_request("status"), &answer);
    FUZZ_EXPECT(status == answer.status && (status == TAPEMAP_OK) == (answer.object != NULL));
    if (status != TAPEMAP_OK)
        expect_printable(answer.problem);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        uint64_t value = cli_answer_u64(answer.object, keys[i]);
        const char *text = cli_answer_text(answer.object, keys[i]);
        /* A text is a number only when all of it is. */
        FUZZ_EXPECT(text[strspn(text, "0123456789")] == '\0' || value == 0);
    }
    cli_answer_free(&answer);
    return 0;
}
