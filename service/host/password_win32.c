/* SPDX-License-Identifier: MIT */
#include "password.h"

#include <stdio.h>
#include <string.h>
#include <windows.h>

#include "file_access.h"
#include "system_error.h"
#include "wide.h"

#define PASSWORD_BYTES (3 * PASSWORD_CHARACTERS)

static enum tapemap_status password_refuse(const char *where, struct failure *failure)
{
    return failure_set(failure, TAPEMAP_E_DATA, "the password %s is empty, too long, or not UTF-8; "
                       "give the account's password", where);
}

static enum tapemap_status password_from_file(const char *path, wchar_t *out,
                                              struct failure *failure)
{
    char line[PASSWORD_BYTES + 1] = {0};
    char text[256];
    struct file_access *file;
    uint64_t bytes = 0;
    bool is_good;
    uint32_t code = file_access_open(path, FILE_ACCESS_READ, &file);

    if (code == 0) {
        code = file_access_length(file, &bytes);
        if (bytes > PASSWORD_BYTES)
            bytes = PASSWORD_BYTES;
        if (code == 0 && bytes > 0)
            code = file_access_read(file, 0, line, (size_t)bytes);
        file_access_close(file);
    }
    if (code != 0) {
        system_error_text(code, text, sizeof text);
        return failure_set(failure, TAPEMAP_E_NO_FILE, "the password file %s cannot be read: %s; "
                           "check its name and rights", path, text);
    }
    line[strcspn(line, "\r\n")] = '\0';
    is_good = line[0] != '\0' && wide_from_utf8(line, out, PASSWORD_CHARACTERS);
    SecureZeroMemory(line, sizeof line);
    return is_good ? TAPEMAP_OK : password_refuse("in the file", failure);
}

static DWORD password_type(HANDLE console, wchar_t *out)
{
    DWORD mode = 0;
    DWORD read = 0;
    BOOL was_read;

    if (!GetConsoleMode(console, &mode) ||
        !SetConsoleMode(console, (mode & ~(DWORD)ENABLE_ECHO_INPUT) | ENABLE_LINE_INPUT))
        return 0;
    was_read = ReadConsoleW(console, out, PASSWORD_CHARACTERS - 1, &read, NULL);
    SetConsoleMode(console, mode);
    fputs("\n", stderr);
    fflush(stderr);
    return was_read ? read : 0;
}

static enum tapemap_status password_from_console(const char *account, wchar_t *out,
                                                 struct failure *failure)
{
    HANDLE console = CreateFileW(L"CONIN$", GENERIC_READ | GENERIC_WRITE,
                                 FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    DWORD length;

    if (console == INVALID_HANDLE_VALUE)
        return failure_set(failure, TAPEMAP_E_UNSUPPORTED, "there is no console to ask for the "
                           "password at; give it by --password-file FILE");
    fprintf(stderr, "Password of %s: ", account);
    fflush(stderr);
    length = password_type(console, out);
    CloseHandle(console);
    out[length] = L'\0';
    out[wcscspn(out, L"\r\n")] = L'\0';
    return out[0] != L'\0' ? TAPEMAP_OK : password_refuse("that was typed", failure);
}

enum tapemap_status password_read(const char *path, const char *account, wchar_t *out,
                                  struct failure *failure)
{
    out[0] = L'\0';
    return path ? password_from_file(path, out, failure)
                : password_from_console(account, out, failure);
}

void password_forget(wchar_t *password)
{
    SecureZeroMemory(password, PASSWORD_CHARACTERS * sizeof *password);
}
