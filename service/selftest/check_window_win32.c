/* SPDX-License-Identifier: MIT */
/* Address space: sections that are far larger than what is mapped of them. */
#include <windows.h>

#include <psapi.h>

#include "check_support.h"
#include "steady_clock.h"

#define WINDOW_BYTES (UINT64_C(256) << 20) /* tape.h */
#define WINDOW_COUNT 4u
#define WINDOW_MOST_KERNEL_BYTES (UINT64_C(4) << 20) /* for each: 8 times what is known */
#define WINDOW_MOST_MS 1000.0 /* the keeper is two seconds ahead */
#define TIB (UINT64_C(1) << 40)
#define RESERVE_MOST_MS 1000.0
/* What other programs may take meanwhile. A kernel that described every page of it at once would
   need 2 GiB: 8 bytes for each. */
#define RESERVE_MOST_BYTES (UINT64_C(256) << 20)
#define GIB (UINT64_C(1) << 30)

static bool ask_performance(PERFORMANCE_INFORMATION *found)
{
    return K32GetPerformanceInfo(found, sizeof *found) != 0;
}

/* What pages of the kernel's paged pool or of the commit limit have come since. */
static uint64_t grown_bytes(size_t before, size_t after, size_t page_bytes)
{
    return after > before ? (uint64_t)(after - before) * page_bytes : 0;
}

static void reserving_is_free(const struct check_place *place, struct finding *finding)
{
    struct check_section section;
    PERFORMANCE_INFORMATION before = {0};
    PERFORMANCE_INFORMATION after = {0};

    (void)place;
    bool is_told = ask_performance(&before);
    uint64_t begin = steady_clock_now();
    if (!check_section_make(TIB, &section, finding)) {
        finding->verdict = FINDING_DIFFERS;
        return;
    }
    double ms = check_ms_since(begin);
    is_told = is_told && ask_performance(&after);
    store_destroy(section.store);
    if (!is_told) {
        finding_set(finding, FINDING_UNTESTED,
                    "the system does not tell what memory it uses; 1 TiB took %.1f ms", ms);
        return;
    }
    uint64_t committed = grown_bytes(before.CommitTotal, after.CommitTotal, after.PageSize);
    uint64_t pool = grown_bytes(before.KernelPaged, after.KernelPaged, after.PageSize);
    bool is_free = committed <= RESERVE_MOST_BYTES && pool <= RESERVE_MOST_BYTES;
    finding_set(finding, is_free && ms < RESERVE_MOST_MS ? FINDING_HOLDS : FINDING_DIFFERS,
                "1 TiB took %.1f ms, %llu MiB of the commit limit and %llu MiB of paged pool%s", ms,
                (unsigned long long)(committed >> 20), (unsigned long long)(pool >> 20),
                after.KernelPaged == 0 ? ", which is not counted here" : "");
}

static void largest_section(const struct check_place *place, struct finding *finding)
{
    struct check_section section;
    uint64_t largest = 0;

    (void)place;
    for (uint64_t bytes = TIB; bytes <= 64 * TIB; bytes *= 2) {
        if (!check_section_make(bytes, &section, finding))
            break;
        store_destroy(section.store);
        largest = bytes;
    }
    finding_set(finding, largest >= TIB ? FINDING_HOLDS : FINDING_DIFFERS,
                "up to %llu TiB were reserved%s", (unsigned long long)(largest / TIB),
                largest == 64 * TIB ? ", more was not tried" : "");
}

/* Maps windows of the section and counts what the kernel takes for them. */
static void count_windows(struct store *store, struct finding *finding)
{
    PERFORMANCE_INFORMATION before;
    PERFORMANCE_INFORMATION after;
    void *views[WINDOW_COUNT];
    unsigned count = 0;

    bool is_told = ask_performance(&before) && before.KernelPaged > 0;
    uint64_t begin = steady_clock_now();
    while (count < WINDOW_COUNT && check_map(store, count * WINDOW_BYTES, (size_t)WINDOW_BYTES,
                                             &views[count], finding))
        count++;
    double ms = check_ms_since(begin) / WINDOW_COUNT;
    is_told = is_told && ask_performance(&after) && after.KernelPaged >= before.KernelPaged;
    for (unsigned i = 0; i < count; i++)
        store_unmap(store, views[i], (size_t)WINDOW_BYTES);
    if (count < WINDOW_COUNT) {
        finding->verdict = FINDING_DIFFERS;
        return;
    }
    if (!is_told && ms < WINDOW_MOST_MS) {
        finding_set(finding, FINDING_UNTESTED,
                    "the system does not count its paged pool; a window took %.2f ms", ms);
        return;
    }
    uint64_t bytes =
        is_told ? grown_bytes(before.KernelPaged, after.KernelPaged, after.PageSize) : 0;
    finding_set(finding, bytes / WINDOW_COUNT <= WINDOW_MOST_KERNEL_BYTES && ms < WINDOW_MOST_MS
                             ? FINDING_HOLDS : FINDING_DIFFERS,
                "a window of 256 MiB took %.2f ms and %llu KiB of paged pool", ms,
                (unsigned long long)(bytes / WINDOW_COUNT >> 10));
}

static void windows_are_cheap(const struct check_place *place, struct finding *finding)
{
    struct check_section section;

    (void)place;
    if (!check_section_make(TIB, &section, finding))
        return;
    count_windows(section.store, finding);
    store_destroy(section.store);
}

static void address_space_is_large(const struct check_place *place, struct finding *finding)
{
    SYSTEM_INFO system;
    uint64_t bytes = 64 * GIB;

    (void)place;
    GetSystemInfo(&system);
    void *address = VirtualAlloc(NULL, (SIZE_T)bytes, MEM_RESERVE, PAGE_NOACCESS);
    DWORD code = address ? 0 : GetLastError();
    if (address)
        VirtualFree(address, 0, MEM_RELEASE);
    finding_set(finding, address ? FINDING_HOLDS : FINDING_DIFFERS,
                "%llu MiB in one piece %s (error %lu), addresses go up to 0x%llx",
                (unsigned long long)(bytes >> 20), address ? "were free" : "were not to be had",
                code, (unsigned long long)(uintptr_t)system.lpMaximumApplicationAddress);
}

static void granule_is_64_kib(const struct check_place *place, struct finding *finding)
{
    SYSTEM_INFO system;

    (void)place;
    GetSystemInfo(&system);
    bool is_same = system.dwAllocationGranularity == TAPEMAP_GRANULE_BYTES &&
                   TAPEMAP_GRANULE_BYTES % system.dwPageSize == 0;
    finding_set(finding, is_same ? FINDING_HOLDS : FINDING_DIFFERS,
                "views begin at multiples of %lu bytes, pages have %lu",
                system.dwAllocationGranularity, system.dwPageSize);
}

/* Stores through one view and loads through the other, where they overlap. */
static unsigned count_stale(volatile unsigned char *one, const volatile unsigned char *other)
{
    unsigned stale = 0;

    for (unsigned i = 1; i <= 1000; i++) {
        one[TAPEMAP_GRANULE_BYTES + i % 4096] = (unsigned char)i;
        stale += other[i % 4096] != (unsigned char)i;
    }
    return stale;
}

static void views_are_one_memory(const struct check_place *place, struct finding *finding)
{
    struct check_section section;
    const size_t bytes = 2 * TAPEMAP_GRANULE_BYTES;
    void *one = NULL;
    void *other = NULL;

    (void)place;
    if (!check_section_make(16 * TAPEMAP_GRANULE_BYTES, &section, finding))
        return;
    struct store *store = section.store;
    if (check_map(store, 0, 4 * TAPEMAP_GRANULE_BYTES, &one, finding) &&
        check_map(store, TAPEMAP_GRANULE_BYTES, bytes, &other, finding) &&
        check_commit(store, 0, one, bytes, finding)) {
        unsigned stale = count_stale(one, other);
        finding_set(finding, stale == 0 ? FINDING_HOLDS : FINDING_DIFFERS,
                    "of 1000 stores %u were not seen at once", stale);
    }
    if (one)
        store_unmap(store, one, 4 * TAPEMAP_GRANULE_BYTES);
    if (other)
        store_unmap(store, other, bytes);
    store_destroy(store);
}

static const struct check rows[] = {
    {{"W1", "address space of 1 TiB is reserved at once and takes no memory",
      "give --capacity: as much as a recording needs"}, 3000, reserving_is_free},
    {{"W2", "a section may be as large as the longest recording",
      "give --capacity: less than this"}, 3000, largest_section},
    {{"W3", "a window of a large section takes little of the kernel's memory",
      "many recordings at a time may use up the kernel's memory"}, 4000, windows_are_cheap},
    {{"W4", "there is address space for large views",
      "clients that map a tape as a whole cannot; windows work"}, 2000, address_space_is_large},
    {{"W5", "views begin at multiples of 64 KiB", "no tape can be mapped"}, 1000,
     granule_is_64_kib},
    {{"W6", "views that overlap show the same memory",
      "readers may see other audio than was recorded"}, 2000, views_are_one_memory},
};

const struct check *check_window_rows(size_t *count)
{
    *count = sizeof rows / sizeof rows[0];
    return rows;
}
