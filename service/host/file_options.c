/* SPDX-License-Identifier: MIT */
#include "file_options.h"

#include <string.h>

#include "quantity.h"
#include "tape_path.h"
#include "tapemap/layout.h"
#include "whole_numbers.h"

#define DEFAULT_EXTENT_BYTES (UINT64_C(1) << 30)
#define LEAST_EXTENT_BYTES (UINT64_C(1) << 20)
#define MOST_EXTENT_BYTES (UINT64_C(1) << 34) /* a growth puts marks into all of it */
#define DEFAULT_KEEP_FREE_BYTES (UINT64_C(1) << 30)
#define NS_PER_SECOND UINT64_C(1000000000)
#define LEAST_FLUSH_NS (NS_PER_SECOND / 10)
#define WRITE_THROUGH_NS (NS_PER_SECOND / 100) /* a tick: sooner, there is nothing new */
#define MOST_FLUSH_NS (3600 * NS_PER_SECOND)

void file_options_init(struct file_options *options)
{
    *options = (struct file_options){
        .output = ".",
        .pattern = TAPE_PATH_PATTERN,
        .extent_bytes = DEFAULT_EXTENT_BYTES,
        .keep_free_bytes = DEFAULT_KEEP_FREE_BYTES,
        .flush_ns = NS_PER_SECOND,
    };
}

static bool refuse(struct failure *failure, const char *format, const char *text)
{
    failure_set(failure, TAPEMAP_E_SYNTAX, format, text);
    return false;
}

static bool set_store(struct file_options *options, const char *text, struct failure *failure)
{
    if (strcmp(text, "pagefile") == 0)
        options->store = RECORD_STORE_PAGEFILE;
    else if (strcmp(text, "file") == 0)
        options->store = RECORD_STORE_FILE;
    else if (strcmp(text, "temp-file") == 0)
        options->store = RECORD_STORE_TEMP_FILE;
    else
        return refuse(failure, "unknown store '%s'; use pagefile, file or temp-file", text);
    return true;
}

/* Tried with a tape that does not exist: whether it is good depends on no fact. */
static bool set_pattern(struct file_options *options, const char *text, struct failure *failure)
{
    struct tape_path_facts facts = {.deck = "deck", .attempt = 1};
    char path[4096];
    const char *wrong = tape_path_expand(text, &facts, path, sizeof path);

    if (wrong) {
        failure_set(failure, TAPEMAP_E_SYNTAX,
                    "--name '%s' gives no path: %s; use for example " TAPE_PATH_PATTERN, text,
                    wrong);
        return false;
    }
    options->pattern = text;
    return true;
}

static bool set_extent(struct file_options *options, const char *text, struct failure *failure)
{
    uint64_t bytes;

    if (!quantity_parse_bytes(text, &bytes) || bytes < LEAST_EXTENT_BYTES ||
        bytes > MOST_EXTENT_BYTES)
        return refuse(failure, "--extent '%s' is no size from 1MiB to 16GiB; use for example 1GiB",
                      text);
    options->extent_bytes = round_up_u64(bytes, TAPEMAP_GRANULE_BYTES);
    return true;
}

static bool set_when_full(struct file_options *options, const char *text, struct failure *failure)
{
    options->waits_for_room = strcmp(text, "wait") == 0;
    if (options->waits_for_room || strcmp(text, "stop") == 0)
        return true;
    return refuse(failure, "--when-full '%s' is not known; use stop or wait", text);
}

static bool set_flush(struct file_options *options, const char *text, struct failure *failure)
{
    uint64_t ns = 0;

    if (strcmp(text, "never") != 0 &&
        (!quantity_parse_duration_ns(text, &ns) || ns < LEAST_FLUSH_NS || ns > MOST_FLUSH_NS))
        return refuse(failure, "--flush '%s' is no time from 100ms to 1h; use for example 1s, or "
                               "never", text);
    options->flush_ns = ns;
    return true;
}

uint64_t file_options_flush_ns(const struct file_options *options)
{
    return options->writes_through ? WRITE_THROUGH_NS : options->flush_ns;
}

bool file_option_set(struct file_options *options, enum file_option_code code, const char *text,
                     struct failure *failure)
{
    static const char *const names[] = {NULL,        "--output", "--name",          "--extent",
                                        "--keep-free", "--when-full", "--flush",
                                        "--write-through", "--resume", "--resume-or-new"};

    if (code != FILE_OPTION_STORE)
        options->given = names[code - FILE_OPTION_FIRST];
    if (code == FILE_OPTION_OUTPUT || code == FILE_OPTION_NAME)
        options->place_given = options->given;
    switch (code) {
    case FILE_OPTION_STORE:
        return set_store(options, text, failure);
    case FILE_OPTION_OUTPUT:
        options->output = text;
        return *text != '\0' || refuse(failure, "--output '%s' is empty; give a folder or a file",
                                       text);
    case FILE_OPTION_NAME:
        return set_pattern(options, text, failure);
    case FILE_OPTION_EXTENT:
        return set_extent(options, text, failure);
    case FILE_OPTION_KEEP_FREE:
        return quantity_parse_bytes(text, &options->keep_free_bytes) ||
               refuse(failure, "--keep-free '%s' is no size; use for example 1GiB, or 0", text);
    case FILE_OPTION_WHEN_FULL:
        return set_when_full(options, text, failure);
    case FILE_OPTION_FLUSH:
        return set_flush(options, text, failure);
    case FILE_OPTION_WRITE_THROUGH:
        options->writes_through = true;
        return true;
    case FILE_OPTION_RESUME:
    case FILE_OPTION_RESUME_OR_NEW:
        options->resumes = true;
        options->resumes_or_new = code == FILE_OPTION_RESUME_OR_NEW;
        return true;
    }
    return false;
}

bool file_options_agree(const struct file_options *options, bool is_ring, struct failure *failure)
{
    if (options->store == RECORD_STORE_PAGEFILE && options->given)
        return refuse(failure, "%s applies to files only; add --store file, or leave it out",
                      options->given);
    if (options->store != RECORD_STORE_PAGEFILE && is_ring)
        return refuse(failure, "%s does not go with files, which keep everything; leave it out, or "
                               "use --store pagefile", "--ring");
    if (options->store == RECORD_STORE_TEMP_FILE && options->resumes)
        return refuse(failure, "%s does not go with a temporary file, of which nothing is left; "
                               "use --store file",
                      options->resumes_or_new ? "--resume-or-new" : "--resume");
    if (options->store == RECORD_STORE_TEMP_FILE && options->place_given)
        return refuse(failure, "%s does not go with a temporary file, which lies where the system "
                               "wants such files; leave it out, or use --store file",
                      options->place_given);
    if (tape_path_is_file(options->output) && strcmp(options->pattern, TAPE_PATH_PATTERN) != 0)
        return refuse(failure, "%s does not go with an --output that names the file itself; give "
                               "a folder", "--name");
    return true;
}
