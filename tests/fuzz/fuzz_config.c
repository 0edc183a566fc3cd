/* SPDX-License-Identifier: MIT */
/* A configuration from anywhere: what is wrong is said, in order; what is accepted comes to command
   lines that the recorder accepts too. */
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "config_arguments.h"
#include "fuzz.h"
#include "record_options.h"

static void expect_complaints(const struct config *config)
{
    FUZZ_EXPECT(config->complaint_count <= CONFIG_MOST_COMPLAINTS + 1);
    for (size_t i = 0; i < config->complaint_count; i++) {
        FUZZ_EXPECT(config->complaints[i].text[0] != '\0');
        FUZZ_EXPECT(i == 0 || config->complaints[i - 1].line <= config->complaints[i].line);
    }
}

static void expect_command_line(const struct config *config, const struct config_deck *deck)
{
    static const char *const none[] = {NULL};
    char **arguments = config_deck_arguments("tapemapd", deck, config->log, none);
    struct record_options options;
    struct failure failure;
    int count = 0;

    FUZZ_EXPECT(arguments != NULL);
    if (!arguments)
        return;
    while (arguments[count + 1])
        count++;
    FUZZ_EXPECT(record_options_parse(count, arguments + 1, &options, &failure));
    FUZZ_EXPECT(strcmp(options.deck, deck->name) == 0 && !options.wants_help);
    FUZZ_EXPECT(deck->is_file == (options.file.store == RECORD_STORE_FILE));
    FUZZ_EXPECT(deck->is_file == options.file.resumes_or_new);
    free(arguments);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    struct config *config = config_parse(text, size);

    free(text);
    FUZZ_EXPECT(config != NULL);
    if (!config)
        return 0;
    expect_complaints(config);
    FUZZ_EXPECT(config->deck_count <= CONFIG_MOST_DECKS);
    FUZZ_EXPECT(config->deck_count > 0 || config->complaint_count > 0);
    for (size_t i = 0; config->complaint_count == 0 && i < config->deck_count; i++) {
        expect_command_line(config, &config->decks[i]);
        FUZZ_EXPECT(config_find_deck(config, config->decks[i].name) == &config->decks[i]);
    }
    config_free(config);
    return 0;
}
