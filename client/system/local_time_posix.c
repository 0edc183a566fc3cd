/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L

#include "local_time.h"

#include <time.h>

#define NS_PER_SECOND 1000000000

int64_t local_time_offset_ns(uint64_t utc_ns)
{
    time_t moment = (time_t)(utc_ns / NS_PER_SECOND);
    struct tm local;
    struct tm utc;

    if (!localtime_r(&moment, &local) || !gmtime_r(&moment, &utc))
        return 0;
    int days = local.tm_yday - utc.tm_yday;
    if (local.tm_year != utc.tm_year)
        days = local.tm_year > utc.tm_year ? 1 : -1;
    int minutes = (days * 24 + local.tm_hour - utc.tm_hour) * 60 + local.tm_min - utc.tm_min;
    return (minutes * INT64_C(60) + local.tm_sec - utc.tm_sec) * NS_PER_SECOND;
}
