/* SPDX-License-Identifier: MIT */
#include "tapemap/tapemap.h"

#define NAME_UNKNOWN "unknown"

const char *tapemap_version(void)
{
    return TAPEMAP_VERSION;
}

const char *tapemap_format_name(enum tapemap_sample_format format)
{
    switch (format) {
    case TAPEMAP_S16: return "s16";
    case TAPEMAP_S24: return "s24";
    case TAPEMAP_S32: return "s32";
    case TAPEMAP_F32: return "f32";
    }
    return NAME_UNKNOWN;
}

const char *tapemap_state_name(enum tapemap_state state)
{
    switch (state) {
    case TAPEMAP_STATE_STARTING: return "starting";
    case TAPEMAP_STATE_RECORDING: return "recording";
    case TAPEMAP_STATE_SOURCE_LOST: return "source-lost";
    case TAPEMAP_STATE_ENDED: return "ended";
    case TAPEMAP_STATE_WAITING: return "disk-full";
    case TAPEMAP_STATE_PAUSED: return "paused";
    }
    return NAME_UNKNOWN;
}

const char *tapemap_reason_name(enum tapemap_reason reason)
{
    switch (reason) {
    case TAPEMAP_REASON_NONE: return "none";
    case TAPEMAP_REASON_REQUESTED: return "requested";
    case TAPEMAP_REASON_DURATION: return "duration";
    case TAPEMAP_REASON_SOURCE_ENDED: return "source-ended";
    case TAPEMAP_REASON_CAPACITY: return "capacity";
    case TAPEMAP_REASON_COMMIT_LIMIT: return "commit-limit";
    case TAPEMAP_REASON_DISK_FULL: return "disk-full";
    case TAPEMAP_REASON_SOURCE_LOST: return "source-lost";
    case TAPEMAP_REASON_FAILURE: return "failure";
    case TAPEMAP_REASON_ROTATED: return "rotated";
    }
    return NAME_UNKNOWN;
}

const char *tapemap_record_kind_name(enum tapemap_record_kind kind)
{
    switch (kind) {
    case TAPEMAP_RECORD_STATE: return "state";
    case TAPEMAP_RECORD_ANCHOR: return "anchor";
    case TAPEMAP_RECORD_GAP: return "gap";
    case TAPEMAP_RECORD_OVERFLOW: return "overflow";
    case TAPEMAP_RECORD_MARK: return "mark";
    case TAPEMAP_RECORD_SOURCE: return "source";
    case TAPEMAP_RECORD_WARNING: return "warning";
    }
    return NAME_UNKNOWN;
}
