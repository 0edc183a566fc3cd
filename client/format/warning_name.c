/* SPDX-License-Identifier: MIT */
#include "warning_name.h"

#include <stddef.h>

#include "tapemap/layout.h"

const char *warning_name(unsigned bit)
{
    switch (bit < 32 ? 1u << bit : 0) {
    case TAPEMAP_WARNING_SILENT_INPUT: return "silent-input";
    case TAPEMAP_WARNING_FALLBACK: return "fallback";
    default: return NULL;
    }
}
