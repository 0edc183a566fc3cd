/* SPDX-License-Identifier: MIT */
/* A tape in a file: its room, its views, its growth, and the way to the disk. */
#include <string.h>
#include <windows.h>

#include "check_support.h"
#include "sleeper.h"
#include "steady_clock.h"
#include "tapemap/tapemap.h"

#define FILES_SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)
#define FILES_SPARSE_MOST (UINT64_C(8) << 20) /* 1 MiB, and a cluster for each mark */
#define FILES_STALL_MOST_MS 1000.0            /* the keeper is two seconds ahead */
#define FILES_BUSY_BYTES (16u << 20)
#define FILES_BUSY_MS 3000u

static void folder_takes_files(const struct check_place *place, struct finding *finding)
{
    struct check_tape_file file;
    const struct check_file_wish wish = {.name = "first.wav"};

    uint64_t begin = steady_clock_now();
    if (!check_file_make(place, &wish, &file, finding)) {
        finding->verdict = FINDING_DIFFERS;
        return;
    }
    finding_set(finding, FINDING_HOLDS, "a file of 64 MiB, 1 MiB of it real, took %.1f ms",
                check_ms_since(begin));
    check_file_remove(&file);
}

static void files_are_sparse(const struct check_place *place, struct finding *finding)
{
    struct check_tape_file file;
    const struct check_file_wish wish = {.name = "sparse.wav"};
    FILE_STANDARD_INFO facts;
    HANDLE reader;

    if (!check_file_make(place, &wish, &file, finding))
        return;
    uint32_t code = check_plain_open(file.path, GENERIC_READ, FILES_SHARE_ALL, &reader);
    if (code == 0) {
        BOOL is_told = GetFileInformationByHandleEx(reader, FileStandardInfo, &facts, sizeof facts);
        uint64_t bytes = is_told ? (uint64_t)facts.AllocationSize.QuadPart : 0;
        CloseHandle(reader);
        finding_set(finding, bytes < FILES_SPARSE_MOST ? FINDING_HOLDS : FINDING_DIFFERS,
                    "1 MiB of audio in a file of 64 MiB takes %llu KiB of the volume",
                    (unsigned long long)(bytes >> 10));
    } else {
        check_untested(finding, "opening it to read", code);
    }
    check_file_remove(&file);
}

/* Both ways; returns how many of the blocks differ. */
static unsigned compare_ways(struct check_tape_file *file, HANDLE reader, unsigned char *block)
{
    unsigned wrong = 0;

    for (unsigned i = 1; i <= 15; i++) {
        uint64_t at = (uint64_t)i * TAPEMAP_GRANULE_BYTES;
        OVERLAPPED place = {.Offset = (DWORD)at};
        size_t written;
        DWORD read;
        memset(block, (int)i, TAPEMAP_GRANULE_BYTES);
        wrong += file->store->ops->write(file->store, at, block, TAPEMAP_GRANULE_BYTES, &written) !=
                     TAPEMAP_OK ||
                 memcmp(file->view + at, block, TAPEMAP_GRANULE_BYTES) != 0;
        file->view[at + 5000] = 0xA5;
        wrong += !ReadFile(reader, block, TAPEMAP_GRANULE_BYTES, &read, &place) ||
                 read != TAPEMAP_GRANULE_BYTES || block[5000] != 0xA5 ||
                 block[5001] != (unsigned char)i;
    }
    return wrong;
}

static void views_and_writes_agree(const struct check_place *place, struct finding *finding)
{
    static unsigned char block[TAPEMAP_GRANULE_BYTES];
    struct check_tape_file file;
    const struct check_file_wish wish = {.name = "written.wav", .is_written = true};
    HANDLE reader;

    if (!check_file_make(place, &wish, &file, finding))
        return;
    uint32_t code = check_plain_open(file.path, GENERIC_READ, FILES_SHARE_ALL, &reader);
    if (code == 0) {
        unsigned wrong = compare_ways(&file, reader, block);
        CloseHandle(reader);
        finding_set(finding, wrong == 0 ? FINDING_HOLDS : FINDING_DIFFERS,
                    "of 30 blocks, written and seen in a view or the reverse, %u differed", wrong);
    } else {
        check_untested(finding, "opening it to read", code);
    }
    check_file_remove(&file);
}

static void reserved_reads_as_zeros(const struct check_place *place, struct finding *finding)
{
    struct check_tape_file file;
    const struct check_file_wish wish = {.name = "zeros.wav"};
    void *view = NULL;
    size_t others = 0;

    if (!check_file_make(place, &wish, &file, finding))
        return;
    uint64_t at = CHECK_FILE_BYTES / 2 + 2 * TAPEMAP_GRANULE_BYTES;
    if (check_map(file.store, at, TAPEMAP_GRANULE_BYTES, &view, finding)) {
        const unsigned char *bytes = view; /* marks lie at multiples of 4 MiB only */
        for (size_t i = 0; i < TAPEMAP_GRANULE_BYTES; i++)
            others += bytes[i] != 0;
        store_unmap(file.store, view, TAPEMAP_GRANULE_BYTES);
        finding_set(finding, others == 0 ? FINDING_HOLDS : FINDING_DIFFERS,
                    "%zu of %u bytes are other than 0", others, TAPEMAP_GRANULE_BYTES);
    }
    check_file_remove(&file);
}

static void files_grow_under_views(const struct check_place *place, struct finding *finding)
{
    struct check_tape_file file;
    const struct check_file_wish wish = {.name = "grown.wav"};
    void *view = NULL;

    if (!check_file_make(place, &wish, &file, finding))
        return;
    uint64_t begin = steady_clock_now();
    enum tapemap_status status = store_grow(file.store, CHECK_FILE_BYTES + 1);
    double ms = check_ms_since(begin);
    if (status != TAPEMAP_OK) {
        finding_set(finding, FINDING_DIFFERS, "a second, larger section: %s",
                    tapemap_status_text(status));
    } else if (check_map(file.store, 0, TAPEMAP_GRANULE_BYTES, &view, finding)) {
        ((volatile unsigned char *)view)[100] = 0x77;
        bool is_same = ((const volatile unsigned char *)file.view)[100] == 0x77;
        store_unmap(file.store, view, TAPEMAP_GRANULE_BYTES);
        finding_set(finding, is_same ? FINDING_HOLDS : FINDING_DIFFERS,
                    "a larger section took %.1f ms, and a view of the first one %s", ms,
                    is_same ? "shows what is stored through it" : "does not show what is stored");
    }
    check_file_remove(&file);
}

static void flush_returns(const struct check_place *place, struct finding *finding)
{
    struct check_tape_file file;
    const struct check_file_wish wish = {.name = "flushed.wav"};

    if (!check_file_make(place, &wish, &file, finding))
        return;
    memset(file.view + TAPEMAP_GRANULE_BYTES, 0x33, CHECK_FILE_VIEW_BYTES - TAPEMAP_GRANULE_BYTES);
    uint64_t begin = steady_clock_now();
    enum tapemap_status status = file.store->ops->flush(file.store, 0, CHECK_FILE_VIEW_BYTES);
    double ms = check_ms_since(begin);
    finding_set(finding, status == TAPEMAP_OK ? FINDING_HOLDS : FINDING_DIFFERS,
                "1 MiB took %.1f ms: %s", ms, tapemap_status_text(status));
    check_file_remove(&file);
}

/* ---- A flush beside writes ------------------------------------------------------------------ */

struct flushing {
    struct store *store;
    HANDLE begun;
};

static void flush_all(struct sleeper *sleeper, void *context)
{
    struct flushing *flushing = context;

    (void)sleeper;
    SetEvent(flushing->begun);
    flushing->store->ops->flush(flushing->store, 0, FILES_BUSY_BYTES);
}

/* Writes until the flush has ended; returns the longest write. */
static double write_beside(struct store *store, struct sleeper *sleeper, unsigned *count)
{
    static const unsigned char block[TAPEMAP_GRANULE_BYTES] = {0};
    uint64_t begin = steady_clock_now();
    double longest = 0;

    for (*count = 0; check_ms_since(begin) < FILES_BUSY_MS; ++*count) {
        uint64_t at = FILES_BUSY_BYTES + *count % 128 * TAPEMAP_GRANULE_BYTES;
        uint64_t start = steady_clock_now();
        size_t written;
        if (*count > 0 && sleeper_has_ended(sleeper, 0))
            break;
        store->ops->write(store, at, block, sizeof block, &written);
        double ms = check_ms_since(start);
        longest = ms > longest ? ms : longest;
    }
    return longest;
}

static bool write_much(struct store *store, struct finding *finding)
{
    static const unsigned char block[TAPEMAP_GRANULE_BYTES] = {1};
    size_t written;

    for (uint64_t at = TAPEMAP_GRANULE_BYTES; at < FILES_BUSY_BYTES; at += sizeof block)
        if (store->ops->write(store, at, block, sizeof block, &written) != TAPEMAP_OK) {
            finding_set(finding, FINDING_UNTESTED, "the volume has no 24 MiB left");
            return false;
        }
    return true;
}

static void flush_beside_writes(const struct check_place *place, struct finding *finding)
{
    struct check_tape_file file;
    const struct check_file_wish wish = {.name = "busy.wav", .is_written = true};
    struct sleeper *sleeper;
    struct failure failure;
    unsigned count;

    if (!check_file_make(place, &wish, &file, finding))
        return;
    struct flushing flushing = {file.store, CreateEventW(NULL, TRUE, FALSE, NULL)};
    if (flushing.begun && write_much(file.store, finding)) {
        if (sleeper_start(flush_all, &flushing, &sleeper, &failure) == TAPEMAP_OK) {
            uint64_t begin = steady_clock_now();
            WaitForSingleObject(flushing.begun, FILES_BUSY_MS);
            double longest = write_beside(file.store, sleeper, &count);
            sleeper_has_ended(sleeper, SLEEPER_FOR_EVER); /* the check has a limit */
            sleeper_destroy(sleeper);
            finding_set(finding, longest < FILES_STALL_MOST_MS ? FINDING_HOLDS : FINDING_DIFFERS,
                        "a flush of 16 MiB took %.1f ms, the longest of %u writes beside it "
                        "%.1f ms",
                        check_ms_since(begin), count, longest);
        } else {
            finding_set(finding, FINDING_UNTESTED, "%s", failure.text);
        }
    }
    if (flushing.begun)
        CloseHandle(flushing.begun);
    check_file_remove(&file);
}

static void flush_is_durable(const struct check_place *place, struct finding *finding)
{
    (void)place;
    finding_set(finding, FINDING_UNTESTED, "only a power cut shows it");
}

static const struct check rows[] = {
    {{"F1", "a tape can be made in the folder", "no file tape can be recorded there"}, 4000,
     folder_takes_files},
    {{"F2", "what a file reserves takes no room on the volume",
      "a tape takes a whole --extent at a time; give a small one"}, 4000, files_are_sparse},
    {{"F3", "a view and WriteFile show each other's bytes at once",
      "readers may see other audio than was recorded; record into memory"}, 4000,
     views_and_writes_agree},
    {{"F4", "what a file reserves reads as zeros",
      "players may take old bytes of the disk for audio"}, 4000, reserved_reads_as_zeros},
    {{"F5", "a larger section over a file that is mapped shows the same bytes",
      "no file tape can grow past its first --extent; give a large one"}, 4000,
     files_grow_under_views},
    {{"F6", "FlushViewOfFile and FlushFileBuffers return", "nothing is safe from a power cut"},
     5000, flush_returns},
    {{"F7", "a flush on one thread does not hold up writes on another",
      "recordings may get gaps when the disk is slow; give --flush never"}, 6000,
     flush_beside_writes},
    {{"F8", "what was flushed survives a power cut", ""}, 1000, flush_is_durable},
};

const struct check *check_file_rows(size_t *count)
{
    *count = sizeof rows / sizeof rows[0];
    return rows;
}
