/* SPDX-License-Identifier: MIT */
#include "selftest_report.h"

#include <stdio.h>

#include <cjson/cJSON.h>

#include "utf8_text.h"

void environment_add(struct environment *environment, const char *key, const char *text)
{
    if (environment->count == ENVIRONMENT_MOST_FACTS)
        return;
    environment->facts[environment->count].key = key;
    utf8_shorten(text, environment->facts[environment->count].text,
                 sizeof environment->facts[0].text);
    environment->count++;
}

size_t selftest_report_count(const struct selftest_report *report, enum finding_verdict verdict)
{
    size_t count = 0;

    for (size_t i = 0; i < report->count; i++)
        count += report->findings[i].verdict == (uint32_t)verdict;
    return count;
}

void selftest_report_sum(const struct selftest_report *report, char *out, size_t room)
{
    snprintf(out, room,
             "%zu hold, %zu differ and are harmless, %zu differ, %zu are not testable here",
             selftest_report_count(report, FINDING_HOLDS),
             selftest_report_count(report, FINDING_HARMLESS),
             selftest_report_count(report, FINDING_DIFFERS),
             selftest_report_count(report, FINDING_UNTESTED));
}

static bool add_environment(cJSON *object, const struct environment *environment)
{
    cJSON *facts = cJSON_AddObjectToObject(object, "environment");
    bool is_whole = facts != NULL;

    for (size_t i = 0; is_whole && i < environment->count; i++)
        is_whole = cJSON_AddStringToObject(facts, environment->facts[i].key,
                                           environment->facts[i].text) != NULL;
    return is_whole;
}

static bool add_finding(cJSON *array, const struct assumption *assumption,
                        const struct finding *finding)
{
    cJSON *object = cJSON_CreateObject();

    if (!object || !cJSON_AddItemToArray(array, object)) {
        cJSON_Delete(object);
        return false;
    }
    return cJSON_AddStringToObject(object, "id", assumption->id) &&
           cJSON_AddStringToObject(object, "verdict", finding_word(finding->verdict)) &&
           cJSON_AddStringToObject(object, "assumption", assumption->text) &&
           cJSON_AddStringToObject(object, "measured", finding->text) &&
           (finding->verdict != FINDING_DIFFERS ||
            cJSON_AddStringToObject(object, "otherwise", assumption->otherwise));
}

char *selftest_report_json(const struct selftest_report *report)
{
    cJSON *object = cJSON_CreateObject();
    cJSON *array = NULL;
    bool is_whole = object && add_environment(object, &report->environment) &&
                    (array = cJSON_AddArrayToObject(object, "checks")) != NULL;

    for (size_t i = 0; is_whole && i < report->count; i++)
        is_whole = add_finding(array, report->assumptions[i], &report->findings[i]);
    is_whole = is_whole &&
               cJSON_AddBoolToObject(object, "ok",
                                     selftest_report_count(report, FINDING_DIFFERS) == 0);
    char *text = is_whole ? cJSON_Print(object) : NULL;
    cJSON_Delete(object);
    return text;
}
