/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "pcm.h"
#include "source_support.h"
#include "stdin_input.h"

struct stdin_source {
    struct source base;
    bool has_begun;    /* a whole frame was delivered */
    size_t held_bytes; /* of a frame whose rest has not come yet */
    unsigned char held[TAPEMAP_MAX_CHANNELS * sizeof(int32_t)];
};

/* Reads once, behind what is held; `bytes` gets whole frames and keeps the tail aside. */
static enum tapemap_status stdin_read_once(struct stdin_source *input, unsigned char *bytes,
                                           size_t room_bytes, size_t *whole_bytes,
                                           struct failure *failure)
{
    uint32_t frame_bytes = source_frame_bytes(&input->base.format);
    size_t got;
    enum tapemap_status status;

    memcpy(bytes, input->held, input->held_bytes);
    status = stdin_input_read(bytes + input->held_bytes, room_bytes - input->held_bytes, &got,
                              failure);
    if (status != TAPEMAP_OK)
        return status;
    got += input->held_bytes;
    input->held_bytes = got % frame_bytes;
    *whole_bytes = got - input->held_bytes;
    memcpy(input->held, bytes + *whole_bytes, input->held_bytes);
    return TAPEMAP_OK;
}

static enum tapemap_status stdin_read(struct source *source, void *frames, size_t room,
                                      size_t *count, struct failure *failure)
{
    struct stdin_source *input = (struct stdin_source *)source;
    uint32_t frame_bytes = source_frame_bytes(&source->format);
    size_t whole_bytes = 0;

    while (whole_bytes == 0) {
        enum tapemap_status status =
            stdin_read_once(input, frames, room * frame_bytes, &whole_bytes, failure);
        if (status == TAPEMAP_E_ENDED && input->held_bytes > 0)
            return failure_set(failure, TAPEMAP_E_DATA,
                               "stdin ended inside a frame (%u of %u bytes); check that --format "
                               "and --channels are those of the data",
                               (unsigned)input->held_bytes, (unsigned)frame_bytes);
        /* Most likely that program has failed: not to be taken for a short recording. */
        if (status == TAPEMAP_E_ENDED && !input->has_begun)
            return failure_set(failure, TAPEMAP_E_DATA,
                               "stdin delivered nothing; check the program before the pipe");
        if (status != TAPEMAP_OK)
            return status;
    }
    input->has_begun = true;
    *count = whole_bytes / frame_bytes;
    return TAPEMAP_OK;
}

static void stdin_close(struct source *source)
{
    free(source);
}

static const struct source_ops stdin_ops = {.read = stdin_read, .close = stdin_close};

enum tapemap_status source_open_stdin(const char *rest, const struct source_wish *wish,
                                      struct source **source, struct failure *failure)
{
    struct stdin_source *input;
    enum tapemap_status status;

    if (rest[0])
        return failure_set(failure, TAPEMAP_E_SYNTAX,
                           "stdin takes nothing after its name; use --source stdin");
    if (!wish->format.sample_format || !wish->format.sample_rate_hz || !wish->format.channels)
        return failure_set(failure, TAPEMAP_E_ARGUMENT,
                           "raw PCM does not say what it is; give --format, --rate and --channels "
                           "with stdin");
    status = stdin_input_check(failure);
    if (status != TAPEMAP_OK)
        return status;
    input = calloc(1, sizeof *input);
    if (!input)
        return failure_set(failure, TAPEMAP_E_MEMORY, "no memory for stdin; close other programs");
    input->base.ops = &stdin_ops;
    input->base.format = wish->format;
    source_describe(&input->base, "stdin", "");
    *source = &input->base;
    return TAPEMAP_OK;
}
