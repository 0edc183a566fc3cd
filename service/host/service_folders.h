/* SPDX-License-Identifier: MIT */
/* Where a service has its things unless it is told otherwise: a folder "tapemap" for the programs'
   data of the whole computer, which only it, the system and administrators get at. */
#ifndef TAPEMAP_SERVICE_FOLDERS_H
#define TAPEMAP_SERVICE_FOLDERS_H

#include "failure.h"

/* Where the configuration is, "C:\ProgramData\tapemap\tapemapd.conf". NULL when the system does not
   say, or without memory. Memory: for free(). Any thread; never blocks. */
char *service_folders_config(void);

/*
 * Makes the folder and its logs\ and tapes\, or takes those that are there, and says who may use
 * them: the system and administrators in every way; `account`, unless it is NULL, may change what
 * is in them; nobody else anything. A folder that belongs to somebody else is refused: he could
 * have put anything in it.
 * Returns OK · E_DENIED · E_ARGUMENT: no such account · E_MEMORY · E_SYSTEM, with failure filled.
 * One thread; blocks for the disk.
 */
enum tapemap_status service_folders_make(const char *account, struct failure *failure);

#endif
