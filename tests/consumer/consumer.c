/* SPDX-License-Identifier: MIT */
/* consumer FILE: what tapemap.h says of a tape's file. Valid C++ too: consumer.cpp includes it. */
#include <inttypes.h>
#include <stdio.h>

#include "tapemap/tapemap.h"

int main(int argc, char **argv)
{
    tapemap_tape *tape = NULL;
    enum tapemap_status status = tapemap_open_file(argc > 1 ? argv[1] : "", &tape);
    if (status != TAPEMAP_OK) {
        fprintf(stderr, "consumer: %s; %s\n", tapemap_status_text(status),
                tapemap_status_remedy(status));
        return 1;
    }
    printf("tapemap %s: %" PRIu64 " frames\n", tapemap_version(), tapemap_head(tape));
    tapemap_close(tape);
    return 0;
}
