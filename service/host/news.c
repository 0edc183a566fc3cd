/* SPDX-License-Identifier: MIT */
#include "news.h"

#include "atomic64.h"
#include "utf8_text.h"

void news_put(struct news *news, const char *text)
{
    uint64_t written = load_relaxed_u64(&news->written);

    if (written - load_acquire_u64(&news->read) == NEWS_LINES)
        return;
    utf8_shorten(text, news->lines[written % NEWS_LINES], NEWS_BYTES);
    store_release_u64(&news->written, written + 1);
}

bool news_take(struct news *news, char *text, size_t room)
{
    uint64_t read = load_relaxed_u64(&news->read);

    if (load_acquire_u64(&news->written) == read)
        return false;
    utf8_shorten(news->lines[read % NEWS_LINES], text, room);
    store_release_u64(&news->read, read + 1);
    return true;
}
