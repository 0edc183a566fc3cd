/* SPDX-License-Identifier: MIT */
#include "meter_json.h"

#include <math.h>
#include <stdio.h>

#include "cli_fail.h"
#include "cli_json.h"

static bool add_db(cJSON *object, const char *key, double db)
{
    char text[32];
    if (!(db > -HUGE_VAL && db < HUGE_VAL))
        return cJSON_AddNullToObject(object, key) != NULL;
    snprintf(text, sizeof text, "%.2f", db);
    return cJSON_AddRawToObject(object, key, text) != NULL;
}

static bool add_channels(cJSON *object, const struct meter_picture *picture)
{
    cJSON *list = cJSON_AddArrayToObject(object, "channels");
    bool is_whole = list != NULL;
    for (uint32_t i = 0; i < picture->channel_count && picture->has_levels && is_whole; i++) {
        const struct meter_channel *channel = &picture->channels[i];
        cJSON *item = cJSON_CreateObject();
        is_whole = cJSON_AddItemToArray(list, item) &&
                   add_db(item, "peak_db", channel->level.peak_db) &&
                   add_db(item, "rms_db", channel->level.rms_db) &&
                   add_db(item, "hold_db", channel->hold_db) &&
                   cli_json_u64(item, "clips", channel->clips);
    }
    return is_whole;
}

static bool add_loudness(cJSON *object, const struct meter_picture *picture)
{
    const struct loudness_figures *loudness = &picture->loudness;
    return add_db(object, "momentary_lufs", loudness->momentary_lufs) &&
           add_db(object, "short_term_lufs", loudness->short_term_lufs) &&
           add_db(object, "integrated_lufs", loudness->integrated_lufs) &&
           (!loudness->has_true_peak || add_db(object, "true_peak_dbtp", loudness->true_peak_db));
}

int meter_print_json(const struct meter_picture *picture, const struct meter_place *place)
{
    cJSON *object = cJSON_CreateObject();
    bool is_whole = object && cli_json_u64(object, "head_frames", place->now->head) &&
                    cli_json_u64(object, "measured_frames", place->measured) &&
                    cli_json_u64(object, "missed_frames", place->missed_frames) &&
                    cli_json_text(object, "state", picture->state) &&
                    add_channels(object, picture) &&
                    (!picture->has_loudness || add_loudness(object, picture));
    char *text = is_whole ? cJSON_PrintUnformatted(object) : NULL;
    cJSON_Delete(object);
    if (!text)
        return cli_fail_status(TAPEMAP_E_MEMORY, "cannot make the JSON text");
    printf("%s\n", text);
    cJSON_free(text);
    return CLI_DONE;
}
