/* SPDX-License-Identifier: MIT */
/* WAV files of other programs, of which nothing may be true: what `recover` does with them loses no
   byte, comes to the same in a copy and in place, and is done when it was done once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file_access.h"
#include "fuzz_file.h"
#include "late_frames.h"
#include "repair_wave.h"
#include "tapemap/layout.h"

#define PATH "fuzz_wave.wav"
#define COPY "fuzz_wave.copy.wav"

/* The linker takes this in place of file_access_flush (--wrap). */
uint32_t __wrap_file_access_flush(struct file_access *file);
uint32_t __wrap_file_access_flush(struct file_access *file)
{
    (void)file;
    return 0;
}

static void expect_report(const struct repair_report *report, const struct fuzz_file *file)
{
    FUZZ_EXPECT(report->frame_bytes > 0 && report->channels > 0);
    FUZZ_EXPECT(report->data_offset >= 12 + 8 && report->data_offset <= file->count);
    FUZZ_EXPECT(report->data_bytes_found <= file->count - report->data_offset);
    FUZZ_EXPECT(report->data_bytes_found % report->frame_bytes == 0);
}

/* What was there is there, but for the header's sizes and one pad byte more. */
static void expect_kept(const struct fuzz_file *before, const struct fuzz_file *after,
                        uint64_t data_offset)
{
    FUZZ_EXPECT(after->count == before->count || after->count == before->count + 1);
    FUZZ_EXPECT(memcmp(after->bytes + data_offset, before->bytes + data_offset,
                       before->count - data_offset) == 0);
}

static void repair(const struct fuzz_file *before, const struct repair_report *looked)
{
    struct repair_report report;

    remove(COPY);
    enum tapemap_status copied = repair_wave(PATH, COPY, false, &report);
    FUZZ_EXPECT(fuzz_file_holds(PATH, before));
    enum tapemap_status changed = repair_wave(PATH, NULL, false, &report);
    FUZZ_EXPECT(copied == changed);
    struct fuzz_file after = fuzz_file_load(PATH);
    if (changed != TAPEMAP_OK || report.was_right) {
        FUZZ_EXPECT(fuzz_file_holds(PATH, before));
        FUZZ_EXPECT(fuzz_file_holds(COPY, &(struct fuzz_file){NULL, 0}));
    } else {
        expect_kept(before, &after, looked->data_offset);
        FUZZ_EXPECT(fuzz_file_holds(COPY, &after));
        FUZZ_EXPECT(repair_wave(PATH, NULL, true, &report) == TAPEMAP_OK);
        FUZZ_EXPECT(report.was_right && report.data_bytes_found == looked->data_bytes_found);
        FUZZ_EXPECT(report.data_bytes_found == 0 ||
                    report.data_bytes_said == report.data_bytes_found);
    }
    free(after.bytes);
}

/* The front of a tape is looked at before it is known to be one. */
static void count_late_frames(const struct fuzz_file *file)
{
    uint32_t *section = fuzz_alloc(TAPEMAP_DATA_OFFSET);
    size_t count = file->count < TAPEMAP_DATA_OFFSET ? file->count : TAPEMAP_DATA_OFFSET;

    memset(section, 0, TAPEMAP_DATA_OFFSET);
    memcpy(section, file->bytes, count);
    if (file->count >= 8) /* where a tape's header has its data chunk */
        memcpy((uint8_t *)section + TAPEMAP_DATA_OFFSET - 8, file->bytes + file->count - 8, 8);
    late_frames_counted(section, 4);
    uint64_t end = late_frames_end(file->bytes, TAPEMAP_DATA_OFFSET, file->count);
    FUZZ_EXPECT(end >= TAPEMAP_DATA_OFFSET && end - TAPEMAP_DATA_OFFSET <= file->count);
    free(section);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_file before = {(uint8_t *)fuzz_text(data, size), size};
    struct repair_report looked;

    fuzz_file_store(PATH, data, size);
    enum tapemap_status status = repair_wave(PATH, NULL, true, &looked);
    if (status == TAPEMAP_OK)
        expect_report(&looked, &before);
    else
        FUZZ_EXPECT(looked.problem[0] != '\0');
    repair(&before, &looked);
    count_late_frames(&before);
    free(before.bytes);
    remove(PATH);
    remove(COPY);
    return 0;
}
