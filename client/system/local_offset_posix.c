/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L

#include "local_offset.h"

#include <time.h>

int32_t local_offset_s(uint64_t utc_s)
{
    time_t moment = (time_t)utc_s;
    struct tm local;
    struct tm utc;

    if (!localtime_r(&moment, &local) || !gmtime_r(&moment, &utc))
        return 0;
    int days = local.tm_yday - utc.tm_yday;
    if (local.tm_year != utc.tm_year)
        days = local.tm_year > utc.tm_year ? 1 : -1;
    return ((days * 24 + local.tm_hour - utc.tm_hour) * 60 + local.tm_min - utc.tm_min) * 60 +
           local.tm_sec - utc.tm_sec;
}
