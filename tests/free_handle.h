/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_FREE_HANDLE_H
#define TAPEMAP_FREE_HANDLE_H

/* How many handles this process holds, as far as can be told: of the system's own count where it
   has one, else the number of the lowest one that is free. */
unsigned long free_handle(void);

#endif
