/* SPDX-License-Identifier: MIT */
#include "finish_code.h"

#include <stdio.h>

/* The words are those of the statuses, so that they are the same on every system. */
static const struct {
    uint32_t code;
    enum tapemap_status status;
    const char *words;
} codes[] = {
    {2, TAPEMAP_E_NO_FILE, "there is no such file"},
    {3, TAPEMAP_E_NO_FILE, "there is no such folder"},
    {5, TAPEMAP_E_DENIED, "access is denied"},
    {8, TAPEMAP_E_MEMORY, "there is no memory left"},
    {14, TAPEMAP_E_MEMORY, "there is no memory left"},
    {19, TAPEMAP_E_DENIED, "the disk is write-protected"},
    {32, TAPEMAP_E_BUSY, "another program has it open"},
    {33, TAPEMAP_E_BUSY, "another program has locked a part of it"},
    {38, TAPEMAP_E_CORRUPT, "it ends too early"},
    {39, TAPEMAP_E_DISK_FULL, "the disk is full"},
    {80, TAPEMAP_E_BUSY, "it exists"},
    {112, TAPEMAP_E_DISK_FULL, "the disk is full"},
    {123, TAPEMAP_E_NO_FILE, "no file can have such a name"},
    {183, TAPEMAP_E_BUSY, "it exists"},
    {206, TAPEMAP_E_NO_FILE, "its name is too long"},
    {223, TAPEMAP_E_DISK_FULL, "it would become too long for the disk's file system"},
    {336, TAPEMAP_E_DENIED, "it is a folder"},
    {1224, TAPEMAP_E_BUSY, "another program has it mapped"},
    {1295, TAPEMAP_E_DISK_FULL, "the disk quota is used up"},
};

#define CODES (sizeof codes / sizeof codes[0])

enum tapemap_status finish_code_status(uint32_t code)
{
    for (size_t i = 0; i < CODES; i++)
        if (codes[i].code == code)
            return codes[i].status;
    return code == 0 ? TAPEMAP_OK : TAPEMAP_E_SYSTEM;
}

void finish_code_problem(uint32_t code, const char *tried, char *out, size_t room)
{
    for (size_t i = 0; i < CODES; i++)
        if (codes[i].code == code) {
            snprintf(out, room, "%s: %s", tried, codes[i].words);
            return;
        }
    snprintf(out, room, "%s: the system refused (error %u)", tried, (unsigned)code);
}
