/* SPDX-License-Identifier: MIT */
/* Devices that run slower or faster than they say: nothing is lost until something is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "gap_detector.h"

#define RATE_HZ 48000u
#define CLOCK_HZ 10000000u
#define MS (CLOCK_HZ / 1000)
#define MINUTE 60000u

/* How a driver hands frames over: whole packets, fetched by a timer that is late now and then. */
struct habit {
    const char *name;
    uint32_t packet_frames;
    uint32_t timer_ms; /* 0: each packet when it is full */
    uint32_t late_us;  /* at most */
};

static const struct habit habits[] = {
    {"late events", 480, 0, 9000},   {"small events", 256, 0, 2000}, {"timer", 480, 10, 0},
    {"DirectSound", 960, 20, 15000}, {"MME", 1920, 10, 5000},
};

struct device {
    struct gap_detector detector;
    const struct habit *habit;
    int ppm; /* above zero: faster than it says */
    uint64_t start;
    uint64_t clock;
    uint64_t lost;
    uint64_t packets;
    uint64_t inserted;
    uint32_t random;
    unsigned found_count;
};

static void plug_in(struct device *device, const struct habit *habit, int ppm)
{
    *device = (struct device){.habit = habit, .ppm = ppm, .start = 12345 * MS, .random = 1};
    device->clock = device->start;
    gap_detector_init(&device->detector, RATE_HZ, CLOCK_HZ);
}

static uint64_t late_ticks(struct device *device)
{
    uint64_t most = (uint64_t)device->habit->late_us * (CLOCK_HZ / 1000000u);
    device->random = device->random * 1664525u + 1013904223u;
    return (device->random >> 8) % (most + 1);
}

/* What the device has recorded, whole and lost, since it began. */
static uint64_t recorded_by(const struct device *device, uint64_t clock)
{
    uint64_t true_rate = (uint64_t)RATE_HZ * (uint64_t)(1000000 + device->ppm);
    return (uint64_t)((double)(clock - device->start) * (double)true_rate / 1e6 / CLOCK_HZ);
}

static void observe(struct device *device, uint64_t clock)
{
    uint64_t noticed = 0;
    uint64_t head = device->packets * device->habit->packet_frames + device->inserted;
    uint64_t found = gap_detector_observe(&device->detector, head, clock, &noticed);
    if (found > 0) {
        device->found_count++;
        device->inserted += found;
    }
}

static uint64_t next_clock(const struct device *device)
{
    if (device->habit->timer_ms > 0)
        return device->clock + device->habit->timer_ms * MS;
    uint64_t frames = (device->packets + 1) * device->habit->packet_frames + device->lost;
    double ticks = (double)frames * CLOCK_HZ / RATE_HZ * 1e6 / (1000000 + device->ppm);
    return device->start + (uint64_t)ticks + 1;
}

static void run(struct device *device, uint32_t ms)
{
    uint64_t end = device->clock + (uint64_t)ms * MS;
    uint64_t heard = 0;
    while (device->clock < end) {
        device->clock = next_clock(device);
        uint64_t late = device->clock + late_ticks(device);
        uint64_t clock = late > heard ? late : heard + 1;
        uint64_t arrived = recorded_by(device, clock) - device->lost;
        uint64_t whole = arrived / device->habit->packet_frames;
        if (whole <= device->packets)
            continue;
        device->packets = whole;
        heard = clock;
        observe(device, clock);
    }
}

/* Says which device it was. */
static void expect(const struct device *device, const char *what, uint64_t found,
                            uint64_t least, uint64_t most)
{
    if (found < least || found > most)
        fail_msg("%s at %d ppm: %s: %llu is not %llu to %llu", device->habit->name, device->ppm,
                 what, (unsigned long long)found, (unsigned long long)least,
                 (unsigned long long)most);
}

/* Loses so much after so long a time, and expects that it is found, once and whole. */
static void lose(struct device *device, uint32_t after_ms, uint32_t lost_ms)
{
    /* Within a packet, and what the timer and its lateness blur. */
    uint64_t blur = device->habit->packet_frames + (device->habit->timer_ms + 5) * 48;
    uint64_t inserted = device->inserted;
    unsigned found_count = device->found_count;
    uint64_t lost = (uint64_t)lost_ms * 48;
    run(device, after_ms);
    expect(device, "gaps before", device->found_count, found_count, found_count);
    device->lost += lost;
    run(device, MINUTE / 2);
    expect(device, "gaps", device->found_count, found_count + 1, found_count + 1);
    expect(device, "frames", device->inserted - inserted, lost - blur, lost + blur);
}

static void an_hour_at_any_rate_is_no_loss_until_there_is_one(void **state)
{
    (void)state;
    for (size_t h = 0; h < sizeof habits / sizeof habits[0]; h++) {
        for (int ppm = -5000; ppm <= 5000; ppm += 1000) {
            struct device device;
            plug_in(&device, &habits[h], ppm);
            lose(&device, 60 * MINUTE, 100);
            lose(&device, 5 * MINUTE, 1000);
        }
    }
}

static void a_loss_is_found_before_the_rate_is_sure(void **state)
{
    (void)state;
    for (size_t h = 0; h < sizeof habits / sizeof habits[0]; h++) {
        for (int ppm = -5000; ppm <= 5000; ppm += 1000) {
            struct device device;
            plug_in(&device, &habits[h], ppm);
            lose(&device, 20000, 100);
            lose(&device, MINUTE / 2, 1000);
            run(&device, 5 * MINUTE);
            expect(&device, "gaps", device.found_count, 2, 2);
        }
    }
}

/* A server that from some moment on delivers earlier: that is no rate, and no loss. */
static void earlier_delivery_for_good_is_no_loss(void **state)
{
    (void)state;
    for (uint32_t early_ms = 30; early_ms <= 270; early_ms += 80) {
        struct device device;
        plug_in(&device, &habits[0], 0);
        run(&device, 5 * MINUTE);
        device.lost -= (uint64_t)early_ms * 48;
        run(&device, 10 * MINUTE);
        expect(&device, "gaps", device.found_count, 0, 0);
    }
}

static void stalls_of_a_slow_device_are_no_loss(void **state)
{
    (void)state;
    struct device device;
    plug_in(&device, &habits[0], -3000);
    for (uint32_t stall_ms = 0; stall_ms <= 9000; stall_ms += 300) {
        run(&device, MINUTE / 2);
        device.clock += (uint64_t)stall_ms * MS;
    }
    expect(&device, "gaps", device.found_count, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_hour_at_any_rate_is_no_loss_until_there_is_one),
        cmocka_unit_test(a_loss_is_found_before_the_rate_is_sure),
        cmocka_unit_test(earlier_delivery_for_good_is_no_loss),
        cmocka_unit_test(stalls_of_a_slow_device_are_no_loss),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
