/* SPDX-License-Identifier: MIT */
/*
 * What the user of this process could do in a program without administrators' rights; whoever runs
 * the tests may have them. Returns 0 or the system's error code.
 */
#ifndef TAPEMAP_PLAIN_USER_WIN32_H
#define TAPEMAP_PLAIN_USER_WIN32_H

enum plain_user_act {
    PLAIN_USER_READS_SECTION,
    PLAIN_USER_WRITES_SECTION,
    PLAIN_USER_WAITS_ON_EVENT,
    PLAIN_USER_SETS_EVENT,
    PLAIN_USER_TAKES_MUTEX,
    PLAIN_USER_TALKS_TO_PIPE,
    PLAIN_USER_SERVES_PIPE, /* makes another instance of it */
    PLAIN_USER_READS_FILE,
    PLAIN_USER_WRITES_FILE,
};

/* Opens the object of this name, or the file of this path, for this act, and closes it again. */
unsigned long plain_user_opens(const char *name, enum plain_user_act act);

/* Has this thread act as that user until plain_user_end. Returns 0 or the system's error code. */
unsigned long plain_user_begin(void);
void plain_user_end(void);

#endif
