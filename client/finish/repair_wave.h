/* SPDX-License-Identifier: MIT */
/*
 * WAV files of other programs whose header lies about the length of what follows: 0, 0xFFFFFFFF or
 * more than there is, as recorders leave them that were killed.
 */
#ifndef TAPEMAP_REPAIR_WAVE_H
#define TAPEMAP_REPAIR_WAVE_H

#include <stdbool.h>
#include <stdint.h>

#include "tapemap/status.h"

struct repair_report {
    uint64_t data_offset;
    uint64_t data_bytes_said;  /* by the header; UINT64_MAX: unknown (0 or 0xFFFFFFFF) */
    uint64_t data_bytes_found; /* whole frames up to the end of the file */
    uint32_t channels;
    uint32_t sample_rate_hz;
    uint32_t frame_bytes;
    bool was_right;   /* nothing was to be done */
    char problem[256]; /* on failure */
};

/*
 * Makes the header of `path` true. `copy`: where a repaired copy goes, which must not exist and
 * appears only when it is whole; NULL: the file itself is changed, only its sizes (and JUNK to ds64
 * past 4 GiB; E_UNSUPPORTED when there is no JUNK chunk of 28 bytes or more in front).
 * Only whole frames count; bytes past them stay in the file, uncounted. Chunks that follow the data
 * and are sound are left counted as they were (then the file was right).
 * Returns OK · E_NO_FILE · E_DENIED · E_BUSY (copy exists, or somebody writes the file) · E_FORMAT:
 * no WAV, or without fmt and data · E_UNSUPPORTED · E_DISK_FULL · E_SYSTEM. Blocks: for the disk.
 */
enum tapemap_status repair_wave(const char *path, const char *copy, bool is_dry_run,
                                struct repair_report *report);

#endif
