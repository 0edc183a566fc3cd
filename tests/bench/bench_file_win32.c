/* SPDX-License-Identifier: MIT */
/*
 * A file tape beside a plain file.
 *
 *   bench_file ingest FOLDER   how fast a tape takes audio that is there already, next to WriteFile
 *                              of the same bytes to a plain file, in blocks of 64 KiB and 1 MiB.
 *                              They take turns: into the system's cache, and again until all is on
 *                              the disk.
 *   bench_file growth FOLDER   what a single append costs while the file grows every MiB, and
 *                              while it does not grow. The keeper ticks on a thread of its own.
 *
 * The tape is made of the recorder's own parts: the stores, the tape, its ticks.
 */
#include <process.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "atomic64.h"
#include "bench_environment.h"
#include "bench_samples.h"
#include "file_options.h"
#include "identity.h"
#include "object_names.h"
#include "program.h"
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
    struct tape *tape;
    struct tapemap_shared_u64 is_over; /* for the keeper's thread */
    DWORD pause_ms;
};

static void file_tape_open(struct file_tape *made, uint64_t extent_bytes)
{
    struct failure failure;
    struct file_options options;
    struct tape_config config = {
        .deck_name = "bench file", .source = "bench", .format = {TAPEMAP_S16, 2, 48000},
        .capacity_frames = UINT64_C(1) << 36, .clock_hz = steady_clock_hz(),
        .writer_pid = identity_pid(),
    };

    memset(made, 0, sizeof *made);
    file_options_init(&options);
    options.store = RECORD_STORE_FILE;
    options.output = folder;
    options.extent_bytes = extent_bytes;
    options.keep_free_bytes = 0;
    tape_storage_configure(&options, &config);
    struct tape_place place = {&options, OBJECT_SPACE_LOCAL, utc_now_ns()};
    if (identity_new_tape(&config.tape_id, &failure) != TAPEMAP_OK ||
        tape_storage_create(&place, &config, &made->storage, &failure) != TAPEMAP_OK ||
        tape_create(&config, made->storage.audio, made->storage.index, instant_now(), &made->tape,
                    &failure) != TAPEMAP_OK)
        give_up("making a tape", failure.text);
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
    tape_end(made->tape, TAPEMAP_REASON_REQUESTED, "", instant_now());
    tape_destroy(made->tape);
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

/* As a recorder at full speed: the keeper's thread ticks without a pause, the other appends. */
static double ingest_tape(bool is_flushed)
{
    struct file_tape made;
    uint64_t left = INGEST_BYTES;

    file_tape_open(&made, UINT64_C(1) << 30);
    HANDLE keeper = keeper_start(&made, 0);
    uint64_t clock = steady_clock_now();
    while (left > 0) {
        size_t wanted = (size_t)(left < BLOCK_BYTES ? left : BLOCK_BYTES) / FRAME_BYTES;
        size_t frames = tape_append(tape_appender(made.tape), audio, wanted, steady_clock_now());
        left -= (uint64_t)frames * FRAME_BYTES;
        if (frames < wanted)
            SwitchToThread();
    }
    if (is_flushed && tape_flush(made.tape) != TAPEMAP_OK)
        give_up("flushing a tape", "the disk refuses");
    double seconds = seconds_since(clock);
    keeper_stop(&made, keeper);
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

    file_tape_open(&made, extent_bytes);
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
