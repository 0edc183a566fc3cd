/* SPDX-License-Identifier: MIT */
/* fuzz_TARGET FOLDER: hands each file of a corpus to a target, without a fuzzer. */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dirent.h>

#include "fuzz.h"

#define MOST_BYTES ((size_t)1 << 20)

static size_t load(const char *path, uint8_t *bytes)
{
    FILE *file = fopen(path, "rb");

    if (!file) {
        perror(path);
        exit(1);
    }
    size_t count = fread(bytes, 1, MOST_BYTES, file);
    fclose(file);
    return count;
}

static void replay(const char *path, uint8_t *scratch)
{
    size_t size = load(path, scratch);
    uint8_t *data = fuzz_alloc(size);

    memcpy(data, scratch, size);
    printf("%s\n", path);
    fflush(stdout); /* so that the last one named is the one that failed */
    LLVMFuzzerTestOneInput(data, size);
    free(data);
}

int main(int argc, char **argv)
{
    uint8_t *scratch = fuzz_alloc(MOST_BYTES);
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    unsigned count = 0;
    char path[4096];

    if (!folder) {
        fprintf(stderr, "%s: say which folder of tests/fuzz/corpus is to be replayed\n", argv[0]);
        return 2;
    }
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
        replay(path, scratch);
        count++;
    }
    closedir(folder);
    free(scratch);
    printf("%u inputs\n", count);
    return count > 0 ? 0 : 1;
}
