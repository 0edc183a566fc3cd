/* SPDX-License-Identifier: MIT */
/*
 * A recorder that lies, and a reader that asks for everything. The input chooses an honest tape and
 * is then a list of steps: bytes of the control block, the index, the journal or the peaks become
 * something else, at once or while the reader maps its next window; the reader looks at something.
 * Every view lies between guard pages (fake_tape.h), so what is read outside of one faults.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "fake_tape.h"
#include "fuzz.h"

#define MOST_STEPS 64u
#define MOST_BYTES 65536u /* of one read */
#define RECORDS 16u
#define GRANULE TAPEMAP_GRANULE_BYTES

enum { TAPES = 5 };

static const struct fake_config configs[TAPES] = {
    {TAPEMAP_S16, 2, 48000, 20000, false, false, 0, RECORDS, 0},
    {TAPEMAP_S24, 1, 44100, 5000, true, false, 0, RECORDS, 0},
    {TAPEMAP_S24, 3, 48000, 30000, false, true, 2 * GRANULE, RECORDS, 0},
    {TAPEMAP_F32, 2, 96000, 70000, true, false, 0, RECORDS, GRANULE},
    {TAPEMAP_S32, 256, 8000, 300, false, false, 0, RECORDS, 0},
};

/* A tape as it is before each input. */
static struct {
    struct fake_tape tape;
    struct tapemap_control control;
    struct tapemap_index header;
} bases[TAPES];

struct step {
    uint8_t code;
    uint8_t how;
    uint16_t at;
    uint64_t value;
};

/* What was changed behind the two heads, to be put back. */
struct change {
    uint8_t *at;
    uint8_t was[8];
};

static struct {
    struct fake_tape *tape;
    size_t which; /* of the bases */
    struct reader reader;
    struct step late; /* waits for the next map; code 0: none */
    struct change changes[MOST_STEPS];
    size_t change_count;
} scene;

/* ---- The recorder -------------------------------------------------------------------------- */

static void record_honestly(struct fake_tape *tape)
{
    const struct fake_config *config = &tape->config;
    uint64_t frames = config->capacity_frames;

    if (config->is_file)
        frames = (config->first_bytes - TAPEMAP_DATA_OFFSET) / 9;
    /* By steps, as the peaks of a ring have to follow. */
    for (uint64_t done = 0; done < (config->is_ring ? 2 * frames : frames);) {
        uint64_t step = frames / 2 < 1000 ? frames / 2 : 1000;
        if (!config->is_ring && step > frames - done)
            step = frames - done;
        fake_tape_append(tape, step);
        done += step;
        fake_tape_feed_peaks(tape, done);
    }
    for (uint64_t i = 0; i < RECORDS + 3; i++) {
        const uint64_t seconds = i / 2;
        struct tapemap_record record = {
            .position = seconds * 1000, .noticed = seconds * 1000,
            .clock = seconds * FAKE_CLOCK_HZ, .utc_ns = (1700000000 + seconds) * 1000000000u,
            .kind = i % 4 == 3 ? TAPEMAP_RECORD_MARK : TAPEMAP_RECORD_ANCHOR, .text = "here",
        };
        fake_tape_journal(tape, &record);
    }
}

static void make_bases(void)
{
    if (bases[0].tape.control)
        return;
    for (size_t i = 0; i < TAPES; i++) {
        fake_tape_create(&bases[i].tape, &configs[i]);
        record_honestly(&bases[i].tape);
        bases[i].control = *bases[i].tape.control;
        bases[i].header = *bases[i].tape.header;
    }
}

/* Where a step changes something; *length: the bytes that there are. */
static uint8_t *place_of(const struct step *step, size_t *length)
{
    struct fake_tape *tape = scene.tape;
    size_t peaks_at = (size_t)bases[scene.which].header.levels[0].offset;

    switch (step->how % 4) {
    case 1:
        *length = sizeof *tape->header;
        return (uint8_t *)tape->header;
    case 2:
        *length = RECORDS * sizeof(struct tapemap_record);
        return tape->index.memory + GRANULE;
    case 3:
        *length = 4096;
        return tape->index.memory + peaks_at;
    default:
        *length = sizeof *tape->control;
        return (uint8_t *)tape->control;
    }
}

static void change(const struct step *step)
{
    static const size_t widths[4] = {8, 4, 1, 2};
    size_t length;
    uint8_t *place = place_of(step, &length);
    size_t width = widths[step->how / 4 % 4];
    size_t at = step->at % length;

    if (at > length - 8)
        at = length - 8;
    if (scene.change_count == MOST_STEPS)
        return;
    struct change *done = &scene.changes[scene.change_count++];
    done->at = place + at;
    memcpy(done->was, place + at, 8);
    memcpy(place + at, &step->value, width);
}

static void change_late(struct fake_tape *tape)
{
    const struct step late = scene.late;

    (void)tape;
    scene.late.code = 0;
    if (late.code != 0)
        change(&late);
}

static void grow(const struct step *step)
{
    if (scene.tape->config.is_file)
        fake_tape_grow(scene.tape, (step->value % (scene.tape->audio.bytes / GRANULE) + 1) *
                                       GRANULE - step->at % 3 * 1000);
}

/* ---- The reader ---------------------------------------------------------------------------- */

static uint64_t position_of(const struct step *step)
{
    switch (step->how / 16 % 4) {
    case 1: return step->value % 65536;
    case 2: return reader_head(&scene.reader) - step->value % 65536;
    case 3: return reader_oldest(&scene.reader) + step->value % 65536;
    default: return step->value;
    }
}

static void look_at_frames(const struct step *step)
{
    const struct layout_tape *facts = &scene.reader.tape;
    uint64_t head = load_relaxed_u64(&scene.tape->control->head);
    uint64_t position = position_of(step);
    struct reader_run run;

    if (reader_peek(&scene.reader, position, &run) != TAPEMAP_OK)
        return;
    uint64_t at = TAPEMAP_DATA_OFFSET + position % facts->capacity_frames * facts->frame_bytes;
    uint64_t bytes = run.count * facts->frame_bytes;
    FUZZ_EXPECT(run.count > 0 && position < head && run.count <= head - position);
    FUZZ_EXPECT(at < scene.tape->audio.bytes && bytes <= scene.tape->audio.bytes - at);
    FUZZ_EXPECT(memcmp(run.frames, scene.tape->audio.memory + at, bytes) == 0);
}

static void read_frames(const struct step *step, bool is_float)
{
    const struct layout_tape *facts = &scene.reader.tape;
    uint64_t frame_bytes = is_float ? facts->channels * sizeof(float) : facts->frame_bytes;
    uint64_t head = load_relaxed_u64(&scene.tape->control->head);
    uint64_t position = position_of(step);
    uint64_t count = step->at % (MOST_BYTES / frame_bytes + 1);
    void *buffer = fuzz_alloc((size_t)(count * frame_bytes));
    enum tapemap_status status =
        is_float ? reader_read_float(&scene.reader, position, count, buffer)
                 : reader_read(&scene.reader, position, count, buffer);

    if (status == TAPEMAP_OK)
        FUZZ_EXPECT(position <= head && count <= head - position);
    free(buffer);
}

static void read_peaks(const struct step *step)
{
    uint64_t head = load_relaxed_u64(&scene.tape->control->head);
    struct reader_peaks_range range = {.from = position_of(step), .bins = step->how % 16 + 1};
    size_t bytes = range.bins * scene.reader.tape.channels * sizeof(struct tapemap_peak);
    struct tapemap_peak *peaks;

    range.to = step->at ? range.from + step->at : reader_head(&scene.reader);
    if (range.to <= range.from)
        return;
    peaks = fuzz_alloc(bytes);
    if (reader_peaks(&scene.reader, &range, peaks) == TAPEMAP_OK)
        FUZZ_EXPECT(range.to <= head);
    free(peaks);
}

static void expect_record(const struct tapemap_record *record, uint64_t sequence)
{
    FUZZ_EXPECT(record->sequence == sequence);
    FUZZ_EXPECT(memchr(record->text, '\0', sizeof record->text) != NULL);
    FUZZ_EXPECT(record->kind >= TAPEMAP_RECORD_STATE && record->kind <= TAPEMAP_RECORD_WARNING);
}

static void read_journal(const struct step *step)
{
    struct tapemap_record record;
    uint64_t first;
    uint64_t end;

    reader_journal_range(&scene.reader, &first, &end);
    FUZZ_EXPECT(first <= end && end - first <= scene.reader.index_facts.journal.capacity);
    uint64_t sequence = first + step->value % (end - first + 2);
    if (reader_get_record(&scene.reader, sequence, &record) == TAPEMAP_OK)
        expect_record(&record, sequence);
    uint64_t at = first;
    uint32_t kind = step->at % 8;
    enum tapemap_status status =
        reader_find_record(&scene.reader, (enum tapemap_record_kind)kind, end, &at, &record);
    FUZZ_EXPECT(at >= first && at <= end);
    if (status == TAPEMAP_OK) {
        expect_record(&record, at);
        FUZZ_EXPECT(kind == 0 /* any event */ ? record.kind != TAPEMAP_RECORD_ANCHOR
                                              : record.kind == kind);
    }
}

static void find_mark(const struct step *step)
{
    char label[16] = "here";
    struct tapemap_record mark;

    if (step->at & 1)
        memcpy(label, &step->value, sizeof step->value);
    if (step->at & 2)
        label[0] = '#';
    if (reader_find_mark(&scene.reader, label, &mark) != TAPEMAP_OK)
        return;
    expect_record(&mark, mark.sequence);
    FUZZ_EXPECT(mark.kind == TAPEMAP_RECORD_MARK);
    FUZZ_EXPECT(label[0] == '#' || strcmp(label, mark.text) == 0);
}

static void tell_time(const struct step *step)
{
    uint64_t utc_ns = step->value;
    uint64_t position;

    if (step->how & 1)
        reader_utc_at(&scene.reader, position_of(step), &utc_ns);
    reader_position_at(&scene.reader, utc_ns, &position);
}

static void look_around(const struct step *step)
{
    const struct reader *reader = &scene.reader;
    uint64_t head = reader_head(reader);
    struct layout_silence silence =
        layout_silence_untold(reader->control, head, step->value % 65536);

    FUZZ_EXPECT(reader_oldest(reader) <= head);
    FUZZ_EXPECT(head <= load_relaxed_u64(&scene.tape->control->head));
    FUZZ_EXPECT(silence.position <= head && silence.frames <= head - silence.position);
    reader_has_ended(reader);
    reader_still_valid(reader, step->value);
}

static void take_step(const struct step *step)
{
    switch (step->code % 16) {
    case 0:
    case 1:
    case 2: change(step); break;
    case 3:
        scene.late = *step;
        break;
    case 4: grow(step); break;
    case 5:
    case 6: look_at_frames(step); break;
    case 7: read_frames(step, false); break;
    case 8: read_frames(step, true); break;
    case 9:
    case 10: read_peaks(step); break;
    case 11: read_journal(step); break;
    case 12: find_mark(step); break;
    case 13:
    case 14: tell_time(step); break;
    default: look_around(step); break;
    }
}

/* ---- The input ----------------------------------------------------------------------------- */

static bool take(struct fuzz_input *input, struct step *step)
{
    bool is_any = input->left > 0;

    step->code = (uint8_t)fuzz_take(input, 1);
    step->how = (uint8_t)fuzz_take(input, 1);
    step->at = (uint16_t)fuzz_take(input, 2);
    step->value = fuzz_take(input, 8);
    return is_any;
}

static uint64_t expect_region(const struct layout_region *region, uint64_t item_bytes,
                              uint64_t begin)
{
    FUZZ_EXPECT(region->offset >= begin && region->offset % GRANULE == 0);
    FUZZ_EXPECT(region->capacity >= 1 && region->capacity <= region->bytes / item_bytes);
    return region->offset + region->bytes;
}

/* What the reader takes from the index lies in it, one after another. */
static void expect_regions(const struct layout_index *facts)
{
    uint64_t end = expect_region(&facts->journal, sizeof(struct tapemap_record), GRANULE);

    for (unsigned i = 0; i < TAPEMAP_LEVELS; i++)
        end = expect_region(&facts->levels[i], facts->cell_bytes, end);
    FUZZ_EXPECT(end <= facts->section_bytes && end <= scene.tape->index.bytes);
}

static void expect_facts(void)
{
    const struct layout_tape *facts = &scene.reader.tape;

    FUZZ_EXPECT(facts->kept_frames >= 1 && facts->kept_frames <= facts->capacity_frames);
    FUZZ_EXPECT(facts->channels >= 1 && facts->channels <= TAPEMAP_MAX_CHANNELS);
    FUZZ_EXPECT(memchr(facts->deck_name, '\0', sizeof facts->deck_name) != NULL);
    FUZZ_EXPECT(memchr(facts->file_path, '\0', sizeof facts->file_path) != NULL);
    if (scene.reader.index_facts.section_bytes != 0)
        expect_regions(&scene.reader.index_facts);
}

static void put_back(const struct fake_tape *before)
{
    while (scene.change_count > 0) {
        const struct change *done = &scene.changes[--scene.change_count];
        memcpy(done->at, done->was, sizeof done->was);
    }
    *scene.tape->control = bases[scene.which].control;
    *scene.tape->header = bases[scene.which].header;
    FUZZ_EXPECT(scene.tape->audio.mapped == 0 && scene.tape->index.mapped == 0);
    *scene.tape = *before;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    struct step step;

    make_bases();
    uint64_t how = fuzz_take(&input, 1);
    size_t which = how % TAPES;
    uint64_t before_opening = how / TAPES % 8; /* so many steps */
    scene.which = which;
    scene.tape = &bases[which].tape;
    scene.late.code = 0;
    scene.tape->on_map = change_late;
    scene.tape->on_index_map = change_late;
    const struct fake_tape before = *scene.tape;
    struct reader_config config = fake_tape_reader_config(scene.tape);
    if (how / TAPES / 8 == 1)
        config.index.map = NULL;
    if (how / TAPES / 8 == 2) {
        config.audio.bytes = scene.tape->audio.opened;
        config.index.bytes = scene.tape->index.bytes;
    }
    for (uint64_t i = 0; i < before_opening && take(&input, &step); i++)
        change(&step);
    if (reader_open(&scene.reader, &config) == TAPEMAP_OK) {
        expect_facts();
        for (unsigned i = 0; i < MOST_STEPS && take(&input, &step); i++)
            take_step(&step);
        reader_close(&scene.reader);
    }
    put_back(&before);
    return 0;
}
