/* SPDX-License-Identifier: MIT */
/* For cppcheck, which reads no headers of libraries: macros that look like statements. */
#ifndef TAPEMAP_CPPCHECK_MACROS_H
#define TAPEMAP_CPPCHECK_MACROS_H

#define cJSON_ArrayForEach(one, array) for (one = (array)->child; one; one = one->next)

#endif
