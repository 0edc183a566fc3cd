/* SPDX-License-Identifier: MIT */
#include "finding.h"

#include <stdarg.h>
#include <stdio.h>

#include "utf8_text.h"

void finding_set(struct finding *finding, enum finding_verdict verdict, const char *format, ...)
{
    va_list arguments;

    finding->verdict = (uint32_t)verdict;
    va_start(arguments, format);
    vsnprintf(finding->text, sizeof finding->text, format, arguments);
    va_end(arguments);
    utf8_mend_end(finding->text);
}

const char *finding_word(uint32_t verdict)
{
    static const char *const words[FINDING_VERDICTS] = {
        [FINDING_UNTESTED] = "not testable here",
        [FINDING_HOLDS] = "holds",
        [FINDING_HARMLESS] = "differs, harmless",
        [FINDING_DIFFERS] = "differs",
    };

    return words[verdict < FINDING_VERDICTS ? verdict : FINDING_UNTESTED];
}

void finding_line(const struct assumption *assumption, const struct finding *finding, char *out,
                  size_t room)
{
    const char *between = finding->verdict == FINDING_DIFFERS ? "; " : "";
    const char *otherwise = finding->verdict == FINDING_DIFFERS ? assumption->otherwise : "";

    snprintf(out, room, "%s %s: %s: %.*s%s%s", assumption->id, finding_word(finding->verdict),
             assumption->text, FINDING_TEXT_BYTES - 1, finding->text, between, otherwise);
    for (char *at = out; *at; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7F)
            *at = '?';
    utf8_mend_end(out);
}
