/* SPDX-License-Identifier: MIT */
/*
 * hold_file SHARE FILE: has the file open to read it, prints a line, and lets it go when stdin
 * ends. Others may do to it what the letters of SHARE say: r (read), w (write), d (delete).
 */
#include <windows.h>

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    DWORD share = 0;

    if (argc != 3)
        return 2;
    share |= strchr(argv[1], 'r') ? FILE_SHARE_READ : 0;
    share |= strchr(argv[1], 'w') ? FILE_SHARE_WRITE : 0;
    share |= strchr(argv[1], 'd') ? FILE_SHARE_DELETE : 0;
    HANDLE file = CreateFileA(argv[2], GENERIC_READ, share, NULL, OPEN_EXISTING,
                              FILE_ATTRIBUTE_NORMAL, NULL);
    if (file == INVALID_HANDLE_VALUE) {
        fprintf(stderr, "hold_file: cannot open '%s': error %lu\n", argv[2], GetLastError());
        return 1;
    }
    printf("held\n");
    fflush(stdout);
    while (getchar() != EOF)
        continue;
    CloseHandle(file);
    return 0;
}
