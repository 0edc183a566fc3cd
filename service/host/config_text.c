/* SPDX-License-Identifier: MIT */
#include "config_text.h"

#include <string.h>

/* What has been seen of a statement. */
struct scan {
    struct config_text *text;
    struct config_statement *statement;
    unsigned depth;
    unsigned open_line; /* of the outermost brace */
    bool has_equals;    /* outside of braces */
    bool wants_value;   /* nothing has come yet after an equals sign */
};

static void scan_complain(struct scan *scan, unsigned line, const char *wrong)
{
    if (scan->statement->wrong)
        return;
    scan->statement->wrong = wrong;
    scan->statement->wrong_line = line;
}

static void blank_line(struct config_text *text)
{
    while (*text->at != '\0' && *text->at != '\n')
        *text->at++ = ' ';
}

static void blank_block(struct scan *scan)
{
    struct config_text *text = scan->text;
    unsigned line = text->line;
    const char *end = strstr(text->at + 2, "*/");

    if (!end) {
        scan_complain(scan, line, "a comment begins with /* and never ends; end it with */");
        end = text->at + strlen(text->at) - 2;
    }
    while (text->at != end + 2) {
        if (*text->at == '\n')
            text->line++;
        else
            *text->at = ' ';
        text->at++;
    }
}

static void skip_string(struct scan *scan)
{
    struct config_text *text = scan->text;
    char quote = *text->at++;

    for (; *text->at != quote; text->at++) {
        if (*text->at == '\\' && text->at[1] != '\0' && text->at[1] != '\n') {
            text->at++;
            if (quote == '"' && *text->at >= '0' && *text->at <= '9')
                scan_complain(scan, text->line,
                              "\\ before a digit means nothing in double quotes; write \\\\, or "
                              "use single quotes");
            continue;
        }
        if (*text->at == '\0' || *text->at == '\n') {
            scan_complain(scan, text->line,
                          "a string begins and does not end in its line; end it with a quote (in "
                          "double quotes, \\ is written \\\\)");
            return;
        }
    }
    text->at++;
}

static void skip_word(struct config_text *text)
{
    if (text->at[0] == '$' && text->at[1] == '{' && strchr(text->at, '}'))
        text->at = strchr(text->at, '}') + 1; /* a variable of the environment */
    else
        text->at += strcspn(text->at, CONFIG_WORD_ENDS);
}

/* One character that stands for itself. Returns true when it ends the statement. */
static bool scan_sign(struct scan *scan)
{
    char sign = *scan->text->at++;

    if (sign == '*')
        scan_complain(scan, scan->text->line,
                      "* can stand in quotes only; put the value into quotes");
    scan->wants_value = sign == '=';
    if (scan->depth == 0 && sign == '=')
        scan->has_equals = true;
    if (sign == '{' && scan->depth++ == 0)
        scan->open_line = scan->text->line;
    if (sign != '}')
        return false;
    if (scan->depth == 0)
        scan_complain(scan, scan->text->line, "} closes nothing; remove it, or give the { to it");
    return scan->depth == 0 || --scan->depth == 0;
}

/* After a mistake in its braces or quotes, what begins like a section is one. */
static bool next_is_section(const char *text)
{
    return strncmp(text, "deck", 4) == 0 || strncmp(text, "defaults", 8) == 0;
}

/* Returns true when the statement has ended. */
static bool scan_next(struct scan *scan)
{
    struct config_text *text = scan->text;

    switch (*text->at) {
    case '\n':
        text->line++;
        text->at++;
        if (scan->statement->wrong && next_is_section(text->at))
            return true;
        return scan->depth == 0 && scan->has_equals && !scan->wants_value;
    case ' ':
    case '\t':
    case '\r':
        text->at++;
        return false;
    case '#':
        blank_line(text);
        return false;
    case '/':
        if (text->at[1] == '/') {
            blank_line(text);
            return false;
        }
        if (text->at[1] == '*') {
            blank_block(scan);
            return false;
        }
        break;
    case '"':
    case '\'':
        skip_string(scan);
        scan->wants_value = false;
        return false;
    default:
        if (strchr(CONFIG_WORD_ENDS, *text->at))
            return scan_sign(scan);
        break;
    }
    skip_word(text);
    scan->wants_value = false;
    return false;
}

static bool is_blank(const char *from, const char *to)
{
    while (from != to && strchr(" \t\r\n", *from))
        from++;
    return from == to;
}

bool config_text_next(struct config_text *text, struct config_statement *statement)
{
    struct scan scan = {.text = text, .statement = statement};
    char *begin = text->at;
    bool has_ended = false;

    *statement = (struct config_statement){.line = text->line};
    while (!has_ended && *text->at != '\0') {
        has_ended = scan_next(&scan);
        if (is_blank(begin, text->at)) {
            begin = text->at;
            statement->line = text->line;
        }
    }
    if (scan.depth > 0)
        scan_complain(&scan, scan.open_line, "{ is never closed; give the } to it");
    statement->text = begin;
    statement->length = (size_t)(text->at - begin);
    return begin != text->at || statement->wrong;
}
