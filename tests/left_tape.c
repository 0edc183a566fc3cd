/* SPDX-License-Identifier: MIT */
#include "left_tape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "deck.h"
#include "file_access.h"
#include "finish_tape.h"
#include "object_names.h"
#include "steady_clock.h"
#include "tape_storage.h"

#define NS_PER_SECOND UINT64_C(1000000000)

struct record_options left_tape_memory(const char *deck)
{
    return (struct record_options){
        .deck = deck, .source = "a test's", .capacity_bytes = 1 << 20, .is_quiet = true,
        .space = OBJECT_SPACE_LOCAL};
}

struct record_options left_tape_options(const char *deck, const char *path)
{
    struct record_options options = left_tape_memory(deck);

    file_options_init(&options.file);
    options.file.store = RECORD_STORE_FILE;
    options.file.output = path;
    options.file.keep_free_bytes = 0;
    options.file.extent_bytes = 1 << 20;
    options.capacity_bytes = 1 << 24;
    return options;
}

void left_tape_make(const struct record_options *options, uint64_t died_utc_ns)
{
    struct deck_config config = {.tape = {.tape_id = 4711,
                                          .format = {TAPEMAP_S16, 1, LEFT_TAPE_RATE_HZ},
                                          .capacity_frames = options->capacity_bytes / 2,
                                          .clock_hz = steady_clock_hz()}};
    struct tape_place place = {
        .options = &options->file, .space = OBJECT_SPACE_LOCAL, .utc_ns = died_utc_ns};
    struct instant now = {steady_clock_now(),
                          died_utc_ns - LEFT_TAPE_FRAMES * NS_PER_SECOND / LEFT_TAPE_RATE_HZ};
    struct tape_storage storage;
    struct failure failure;
    struct deck *dying;
    int16_t frames[LEFT_TAPE_FRAMES];

    for (int i = 0; i < LEFT_TAPE_FRAMES; i++)
        frames[i] = 1;
    snprintf(config.tape.deck_name, sizeof config.tape.deck_name, "%s", options->deck);
    tape_storage_configure(&options->file, &config.tape);
    if (tape_storage_create(&place, &config.tape, &storage, &failure) != TAPEMAP_OK ||
        deck_create(&config, storage.audio, storage.index, now, &dying, &failure) != TAPEMAP_OK)
        fail_msg("%s", failure.text);
    assert_int_equal(deck_append(dying, frames, LEFT_TAPE_FRAMES, now.clock), LEFT_TAPE_FRAMES);
    deck_destroy(dying);
    tape_storage_close(&storage);
}

void left_tape_remove(const char *path)
{
    char *index_path = finish_index_path(path);

    assert_non_null(index_path);
    (void)file_access_remove(path);
    (void)file_access_remove(index_path);
    free(index_path);
}
