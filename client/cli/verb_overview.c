/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli_fail.h"
#include "cli_output.h"
#include "cli_range.h"
#include "cli_tape.h"
#include "cli_verb.h"
#include "file_output.h"
#include "name_ending.h"
#include "overview_draw.h"
#include "overview_json.h"
#include "overview_read.h"
#include "overview_text.h"
#include "quantity.h"
#include "terminal.h"

#define OVERVIEW_USUAL_WIDTH 1200u
#define OVERVIEW_USUAL_TEXT 79u

static int overview_run(int argc, char **argv);

static const struct option overview_options[] = {
    {"from", required_argument, NULL, 'f'},
    {"to", required_argument, NULL, 't'},
    {"output", required_argument, NULL, 'o'},
    {"size", required_argument, NULL, 's'},
    {"json", no_argument, NULL, 'j'},
    {"ascii", no_argument, NULL, 'a'},
    {"force", no_argument, NULL, 'y'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

const struct cli_verb verb_overview = {
    .name = "overview",
    .summary = "Draw the waveform",
    .help = "usage: tapemap overview DECK|ID|FILE [--from P] [--to P] [-o PICTURE]\n"
            "\n"
            "Draws the recorded sound of each channel over local time: peaks and, within\n"
            "them, the RMS; gaps are hatched, marks are lines with their labels. As text in\n"
            "the terminal, or with -o as a picture. A week is drawn as fast as a minute, also\n"
            "while recording goes on.\n"
            "\n"
            CLI_VERB_TAPE_HELP
            "\n"
            "  -o, --output PICTURE  an .svg or .png file; '-' for SVG on stdout\n"
            "      --from P          begin here instead of at the oldest frame\n"
            "      --to P            end here instead of at the head\n"
            "      --size WxH        in pixels; else 1200 wide, and as high as channels need\n"
            "      --json            the columns as data: min, max and RMS per channel\n"
            "      --ascii           text without block characters\n"
            "      --force           replace a file that exists\n"
            "  -h, --help            this text\n",
    .short_options = ":o:h",
    .options = overview_options,
    .run = overview_run,
};

enum overview_kind {
    KIND_TEXT,
    KIND_SVG,
    KIND_PNG,
    KIND_JSON,
};

struct overview_job {
    struct cli_tape tape;
    struct cli_range range;
    const char *from;
    const char *to;
    const char *path;
    const char *size_text;
    struct overview_size size;
    enum overview_kind kind;
    unsigned columns; /* of a text */
    bool is_json;
    bool is_ascii;
    bool replace;
    char tried[384];
};

/* ---- Options ------------------------------------------------------------------------------- */

static int job_choose_kind(struct overview_job *job)
{
    if (job->is_json && job->path)
        return cli_misuse("overview", "'--json' and '-o' exclude each other");
    job->kind = job->is_json ? KIND_JSON : KIND_TEXT;
    if (!job->path)
        return CLI_DONE;
    int code = cli_output_check_path("overview", job->path);
    if (code != CLI_DONE)
        return code;
    bool is_svg = cli_output_is_stdout(job->path) || name_has_ending(job->path, ".svg");
    if (!is_svg && !name_has_ending(job->path, ".png"))
        return cli_misuse("overview", "the kind of picture '%s' is not known by its name; end it "
                          "in .svg or .png", job->path);
    job->kind = is_svg ? KIND_SVG : KIND_PNG;
    return CLI_DONE;
}

static bool job_parse_side(const char *text, size_t length, uint32_t least, uint32_t *side)
{
    char digits[16];
    uint64_t value = 0;
    if (length >= sizeof digits)
        return false;
    memcpy(digits, text, length);
    digits[length] = '\0';
    if (!quantity_parse_u64(digits, &value) || value < least || value > OVERVIEW_MOST_SIDE)
        return false;
    *side = (uint32_t)value;
    return true;
}

static int job_parse_size(struct overview_job *job)
{
    if (!job->size_text)
        return CLI_DONE;
    size_t width = strcspn(job->size_text, "xX");
    bool is_good = job->size_text[width] != '\0' &&
                   job_parse_side(job->size_text, width, OVERVIEW_LEAST_WIDTH, &job->size.width) &&
                   job_parse_side(job->size_text + width + 1, strlen(job->size_text + width + 1),
                                  OVERVIEW_LEAST_HEIGHT, &job->size.height);
    if (!is_good)
        return cli_misuse("overview", "'%s' is no size for '--size'; give pixels as 1200x300, from "
                          "%ux%u to %ux%u", job->size_text, OVERVIEW_LEAST_WIDTH,
                          OVERVIEW_LEAST_HEIGHT, OVERVIEW_MOST_SIDE, OVERVIEW_MOST_SIDE);
    if (job->kind != KIND_SVG && job->kind != KIND_PNG)
        return cli_misuse("overview", "'--size' is for a picture; give '-o FILE' too");
    return CLI_DONE;
}

/* ---- Drawing ------------------------------------------------------------------------------- */

static uint32_t job_columns(struct overview_job *job)
{
    unsigned columns = terminal_columns(TERMINAL_OUTPUT);
    job->columns = columns > 0 ? columns : OVERVIEW_USUAL_TEXT;
    if (job->kind == KIND_TEXT)
        return overview_text_columns(job->columns);
    if (job->size.width == 0) {
        job->size.width = OVERVIEW_USUAL_WIDTH;
        job->size.height = overview_usual_height(job->tape.info.channels);
    }
    return overview_columns_of(job->size.width);
}

static int job_write(const struct overview_job *job, const struct draw_bytes *picture)
{
    struct file_output *file = NULL;
    uint32_t code = file_output_create(job->path, job->replace, &file);
    if (code)
        return cli_output_fail("create", job->path, code);
    code = file_output_write(file, picture->data, picture->used);
    if (code == 0)
        code = file_output_commit(file);
    if (code == 0)
        return CLI_DONE;
    file_output_discard(file);
    if (cli_output_is_stdout(job->path) && file_output_is_closed_pipe(code))
        return CLI_DONE;
    return cli_output_fail("write", job->path, code);
}

static int job_draw(const struct overview_job *job, const struct overview *overview)
{
    struct draw_bytes picture = {0};
    bool is_good = false;
    int code = CLI_DONE;

    if (job->kind == KIND_JSON)
        return overview_print_json(overview, &job->tape.info);
    if (job->kind == KIND_TEXT)
        is_good = overview_text(overview, job->columns,
                                job->is_ascii || !terminal_is_utf8(TERMINAL_OUTPUT), &picture);
    else if (job->kind == KIND_SVG)
        is_good = overview_svg(overview, job->size, &picture);
    else
        is_good = overview_png(overview, job->size, &picture);
    if (!is_good)
        code = cli_fail_status(TAPEMAP_E_MEMORY, "%s", job->tried);
    else if (job->kind == KIND_TEXT)
        fwrite(picture.data, 1, picture.used, stdout);
    else
        code = job_write(job, &picture);
    free(picture.data);
    return code;
}

static int job_run(struct overview_job *job)
{
    struct overview overview = {0};
    snprintf(job->tried, sizeof job->tried, "cannot draw %s", job->tape.label);
    int code = cli_range_parse(&job->tape, job->tried, job->from, job->to, &job->range);
    if (code != CLI_DONE)
        return code;
    if (job->path &&
        cli_output_check_tape(job->path, job->replace, &job->tape.info) != CLI_DONE)
        return CLI_FAILED;
    struct overview_request request = {job->range.from, job->range.to, job_columns(job)};
    enum tapemap_status status = overview_read(job->tape.handle, &request, &overview);
    if (status == TAPEMAP_E_OVERWRITTEN)
        code = cli_range_fail_overwritten(&job->tape, job->tried, job->range.from);
    else if (status != TAPEMAP_OK)
        code = cli_fail_status(status, "%s", job->tried);
    else
        code = job_draw(job, &overview);
    overview_free(&overview);
    return code;
}

static int overview_run(int argc, char **argv)
{
    struct overview_job job = {0};
    int option;
    while ((option = cli_verb_option(&verb_overview, argc, argv)) != CLI_VERB_END) {
        switch (option) {
        case 'f': job.from = optarg; break;
        case 't': job.to = optarg; break;
        case 'o': job.path = optarg; break;
        case 's': job.size_text = optarg; break;
        case 'j': job.is_json = true; break;
        case 'a': job.is_ascii = true; break;
        case 'y': job.replace = true; break;
        case 'h': return cli_verb_help(&verb_overview);
        default: return CLI_MISUSED;
        }
    }
    const char *deck = cli_verb_deck(&verb_overview, argc, argv);
    if (!deck)
        return CLI_MISUSED;
    int code = job_choose_kind(&job);
    if (code == CLI_DONE)
        code = job_parse_size(&job);
    if (code == CLI_DONE)
        code = cli_tape_open(deck, &job.tape);
    if (code != CLI_DONE)
        return code;
    code = job_run(&job);
    cli_tape_close(&job.tape);
    return code;
}
