/* SPDX-License-Identifier: MIT */
#include "system_error.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <windows.h>

#include "wide.h"

#define SYSTEM_ERROR_IS_FOLDER 336u    /* ERROR_DIRECTORY_NOT_SUPPORTED, which it lacks too */
#define SYSTEM_ERROR_DISK_QUOTA 1295u /* ERROR_DISK_QUOTA_EXCEEDED, which mingw-w64 lacks */

static const struct {
    uint32_t code;
    enum tapemap_status status;
} system_error_table[] = {
    {ERROR_SUCCESS, TAPEMAP_OK},
    {ERROR_ACCESS_DENIED, TAPEMAP_E_DENIED},
    {ERROR_NETWORK_ACCESS_DENIED, TAPEMAP_E_DENIED},
    {SYSTEM_ERROR_IS_FOLDER, TAPEMAP_E_DENIED},
    {ERROR_PRIVILEGE_NOT_HELD, TAPEMAP_E_DENIED},
    {ERROR_WRITE_PROTECT, TAPEMAP_E_DENIED},
    {ERROR_NOT_ENOUGH_MEMORY, TAPEMAP_E_MEMORY},
    {ERROR_OUTOFMEMORY, TAPEMAP_E_MEMORY},
    {ERROR_NO_SYSTEM_RESOURCES, TAPEMAP_E_MEMORY},
    {ERROR_NOT_ENOUGH_QUOTA, TAPEMAP_E_MEMORY},
    {ERROR_COMMITMENT_LIMIT, TAPEMAP_E_COMMIT_LIMIT},
    {ERROR_COMMITMENT_MINIMUM, TAPEMAP_E_COMMIT_LIMIT},
    {ERROR_PAGEFILE_QUOTA, TAPEMAP_E_COMMIT_LIMIT},
    {ERROR_DISK_FULL, TAPEMAP_E_DISK_FULL},
    {ERROR_HANDLE_DISK_FULL, TAPEMAP_E_DISK_FULL},
    {SYSTEM_ERROR_DISK_QUOTA, TAPEMAP_E_DISK_FULL},
    {ERROR_FILE_TOO_LARGE, TAPEMAP_E_DISK_FULL},
    {ERROR_SHARING_VIOLATION, TAPEMAP_E_BUSY},
    {ERROR_LOCK_VIOLATION, TAPEMAP_E_BUSY},
    {ERROR_ALREADY_EXISTS, TAPEMAP_E_BUSY},
    {ERROR_BUSY, TAPEMAP_E_BUSY},
    {ERROR_PIPE_BUSY, TAPEMAP_E_BUSY},
    {ERROR_USER_MAPPED_FILE, TAPEMAP_E_BUSY},
    {ERROR_INVALID_FUNCTION, TAPEMAP_E_UNSUPPORTED},
    {ERROR_NOT_SUPPORTED, TAPEMAP_E_UNSUPPORTED},
    {ERROR_CALL_NOT_IMPLEMENTED, TAPEMAP_E_UNSUPPORTED},
    {ERROR_OLD_WIN_VERSION, TAPEMAP_E_UNSUPPORTED},
    {ERROR_INVALID_PARAMETER, TAPEMAP_E_ARGUMENT},
    {ERROR_INVALID_NAME, TAPEMAP_E_ARGUMENT},
    {ERROR_BAD_PATHNAME, TAPEMAP_E_ARGUMENT},
    {ERROR_FILENAME_EXCED_RANGE, TAPEMAP_E_ARGUMENT},
    {ERROR_NO_UNICODE_TRANSLATION, TAPEMAP_E_ARGUMENT},
    {ERROR_SEM_TIMEOUT, TAPEMAP_E_TIMEOUT},
    {WAIT_TIMEOUT, TAPEMAP_E_TIMEOUT},
    {ERROR_TIMEOUT, TAPEMAP_E_TIMEOUT},
    {ERROR_HANDLE_EOF, TAPEMAP_E_DATA},
    {ERROR_CRC, TAPEMAP_E_DATA},
    {ERROR_INVALID_DATA, TAPEMAP_E_DATA},
    {ERROR_FILE_CORRUPT, TAPEMAP_E_DATA},
    {ERROR_DEV_NOT_EXIST, TAPEMAP_E_LOST},
    {ERROR_DEVICE_NOT_CONNECTED, TAPEMAP_E_LOST},
    {ERROR_DEVICE_REMOVED, TAPEMAP_E_LOST},
};

enum tapemap_status system_error_status(uint32_t code)
{
    for (size_t i = 0; i < sizeof system_error_table / sizeof system_error_table[0]; i++)
        if (system_error_table[i].code == code)
            return system_error_table[i].status;
    return TAPEMAP_E_SYSTEM;
}

/* The system's own words, English first, since the rest of the sentence is English. */
static bool system_error_words(uint32_t code, wchar_t *words, DWORD room)
{
    const DWORD flags = FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS |
                        FORMAT_MESSAGE_MAX_WIDTH_MASK;
    const DWORD english = MAKELANGID(LANG_ENGLISH, SUBLANG_ENGLISH_US);

    return FormatMessageW(flags, NULL, code, english, words, room, NULL) > 0 ||
           FormatMessageW(flags, NULL, code, 0, words, room, NULL) > 0;
}

/* Takes away line ends, spaces and the full stop at the end. */
static void system_error_trim(char *text)
{
    size_t length = strlen(text);

    while (length > 0 && strchr(" .\r\n\t", text[length - 1]))
        text[--length] = 0;
}

void system_error_text(uint32_t code, char *out, size_t room)
{
    wchar_t words[256];
    char text[3 * 256];

    if (!system_error_words(code, words, 256) || !utf8_from_wide(words, text, sizeof text))
        text[0] = 0;
    system_error_trim(text);
    snprintf(out, room, "%s (error %lu)", text[0] ? text : "no description",
             (unsigned long)code);
}
