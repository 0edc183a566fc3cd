/* SPDX-License-Identifier: MIT */
/*
 * A file tape beside a plain file.
 *
 *   bench_file ingest FOLDER   how fast a tape takes audio that is there already, next to WriteFile
 *                              of the same bytes to a plain file, in blocks of 64 KiB and 1 MiB.
 *                              They take turns: into the system's cache, and again until all is on
 *                              the disk. The tape is written as at --speed max.
 *   bench_file growth FOLDER   what a single append costs while the file grows every MiB, and
 *                              while it does not grow. The keeper ticks on a thread of its own.
 *
 * The tape is made of the recorder's own parts: the stores, the deck, its ticks, and for ingest the
 * pump and the keeper's timer.
 */
#include <process.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "atomic64.h"
#include "bench_environment.h"
#include "bench_samples.h"
#include "deck.h"
#include "file_options.h"
#include "identity.h"
#include "keeper_timer.h"
#include "object_names.h"
#include "pace.h"
#include "program.h"
#include "pump.h"
#include "steady_clock.h"
#include "tape_storage.h"

#define MIB (UINT64_C(1) << 20)
#define INGEST_BYTES (1024 * MIB)
#define INGEST_RUNS 3
#define BLOCK_BYTES (64u << 10)
#define LARGE_BYTES (1u << 20)
#define FRAME_BYTES 4u
#define GROWTH_FRAMES 480u
#define GROWTH_CALLS 30000u
#define GROWTH_PAUSE_CALLS 50u /* appends between two pauses: about 25 times real time */

static unsigned char audio[LARGE_BYTES];
static const char *folder;

static void give_up(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static double seconds_since(uint64_t clock)
{
    return (double)(steady_clock_now() - clock) / (double)steady_clock_hz();
}

static struct instant instant_now(void)
{
    return (struct instant){steady_clock_now(), utc_now_ns()};
}

/* ---- A file tape ---------------------------------------------------------------------------- */

struct file_tape {
    struct tape_storage storage;
    struct deck *deck;
    struct tape *tape; /* the deck's */
    struct tapemap_shared_u64 is_over; /* for the keeper's thread */
    DWORD pause_ms;
};

static void file_tape_open(struct file_tape *made, uint64_t extent_bytes, bool is_written)
{
    struct failure failure;
    struct file_options options;
    struct deck_config deck = {.tape = {
        .deck_name = "bench file", .source = "bench", .format = {TAPEMAP_S16, 2, 48000},
        .capacity_frames = UINT64_C(1) << 36, .clock_hz = steady_clock_hz(),
        .writer_pid = identity_pid(),
    }};
    struct tape_config *config = &deck.tape;

    memset(made, 0, sizeof *made);
    file_options_init(&options);
    options.store = RECORD_STORE_FILE;
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
        deck_create(&deck, made->storage.audio, made->storage.index, instant_now(), &made->deck,
                    &failure) != TAPEMAP_OK)
        give_up("making a tape", failure.text);
    made->tape = deck_tape(made->deck);
}

static void remove_file(const char *path)
{
    if (DeleteFileA(path) == 0)
        give_up("removing a file", path);
}

static void file_tape_close(struct file_tape *made)
{
    char index[4096];
    char path[4096];

    snprintf(path, sizeof path, "%s", made->storage.path);
    snprintf(index, sizeof index, "%s.index", made->storage.path);
    deck_end(made->deck, instant_now());
    deck_destroy(made->deck);
    tape_storage_close(&made->storage);
    remove_file(path);
    remove_file(index);
}

/* The keeper; `pause_ms`: between two ticks. */
static unsigned __stdcall keep(void *context)
{
    struct file_tape *made = context;

    while (load_acquire_u64(&made->is_over) == 0) {
        tape_tick(made->tape, instant_now());
        Sleep(made->pause_ms);
    }
    return 0;
}

static HANDLE keeper_start(struct file_tape *made, DWORD pause_ms)
{
    made->pause_ms = pause_ms;
    HANDLE keeper = (HANDLE)_beginthreadex(NULL, 0, keep, made, 0, NULL);
    if (!keeper)
        give_up("starting a thread", "the system refuses");
    return keeper;
}

static void keeper_stop(struct file_tape *made, HANDLE keeper)
{
    store_release_u64(&made->is_over, 1);
    WaitForSingleObject(keeper, INFINITE);
    CloseHandle(keeper);
}

/* ---- How fast ------------------------------------------------------------------------------- */

/* A source that has INGEST_BYTES of audio ready: what reading it costs is no part of this. */
struct ready_source {
    struct source base;
    uint64_t left_bytes;
};

static enum tapemap_status ready_source_read(struct source *source, void *frames, size_t room,
                                             size_t *count, struct failure *failure)
{
    struct ready_source *ready = (struct ready_source *)source;

    (void)frames;
    (void)failure;
    *count = room;
    if (ready->left_bytes / FRAME_BYTES < room)
        *count = (size_t)(ready->left_bytes / FRAME_BYTES);
    ready->left_bytes -= *count * FRAME_BYTES;
    return *count > 0 ? TAPEMAP_OK : TAPEMAP_E_ENDED;
}

static const struct source_ops ready_source_ops = {.read = ready_source_read};

/* As a recorder does at full speed: the pump has a thread, the keeper's is this one. */
static void ingest_all(struct file_tape *made)
{
    struct ready_source source = {{.ops = &ready_source_ops, .format = {TAPEMAP_S16, 2, 48000}},
                                  INGEST_BYTES};
    struct pump_config config = {&source.base, made->deck, NULL, PACE_MAX, false};
    struct pump *pump = NULL;
    struct failure failure;

    if (keeper_timer_create(&config.timer, &failure) != TAPEMAP_OK ||
        pump_start(&config, &pump, &failure) != TAPEMAP_OK)
        give_up("starting a pump", failure.text);
    while (deck_tick(made->deck, instant_now())) {
        pump_go_on(pump);
        keeper_timer_wait(config.timer);
    }
    pump_stop(pump);
    keeper_timer_destroy(config.timer);
    if (load_acquire_u64(&tape_control(made->tape)->head) != INGEST_BYTES / FRAME_BYTES)
        give_up("filling a tape", "it has ended early");
}

static double ingest_tape(bool is_flushed)
{
    struct file_tape made;

    file_tape_open(&made, UINT64_C(1) << 30, true);
    uint64_t clock = steady_clock_now();
    ingest_all(&made);
    if (is_flushed && tape_flush(made.tape) != TAPEMAP_OK)
        give_up("flushing a tape", "the disk refuses");
    double seconds = seconds_since(clock);
    file_tape_close(&made);
    return seconds;
}

static double ingest_plain(DWORD block, bool is_flushed)
{
    char path[4096];

    snprintf(path, sizeof path, "%s/bench-plain", folder);
    HANDLE file = CreateFileA(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        give_up("making a file", path);
    uint64_t clock = steady_clock_now();
    for (uint64_t left = INGEST_BYTES; left > 0; left -= block) {
        DWORD written;
        if (!WriteFile(file, audio, block, &written, NULL) || written != block)
            give_up("writing a file", path);
    }
    if (is_flushed && !FlushFileBuffers(file))
        give_up("flushing a file", path);
    double seconds = seconds_since(clock);
    CloseHandle(file);
    remove_file(path);
    return seconds;
}

static void print_ingest(const char *name, struct bench_samples *seconds, double plain)
{
    double mib = (double)INGEST_BYTES / (double)MIB;
    double median = bench_samples_at(seconds, 0.5);

    printf("%-24s %8.0f %8.0f %8.0f | %8.2f\n", name, mib / bench_samples_at(seconds, 1),
           mib / median, mib / bench_samples_at(seconds, 0), plain / median);
}

static void ingest(bool is_flushed)
{
    struct bench_samples tape, small, large;

    bench_samples_init(&tape, INGEST_RUNS);
    bench_samples_init(&small, INGEST_RUNS);
    bench_samples_init(&large, INGEST_RUNS);
    for (int run = 0; run < INGEST_RUNS; run++) {
        bench_samples_add(&small, ingest_plain(BLOCK_BYTES, is_flushed));
        bench_samples_add(&tape, ingest_tape(is_flushed));
        bench_samples_add(&large, ingest_plain(LARGE_BYTES, is_flushed));
    }
    double plain = bench_samples_at(&small, 0.5);
    printf("%d runs of %u MiB in turns, %s; MiB/s, and how the medians compare\n",
           INGEST_RUNS, (unsigned)(INGEST_BYTES / MIB),
           is_flushed ? "until they are on the disk" : "left to the system's cache");
    printf("%-24s %8s %8s %8s | %8s\n", "", "lowest", "median", "highest", "ratio");
    print_ingest("WriteFile, 64 KiB", &small, plain);
    print_ingest("WriteFile, 1 MiB", &large, plain);
    print_ingest("file tape", &tape, plain);
    bench_samples_deinit(&tape);
    bench_samples_deinit(&small);
    bench_samples_deinit(&large);
}

/* ---- Growth ---------------------------------------------------------------------------------- */

static void append_at_a_pace(const char *name, uint64_t extent_bytes)
{
    struct file_tape made;
    struct bench_samples each;
    uint64_t refused = 0;

    file_tape_open(&made, extent_bytes, false);
    HANDLE keeper = keeper_start(&made, 1);
    bench_samples_init(&each, GROWTH_CALLS);
    double tick_ns = 1e9 / (double)steady_clock_hz();
    for (unsigned call = 0; call < GROWTH_CALLS; call++) {
        uint64_t clock = steady_clock_now();
        size_t frames = tape_append(tape_appender(made.tape), audio, GROWTH_FRAMES, clock);
        bench_samples_add(&each, (double)(steady_clock_now() - clock) * tick_ns);
        refused += GROWTH_FRAMES - frames;
        if (call % GROWTH_PAUSE_CALLS == 0)
            Sleep(20);
    }
    keeper_stop(&made, keeper);
    bench_samples_print(name, &each, 1);
    printf("%-30s %llu generations, %llu frames refused\n", "",
           (unsigned long long)made.storage.audio->generation, (unsigned long long)refused);
    bench_samples_deinit(&each);
    file_tape_close(&made);
}

static int run(int argc, char **argv)
{
    if (argc != 3)
        give_up("bench_file", "say ingest or growth, and a folder");
    folder = argv[2];
    memset(audio, 0x5A, sizeof audio);
    bench_environment_print("bench_file");
    if (strcmp(argv[1], "ingest") == 0) {
        ingest(false);
        ingest(true);
    } else {
        bench_samples_print_head("one append of 10 ms stereo s16", "ns");
        append_at_a_pace("file does not grow", UINT64_C(1) << 30);
        append_at_a_pace("file grows every MiB", MIB);
        append_at_a_pace("file does not grow, again", UINT64_C(1) << 30);
    }
    return 0;
}

int main(void)
{
    return program_run(run);
}
