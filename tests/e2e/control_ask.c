/* SPDX-License-Identifier: MIT */
/*
 * control_ask DECK REQUEST...: sends each request to the deck's recorder over one connection and
 * prints the answers; exit code 1 when there is no pipe or no answer. The request "flood" is two
 * hundred at once, and ends the connection; "silence" is none for as long as the recorder allows.
 * The only request "squat" makes the pipe itself, until stdin ends.
 */
#include <stdio.h>
#include <string.h>

#include "control_pipe.h"
#include "object_names.h"
#include "pipe_client_win32.h"
#include "program.h"

#define ASK_STATUS "{\"command\":\"status\"}\n"
#define WAIT_MS 30000u
#define FLOOD 200

static char answer[1 << 16];

static bool flood(struct pipe_client *client)
{
    static char requests[FLOOD * sizeof ASK_STATUS];

    for (unsigned i = 0; i < FLOOD; i++)
        memcpy(requests + i * (sizeof ASK_STATUS - 1), ASK_STATUS, sizeof ASK_STATUS - 1);
    (void)pipe_client_send(client, requests, FLOOD * (sizeof ASK_STATUS - 1));
    while (pipe_client_read(client, answer, sizeof answer)) {
        if (strstr(answer, "more than"))
            return true;
    }
    return false;
}

static bool ask(struct pipe_client *client, const char *request)
{
    if (strcmp(request, "flood") == 0)
        return flood(client);
    if (strcmp(request, "silence") != 0 &&
        !(pipe_client_send(client, request, strlen(request)) && pipe_client_send(client, "\n", 1)))
        return false;
    return pipe_client_read(client, answer, sizeof answer);
}

static int squat(const char *name)
{
    void *squatter = pipe_squatter_open(name);

    if (!squatter)
        return 1;
    printf("squatting\n");
    fflush(stdout);
    while (getchar() != EOF)
        continue;
    pipe_squatter_close(squatter);
    return 0;
}

static int control_ask(int argc, char **argv)
{
    char name[OBJECT_NAME_BYTES];
    struct pipe_client *client;
    int code = 0;

    if (argc < 2)
        return 2;
    control_pipe_name(name, false, argv[1]);
    if (argc == 3 && strcmp(argv[2], "squat") == 0)
        return squat(name);
    client = pipe_client_open(name, WAIT_MS);
    if (!client)
        return 1;
    for (int i = 2; i < argc && code == 0; i++) {
        code = ask(client, argv[i]) ? 0 : 1;
        if (code == 0)
            printf("%s\n", answer);
    }
    pipe_client_close(client);
    return code;
}

int main(void)
{
    return program_run(control_ask);
}
