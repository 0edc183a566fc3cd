/* SPDX-License-Identifier: MIT */
/*
 * Hands an open tape to a child process, which reads it without knowing any name.
 *
 *     pass_to_child DECK
 *
 * Technique: inherited handles. The parent makes its handles inheritable and gets a text that says
 * their numbers (tapemap_export_handle); the child, which could run as a user who may not open the
 * tape by name, opens it by that text (tapemap_open_handle). The handles allow reading and waiting
 * only.
 *
 * Expect two lines, the second from the child:
 *     parent 320: deck 'studio', frame 47999 is 1a2b3c4d
 *     child 324: deck 'studio', frame 47999 is 1a2b3c4d
 */
#define SAMPLE "pass_to_child"
#include "sample.h"

#include <process.h>

/* Prints frame `position` in bytes. Returns the exit code. */
static int print_frame(tapemap_tape *tape, const char *who, uint64_t position)
{
    unsigned char frame[TAPEMAP_MAX_CHANNELS * 4]; /* no tape has a longer one */
    struct tapemap_info info;
    enum tapemap_status status = tapemap_read(tape, position, 1, frame);

    if (status)
        return sample_fail("cannot read a frame", status);
    tapemap_get_info(tape, &info);
    printf("%s %d: deck '%s', frame %" PRIu64 " is ", who, _getpid(), info.deck, position);
    for (uint32_t i = 0; i < info.frame_bytes; i++)
        printf("%02x", frame[i]);
    printf("\n");
    fflush(stdout);
    return 0;
}

static int run_child(const char *text, const char *position)
{
    tapemap_tape *tape = NULL;
    enum tapemap_status status = tapemap_open_handle(text, &tape);

    if (status)
        return sample_fail("cannot open the inherited tape", status);
    int code = print_frame(tape, "child", strtoull(position, NULL, 10));
    tapemap_close(tape);
    return code;
}

static int start_child(tapemap_tape *tape, const char *program, uint64_t position)
{
    char text[TAPEMAP_HANDLE_BYTES];
    char number[24];
    enum tapemap_status status = tapemap_export_handle(tape, text);

    if (status == TAPEMAP_E_UNSUPPORTED)
        return sample_refuse("cannot pass this tape on", "it is a file that nobody records",
                             "give the child its path instead");
    if (status)
        return sample_fail("cannot pass this tape on", status);
    snprintf(number, sizeof number, "%" PRIu64, position);
    /* It waits for the child, which has its handles from the moment it begins. */
    intptr_t code = _spawnl(_P_WAIT, program, SAMPLE, "--child", text, number, (char *)NULL);
    if (code < 0)
        return sample_refuse("cannot start the child", "its program was not found",
                             "give the whole path of this program");
    return (int)code;
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "--child") == 0)
        return run_child(argv[2], argv[3]);
    if (argc != 2)
        return sample_usage("DECK");
    tapemap_tape *tape = sample_open(argv[1]);
    if (!tape)
        return 1;
    uint64_t head = tapemap_head(tape);
    uint64_t position = head > 0 ? head - 1 : 0;
    int code = print_frame(tape, "parent", position);
    if (code == 0)
        code = start_child(tape, argv[0], position);
    tapemap_close(tape);
    return code;
}
