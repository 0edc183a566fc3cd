/* SPDX-License-Identifier: MIT */
/* file_version FILE: what Windows shows of it: version, kind, original name, description. */
#include <windows.h>

#include <stdio.h>

static BYTE block[16384];

static const char *text_of(const char *key)
{
    char path[64];
    void *text;
    UINT length;

    snprintf(path, sizeof path, "\\StringFileInfo\\040904B0\\%s", key);
    return VerQueryValueA(block, path, &text, &length) ? (const char *)text : "?";
}

int main(int argc, char **argv)
{
    void *value;
    UINT length;

    if (argc != 2 || !GetFileVersionInfoA(argv[1], 0, sizeof block, block) ||
        !VerQueryValueA(block, "\\", &value, &length)) {
        fprintf(stderr, "file_version: there is no version in it, error %lu\n", GetLastError());
        return 1;
    }
    const VS_FIXEDFILEINFO *info = (const VS_FIXEDFILEINFO *)value;
    printf("%u.%u.%u %s %s %s: %s\n", HIWORD(info->dwFileVersionMS), LOWORD(info->dwFileVersionMS),
           HIWORD(info->dwFileVersionLS), info->dwFileType == VFT_DLL ? "dll" : "app",
           text_of("FileVersion"), text_of("OriginalFilename"), text_of("FileDescription"));
    return 0;
}
