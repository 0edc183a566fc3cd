/* SPDX-License-Identifier: MIT */
#include "tapemap/tapemap.h"

const char *tapemap_status_name(enum tapemap_status status)
{
    switch (status) {
#define STATUS_NAME_CASE(name, value, wrong, remedy) \
    case TAPEMAP_##name: \
        return #name;
        TAPEMAP_STATUS_LIST(STATUS_NAME_CASE)
#undef STATUS_NAME_CASE
    }
    return "unknown";
}

const char *tapemap_status_text(enum tapemap_status status)
{
    switch (status) {
#define STATUS_TEXT_CASE(name, value, wrong, remedy) \
    case TAPEMAP_##name: \
        return wrong;
        TAPEMAP_STATUS_LIST(STATUS_TEXT_CASE)
#undef STATUS_TEXT_CASE
    }
    return "it failed with a status that this version does not know";
}

const char *tapemap_status_remedy(enum tapemap_status status)
{
    switch (status) {
#define STATUS_REMEDY_CASE(name, value, wrong, remedy) \
    case TAPEMAP_##name: \
        return remedy;
        TAPEMAP_STATUS_LIST(STATUS_REMEDY_CASE)
#undef STATUS_REMEDY_CASE
    }
    return "use the same version of tapemap everywhere";
}
