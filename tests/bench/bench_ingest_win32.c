/* SPDX-License-Identifier: MIT */
/*
 * bench_ingest FOLDER: how fast audio that is there already gets into a tape, in memory and in a
 * file, next to what else one would do with the bytes: a memcpy into fresh memory, WriteFile,
 * fwrite. They take turns: into the system's cache, and again until all is on the disk. The tape is
 * filled as at --speed max, by the recorder's own parts: stores, deck, pump and the keeper's timer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "atomic64.h"
#include "bench_copy.h"
#include "bench_samples.h"
#include "bench_stored_tape.h"
#include "keeper_timer.h"
#include "pace.h"
#include "pcm_peaks.h"
#include "program.h"
#include "pump.h"
#include "steady_clock.h"

#define MIB (UINT64_C(1) << 20)
#define RUNS 9u
#define BLOCK_BYTES (64u << 10)
#define LARGE_BYTES (1u << 20)
#define CALL_BYTES 1920u /* 10 ms */
#define FRAME_BYTES 4u
#define PEAK_FRAMES 256u
#define PAGE_BYTES 4096u

static unsigned char audio[LARGE_BYTES];
static uint64_t total_bytes;
static const char *folder;

static void report(const char *row, const char *column, double seconds)
{
    bench_figure("ingest", row, column, (double)total_bytes / (double)MIB / seconds);
}

/* A source that has total_bytes of audio ready: what reading it costs is no part of this. */
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
static void ingest_all(struct stored_tape *made)
{
    struct ready_source source = {{.ops = &ready_source_ops, .format = {TAPEMAP_S16, 2, 48000}},
                                  total_bytes};
    struct pump_config config = {&source.base, made->deck, NULL, PACE_MAX, false};
    struct pump *pump = NULL;
    struct failure failure;

    if (keeper_timer_create(&config.timer, &failure) != TAPEMAP_OK ||
        pump_start(&config, &pump, &failure) != TAPEMAP_OK)
        bench_give_up("starting a pump", failure.text);
    while (deck_tick(made->deck, bench_instant())) {
        pump_go_on(pump);
        keeper_timer_wait(config.timer);
    }
    pump_stop(pump);
    keeper_timer_destroy(config.timer);
    if (load_acquire_u64(&tape_control(made->tape)->head) != total_bytes / FRAME_BYTES)
        bench_give_up("filling a tape", "it has ended early");
}

static double ingest_tape(const char *where, bool is_flushed)
{
    struct stored_tape made;

    stored_tape_open(&made, where, UINT64_C(1) << 30, where != NULL);
    uint64_t clock = steady_clock_now();
    ingest_all(&made);
    if (is_flushed && tape_flush(made.tape) != TAPEMAP_OK)
        bench_give_up("flushing a tape", "the disk refuses");
    double seconds = bench_seconds_since(clock);
    stored_tape_close(&made);
    return seconds;
}

/* Committed in steps as a tape is; the first touch of each page is part of the time. */
static double copy_to_fresh_memory(void)
{
    struct bench_copy copy;

    bench_copy_init(&copy, total_bytes, false);
    uint64_t clock = steady_clock_now();
    for (uint64_t left = total_bytes; left > 0; left -= BLOCK_BYTES)
        memcpy(bench_copy_next(&copy, BLOCK_BYTES), audio, BLOCK_BYTES);
    double seconds = bench_seconds_since(clock);
    bench_copy_deinit(&copy);
    return seconds;
}

/* What a tape computes besides: from memory that is in the processor's cache. */
static double compute_peaks(void)
{
    struct tapemap_peak peaks[2];
    volatile float kept = 0;
    uint64_t clock = steady_clock_now();

    for (uint64_t done = 0; done < total_bytes; done += PEAK_FRAMES * FRAME_BYTES) {
        pcm_peaks(TAPEMAP_S16, audio + done % LARGE_BYTES, PEAK_FRAMES, 2, peaks);
        kept = kept + peaks[0].max;
    }
    return bench_seconds_since(clock);
}

/* What it costs to read all of a file through views, as the peaks of a tape in a file are read. */
static double read_through_views(const char *path)
{
    HANDLE file = CreateFileA(path, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    HANDLE section = CreateFileMappingW(file, NULL, PAGE_READONLY, 0, 0, NULL);
    volatile unsigned sum = 0;

    if (!section)
        bench_give_up("mapping a file", path);
    uint64_t clock = steady_clock_now();
    const unsigned char *view = MapViewOfFile(section, FILE_MAP_READ, 0, 0, (SIZE_T)total_bytes);
    if (!view)
        bench_give_up("mapping a file", path);
    for (uint64_t at = 0; at < total_bytes; at += PAGE_BYTES)
        sum += view[at];
    double seconds = bench_seconds_since(clock);
    UnmapViewOfFile(view);
    CloseHandle(section);
    CloseHandle(file);
    return seconds;
}

static void plain_path(char *path, size_t room)
{
    snprintf(path, room, "%s/bench-plain", folder);
}

static double write_file(DWORD block, bool is_flushed)
{
    char path[4096];

    plain_path(path, sizeof path);
    HANDLE file = CreateFileA(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        bench_give_up("making a file", path);
    uint64_t clock = steady_clock_now();
    for (uint64_t left = total_bytes; left > 0; left -= block) {
        DWORD written;
        if (!WriteFile(file, audio, block, &written, NULL) || written != block)
            bench_give_up("writing a file", path);
    }
    if (is_flushed && !FlushFileBuffers(file))
        bench_give_up("flushing a file", path);
    double seconds = bench_seconds_since(clock);
    CloseHandle(file);
    if (block == BLOCK_BYTES && !is_flushed)
        report("(its pages, each mapped once)", "cache", read_through_views(path));
    bench_remove(path);
    return seconds;
}

static double write_stdio(void)
{
    char path[4096];

    plain_path(path, sizeof path);
    FILE *file = fopen(path, "wb");
    if (!file)
        bench_give_up("making a file", path);
    uint64_t clock = steady_clock_now();
    for (uint64_t done = 0; done < total_bytes; done += CALL_BYTES)
        if (fwrite(audio, CALL_BYTES, 1, file) != 1)
            bench_give_up("writing a file", path);
    fflush(file);
    double seconds = bench_seconds_since(clock);
    fclose(file);
    bench_remove(path);
    return seconds;
}

static void ingest_once(void)
{
    report("memcpy into fresh memory, 64 KiB", "cache", copy_to_fresh_memory());
    report("(the peaks of it alone)", "cache", compute_peaks());
    report("tape in memory", "cache", ingest_tape(NULL, false));
    report("WriteFile, 64 KiB", "cache", write_file(BLOCK_BYTES, false));
    report("tape in a file", "cache", ingest_tape(folder, false));
    report("WriteFile, 1 MiB", "cache", write_file(LARGE_BYTES, false));
    report("fwrite, 10 ms", "cache", write_stdio());
    /* Last, for a flush leaves work behind: the next to write would pay for it. */
    report("WriteFile, 64 KiB", "disk", write_file(BLOCK_BYTES, true));
    report("tape in a file", "disk", ingest_tape(folder, true));
    report("WriteFile, 1 MiB", "disk", write_file(LARGE_BYTES, true));
}

static int run(int argc, char **argv)
{
    if (argc != 2)
        bench_give_up("bench_ingest", "say a folder");
    folder = argv[1];
    total_bytes = bench_amount(512, 128) * MIB;
    memset(audio, 0x5A, sizeof audio);
    for (unsigned i = 0; i < bench_amount(RUNS, 2); i++)
        ingest_once();
    return 0;
}

int main(void)
{
    return program_run(run);
}
