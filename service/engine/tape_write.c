/* SPDX-License-Identifier: MIT */
#include "tape_write.h"

#include "atomic64.h"
#include "commit_budget.h"

#define SILENCE_BYTES 65536u

/* Pages are real as a whole. A resumed tape may have more of them than it has frames. */
static void raise_committed(struct tape_appender *appender, uint64_t end)
{
    struct tapemap_shared_u64 *committed = &appender->control->committed_bytes;
    end = round_up_u64(end, TAPEMAP_PAGE_BYTES);
    if (end > load_relaxed_u64(committed))
        store_release_u64(committed, end);
}

/* Writes `bytes` bytes at the head, whole frames or not, and moves it over the frames that are
   complete. The rest of the last one is overwritten by the next try. */
static enum tapemap_status write_at_head(struct tape_appender *appender, const void *from,
                                         size_t bytes)
{
    uint64_t offset = TAPEMAP_DATA_OFFSET + appender->head * appender->frame_bytes;
    size_t written = 0;
    enum tapemap_status status =
        appender->store->ops->write(appender->store, offset, from, bytes, &written);
    uint64_t frames = written / appender->frame_bytes;
    if (frames > 0)
        raise_committed(appender, offset + frames * appender->frame_bytes);
    appender->head += frames;
    return status;
}

uint64_t tape_write_fill(struct tape_appender *appender, const unsigned char *frames,
                         uint64_t count)
{
    static const unsigned char silence[SILENCE_BYTES] = {0};
    uint64_t first = appender->head;
    uint64_t end = first + count;
    enum tapemap_status status = TAPEMAP_OK;
    if (frames)
        status = write_at_head(appender, frames, (size_t)count * appender->frame_bytes);
    while (status == TAPEMAP_OK && appender->head < end) {
        uint64_t run = min_u64(end - appender->head, SILENCE_BYTES / appender->frame_bytes);
        status = write_at_head(appender, silence, (size_t)run * appender->frame_bytes);
    }
    /* What was written shows through views at once, as file systems have one cache for both; the
       head is published after this. */
    store_release_u64(&appender->write_failure, (uint64_t)-(int64_t)status);
    return appender->head - first;
}
