/* SPDX-License-Identifier: MIT */
#include "overview_json.h"

#include <stdio.h>

#include "cli_json.h"

/* Four digits behind the point tell 16-bit steps well enough for a picture. */
static bool add_sample(cJSON *list, float sample)
{
    char text[32];
    snprintf(text, sizeof text, "%.4f", (double)sample);
    cJSON *item = cJSON_CreateRaw(text);
    return item && cJSON_AddItemToArray(list, item);
}

static bool add_channel(cJSON *channels, const struct overview *overview, uint32_t channel)
{
    cJSON *object = cJSON_CreateObject();
    if (!object || !cJSON_AddItemToArray(channels, object)) {
        cJSON_Delete(object);
        return false;
    }
    cJSON *min = cJSON_AddArrayToObject(object, "min");
    cJSON *max = cJSON_AddArrayToObject(object, "max");
    cJSON *rms = cJSON_AddArrayToObject(object, "rms");
    bool is_whole = min && max && rms;
    for (uint32_t i = 0; i < overview->columns && is_whole; i++) {
        const struct overview_cell *cell =
            &overview->cells[(size_t)i * overview->channels + channel];
        is_whole = add_sample(min, cell->min) && add_sample(max, cell->max) &&
                   add_sample(rms, cell->rms);
    }
    return is_whole;
}

static bool add_gaps(cJSON *object, const struct overview *overview)
{
    cJSON *list = cJSON_AddArrayToObject(object, "gaps");
    bool is_whole = list != NULL;
    for (size_t i = 0; i < overview->gap_count && is_whole; i++) {
        cJSON *gap = cJSON_CreateObject();
        is_whole = cJSON_AddItemToArray(list, gap) &&
                   cli_json_u64(gap, "from_frame", overview->gaps[i].from) &&
                   cli_json_u64(gap, "to_frame", overview->gaps[i].to);
    }
    return is_whole;
}

static bool add_marks(cJSON *object, const struct overview *overview)
{
    cJSON *list = cJSON_AddArrayToObject(object, "marks");
    bool is_whole = list != NULL;
    for (size_t i = 0; i < overview->mark_count && is_whole; i++) {
        cJSON *mark = cJSON_CreateObject();
        is_whole = cJSON_AddItemToArray(list, mark) &&
                   cli_json_u64(mark, "frame", overview->marks[i].position) &&
                   cli_json_text(mark, "label", overview->marks[i].label);
    }
    return is_whole;
}

static bool add_moment(cJSON *object, const char *key, const struct overview *overview,
                       uint64_t position)
{
    uint64_t utc_ns = 0;
    if (overview->clock.utc_at &&
        overview->clock.utc_at(overview->clock.context, position, &utc_ns))
        return cli_json_utc(object, key, utc_ns);
    return cJSON_AddNullToObject(object, key) != NULL;
}

int overview_print_json(const struct overview *overview, const struct tapemap_info *info)
{
    cJSON *object = cJSON_CreateObject();
    bool is_whole = object && cli_json_text(object, "deck", info->deck) &&
                    cli_json_text(object, "id", info->id) &&
                    cli_json_u64(object, "sample_rate_hz", info->sample_rate_hz) &&
                    cli_json_u64(object, "from_frame", overview->from) &&
                    cli_json_u64(object, "to_frame", overview->to) &&
                    add_moment(object, "from_utc", overview, overview->from) &&
                    add_moment(object, "to_utc", overview, overview->to) &&
                    cli_json_u64(object, "columns", overview->columns) &&
                    add_gaps(object, overview) && add_marks(object, overview);
    cJSON *channels = is_whole ? cJSON_AddArrayToObject(object, "channels") : NULL;
    is_whole = channels != NULL;
    for (uint32_t i = 0; i < overview->channels && is_whole; i++)
        is_whole = add_channel(channels, overview, i);
    return cli_json_print(object, is_whole);
}
