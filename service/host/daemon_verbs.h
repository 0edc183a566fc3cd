/* SPDX-License-Identifier: MIT */
/* The verbs of tapemapd. Each takes its own part of the command line, argv[0] being the verb, and
   returns the exit code: 0 done · 1 failed, with a sentence on stderr · 2 badly asked. */
#ifndef TAPEMAP_DAEMON_VERBS_H
#define TAPEMAP_DAEMON_VERBS_H

#define DAEMON_DONE 0
#define DAEMON_FAILED 1
#define DAEMON_MISUSED 2
/* Done, said to a supervisor: Wine gives 0 as the exit code of a process that was killed. */
#define DAEMON_DONE_SUPERVISED 10
/* The same of a recording that was to go on, but for the end of its user's session. */
#define DAEMON_SESSION_ENDED 11

/* Records one deck in the foreground. Blocks until the recording ends. */
int record_verb(int argc, char **argv);

/* Says what is wrong with a configuration. Blocks for the disk. */
int check_verb(int argc, char **argv);

/* Supervises the decks of a configuration in the foreground. Blocks until it is to stop. */
int run_verb(int argc, char **argv);

/* Ask the supervisor of this login session, or of the system. Block: up to some seconds. */
int reload_verb(int argc, char **argv);
int stop_verb(int argc, char **argv);
int status_verb(int argc, char **argv);

/* Installs, uninstalls, starts, stops, asks for and is the service. `status` also ends with 3:
   stopped, 4: not installed. Blocks for the service manager; being it, until it ends. */
int service_verb(int argc, char **argv);

/* Lists the input devices. Blocks: may, for seconds. */
int devices_verb(int argc, char **argv);

/* Checks what recordings rest on here (service/selftest). Ends with 1 when something differs.
   Blocks: up to 20 s. */
int selftest_verb(int argc, char **argv);

#endif
