/* SPDX-License-Identifier: MIT */
#include "error_output.h"

#include <fcntl.h>
#include <io.h>
#include <stdio.h>

void error_output_begin(void)
{
    _setmode(_fileno(stderr), _O_BINARY);
    setvbuf(stderr, NULL, _IOFBF, 4096);
}
