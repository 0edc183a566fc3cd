/* SPDX-License-Identifier: MIT */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon_help.h"
#include "daemon_verbs.h"
#include "portaudio_devices.h"
#include "say.h"
#include "source.h"
#include "tapemap/tapemap.h"

/* A list in memory of its own; grown once when there are more than expected. */
struct device_list {
    struct device_info *rows;
    size_t count;
};

#define DEVICES_EXPECTED 128u

static enum tapemap_status devices_read(struct device_list *list, struct failure *failure)
{
    size_t room = DEVICES_EXPECTED;

    for (;;) {
        struct device_info *rows = calloc(room, sizeof *rows);
        size_t count = 0;
        enum tapemap_status status;

        if (!rows)
            return failure_set(failure, TAPEMAP_E_MEMORY,
                               "no memory for the list; close other programs");
        status = devices_list(rows, room, &count, failure);
        if (status == TAPEMAP_OK && count <= room) {
            list->rows = rows;
            list->count = count;
            return TAPEMAP_OK;
        }
        free(rows);
        if (status != TAPEMAP_OK)
            return status;
        room = count + DEVICES_EXPECTED;
    }
}

static double devices_ms(uint64_t ns)
{
    return (double)ns / 1e6;
}

/* ---- The table ------------------------------------------------------------------------------ */

/* The name comes last, because names are of any length and of any script. */
static int devices_print_table(const struct device_list *list)
{
    if (list->count == 0) {
        say("no input device was found; connect one and allow programs to use the microphone in "
            "the privacy settings");
        return DAEMON_DONE;
    }
    printf("  %-16s %8s %8s %10s  %s\n", "HOST API", "CHANNELS", "RATE", "LATENCY", "DEVICE");
    for (size_t i = 0; i < list->count; i++) {
        const struct device_info *row = &list->rows[i];
        printf("%c %-16s %8u %8u %7.1f ms  %s\n",
               row->is_default ? '*' : (row->is_host_default ? '+' : ' '), row->host_api,
               (unsigned)row->channels, (unsigned)row->default_rate_hz,
               devices_ms(row->high_latency_ns), row->name);
    }
    printf("* what --source portaudio takes; + the default of its host API\n");
    return DAEMON_DONE;
}

/* ---- JSON ----------------------------------------------------------------------------------- */

static bool devices_add_json(cJSON *array, const struct device_info *row)
{
    char source[sizeof row->host_api + sizeof row->name + sizeof "portaudio::"];
    cJSON *object = cJSON_CreateObject();

    snprintf(source, sizeof source, "portaudio:%s:%s", row->host_api, row->name);
    if (!object || !cJSON_AddItemToArray(array, object)) {
        cJSON_Delete(object);
        return false;
    }
    return cJSON_AddStringToObject(object, "host_api", row->host_api) &&
           cJSON_AddStringToObject(object, "name", row->name) &&
           cJSON_AddStringToObject(object, "source", source) &&
           cJSON_AddNumberToObject(object, "channels", row->channels) &&
           cJSON_AddNumberToObject(object, "rate_hz", row->default_rate_hz) &&
           cJSON_AddNumberToObject(object, "low_latency_ms", devices_ms(row->low_latency_ns)) &&
           cJSON_AddNumberToObject(object, "high_latency_ms", devices_ms(row->high_latency_ns)) &&
           cJSON_AddBoolToObject(object, "is_host_default", row->is_host_default) &&
           cJSON_AddBoolToObject(object, "is_default", row->is_default);
}

static char *devices_make_json(const struct device_list *list)
{
    cJSON *array = cJSON_CreateArray();
    bool is_whole = array != NULL;
    char *text;

    for (size_t i = 0; i < list->count && is_whole; i++)
        is_whole = devices_add_json(array, &list->rows[i]);
    text = is_whole ? cJSON_Print(array) : NULL;
    cJSON_Delete(array);
    return text;
}

static int devices_print_json(const struct device_list *list)
{
    char *text = devices_make_json(list);

    if (!text) {
        say("listing the devices: no memory for the JSON text; close other programs");
        return DAEMON_FAILED;
    }
    puts(text);
    cJSON_free(text);
    return DAEMON_DONE;
}

/* "s16:48000:2" */
static bool devices_parse_format(const char *text, struct audio_format *format)
{
    char name[8];
    unsigned rate_hz;
    unsigned channels;

    if (sscanf(text, "%7[a-z0-9]:%u:%u", name, &rate_hz, &channels) != 3)
        return false;
    *format = (struct audio_format){.channels = channels, .sample_rate_hz = rate_hz};
    for (int each = TAPEMAP_S16; each <= TAPEMAP_F32; each++)
        if (strcmp(name, tapemap_format_name((enum tapemap_sample_format)each)) == 0)
            format->sample_format = (enum tapemap_sample_format)each;
    return format->sample_format != 0 && rate_hz <= TAPEMAP_MAX_RATE_HZ &&
           channels <= TAPEMAP_MAX_CHANNELS;
}

static int devices_find(const char *spec, const char *format)
{
    struct source_wish wish;
    struct source *source;
    struct failure failure;

    if (!devices_parse_format(format, &wish.format)) {
        say("devices: '%s' is no format; use one such as s16:48000:2", format);
        return DAEMON_MISUSED;
    }
    if (source_open(spec, &wish, &source, &failure) != TAPEMAP_OK) {
        say("finding '%s': %s", spec, failure.text);
        return DAEMON_FAILED;
    }
    source->ops->close(source);
    return DAEMON_DONE;
}

int devices_verb(int argc, char **argv)
{
    struct device_list list = {NULL, 0};
    bool as_json = argc == 2 && strcmp(argv[1], "--json") == 0;
    struct failure failure;
    int code;

    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return daemon_help("devices");
    if (argc == 4 && strcmp(argv[1], "--find") == 0)
        return devices_find(argv[2], argv[3]);
    if (argc > 1 && !as_json) {
        say("devices: unexpected '%s'; use --json or nothing", argv[argc - 1]);
        return DAEMON_MISUSED;
    }
    if (devices_read(&list, &failure) != TAPEMAP_OK) {
        say("listing the devices: %s", failure.text);
        return DAEMON_FAILED;
    }
    code = as_json ? devices_print_json(&list) : devices_print_table(&list);
    free(list.rows);
    return code;
}
