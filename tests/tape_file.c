/* SPDX-License-Identifier: MIT */
#include "tape_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "file_access.h"
#include "flat_store.h"
#include "scripted_tape.h"

/* These tests are killed by themselves and not by a power cut: the disk need not be waited for.
   The linker takes this in place of file_access_flush (--wrap). */
uint32_t __wrap_file_access_flush(struct file_access *file);
uint32_t __wrap_file_access_flush(struct file_access *file)
{
    (void)file;
    return 0;
}

static void index_name(const char *path, char *name, size_t room)
{
    snprintf(name, room, "%s.index", path);
}

struct tape_file_bytes tape_file_load(const char *path)
{
    struct tape_file_bytes file = {0};
    FILE *from = fopen(path, "rb");
    if (!from)
        return file;
    assert_int_equal(fseek(from, 0, SEEK_END), 0);
    file.count = (uint64_t)ftell(from);
    rewind(from);
    file.bytes = malloc((size_t)file.count + 1);
    assert_non_null(file.bytes);
    assert_int_equal(fread(file.bytes, 1, (size_t)file.count, from), file.count);
    fclose(from);
    return file;
}

void tape_file_store(const char *path, const struct tape_file_bytes *file)
{
    FILE *to = fopen(path, "wb");
    assert_non_null(to);
    assert_int_equal(fwrite(file->bytes, 1, (size_t)file->count, to), file->count);
    assert_int_equal(fclose(to), 0);
}

void tape_file_remove(const char *path)
{
    char name[256];
    index_name(path, name, sizeof name);
    remove(path);
    remove(name);
}

struct tapemap_control *tape_file_control(const struct tape_file_bytes *file)
{
    return (void *)(file->bytes + TAPEMAP_CONTROL_OFFSET);
}

static void journal_events(struct scripted_tape *script)
{
    struct tape *tape = deck_tape(script->deck);
    script_record_to(script, 1500, 500);
    tape_journal(tape, TAPEMAP_RECORD_MARK, 2600, 0, "verse", script->now);
    tape_insert_silence(tape, 700, 1500);
    script_record_to(script, 3000, 500);
    tape_journal(tape, TAPEMAP_RECORD_MARK, 100, 0, "odd", script->now);
}

/* As L151 has it: zeros behind the audio, and what stops programs that look for chunks there. */
static void store_audio(const char *path, struct store *audio)
{
    void *view;
    assert_int_equal(store_map(audio, 0, (size_t)audio->bytes, &view), TAPEMAP_OK);
    struct tape_file_bytes file = {view, audio->bytes};
    struct tapemap_control *control = tape_file_control(&file);
    uint64_t end = TAPEMAP_DATA_OFFSET + control->head.raw * control->frame_bytes;
    control->flags |= TAPEMAP_FLAG_FILE;
    for (uint64_t at = end / 65536 * 65536 + 65536; at + 16 <= file.count; at += 65536)
        memset(file.bytes + at, 0xFF, 16);
    tape_file_store(path, &file);
}

void tape_file_make(const char *path, const struct tape_file_spec *spec)
{
    struct scripted_tape script;
    struct failure failure;
    uint64_t audio_bytes;
    uint64_t index_bytes;
    script_prepare(&script, spec->frames + 50000, false);
    script.config.tape.format.sample_format = spec->format;
    script.config.tape.format.channels = spec->channels;
    tape_measure(&script.config.tape, &audio_bytes, &index_bytes);
    script.audio = flat_store_create(audio_bytes);
    script.index = flat_store_create(index_bytes);
    assert_int_equal(deck_create(&script.config, script.audio, script.index, script.now,
                                 &script.deck, &failure),
                     TAPEMAP_OK);
    if (spec->has_events)
        journal_events(&script);
    script_record_to(&script, spec->frames, 480);
    assert_int_equal(script_head(&script), spec->frames);
    if (spec->has_ended) {
        deck_request_end(script.deck, TAPEMAP_REASON_REQUESTED, "somebody stopped it");
        deck_tick(script.deck, script.now);
        deck_end(script.deck, script.now);
    }

    char name[256];
    void *view;
    index_name(path, name, sizeof name);
    tape_file_remove(path);
    store_audio(path, script.audio);
    assert_int_equal(store_map(script.index, 0, (size_t)index_bytes, &view), TAPEMAP_OK);
    if (!spec->has_no_index)
        tape_file_store(name, &(struct tape_file_bytes){view, index_bytes});
    script_close(&script);
}

struct finish_report tape_file_finish(const char *path, const struct finish_options *options)
{
    struct finish_report report;
    enum tapemap_status status = finish_tape(path, options, &report);
    if (status != TAPEMAP_OK)
        fail_msg("finish_tape: %d, %s", (int)status, report.problem);
    return report;
}

void tape_file_assert_holds(const char *path, const struct tape_file_bytes *expected)
{
    struct tape_file_bytes found = tape_file_load(path);
    assert_int_equal(found.count, expected->count);
    if (expected->count > 0)
        assert_memory_equal(found.bytes, expected->bytes, expected->count);
    free(found.bytes);
}

static uint64_t number_at(const struct tape_file_bytes *file, uint64_t at, uint32_t bytes)
{
    uint64_t value = 0;
    assert_true(at + bytes <= file->count);
    for (uint32_t i = bytes; i > 0; i--)
        value = value << 8 | file->bytes[at + i - 1];
    return value;
}

uint64_t tape_file_chunk(const struct tape_file_bytes *file, const char *id, uint64_t *bytes)
{
    bool is_rf64 = memcmp(file->bytes, "RF64", 4) == 0;
    uint64_t end = 8 + (is_rf64 ? number_at(file, 20, 8) : number_at(file, 4, 4));
    uint64_t found = 0;
    uint64_t at = 12;
    while (at < end) {
        uint64_t count = number_at(file, at + 4, 4);
        if (is_rf64 && memcmp(file->bytes + at, "data", 4) == 0)
            count = number_at(file, 28, 8);
        if (memcmp(file->bytes + at, id, 4) == 0) {
            found = at + 8;
            *bytes = count;
        }
        at += 8 + count + count % 2;
    }
    assert_int_equal(at, end);
    return found;
}
