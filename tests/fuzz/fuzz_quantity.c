/* SPDX-License-Identifier: MIT */
/* Numbers, sizes, lengths, speeds and ids as people write them: what is understood is the same when
   it is written out and read again. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "object_names.h"
#include "pace.h"
#include "quantity.h"
#include "utf8.h"

#define NS_PER_SECOND UINT64_C(1000000000)

static void read_number(const char *text)
{
    char again[32];
    uint64_t value;
    uint64_t found = 0;

    if (!quantity_parse_u64(text, &value))
        return;
    snprintf(again, sizeof again, "%" PRIu64, value);
    FUZZ_EXPECT(quantity_parse_u64(again, &found) && found == value);
}

static void read_bytes(const char *text)
{
    char again[32];
    uint64_t bytes;
    uint64_t found = 0;

    if (!quantity_parse_bytes(text, &bytes))
        return;
    snprintf(again, sizeof again, "%" PRIu64 "B", bytes);
    FUZZ_EXPECT(quantity_parse_bytes(again, &found) && found == bytes);
    char shown[16];
    quantity_print_bytes(bytes, shown, sizeof shown);
    FUZZ_EXPECT(strlen(shown) >= 3 && shown[strlen(shown) - 1] == 'B');
}

/* There and back: the nearest frame is at most half a frame away. */
static void count_frames(uint64_t ns, uint32_t rate_hz)
{
    uint64_t frames;
    uint64_t back;

    if (!quantity_frames_from_ns(ns, rate_hz, &frames)) {
        FUZZ_EXPECT(rate_hz == 0 || ns / NS_PER_SECOND > UINT64_MAX / rate_hz / 4);
        return;
    }
    FUZZ_EXPECT(rate_hz > 0);
    if (!quantity_ns_from_frames(frames, rate_hz, &back))
        return;
    uint64_t apart = back > ns ? back - ns : ns - back;
    FUZZ_EXPECT(apart <= NS_PER_SECOND / 2 / rate_hz + 1);
}

static void read_duration(const char *text, uint32_t rate_hz)
{
    char again[48];
    uint64_t ns;
    uint64_t found = 0;

    if (!quantity_parse_duration_ns(text, &ns))
        return;
    snprintf(again, sizeof again, "%" PRIu64 ".%09" PRIu64 "s", ns / NS_PER_SECOND,
             ns % NS_PER_SECOND);
    FUZZ_EXPECT(quantity_parse_duration_ns(again, &found) && found == ns);
    quantity_print_duration(ns, again, 24);
    FUZZ_EXPECT(quantity_parse_duration_ns(again, &found) && found == ns - ns % 100000000);
    count_frames(ns, rate_hz);
}

static void read_speed(const char *text)
{
    char again[32];
    struct pace_speed speed;
    struct pace_speed found;

    if (!pace_parse(text, &speed))
        return;
    FUZZ_EXPECT(speed.is_given && speed.thousandths <= 1000000);
    if (speed.thousandths == PACE_MAX)
        return;
    snprintf(again, sizeof again, "%u.%03ux", (unsigned)(speed.thousandths / 1000),
             (unsigned)(speed.thousandths % 1000));
    FUZZ_EXPECT(pace_parse(again, &found) && found.thousandths == speed.thousandths);
}

static void read_names(const char *text)
{
    char again[17];
    uint64_t id;
    uint64_t found = 0;

    if (tape_id_parse(text, &id)) {
        tape_id_print(id, again);
        FUZZ_EXPECT(tape_id_parse(again, &found) && found == id);
    }
    if (!deck_name_is_valid(text))
        return;
    FUZZ_EXPECT(strlen(text) > 0 && strlen(text) < TAPEMAP_NAME_BYTES);
    FUZZ_EXPECT(strpbrk(text, "\\/:*?\"<>|") == NULL);
    for (size_t length; *text; text += length) {
        uint32_t character = utf8_character(text, &length);
        FUZZ_EXPECT(length > 0 && !utf8_is_control(character));
        if (length == 0)
            return;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    uint32_t rate_hz = (uint32_t)fuzz_take(&input, 3);
    char *text = fuzz_text(input.at, input.left);

    read_number(text);
    read_bytes(text);
    read_duration(text, rate_hz);
    read_speed(text);
    read_names(text);
    free(text);
    return 0;
}
