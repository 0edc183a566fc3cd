/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L

#include "stdin_input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum tapemap_status stdin_input_check(struct failure *failure)
{
    if (fcntl(STDIN_FILENO, F_GETFD) == -1)
        return failure_set(failure, TAPEMAP_E_DATA,
                           "stdin is closed; pipe raw PCM into this program, or redirect a file");
    if (isatty(STDIN_FILENO))
        return failure_set(failure, TAPEMAP_E_DATA,
                           "stdin is a terminal; pipe raw PCM into this program, or redirect a "
                           "file");
    return TAPEMAP_OK;
}

enum tapemap_status stdin_input_read(void *bytes, size_t room, size_t *count,
                                     struct failure *failure)
{
    ssize_t got;

    do {
        got = read(STDIN_FILENO, bytes, room);
    } while (got < 0 && errno == EINTR);
    if (got < 0)
        return failure_set(failure, TAPEMAP_E_SYSTEM,
                           "stdin cannot be read (%s); check what it is connected to",
                           strerror(errno));
    if (got == 0)
        return TAPEMAP_E_ENDED;
    *count = (size_t)got;
    return TAPEMAP_OK;
}
