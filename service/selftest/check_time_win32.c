/* SPDX-License-Identifier: MIT */
/* Clocks, the keeper's tick, and how soon a reader wakes. */
#include <stdlib.h>
#include <windows.h>

#include "atomic64.h"
#include "check_support.h"
#include "identity.h"
#include "keeper_timer.h"
#include "object_names.h"
#include "sleeper.h"
#include "steady_clock.h"
#include "wake_events.h"

#define CLOCK_READINGS 2000u
#define CLOCK_STEPS 200u
#define TICK_COUNT 50u
#define TICK_GOOD_MS 11.5  /* the mean of a tick of 10 ms */
#define TICK_WORST_MS 1000.0 /* the keeper is two seconds ahead */
#define TICK_LOST_MS 100u
#define TIMER_FINE_MS 3.0
#define WAKE_COUNT 100u
#define WAKE_LOST_MS 2000u
#define SLEPT_LEAST_MS 60000.0
#define DRIFT_MS 300u
#define DRIFT_MOST_PPM 5000.0 /* the clock may be being set, which is done at less than this */

/* Readings in turn on all processors; how many are smaller than the one before. */
static void clock_never_goes_back(const struct check_place *place, struct finding *finding)
{
    DWORD_PTR allowed = 0;
    DWORD_PTR system;
    unsigned processors = 0;
    unsigned backwards = 0;
    uint64_t last = steady_clock_now();

    (void)place;
    GetProcessAffinityMask(GetCurrentProcess(), &allowed, &system);
    for (unsigned bit = 0; bit < sizeof allowed * 8; bit++)
        processors += (allowed >> bit & 1) != 0;
    for (unsigned i = 0; i < CLOCK_READINGS; i++) {
        DWORD_PTR mask = (DWORD_PTR)1 << i % (sizeof mask * 8);
        if (allowed & mask)
            SetThreadAffinityMask(GetCurrentThread(), mask);
        uint64_t now = steady_clock_now();
        backwards += now < last;
        last = now;
    }
    SetThreadAffinityMask(GetCurrentThread(), allowed);
    finding_set(finding, backwards == 0 ? FINDING_HOLDS : FINDING_DIFFERS,
                "%u of %u readings, in turn on %u processors, went back; %llu ticks a second",
                backwards, CLOCK_READINGS, processors, (unsigned long long)steady_clock_hz());
}

static void clock_goes_on_asleep(const struct check_place *place, struct finding *finding)
{
    ULONGLONG awake = 0;
    double hz = (double)steady_clock_hz();
    double counted = (double)steady_clock_now() * 1000.0 / hz;
    double all = (double)GetTickCount64();

    (void)place;
    QueryUnbiasedInterruptTime(&awake);
    double awake_ms = (double)awake / 10000.0;
    double asleep = all - awake_ms;
    double over = counted - awake_ms;
    if (asleep < SLEPT_LEAST_MS)
        finding_set(finding, FINDING_UNTESTED,
                    "this machine has not slept a minute since it was started");
    else
        finding_set(finding, over > asleep / 2 ? FINDING_HOLDS : FINDING_DIFFERS,
                    "it slept for %.0f s, of which the steady clock counted %.0f s", asleep / 1000,
                    over / 1000);
}

static void utc_is_fine(const struct check_place *place, struct finding *finding)
{
    uint64_t steps = 0;
    uint64_t begin_utc = utc_now_ns();
    uint64_t begin = steady_clock_now();
    uint64_t last = begin_utc;

    (void)place;
    while (steps < CLOCK_STEPS && check_ms_since(begin) < DRIFT_MS) {
        uint64_t now = utc_now_ns();
        steps += now != last;
        last = now;
    }
    double step_ms = check_ms_since(begin) / (double)(steps ? steps : 1);
    while (check_ms_since(begin) < DRIFT_MS)
        Sleep(1);
    double ms = check_ms_since(begin);
    double ppm = ((double)(int64_t)(utc_now_ns() - begin_utc) / 1e6 / ms - 1.0) * 1e6;
    bool is_near = ppm < DRIFT_MOST_PPM && ppm > -DRIFT_MOST_PPM;
    finding_set(finding, !is_near        ? FINDING_HARMLESS
                         : step_ms < 1.0 ? FINDING_HOLDS
                                         : FINDING_DIFFERS,
                "steps of %.4f ms, %+.0f ppm beside the steady clock%s", step_ms, ppm,
                is_near ? "" : "; it is being set, and anchors say so");
}

static void ticks_come(const struct check_place *place, struct finding *finding)
{
    struct keeper_timer *timer;
    struct failure failure;
    double longest = 0;

    (void)place;
    if (keeper_timer_create(&timer, &failure) != TAPEMAP_OK) {
        finding_set(finding, FINDING_DIFFERS, "%s", failure.text);
        return;
    }
    keeper_timer_wait(timer);
    uint64_t begin = steady_clock_now();
    for (unsigned i = 0; i < TICK_COUNT; i++) {
        uint64_t start = steady_clock_now();
        keeper_timer_wait(timer);
        double ms = check_ms_since(start);
        longest = ms > longest ? ms : longest;
    }
    double mean = check_ms_since(begin) / TICK_COUNT;
    keeper_timer_destroy(timer);
    enum finding_verdict verdict = longest > TICK_WORST_MS ? FINDING_DIFFERS
                                   : mean > TICK_GOOD_MS   ? FINDING_HARMLESS
                                                           : FINDING_HOLDS;
    finding_set(finding, verdict, "%u ticks: %.2f ms on average, the longest %.1f ms%s", TICK_COUNT,
                mean, longest, verdict == FINDING_HARMLESS ? "; memory is committed seconds ahead"
                                                           : "");
}

/* A timer that is made is not yet as fine as was asked for. */
static double time_waits(HANDLE timer)
{
    LARGE_INTEGER soon;
    uint64_t begin = steady_clock_now();

    soon.QuadPart = -10000; /* 1 ms from now */
    for (unsigned i = 0; i < TICK_COUNT; i++) {
        SetWaitableTimer(timer, &soon, 0, NULL, NULL, FALSE);
        WaitForSingleObject(timer, TICK_LOST_MS);
    }
    return check_ms_since(begin) / TICK_COUNT;
}

static void timer_is_fine(const struct check_place *place, struct finding *finding)
{
    const DWORD high_resolution = 2; /* CREATE_WAITABLE_TIMER_HIGH_RESOLUTION */
    HANDLE timer =
        CreateWaitableTimerExW(NULL, NULL, high_resolution, SYNCHRONIZE | TIMER_MODIFY_STATE);

    (void)place;
    if (!timer) {
        finding_set(finding, FINDING_HARMLESS, "error %lu; an ordinary timer is used",
                    GetLastError());
        return;
    }
    double ms = time_waits(timer);
    CloseHandle(timer);
    finding_set(finding, ms < TIMER_FINE_MS ? FINDING_HOLDS : FINDING_HARMLESS,
                "a timer of 1 ms took %.2f ms on average%s", ms,
                ms < TIMER_FINE_MS ? "" : "; ticks are that coarse");
}

/* ---- Waking --------------------------------------------------------------------------------- */

struct waker {
    struct wake_events *events;
    struct tapemap_shared_u64 seen;   /* wake-ups that the reader has had */
    uint64_t woken[WAKE_COUNT + 1];   /* when; the reader's, read after it has ended */
    bool has_lost;
};

static void wait_for_wakes(struct sleeper *sleeper, void *context)
{
    struct waker *waker = context;

    (void)sleeper;
    for (unsigned n = 1; n <= WAKE_COUNT && !waker->has_lost; n++) {
        HANDLE event = wake_events_handle(waker->events, n & 1);
        waker->has_lost = WaitForSingleObject(event, WAKE_LOST_MS) != WAIT_OBJECT_0;
        waker->woken[n] = steady_clock_now();
        store_release_u64(&waker->seen, n);
    }
}

static int compare_doubles(const void *one, const void *other)
{
    double a = *(const double *)one;
    double b = *(const double *)other;

    return (a > b) - (a < b);
}

/* Signals each wake-up when the reader most likely waits; us[n - 1]: how late that woke. */
static void send_wakes(struct waker *waker, struct sleeper *sleeper, double us[WAKE_COUNT])
{
    uint64_t sent[WAKE_COUNT + 1];
    unsigned n = 1;

    for (; n <= WAKE_COUNT && !sleeper_has_ended(sleeper, 0); n++) {
        Sleep(1);
        sent[n] = steady_clock_now();
        wake_events_signal(waker->events);
        while (load_acquire_u64(&waker->seen) < n && !sleeper_has_ended(sleeper, 0))
            SwitchToThread();
    }
    sleeper_has_ended(sleeper, SLEEPER_FOR_EVER);
    waker->has_lost = waker->has_lost || n <= WAKE_COUNT;
    for (unsigned i = 1; i < n; i++)
        us[i - 1] = (double)(int64_t)(waker->woken[i] - sent[i]) * 1e6 / (double)steady_clock_hz();
    qsort(us, n - 1, sizeof us[0], compare_doubles);
}

static void readers_wake_soon(const struct check_place *place, struct finding *finding)
{
    static struct tapemap_control control;
    static struct waker waker;
    double us[WAKE_COUNT] = {0};
    struct sleeper *sleeper;
    struct failure failure;
    uint64_t id;

    (void)place;
    waker = (struct waker){0};
    if (identity_new_tape(&id, &failure) != TAPEMAP_OK ||
        wake_events_create(OBJECT_SPACE_LOCAL, id, false, &waker.events, &failure) != TAPEMAP_OK) {
        finding_set(finding, FINDING_UNTESTED, "%s", failure.text);
        return;
    }
    wake_events_attach(waker.events, &control);
    if (sleeper_start(wait_for_wakes, &waker, &sleeper, &failure) == TAPEMAP_OK) {
        send_wakes(&waker, sleeper, us);
        sleeper_destroy(sleeper);
        double p99 = us[WAKE_COUNT - 2];
        if (waker.has_lost)
            finding_set(finding, FINDING_DIFFERS, "a wake-up was lost");
        else
            finding_set(finding, p99 < KEEPER_TICK_MS * 1000.0 ? FINDING_HOLDS : FINDING_HARMLESS,
                        "of %u wake-ups half came within %.0f us, all but one within %.0f us%s",
                        WAKE_COUNT, us[WAKE_COUNT / 2], p99,
                        p99 < KEEPER_TICK_MS * 1000.0 ? "" : "; a reader is late by that");
    } else {
        finding_set(finding, FINDING_UNTESTED, "%s", failure.text);
    }
    wake_events_destroy(waker.events);
}

static const struct check rows[] = {
    {{"T1", "the steady clock never goes back, on any processor",
      "times of frames may be wrong, and gaps found where there are none"}, 2000,
     clock_never_goes_back},
    {{"T2", "the steady clock goes on while the machine sleeps",
      "a recording has no gap for the time that the machine slept"}, 1000, clock_goes_on_asleep},
    {{"T3", "UTC is told in steps below a millisecond, and keeps pace",
      "times of frames are that much coarser"}, 2000, utc_is_fine},
    {{"T4", "a timer ticks every 10 ms",
      "readers wait longer; if it is seconds, recordings get gaps"}, 5000, ticks_come},
    {{"T5", "there are timers of high resolution", ""}, 1000, timer_is_fine},
    {{"T6", "a reader that waits wakes within a tick, and misses none",
      "readers that follow a recording hang until their own limit"}, 6000, readers_wake_soon},
};

const struct check *check_time_rows(size_t *count)
{
    *count = sizeof rows / sizeof rows[0];
    return rows;
}
