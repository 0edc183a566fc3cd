/* SPDX-License-Identifier: MIT */
#include "config_file.h"

#include <stdlib.h>

#include "file_access.h"
#include "say.h"
#include "system_error.h"

static enum tapemap_status refuse(const char *path, uint32_t code, struct failure *failure)
{
    char text[160];

    system_error_text(code, text, sizeof text);
    return failure_set(failure, code == 2 ? TAPEMAP_E_NO_FILE : system_error_status(code),
                       "the configuration %s cannot be read: %s; give --config a file that is "
                       "there and may be read", path, text);
}

/* The whole file and a zero; no more than a byte too much of it. */
static uint32_t read_all(struct file_access *file, char **text, size_t *length)
{
    uint64_t bytes = 0;
    uint32_t code = file_access_length(file, &bytes);

    if (code != 0)
        return code;
    *length = bytes > CONFIG_MOST_BYTES ? CONFIG_MOST_BYTES + 1 : (size_t)bytes;
    *text = malloc(*length + 1);
    if (!*text)
        return 8; /* ERROR_NOT_ENOUGH_MEMORY */
    (*text)[*length] = '\0';
    return *length == 0 ? 0 : file_access_read(file, 0, *text, *length);
}

enum tapemap_status config_file_read(const char *path, struct config **config,
                                     struct failure *failure)
{
    struct file_access *file;
    char *text = NULL;
    size_t length = 0;
    uint32_t code = file_access_open(path, FILE_ACCESS_READ, &file);

    if (code == 0) {
        code = read_all(file, &text, &length);
        file_access_close(file);
    }
    if (code != 0) {
        free(text);
        return refuse(path, code, failure);
    }
    *config = config_parse(text, length);
    free(text);
    if (!*config)
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "there is no memory for the configuration; close other programs");
    return TAPEMAP_OK;
}

void config_file_say(const char *path, const struct config *config)
{
    for (size_t i = 0; i < config->complaint_count; i++) {
        const struct config_complaint *complaint = &config->complaints[i];

        if (complaint->line == 0)
            say("%s: %s", path, complaint->text);
        else
            say("%s:%u: %s", path, complaint->line, complaint->text);
    }
}
