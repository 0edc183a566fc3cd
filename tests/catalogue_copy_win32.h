/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_CATALOGUE_COPY_WIN32_H
#define TAPEMAP_CATALOGUE_COPY_WIN32_H

#include <stdbool.h>

#include "tapemap/layout.h"

/* Copies the catalogue of the namespace `space`, in which nobody may be writing. False: there is
   none. */
bool catalogue_copy(const char *space, struct tapemap_catalogue *copy);

#endif
