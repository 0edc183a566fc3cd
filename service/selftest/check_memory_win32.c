/* SPDX-License-Identifier: MIT */
/* Memory that is reserved, and committed as audio comes. */
#include <string.h>
#include <windows.h>

#include "atomic64.h"
#include "check_support.h"
#include "commit_budget.h"
#include "pagefile_store.h"
#include "steady_clock.h"

#define MEMORY_BYTES (UINT64_C(8) << 20)
#define MEMORY_READY_MS 3000u

/* Publishes page after page, each committed just before. */
static bool publish_pages(struct store *store, unsigned char *view, struct finding *finding)
{
    struct tapemap_shared_u64 *head = (struct tapemap_shared_u64 *)(void *)view;

    for (uint64_t n = 0; n < PEER_PAGES; n++) {
        uint64_t at = TAPEMAP_GRANULE_BYTES + n * TAPEMAP_PAGE_BYTES;
        if (!check_commit(store, at, view + at, TAPEMAP_PAGE_BYTES, finding))
            return false;
        store_relaxed_u64((struct tapemap_shared_u64 *)(void *)(view + at), PEER_PAGE_VALUE(n));
        store_release_u64(head, n + 1);
    }
    return true;
}

/* The reader is there, or has given up. */
static bool reader_begins(HANDLE ready, const struct child_process *reader)
{
    HANDLE handles[2] = {ready, reader->handle};

    return WaitForMultipleObjects(2, handles, FALSE, MEMORY_READY_MS) == WAIT_OBJECT_0;
}

static void judge_reader(uint32_t code, struct finding *finding)
{
    unsigned faults = code & PEER_FAULTS_MOST;

    if ((code & ~PEER_FAULTS_MOST) == PEER_FINE && faults == 0)
        finding_set(finding, FINDING_HOLDS,
                    "%u of %u pages, each at the first touch, in another process", PEER_PAGES,
                    PEER_PAGES);
    else if ((code & ~PEER_FAULTS_MOST) == PEER_FINE || code == PEER_WRONG + PEER_FAULTS_MOST)
        finding_set(finding, FINDING_DIFFERS, "%u touches of committed pages faulted", faults);
    else if (code == PEER_CANNOT)
        finding_set(finding, FINDING_UNTESTED, "the other process saw no page in time");
    else
        finding_set(finding, FINDING_DIFFERS, "another process read other bytes (code 0x%x)",
                    (unsigned)code);
}

static void follow_pages(struct store *store, unsigned char *view, HANDLE ready,
                         struct finding *finding)
{
    void *section = pagefile_store_section(store);
    const struct peer_config config = {.role = PEER_READ,
                                       .numbers = {(uintptr_t)section, (uintptr_t)ready},
                                       .handles = {section, ready},
                                       .handle_count = 2};
    struct child_process reader;
    struct failure failure;
    uint32_t code;

    if (peer_start(&config, &reader, &failure) != TAPEMAP_OK) {
        finding_set(finding, FINDING_UNTESTED, "%s", failure.text);
        return;
    }
    if (!reader_begins(ready, &reader))
        finding_set(finding, FINDING_UNTESTED, "the other process did not begin");
    else if (publish_pages(store, view, finding)) {
        if (child_process_await(&reader, MEMORY_READY_MS, &code))
            judge_reader(code, finding);
        else
            finding_set(finding, FINDING_UNTESTED, "the other process did not end");
    }
    TerminateProcess(reader.handle, PEER_CANNOT); /* does nothing to one that has ended */
    child_process_close(&reader);
}

static void commit_is_seen(const struct check_place *place, struct finding *finding)
{
    struct check_section made;
    HANDLE ready = CreateEventW(NULL, TRUE, FALSE, NULL);
    void *view = NULL;

    (void)place;
    if (ready && check_section_make(MEMORY_BYTES, &made, finding)) {
        if (check_map(made.store, 0, (size_t)MEMORY_BYTES, &view, finding) &&
            check_commit(made.store, 0, view, TAPEMAP_GRANULE_BYTES, finding))
            follow_pages(made.store, view, ready, finding);
        if (view)
            store_unmap(made.store, view, (size_t)MEMORY_BYTES);
        store_destroy(made.store);
    }
    if (ready)
        CloseHandle(ready);
}

/* ---- One section, one view ------------------------------------------------------------------ */

struct mapped {
    struct check_section section;
    unsigned char *view; /* MEMORY_BYTES; the first granule is committed */
};

static bool mapped_make(struct mapped *mapped, struct finding *finding)
{
    void *view;

    if (!check_section_make(MEMORY_BYTES, &mapped->section, finding))
        return false;
    struct store *store = mapped->section.store;
    if (check_map(store, 0, (size_t)MEMORY_BYTES, &view, finding)) {
        mapped->view = view;
        if (check_commit(store, 0, view, TAPEMAP_GRANULE_BYTES, finding))
            return true;
        store_unmap(store, view, (size_t)MEMORY_BYTES);
    }
    store_destroy(store);
    return false;
}

static void mapped_free(struct mapped *mapped)
{
    store_unmap(mapped->section.store, mapped->view, (size_t)MEMORY_BYTES);
    store_destroy(mapped->section.store);
}

static void uncommitted_faults(const struct check_place *place, struct finding *finding)
{
    struct mapped mapped;

    (void)place;
    if (!mapped_make(&mapped, finding))
        return;
    if (IsBadReadPtr(mapped.view + MEMORY_BYTES / 2, 1))
        finding_set(finding, FINDING_HOLDS, "a page that was only reserved faulted");
    else
        finding_set(finding, FINDING_HARMLESS, "a page that was only reserved could be read; the "
                    "published size protects readers, not the fault");
    mapped_free(&mapped);
}

static void commit_gives_zeros(const struct check_place *place, struct finding *finding)
{
    struct mapped mapped;
    size_t others = 0;

    (void)place;
    if (!mapped_make(&mapped, finding))
        return;
    for (size_t i = 0; i < TAPEMAP_GRANULE_BYTES; i++)
        others += mapped.view[i] != 0;
    finding_set(finding, others == 0 ? FINDING_HOLDS : FINDING_DIFFERS,
                "%zu of %u bytes are other than 0", others, TAPEMAP_GRANULE_BYTES);
    mapped_free(&mapped);
}

static void commit_lasts(const struct check_place *place, struct finding *finding)
{
    struct mapped mapped;

    (void)place;
    if (!mapped_make(&mapped, finding))
        return;
    memset(mapped.view, 0x5A, TAPEMAP_GRANULE_BYTES);
    BOOL is_gone = VirtualFree(mapped.view, TAPEMAP_PAGE_BYTES, MEM_DECOMMIT);
    DWORD code = is_gone ? 0 : GetLastError();
    bool is_kept = check_commit(mapped.section.store, 0, mapped.view, TAPEMAP_GRANULE_BYTES,
                                finding) &&
                   !IsBadReadPtr(mapped.view, 1) && mapped.view[0] == 0x5A &&
                   mapped.view[TAPEMAP_GRANULE_BYTES - 1] == 0x5A;
    finding_set(finding, is_kept && !is_gone ? FINDING_HOLDS : FINDING_DIFFERS,
                "a second commit %s what was there; a decommit %s (error %lu)",
                is_kept ? "left" : "changed", is_gone ? "was done" : "was refused", code);
    mapped_free(&mapped);
}

static void commit_to_end_is_seen(const struct check_place *place, struct finding *finding)
{
    struct mapped mapped;
    uint32_t code;

    (void)place;
    if (!mapped_make(&mapped, finding))
        return;
    void *section = pagefile_store_section(mapped.section.store);
    const struct peer_config config = {.role = PEER_STATE,
                                       .numbers = {(uintptr_t)section,
                                                   MEMORY_BYTES - TAPEMAP_PAGE_BYTES},
                                       .handles = {section}, .handle_count = 1};
    uint64_t last = MEMORY_BYTES - TAPEMAP_GRANULE_BYTES;
    if (check_commit(mapped.section.store, last, mapped.view + last, TAPEMAP_GRANULE_BYTES,
                     finding) &&
        check_peer_run(&config, &code, finding)) {
        if (code == PEER_FINE)
            finding_set(finding, FINDING_HOLDS, "another process is told that it is committed");
        else
            finding_set(finding, FINDING_HARMLESS, "another process is told that it is not "
                        "committed; no commit of a recorder ends there");
    }
    mapped_free(&mapped);
}

static void reader_cannot_commit(const struct check_place *place, struct finding *finding)
{
    struct mapped mapped;
    wchar_t name[192];

    (void)place;
    if (!mapped_make(&mapped, finding))
        return;
    for (size_t i = 0; i < sizeof name / sizeof name[0]; i++)
        name[i] = (wchar_t)(unsigned char)mapped.section.name[i];
    HANDLE opened = OpenFileMappingW(FILE_MAP_READ, FALSE, name);
    unsigned char *view = opened ? MapViewOfFile(opened, FILE_MAP_READ, 0, 0, 0) : NULL;
    if (!view)
        check_untested(finding, "mapping for reading", GetLastError());
    else if (VirtualAlloc(view + MEMORY_BYTES / 2, TAPEMAP_PAGE_BYTES, MEM_COMMIT, PAGE_READONLY) ||
             VirtualAlloc(view + MEMORY_BYTES / 2, TAPEMAP_PAGE_BYTES, MEM_COMMIT, PAGE_READWRITE))
        finding_set(finding, FINDING_HARMLESS,
                    "a view that only reads can commit: a reader may use up memory, but change no "
                    "audio");
    else
        finding_set(finding, FINDING_HOLDS, "refused, error %lu", GetLastError());
    if (view)
        UnmapViewOfFile(view);
    if (opened)
        CloseHandle(opened);
    mapped_free(&mapped);
}

static void commit_limit_is_error(const struct check_place *place, struct finding *finding)
{
    (void)place;
    finding_set(finding, FINDING_UNTESTED, "that would take all memory of the machine");
}

static const struct check rows[] = {
    {{"M1", "memory that is committed is there for other processes at once",
      "readers may fault on audio that was published; do not record into memory here"},
     8000, commit_is_seen},
    {{"M2", "memory that is only reserved faults", ""}, 2000, uncommitted_faults},
    {{"M3", "memory that is committed holds zeros",
      "what a recorder has not written yet may look like audio"}, 2000, commit_gives_zeros},
    {{"M4", "memory that is committed stays so, with what is in it",
      "recorded audio may go while somebody reads it"}, 2000, commit_lasts},
    {{"M5", "a commit that ends where a view ends is seen elsewhere", ""}, 6000,
     commit_to_end_is_seen},
    {{"M6", "who may only read a section cannot commit its pages", ""}, 2000,
     reader_cannot_commit},
    {{"M7", "where memory is used up a commit fails, and nothing else", ""}, 1000,
     commit_limit_is_error},
};

const struct check *check_memory_rows(size_t *count)
{
    *count = sizeof rows / sizeof rows[0];
    return rows;
}
