/* SPDX-License-Identifier: MIT */
#include "file_views.h"

#include <stdlib.h>

#include <windows.h>

#define FILE_VIEWS_TRIES 9 /* within a quarter of a second */

struct file_view {
    struct file_view *next;
    unsigned char *address;
    uint64_t offset;
    size_t bytes;
    unsigned flushes; /* that use it; it stays in the list meanwhile */
    bool is_removed;  /* the last of them unmaps it */
};

struct file_views {
    SRWLOCK lock;
    struct file_view *newest;
};

struct file_views *file_views_create(void)
{
    struct file_views *views = calloc(1, sizeof *views);

    if (views)
        InitializeSRWLock(&views->lock);
    return views;
}

void file_views_destroy(struct file_views *views)
{
    free(views);
}

bool file_views_add(struct file_views *views, void *address, uint64_t offset, size_t bytes)
{
    struct file_view *view = calloc(1, sizeof *view);

    if (!view)
        return false;
    view->address = address;
    view->offset = offset;
    view->bytes = bytes;
    AcquireSRWLockExclusive(&views->lock);
    view->next = views->newest;
    views->newest = view;
    ReleaseSRWLockExclusive(&views->lock);
    return true;
}

/* Takes a view that nobody needs any more out of the list, under the lock. */
static void file_views_unlink(struct file_views *views, const struct file_view *view)
{
    struct file_view **link = &views->newest;

    while (*link != view)
        link = &(*link)->next;
    *link = view->next;
}

static void file_views_unmap(struct file_view *view)
{
    UnmapViewOfFile(view->address);
    free(view);
}

void file_views_remove(struct file_views *views, void *address)
{
    AcquireSRWLockExclusive(&views->lock);
    struct file_view *view = views->newest;
    while (view->address != address)
        view = view->next;
    view->is_removed = true;
    bool is_free = view->flushes == 0;
    if (is_free)
        file_views_unlink(views, view);
    ReleaseSRWLockExclusive(&views->lock);
    if (is_free)
        file_views_unmap(view);
}

/* Flushes the part of the view that lies in [offset, end). NTFS's log may have a part of it locked
   for a moment: .NET's MemoryMappedView.Flush says so, and tries again too. */
static uint32_t file_views_flush_one(const struct file_view *view, uint64_t offset, uint64_t end)
{
    uint64_t start = offset > view->offset ? offset : view->offset;
    uint64_t stop = end < view->offset + view->bytes ? end : view->offset + view->bytes;

    for (int tries = 1;; tries++) {
        if (FlushViewOfFile(view->address + (start - view->offset), (SIZE_T)(stop - start)))
            return 0;
        DWORD code = GetLastError();
        if (code != ERROR_LOCK_VIOLATION || tries == FILE_VIEWS_TRIES)
            return code;
        Sleep(1u << (tries - 1));
    }
}

uint32_t file_views_flush(struct file_views *views, uint64_t offset, uint64_t end)
{
    struct file_view *gone = NULL;
    uint32_t failed = 0;

    AcquireSRWLockExclusive(&views->lock);
    for (struct file_view *view = views->newest, *next; view; view = next) {
        bool is_part = offset < view->offset + view->bytes && view->offset < end;
        if (is_part && !view->is_removed) {
            view->flushes++;
            ReleaseSRWLockExclusive(&views->lock);
            uint32_t code = file_views_flush_one(view, offset, end);
            failed = failed ? failed : code;
            AcquireSRWLockExclusive(&views->lock);
            view->flushes--;
        }
        next = view->next;
        if (view->is_removed && view->flushes == 0) {
            file_views_unlink(views, view);
            view->next = gone;
            gone = view;
        }
    }
    ReleaseSRWLockExclusive(&views->lock);
    for (struct file_view *next; gone; gone = next) {
        next = gone->next;
        file_views_unmap(gone);
    }
    return failed;
}
