/* SPDX-License-Identifier: MIT */
/*
 * Who keeps a file from being written. Windows answers 32 (ERROR_SHARING_VIOLATION) to who would
 * write a file both when somebody writes it and when somebody only reads it without admitting
 * writers, as many programs do that copy, play or scan files.
 */
#ifndef TAPEMAP_FILE_USE_H
#define TAPEMAP_FILE_USE_H

enum file_use {
    FILE_USE_FREE,    /* nobody: it can be written, or what is in the way is no sharing */
    FILE_USE_HELD,    /* who has it open and lets nobody write it, and does not write it himself */
    FILE_USE_WRITTEN, /* who has it open for writing, or shares nothing of it, so that nobody knows
                         what he does */
};

/*
 * Who it is at this moment: nobody is kept from changing that at once, so that it is good for what
 * is said, waited for or left alone, and never in place of opening the file for writing.
 * Sections over it that clients still hold do not count; but under Wine, while somebody holds the
 * file besides, they do, as FILE_USE_WRITTEN.
 * Threads: any. Blocks: for the disk.
 */
enum file_use file_use_now(const char *path);

#endif
