/* SPDX-License-Identifier: MIT */
#include "inheritance.h"

#include <windows.h>

bool inheritance_set(void *handle, bool is_inherited)
{
    return SetHandleInformation(handle, HANDLE_FLAG_INHERIT,
                                is_inherited ? HANDLE_FLAG_INHERIT : 0);
}
