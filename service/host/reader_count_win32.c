/* SPDX-License-Identifier: MIT */
#include <windows.h>

#include <winternl.h>

#include "reader_count.h"

bool reader_count_handles(void *handle, uint64_t *count)
{
    PUBLIC_OBJECT_BASIC_INFORMATION information;

    if (NtQueryObject(handle, ObjectBasicInformation, &information, sizeof information, NULL) < 0)
        return false;
    *count = information.HandleCount > 0 ? information.HandleCount - 1u : 0;
    return true;
}
