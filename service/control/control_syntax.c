/* SPDX-License-Identifier: MIT */
#include "control_syntax.h"

#include <stdbool.h>
#include <string.h>

#include "utf8.h"

struct syntax {
    bool is_in_text;
    bool is_escaped; /* the next character belongs to a backslash */
    bool has_begun;
};

static const char *check_in_text(struct syntax *syntax, const char *at)
{
    bool was_escaped = syntax->is_escaped;

    syntax->is_escaped = !was_escaped && *at == '\\';
    if (was_escaped && strncmp(at, "u0000", 5) == 0)
        return "it has a zero in a text";
    if (!was_escaped && *at == '"')
        syntax->is_in_text = false;
    return NULL;
}

static const char *check_outside_text(struct syntax *syntax, const char *at)
{
    if (!syntax->has_begun && !strchr(" \t\r{", *at))
        return "it does not begin with '{'";
    if (*at == '[' || (*at == '{' && syntax->has_begun))
        return "it has a list or an object in it";
    if (*at == '{')
        syntax->has_begun = true;
    else if (*at == '"')
        syntax->is_in_text = true;
    return NULL;
}

/* Returns what is wrong with the character at `at`, of the value `character`; NULL: nothing. */
static const char *check_character(struct syntax *syntax, const char *at, uint32_t character)
{
    bool is_blank = *at == '\t' || *at == '\r';

    if (utf8_is_control(character) && (syntax->is_in_text || !is_blank))
        return "it has a control character; escape it";
    return syntax->is_in_text ? check_in_text(syntax, at) : check_outside_text(syntax, at);
}

enum tapemap_status control_syntax_check(const char *line, size_t length, struct failure *failure)
{
    struct syntax syntax = {0};
    const char *wrong = NULL;

    for (size_t i = 0; i < length && !wrong;) {
        size_t bytes;
        uint32_t character = utf8_character(line + i, &bytes);
        wrong = bytes == 0 ? "it is not UTF-8" : check_character(&syntax, line + i, character);
        i += bytes;
    }
    if (!wrong && !syntax.has_begun)
        wrong = "it is empty";
    if (!wrong)
        return TAPEMAP_OK;
    return failure_set(failure, TAPEMAP_E_SYNTAX,
                       "the request is no flat JSON object: %s; see docs/control.md", wrong);
}
