/* SPDX-License-Identifier: MIT */
#include "scripted_wreck.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "guard_store.h"

void wreck_take(struct wreck *wreck, const struct scripted_tape *script)
{
    void *view;

    wreck->config = script->config;
    wreck->now = script->now;
    wreck->audio = guard_store_copy(script->audio);
    wreck->index = guard_store_copy(script->index);
    assert_int_equal(store_map(wreck->audio, 0, WRECK_FRONT_BYTES, &view), TAPEMAP_OK);
    wreck->front = view;
    wreck->control = (struct tapemap_control *)(wreck->front + TAPEMAP_CONTROL_OFFSET);
    assert_int_equal(store_map(wreck->index, 0, WRECK_FRONT_BYTES, &view), TAPEMAP_OK);
    wreck->header = view;
}

void wreck_copy(struct wreck *wreck, const struct wreck *from)
{
    const struct scripted_tape script = {
        .config = from->config, .audio = from->audio, .index = from->index, .now = from->now};

    wreck_take(wreck, &script);
}

void wreck_make(struct wreck *wreck, uint64_t frames)
{
    struct scripted_tape script;

    script_prepare(&script, 1u << 30, false);
    script.config.tape.is_file = true;
    script_open(&script);
    script_record_to(&script, frames, 480);
    wreck_take(wreck, &script);
    script_close(&script);
}

void wreck_make_ring(struct wreck *wreck)
{
    struct scripted_tape script;

    script_prepare(&script, 60000, true);
    script.config.tape.gap_by_clock = true;
    script_open(&script);
    script_record_to(&script, 100000, 480);
    wreck_take(wreck, &script);
    script_close(&script);
}

void wreck_clear(struct wreck *wreck)
{
    store_unmap(wreck->audio, wreck->front, WRECK_FRONT_BYTES);
    store_unmap(wreck->index, wreck->header, WRECK_FRONT_BYTES);
    store_destroy(wreck->audio);
    store_destroy(wreck->index);
}
