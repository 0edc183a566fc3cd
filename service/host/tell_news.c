/* SPDX-License-Identifier: MIT */
#include "tell_news.h"

#include "log.h"
#include "say.h"

void tell_news(const struct news *news, const char *deck)
{
    log_write(news->level, news->text);
    if (news->is_for_screen)
        say_without_log("recording deck '%s': %s", deck, news->text);
}
