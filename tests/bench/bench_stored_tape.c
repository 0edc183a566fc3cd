/* SPDX-License-Identifier: MIT */
#include "bench_stored_tape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file_options.h"
#include "identity.h"
#include "object_names.h"
#include "steady_clock.h"

void bench_give_up(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

double bench_seconds_since(uint64_t clock)
{
    return (double)(steady_clock_now() - clock) / (double)steady_clock_hz();
}

struct instant bench_instant(void)
{
    return (struct instant){steady_clock_now(), utc_now_ns()};
}

void stored_tape_open(struct stored_tape *made, const char *folder, uint64_t extent_bytes,
                      bool is_written)
{
    struct failure failure;
    struct file_options options;
    struct deck_config deck = {.tape = {
        .deck_name = "bench store", .source = "bench", .format = {TAPEMAP_S16, 2, 48000},
        .capacity_frames = UINT64_C(1) << 36, .clock_hz = steady_clock_hz(),
        .writer_pid = identity_pid(),
    }};
    struct tape_config *config = &deck.tape;

    memset(made, 0, sizeof *made);
    file_options_init(&options);
    options.store = folder ? RECORD_STORE_FILE : RECORD_STORE_PAGEFILE;
    options.output = folder;
    options.extent_bytes = extent_bytes;
    options.keep_free_bytes = 0;
    tape_storage_configure(&options, config);
    struct tape_place place = {
        .options = &options,
        .space = OBJECT_SPACE_LOCAL,
        .utc_ns = utc_now_ns(),
        .is_written = is_written,
    };
    if (identity_new_tape(&config->tape_id, &failure) != TAPEMAP_OK ||
        tape_storage_create(&place, config, &made->storage, &failure) != TAPEMAP_OK ||
        deck_create(&deck, made->storage.audio, made->storage.index, bench_instant(), &made->deck,
                    &failure) != TAPEMAP_OK)
        bench_give_up("making a tape", failure.text);
    made->tape = deck_tape(made->deck);
}

void bench_remove(const char *path)
{
    if (remove(path) != 0)
        bench_give_up("removing a file", path);
}

void stored_tape_close(struct stored_tape *made)
{
    char index[4096];
    char path[4096];
    bool is_file = made->storage.path != NULL;

    if (is_file) {
        snprintf(path, sizeof path, "%s", made->storage.path);
        snprintf(index, sizeof index, "%s.index", made->storage.path);
    }
    deck_end(made->deck, bench_instant());
    deck_destroy(made->deck);
    tape_storage_close(&made->storage);
    if (is_file) {
        bench_remove(path);
        bench_remove(index);
    }
}
