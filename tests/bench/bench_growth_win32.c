/* SPDX-License-Identifier: MIT */
/*
 * bench_growth FOLDER: what a single append costs while the file grows every MiB, and while it does
 * not grow. The keeper ticks on a thread of its own. The tape is made of the recorder's own parts.
 */
#include <process.h>
#include <stdio.h>
#include <string.h>
#include <windows.h>

#include "atomic64.h"
#include "bench_samples.h"
#include "bench_stored_tape.h"
#include "program.h"
#include "steady_clock.h"

#define MIB (UINT64_C(1) << 20)
#define FRAMES 480u
#define RUNS 5u
#define PAUSE_CALLS 50u /* appends between two pauses: about 25 times real time */

static unsigned char audio[FRAMES * 4];

struct kept_tape {
    struct stored_tape made;
    struct tapemap_shared_u64 is_over; /* for the keeper's thread */
    DWORD pause_ms;
};

/* The keeper; `pause_ms`: between two ticks. */
static unsigned __stdcall keep(void *context)
{
    struct kept_tape *kept = context;

    while (load_acquire_u64(&kept->is_over) == 0) {
        tape_tick(kept->made.tape, bench_instant());
        Sleep(kept->pause_ms);
    }
    return 0;
}

static HANDLE keeper_start(struct kept_tape *kept, DWORD pause_ms)
{
    kept->pause_ms = pause_ms;
    HANDLE keeper = (HANDLE)_beginthreadex(NULL, 0, keep, kept, 0, NULL);
    if (!keeper)
        bench_give_up("starting a thread", "the system refuses");
    return keeper;
}

static void keeper_stop(struct kept_tape *kept, HANDLE keeper)
{
    store_release_u64(&kept->is_over, 1);
    WaitForSingleObject(keeper, INFINITE);
    CloseHandle(keeper);
}

static void append_at_a_pace(const char *row, const char *folder, uint64_t extent_bytes)
{
    struct kept_tape kept;
    struct bench_samples each;
    unsigned calls = bench_amount(6000, 1500);
    uint64_t refused = 0;
    double tick_ns = 1e9 / (double)steady_clock_hz();

    memset(&kept, 0, sizeof kept);
    stored_tape_open(&kept.made, folder, extent_bytes, false);
    HANDLE keeper = keeper_start(&kept, 1);
    bench_samples_init(&each, calls);
    for (unsigned call = 0; call < calls; call++) {
        uint64_t clock = steady_clock_now();
        size_t frames = tape_append(tape_appender(kept.made.tape), audio, FRAMES, clock);
        bench_samples_add(&each, (double)(steady_clock_now() - clock) * tick_ns);
        refused += FRAMES - frames;
        if (call % PAUSE_CALLS == 0)
            Sleep(20);
    }
    keeper_stop(&kept, keeper);
    bench_figure_percentiles("growth", row, &each, 1e3);
    bench_figure("growth", row, "generations", (double)kept.made.storage.audio->generation);
    bench_figure("growth", row, "refused", (double)refused);
    bench_samples_deinit(&each);
    stored_tape_close(&kept.made);
}

static int run(int argc, char **argv)
{
    if (argc != 2)
        bench_give_up("bench_growth", "say a folder");
    memset(audio, 0x5A, sizeof audio);
    for (unsigned i = 0; i < bench_amount(RUNS, 2); i++) {
        append_at_a_pace("file does not grow", argv[1], UINT64_C(1) << 30);
        append_at_a_pace("file grows every MiB", argv[1], MIB);
    }
    return 0;
}

int main(void)
{
    return program_run(run);
}
