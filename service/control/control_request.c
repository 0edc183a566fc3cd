/* SPDX-License-Identifier: MIT */
#include "control_request.h"

#include <assert.h>

#include <cjson/cJSON.h>
#include <string.h>

#include "control_syntax.h"
#include "object_names.h"
#include "quantity.h"
#include "utf8.h"
#include "utf8_text.h"

/* From here on a double does not tell whole numbers from their neighbours. */
#define CONTROL_NUMBER_END 9007199254740992.0

enum { WORD_TEXT = 1, WORD_POSITION = 2, WORD_REASON = 4, WORD_TAPE_ID = 8, WORD_DECK = 16 };

struct control_rule {
    enum control_side side;
    const char *name;
    enum control_command command;
    unsigned takes;
    unsigned needs;
};

static const struct control_rule rules[] = {
    {CONTROL_RECORDER, "status", CONTROL_STATUS, 0, 0},
    {CONTROL_RECORDER, "mark", CONTROL_MARK, WORD_TEXT | WORD_POSITION, WORD_TEXT},
    {CONTROL_RECORDER, "rotate", CONTROL_ROTATE, 0, 0},
    {CONTROL_RECORDER, "pause", CONTROL_PAUSE, 0, 0},
    {CONTROL_RECORDER, "resume", CONTROL_RESUME, 0, 0},
    {CONTROL_RECORDER, "stop", CONTROL_STOP, WORD_REASON, 0},
    {CONTROL_RECORDER, "hold", CONTROL_HOLD, 0, 0},
    {CONTROL_RECORDER, "held", CONTROL_HELD, WORD_TAPE_ID, WORD_TAPE_ID},
    {CONTROL_SUPERVISOR, "status", CONTROL_STATUS, 0, 0},
    {CONTROL_SUPERVISOR, "start", CONTROL_START, WORD_DECK, WORD_DECK},
    {CONTROL_SUPERVISOR, "stop", CONTROL_STOP, WORD_DECK, WORD_DECK},
    {CONTROL_SUPERVISOR, "restart", CONTROL_RESTART, WORD_DECK, WORD_DECK},
    {CONTROL_SUPERVISOR, "reload", CONTROL_RELOAD, 0, 0},
    {CONTROL_SUPERVISOR, "shutdown", CONTROL_SHUTDOWN, 0, 0},
};

struct control_word {
    const char *name;
    unsigned bit;
    enum tapemap_status (*read)(const cJSON *value, struct control_request *request,
                                struct failure *failure);
};

static enum tapemap_status refuse_value(const char *name, const char *wanted,
                                        struct failure *failure)
{
    return failure_set(failure, TAPEMAP_E_ARGUMENT,
                       "the member '%s' of the request is not what it should be; give %s", name,
                       wanted);
}

static bool has_control_characters(const char *text)
{
    while (*text != '\0') {
        size_t length;
        if (utf8_is_control(utf8_character(text, &length)) || length == 0)
            return true;
        text += length;
    }
    return false;
}

static enum tapemap_status read_text(const cJSON *value, struct control_request *request,
                                     struct failure *failure)
{
    const char *text = cJSON_GetStringValue(value);

    if (!text || text[0] == '\0' || has_control_characters(text))
        return refuse_value(value->string, "a text without control characters", failure);
    utf8_shorten(text, request->text, sizeof request->text);
    return TAPEMAP_OK;
}

static enum tapemap_status read_position(const cJSON *value, struct control_request *request,
                                         struct failure *failure)
{
    const char *digits = cJSON_GetStringValue(value);
    double number = cJSON_IsNumber(value) ? value->valuedouble : -1;

    request->has_position = true;
    if (digits && quantity_parse_u64(digits, &request->position))
        return TAPEMAP_OK;
    if (number >= 0 && number < CONTROL_NUMBER_END) {
        request->position = (uint64_t)number;
        if ((double)request->position == number)
            return TAPEMAP_OK;
    }
    return refuse_value(value->string, "a whole number, in quotation marks from 2^53 on", failure);
}

static enum tapemap_status read_tape_id(const cJSON *value, struct control_request *request,
                                        struct failure *failure)
{
    const char *digits = cJSON_GetStringValue(value);

    if (digits && tape_id_parse(digits, &request->tape_id) && request->tape_id != 0)
        return TAPEMAP_OK;
    return refuse_value(value->string, "16 hexadecimal digits in quotation marks", failure);
}

static enum tapemap_status read_deck(const cJSON *value, struct control_request *request,
                                     struct failure *failure)
{
    const char *name = cJSON_GetStringValue(value);

    if (!name || !deck_name_is_valid(name))
        return refuse_value(value->string, "a deck's name", failure);
    memcpy(request->deck, name, strlen(name) + 1);
    return TAPEMAP_OK;
}

static const struct control_word words[] = {
    {"text", WORD_TEXT, read_text},
    {"position", WORD_POSITION, read_position},
    {"reason", WORD_REASON, read_text},
    {"tape_id", WORD_TAPE_ID, read_tape_id},
    {"deck", WORD_DECK, read_deck},
};

#define WORDS (sizeof words / sizeof words[0])

static const struct control_rule *find_rule(enum control_side side, const char *name)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (rules[i].side == side && strcmp(rules[i].name, name) == 0)
            return &rules[i];
    }
    return NULL;
}

/* As much of a text that somebody sent as is repeated to him. */
struct control_quote {
    char text[48];
};

static struct control_quote quote(const char *text)
{
    struct control_quote made;

    utf8_shorten(text, made.text, sizeof made.text);
    /* cppcheck-suppress uninitvar ; it is filled by the line before */
    return made;
}

static enum tapemap_status refuse_twice(const char *name, struct failure *failure)
{
    return failure_set(failure, TAPEMAP_E_ARGUMENT,
                       "the request has the member '%s' twice; give it once", name);
}

static enum tapemap_status read_command(enum control_side side, const cJSON *object,
                                        const struct control_rule **rule, struct failure *failure)
{
    const char *name = NULL;

    for (const cJSON *member = object->child; member; member = member->next) {
        if (strcmp(member->string, "command") != 0)
            continue;
        if (name)
            return refuse_twice(member->string, failure);
        name = cJSON_GetStringValue(member);
        if (!name)
            return refuse_value(member->string, "a command's name", failure);
    }
    if (!name)
        return failure_set(failure, TAPEMAP_E_ARGUMENT,
                           "the request has no member 'command'; see docs/control.md");
    *rule = find_rule(side, name);
    if (!*rule)
        return failure_set(failure, TAPEMAP_E_ARGUMENT,
                           "a %s has no command '%s'; see docs/control.md",
                           side == CONTROL_RECORDER ? "recorder" : "supervisor", quote(name).text);
    return TAPEMAP_OK;
}

static enum tapemap_status read_member(const struct control_rule *rule, const cJSON *member,
                                       unsigned *seen, struct control_request *request,
                                       struct failure *failure)
{
    size_t i = 0;

    while (i < WORDS && strcmp(words[i].name, member->string) != 0)
        i++;
    if (i == WORDS || !(rule->takes & words[i].bit))
        return failure_set(failure, TAPEMAP_E_ARGUMENT,
                           "the command '%s' takes no member '%s'; leave it out", rule->name,
                           quote(member->string).text);
    if (*seen & words[i].bit)
        return refuse_twice(words[i].name, failure);
    *seen |= words[i].bit;
    return words[i].read(member, request, failure);
}

static enum tapemap_status read_object(enum control_side side, const cJSON *object,
                                       struct control_request *request, struct failure *failure)
{
    const struct control_rule *rule = NULL;
    enum tapemap_status status = read_command(side, object, &rule, failure);
    unsigned seen = 0;

    if (status != TAPEMAP_OK)
        return status;
    assert(rule);
    for (const cJSON *member = object->child; member && status == TAPEMAP_OK;
         member = member->next) {
        if (strcmp(member->string, "command") != 0)
            status = read_member(rule, member, &seen, request, failure);
    }
    if (status != TAPEMAP_OK)
        return status;
    request->command = rule->command;
    for (size_t i = 0; i < WORDS; i++) {
        if (rule->needs & ~seen & words[i].bit)
            return failure_set(failure, TAPEMAP_E_ARGUMENT,
                               "the command '%s' needs the member '%s'; give it", rule->name,
                               words[i].name);
    }
    return TAPEMAP_OK;
}

enum tapemap_status control_request_parse(enum control_side side, const char *line, size_t length,
                                          struct control_request *request, struct failure *failure)
{
    enum tapemap_status status = control_syntax_check(line, length, failure);
    cJSON *object;

    if (status != TAPEMAP_OK)
        return status;
    memset(request, 0, sizeof *request);
    object = cJSON_ParseWithLengthOpts(line, length + 1, NULL, true);
    if (!object)
        return failure_set(failure, TAPEMAP_E_SYNTAX,
                           "the request is no JSON object; see docs/control.md");
    status = read_object(side, object, request, failure);
    cJSON_Delete(object);
    return status;
}
