/* SPDX-License-Identifier: MIT */
/* The verbs of tapemapd. Each takes its own part of the command line, argv[0] being the verb, and
   returns the exit code: 0 done · 1 failed, with a sentence on stderr · 2 badly asked. */
#ifndef TAPEMAP_DAEMON_VERBS_H
#define TAPEMAP_DAEMON_VERBS_H

#define DAEMON_DONE 0
#define DAEMON_FAILED 1
#define DAEMON_MISUSED 2

/* Records one deck in the foreground. Blocks until the recording ends. */
int record_verb(int argc, char **argv);

/* Says what is wrong with a configuration. Blocks for the disk. */
int check_verb(int argc, char **argv);

/* Lists the input devices. Blocks: may, for seconds. */
int devices_verb(int argc, char **argv);

#endif
