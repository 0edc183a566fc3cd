/* SPDX-License-Identifier: MIT */
#include "cli_output.h"

#include <stdlib.h>
#include <string.h>

#include "cli_fail.h"
#include "file_output.h"
#include "system_error.h"
#include "terminal.h"

#define OUTPUT_INDEX_SUFFIX ".index"

bool cli_output_is_stdout(const char *path)
{
    return strcmp(path, "-") == 0;
}

int cli_output_check(const char *verb, const char *path)
{
    if (cli_output_is_stdout(path) && terminal_columns(TERMINAL_OUTPUT) > 0)
        return cli_misuse(verb, "stdout is a terminal, which shows no sound; give '-o FILE', or "
                          "redirect it");
    return cli_output_check_path(verb, path);
}

int cli_output_check_path(const char *verb, const char *path)
{
    if (path[0] == '\0')
        return cli_misuse(verb, "'-o' names no file");
    if (!cli_output_is_stdout(path) && file_output_is_device(path))
        return cli_misuse(verb, "'%s' is a device and no file; give '-o FILE', or '-o -' and "
                          "redirect it", path);
    return CLI_DONE;
}

static bool output_is_tape(const char *path, const struct tapemap_info *tape)
{
    struct tapemap_info info = {0};
    tapemap_tape *handle = NULL;
    if (tapemap_open_file(path, &handle) != TAPEMAP_OK)
        return false;
    tapemap_get_info(handle, &info);
    tapemap_close(handle);
    return strcmp(info.id, tape->id) == 0;
}

/* The file beside a tape that is not finished, which holds its journal. */
static bool output_is_index(const char *path, const struct tapemap_info *tape)
{
    size_t length = strlen(path);
    size_t suffix = strlen(OUTPUT_INDEX_SUFFIX);
    if (length <= suffix || strcmp(path + length - suffix, OUTPUT_INDEX_SUFFIX) != 0)
        return false;
    char *whose = malloc(length + 1);
    if (!whose)
        return false;
    memcpy(whose, path, length + 1);
    whose[length - suffix] = '\0';
    bool is_index = output_is_tape(whose, tape);
    free(whose);
    return is_index;
}

int cli_output_check_tape(const char *path, bool replaces, const struct tapemap_info *tape)
{
    if (!replaces || cli_output_is_stdout(path))
        return CLI_DONE;
    if (output_is_tape(path, tape))
        return cli_fail("cannot create '%s': that is the tape itself; give another name", path);
    if (output_is_index(path, tape))
        return cli_fail("cannot create '%s': that is the tape's own index; give another name",
                        path);
    return CLI_DONE;
}

/* Codes of file_output for which there is something better to say than what the system says. */
static const struct output_trouble {
    uint32_t code;
    const char *wrong; /* NULL: what the system says */
    const char *remedy;
} output_troubles[] = {
    {3, NULL, "make its folder first"},
    {80, "it exists", "give another name, or '--force' to replace it"},
    {112, NULL, "free some space, or write elsewhere"},
    {123, NULL, "choose another name"},
    {336, "it is a folder", "name a file in it"},
    {0, NULL, "see whether you may write there"}, /* any other */
};

/* Sets *wrong to a text in `room`, or a constant one. Returns the remedy. */
static const char *output_describe(uint32_t code, char room[256], const char **wrong)
{
    const struct output_trouble *trouble = output_troubles;
    while (trouble->code && trouble->code != code)
        trouble++;
    system_error_text(code, room, 256);
    *wrong = trouble->wrong ? trouble->wrong : room;
    return trouble->remedy;
}

int cli_output_fail(const char *tried, const char *path, uint32_t code)
{
    char room[256];
    const char *wrong;
    const char *remedy = output_describe(code, room, &wrong);
    return cli_fail("cannot %s '%s': %s; %s", tried, cli_output_is_stdout(path) ? "stdout" : path,
                    wrong, remedy);
}

int cli_output_leave(const char *tried, const char *path, uint32_t code,
                     struct file_output *output)
{
    char room[256];
    const char *wrong;
    output_describe(code, room, &wrong);
    cli_fail("cannot %s '%s': %s; the sound is in '%s%s', which can be renamed", tried, path,
             wrong, path, file_output_suffix(output));
    file_output_leave(output);
    return CLI_FAILED;
}
