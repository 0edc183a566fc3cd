/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gap_detector.h"

#define RATE_HZ 48000u
#define CLOCK_HZ 10000000u
#define MS (CLOCK_HZ / 1000)

/* A device that delivers 10 ms blocks; what was lost comes back as silence, as a tape does it. */
struct device {
    struct gap_detector detector;
    uint64_t clock;
    uint64_t head;
    uint64_t found_frames;
    unsigned found_count;
    uint64_t noticed;
};

static void plug_in(struct device *device)
{
    *device = (struct device){.clock = 12345 * MS};
    gap_detector_init(&device->detector, RATE_HZ, CLOCK_HZ);
}

static void observe(struct device *device)
{
    uint64_t noticed = 0;
    uint64_t lost =
        gap_detector_observe(&device->detector, device->head, device->clock, &noticed);
    if (lost > 0) {
        device->found_frames += lost;
        device->found_count++;
        device->noticed = noticed;
        device->head += lost;
    }
}

static void deliver_ms(struct device *device, uint32_t ms)
{
    for (uint32_t i = 0; i < ms; i += 10) {
        device->clock += 10 * MS;
        device->head += 480;
        observe(device);
    }
}

static void finds_nothing_in_a_steady_stream(void **state)
{
    (void)state;
    struct device device;
    plug_in(&device);
    deliver_ms(&device, 60000);
    assert_int_equal(device.found_count, 0);
}

static void finds_two_lost_packets(void **state)
{
    (void)state;
    struct device device;
    plug_in(&device);
    deliver_ms(&device, 10000);
    uint64_t at = device.head;
    device.clock += 20 * MS;
    deliver_ms(&device, 10000);
    assert_int_equal(device.found_count, 1);
    assert_int_equal(device.found_frames, 960);
    assert_int_equal(device.noticed, at + 480);
}

/* A device that is `ppm` slow; its packets are fetched by a timer of the system's clock. */
static void a_slow_device_read_by_a_timer_loses_nothing(void **state)
{
    (void)state;
    const uint64_t ppm[] = {50, 100, 400, 800};
    for (size_t i = 0; i < sizeof ppm / sizeof ppm[0]; i++) {
        struct device device;
        plug_in(&device);
        uint64_t start = device.clock;
        for (int tick = 0; tick < 120000; tick++) { /* twenty minutes */
            device.clock += 10 * MS;
            uint64_t recorded = (device.clock - start) / MS * 48 * (1000000 - ppm[i]) / 1000000;
            if (device.head + 480 <= recorded) {
                device.head += 480;
                observe(&device);
            }
        }
        assert_int_equal(device.found_count, 0);
    }
}

static void finds_a_loss_of_many_seconds(void **state)
{
    (void)state;
    struct device device;
    plug_in(&device);
    deliver_ms(&device, 10000);
    device.clock += 7500 * MS;
    deliver_ms(&device, 10000);
    assert_int_equal(device.found_frames, 7500 * 48);
    assert_int_equal(device.found_count, 1);
}

/* A slow device that is late at random: what is known of its rate, to a ppm or two, is said too
   little for eight hours. */
static void finds_one_loss_after_a_night_and_none_that_it_makes_up_then(void **state)
{
    (void)state;
    const uint64_t night = (uint64_t)8 * 3600 * RATE_HZ;
    uint32_t random = 1;
    for (unsigned ppm = 0; ppm < 200; ppm += 10) { /* a tick in each packet */
        struct device device;
        plug_in(&device);
        uint64_t clock = device.clock;
        for (unsigned packet = 0; packet < 60000; packet++) {
            clock += 10 * MS + ppm / 10;
            random = random * 1664525 + 1013904223;
            device.clock = clock + (random >> 8) % (4 * MS);
            device.head += 480;
            observe(&device);
            if (packet == 40000)
                clock += (uint64_t)8 * 3600 * 1000 * MS;
        }
        uint64_t made = night - night / 1000000 * ppm; /* by such a device */
        assert_int_equal(device.found_count, 1);
        assert_in_range(device.found_frames, made - 4 * night / 1000000,
                        made + 4 * night / 1000000);
    }
}

static void a_stall_that_a_burst_makes_good_is_no_loss(void **state)
{
    (void)state;
    const uint32_t stalls_ms[] = {100, 400, 600, 1900, 2500, 9000};
    for (size_t i = 0; i < sizeof stalls_ms / sizeof stalls_ms[0]; i++) {
        struct device device;
        plug_in(&device);
        deliver_ms(&device, 10000);
        device.clock += stalls_ms[i] * MS;
        for (uint32_t burst = 0; burst < stalls_ms[i]; burst += 10) {
            device.head += 480;
            device.clock += MS / 10;
            observe(&device);
        }
        deliver_ms(&device, 10000);
        /* The burst itself took a little time, in which nothing was recorded. */
        assert_true(device.found_frames <= 48 * stalls_ms[i] / 100 + 1);
    }
}

static void a_time_of_early_delivery_is_no_loss(void **state)
{
    (void)state;
    for (uint32_t early_ms = 1; early_ms <= 90; early_ms += 7) {
        struct device device;
        plug_in(&device);
        deliver_ms(&device, 20000);
        device.head += early_ms * 48; /* ahead of time, for a second */
        deliver_ms(&device, 1000);
        device.head -= early_ms * 48;
        deliver_ms(&device, 30000);
        assert_int_equal(device.found_count, 0);
    }
}

static void settling_in_the_first_seconds_is_no_loss(void **state)
{
    (void)state;
    for (uint32_t burst_ms = 1; burst_ms <= 90; burst_ms += 7) {
        struct device device;
        plug_in(&device);
        deliver_ms(&device, 10);
        device.head += burst_ms * 48; /* what the device had stored before it was opened */
        deliver_ms(&device, 3000);
        device.head -= burst_ms * 48;
        deliver_ms(&device, 60000);
        assert_int_equal(device.found_count, 0);
    }
}

static void a_large_loss_in_the_first_seconds_is_found(void **state)
{
    (void)state;
    struct device device;
    plug_in(&device);
    deliver_ms(&device, 4000);
    device.clock += 300 * MS;
    deliver_ms(&device, 10000);
    assert_int_equal(device.found_frames, 300 * 48);
    assert_int_equal(device.found_count, 1);
}

static void a_loss_is_found_among_wobbling_windows(void **state)
{
    (void)state;
    struct device device;
    plug_in(&device);
    for (uint32_t second = 0; second < 60; second++) {
        uint32_t wobble = second * 7919 % 200; /* up to 4 ms early, as a sound server does */
        device.head += wobble;
        deliver_ms(&device, 500);
        device.head -= wobble;
        deliver_ms(&device, 500);
        if (second == 30)
            device.clock += 30 * MS;
    }
    assert_int_equal(device.found_count, 1);
    assert_in_range(device.found_frames, 1440 - 200, 1440 + 200);
}

static void the_drift_of_two_crystals_is_no_loss(void **state)
{
    (void)state;
    const int ppm[] = {-900, -600, -300, -100, 100, 300, 600, 900};
    for (size_t i = 0; i < sizeof ppm / sizeof ppm[0]; i++) {
        struct device device;
        plug_in(&device);
        for (int block = 0; block < 360000; block++) { /* an hour */
            device.clock += (uint64_t)((int64_t)10 * MS + (int64_t)10 * MS * ppm[i] / 1000000);
            device.head += 480;
            observe(&device);
        }
        assert_int_equal(device.found_count, 0);
    }
}

static void jitter_of_the_callback_is_no_loss(void **state)
{
    (void)state;
    struct device device;
    plug_in(&device);
    uint64_t base = device.clock;
    for (uint64_t block = 1; block <= 6000; block++) {
        uint64_t late_ms = block * 7919 % 45; /* up to 44 ms late, in no order */
        device.clock = base + block * 10 * MS + late_ms * MS;
        device.head += 480;
        observe(&device);
    }
    assert_int_equal(device.found_count, 0);
}

static void many_small_losses_add_up(void **state)
{
    (void)state;
    struct device device;
    plug_in(&device);
    deliver_ms(&device, 180000); /* until the rate is known */
    for (int i = 0; i < 20; i++) { /* 8 ms lost every 2 s: each alone is below the threshold */
        device.clock += 8 * MS;
        deliver_ms(&device, 2000);
    }
    deliver_ms(&device, 5000);
    assert_in_range(device.found_frames, 90 * 48, 160 * 48);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_nothing_in_a_steady_stream),
        cmocka_unit_test(finds_two_lost_packets),
        cmocka_unit_test(a_slow_device_read_by_a_timer_loses_nothing),
        cmocka_unit_test(finds_a_loss_of_many_seconds),
        cmocka_unit_test(finds_one_loss_after_a_night_and_none_that_it_makes_up_then),
        cmocka_unit_test(a_stall_that_a_burst_makes_good_is_no_loss),
        cmocka_unit_test(a_time_of_early_delivery_is_no_loss),
        cmocka_unit_test(settling_in_the_first_seconds_is_no_loss),
        cmocka_unit_test(a_large_loss_in_the_first_seconds_is_found),
        cmocka_unit_test(a_loss_is_found_among_wobbling_windows),
        cmocka_unit_test(the_drift_of_two_crystals_is_no_loss),
        cmocka_unit_test(jitter_of_the_callback_is_no_loss),
        cmocka_unit_test(many_small_losses_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
