/* SPDX-License-Identifier: MIT */
#include "status_named.h"

#include <stddef.h>
#include <string.h>

enum tapemap_status status_named(const char *name)
{
#define STATUS_ROW(status, value, wrong, remedy) {#status, TAPEMAP_##status},
    static const struct {
        const char *name;
        enum tapemap_status status;
    } all[] = {TAPEMAP_STATUS_LIST(STATUS_ROW)};
#undef STATUS_ROW
    for (size_t i = 0; name && i < sizeof all / sizeof all[0]; i++)
        if (all[i].status != TAPEMAP_OK && strcmp(all[i].name, name) == 0)
            return all[i].status;
    return TAPEMAP_E_SYSTEM;
}
