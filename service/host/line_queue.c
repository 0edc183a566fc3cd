/* SPDX-License-Identifier: MIT */
#include "line_queue.h"

#include "atomic64.h"
#include "utf8_text.h"

void line_queue_put(struct line_queue *queue, const char *text)
{
    uint64_t written = load_relaxed_u64(&queue->written);

    if (written - load_acquire_u64(&queue->read) == LINE_QUEUE_LINES)
        return;
    utf8_shorten(text, queue->lines[written % LINE_QUEUE_LINES], LINE_QUEUE_BYTES);
    store_release_u64(&queue->written, written + 1);
}

bool line_queue_take(struct line_queue *queue, char *text, size_t room)
{
    uint64_t read = load_relaxed_u64(&queue->read);

    if (load_acquire_u64(&queue->written) == read)
        return false;
    utf8_shorten(queue->lines[read % LINE_QUEUE_LINES], text, room);
    store_release_u64(&queue->read, read + 1);
    return true;
}
