/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fuzz_expect(bool holds, const char *condition, const char *file, int line)
{
    if (holds)
        return;
    fprintf(stderr, "%s:%d: broken promise: %s\n", file, line, condition);
    abort();
}

void *fuzz_alloc(size_t bytes)
{
    void *made = malloc(bytes > 0 ? bytes : 1);

    if (!made)
        abort();
    return made;
}

char *fuzz_text(const uint8_t *data, size_t size)
{
    char *text = fuzz_alloc(size + 1);

    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    return text;
}

uint64_t fuzz_take(struct fuzz_input *input, unsigned bytes)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < bytes && input->left > 0; i++, input->at++, input->left--)
        value |= (uint64_t)*input->at << (8 * i);
    return value;
}
