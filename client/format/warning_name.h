/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_WARNING_NAME_H
#define TAPEMAP_WARNING_NAME_H

/* What the warning with this bit's number, 0 to 31, is called: "silent-input"; NULL: it has no
   meaning. Memory: static. Any thread; never blocks. */
const char *warning_name(unsigned bit);

#endif
