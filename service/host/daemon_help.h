/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_DAEMON_HELP_H
#define TAPEMAP_DAEMON_HELP_H

/* Prints the help of a verb, or with NULL the overview, on stdout. Returns an exit code (see
   daemon_verbs.h): an unknown verb gets a sentence on stderr. */
int daemon_help(const char *verb);

#endif
