/* SPDX-License-Identifier: MIT */
/*
 * Dead tapes that a recorder is told to go on with, whatever of their control block, WAV header, or
 * index became something else, and whatever the clocks say now: it refuses with a sentence and
 * changes neither header, or it goes on, loses nothing of what was published, and ends. The stores
 * fault where nothing is committed. The input chooses a tape, and is then clocks and a list of
 * changes.
 */
#include <stdlib.h>
#include <string.h>

#include "atomic64.h"
#include "fuzz.h"
#include "guard_store.h"
#include "scripted_wreck.h"

#define MOST_CHANGES 24u
#define ROOM_BYTES (UINT64_C(8) << 20) /* more silence than that takes more time than it teaches */
#define GOES_ON_FRAMES 2000u

enum { WRECKS = 3 };

static struct wreck wrecks[WRECKS];

static void make_wrecks(void)
{
    if (wrecks[0].audio)
        return;
    wreck_make(&wrecks[0], 20000);
    wreck_make(&wrecks[1], 0);
    wreck_make_ring(&wrecks[2]);
}

static void change(struct fuzz_input *input, struct wreck *wreck)
{
    static const unsigned widths[4] = {8, 4, 1, 2};
    uint64_t code = fuzz_take(input, 1);
    size_t offset = (size_t)fuzz_take(input, 2);
    unsigned width = widths[code / 8 % 4];
    uint64_t value = fuzz_take(input, width);
    unsigned char *const index = (unsigned char *)wreck->header;
    const struct {
        unsigned char *at;
        size_t length;
    } stretches[8] = {
        {(unsigned char *)wreck->control, sizeof *wreck->control},
        {(unsigned char *)wreck->control, sizeof *wreck->control},
        {(unsigned char *)wreck->control, sizeof *wreck->control},
        {wreck->front, 200},
        {wreck->front + TAPEMAP_DATA_OFFSET - 8, 200},
        {index, sizeof *wreck->header},
        {index, sizeof *wreck->header},
        {index + TAPEMAP_GRANULE_BYTES, 12 * sizeof(struct tapemap_record)},
    };
    size_t at = offset % stretches[code % 8].length;

    if (at + width <= stretches[code % 8].length)
        memcpy(stretches[code % 8].at + at, &value, width);
}

static void expect_refusal(const struct wreck *wreck, enum tapemap_status status,
                           const unsigned char *front, const unsigned char *header,
                           const struct failure *failure)
{
    FUZZ_EXPECT(failure->status == status);
    FUZZ_EXPECT(memchr(failure->text, '\0', sizeof failure->text) != NULL);
    FUZZ_EXPECT(strchr(failure->text, ';') != NULL);
    /* Where the disk is too full for a gap it has begun already. */
    if (status == TAPEMAP_E_DISK_FULL || status == TAPEMAP_E_COMMIT_LIMIT)
        return;
    FUZZ_EXPECT(memcmp(wreck->front, front, TAPEMAP_GRANULE_BYTES) == 0);
    FUZZ_EXPECT(memcmp(wreck->header, header, sizeof *wreck->header) == 0);
}

/* As far as it goes, and it may be at its end, or without room. */
static void go_on(struct scripted_tape *script)
{
    uint64_t begin = script_head(script);
    FUZZ_EXPECT(begin <= UINT64_MAX - GOES_ON_FRAMES);
    deck_request_pause(script->deck, false); /* one that was paused stays so */
    script_record_to(script, begin + GOES_ON_FRAMES, 480);
    uint64_t head = script_head(script);
    FUZZ_EXPECT(head >= begin);
    deck_end(script->deck, script->now);
    FUZZ_EXPECT(script_head(script) >= head);
    FUZZ_EXPECT(load_acquire_u64(&script_control(script)->state) == TAPEMAP_STATE_ENDED);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static unsigned char front[TAPEMAP_GRANULE_BYTES];
    static unsigned char header[sizeof(struct tapemap_index)];
    struct fuzz_input input = {data, size};
    struct scripted_tape script;
    struct wreck wreck;
    struct failure failure = {0};

    make_wrecks();
    uint64_t how = fuzz_take(&input, 1);
    wreck_copy(&wreck, &wrecks[how % WRECKS]);
    if (wreck.config.tape.is_file) {
        guard_store_show_holes(wreck.audio);
        guard_store_show_holes(wreck.index);
    }
    guard_store_set_room(wreck.audio, ROOM_BYTES);
    guard_store_limit(wreck.audio, guard_store_committed_bytes(wreck.audio) + ROOM_BYTES);
    wreck.now.clock += fuzz_take(&input, 4);
    wreck.now.utc_ns += fuzz_take(&input, 5);
    wreck.config.tape.gap_by_clock = (how & 8) != 0;
    for (unsigned i = 0; i < MOST_CHANGES && input.left > 0; i++)
        change(&input, &wreck);
    memcpy(front, wreck.front, sizeof front);
    memcpy(header, wreck.header, sizeof header);

    script = (struct scripted_tape){wreck.config, wreck.audio, wreck.index, NULL, wreck.now, false};
    memset(&script.config.tape.format, 0, sizeof script.config.tape.format);
    enum tapemap_status status =
        deck_resume(&script.config, script.audio, script.index, script.now, &script.deck, &failure);
    if (status == TAPEMAP_OK) {
        go_on(&script);
        deck_destroy(script.deck);
    } else {
        expect_refusal(&wreck, status, front, header, &failure);
    }
    wreck_clear(&wreck);
    return 0;
}
