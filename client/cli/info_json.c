/* SPDX-License-Identifier: MIT */
#include "cli_json.h"
#include "info_facts.h"

static bool info_fill_identity(cJSON *object, const struct tapemap_info *info)
{
    return cli_json_text(object, "id", info->id) && cli_json_text(object, "deck", info->deck) &&
           cli_json_text(object, "source", info->source) &&
           cli_json_text(object, "format", tapemap_format_name(info->format)) &&
           cli_json_u64(object, "channels", info->channels) &&
           cli_json_u64(object, "sample_rate_hz", info->sample_rate_hz) &&
           cli_json_u64(object, "frame_bytes", info->frame_bytes) &&
           cli_json_text(object, "kind", info->is_ring ? "ring" : "linear") &&
           cli_json_text(object, "storage", info->is_file ? "file" : "memory") &&
           cli_json_u64(object, "capacity_frames", info->capacity_frames) &&
           cli_json_u64(object, "input_latency_ns", info->input_latency_ns) &&
           cli_json_u64(object, "recorder_pid", info->recorder_pid) &&
           cli_json_utc(object, "created_utc", info->created_utc_ns) &&
           cli_json_text(object, "file_path", info->file_path);
}

static bool info_fill_tape(cJSON *object, const char *key, const char *id)
{
    return id[0] ? cli_json_text(object, key, id) : cJSON_AddNullToObject(object, key) != NULL;
}

static bool info_fill_series(cJSON *object, const struct info_facts *facts)
{
    return cli_json_u64(object, "series_position", facts->info.series_position) &&
           info_fill_tape(object, "previous_tape", facts->info.previous_id) &&
           info_fill_tape(object, "next_tape", facts->now.next_id);
}

static bool info_fill_now(cJSON *object, const struct tapemap_now *now)
{
    return cli_json_text(object, "state", tapemap_state_name(now->state)) &&
           cli_json_bool(object, "is_stalled", now->is_stalled != 0) &&
           cli_json_text(object, "reason", tapemap_reason_name(now->reason)) &&
           cli_json_text(object, "reason_text", now->reason_text) &&
           cli_json_u64(object, "head_frames", now->head) &&
           cli_json_u64(object, "oldest_frame", now->oldest) &&
           cli_json_u64(object, "committed_bytes", now->committed_bytes) &&
           cli_json_u64(object, "durable_frames", now->durable_frames) &&
           cli_json_u64(object, "resume_count", now->resume_count) &&
           cli_json_u64(object, "gap_count", now->gap_count) &&
           cli_json_u64(object, "gap_frames", now->gap_frames) &&
           cli_json_u64(object, "overflow_count", now->overflow_count) &&
           cli_json_u64(object, "reader_count", now->reader_count) &&
           cli_json_warnings(object, "warnings", now->warnings) &&
           cli_json_u64(object, "heartbeat_age_ns", now->heartbeat_age_ns);
}

static bool info_fill_journal(cJSON *object, const struct info_facts *facts)
{
    static const char *const keys[INFO_KINDS + 1] = {
        "unknown_count",  "state_count",    "anchor_count", "gap_count",
        "overflow_count", "mark_count",     "source_count", "warning_count",
    };
    cJSON *journal = cJSON_AddObjectToObject(object, "journal");
    bool is_whole = journal && cli_json_u64(journal, "first_sequence", facts->journal_first) &&
                    cli_json_u64(journal, "end_sequence", facts->journal_end);
    for (unsigned kind = 0; kind <= INFO_KINDS && is_whole; kind++)
        is_whole = cli_json_u64(journal, keys[kind], facts->kind_counts[kind]);
    return is_whole;
}

int info_print_json(const struct info_facts *facts)
{
    cJSON *object = cJSON_CreateObject();
    bool is_whole = object && info_fill_identity(object, &facts->info) &&
                    info_fill_series(object, facts) &&
                    info_fill_now(object, &facts->now);
    if (is_whole && facts->has_head_utc)
        is_whole = cli_json_utc(object, "head_utc", facts->head_utc_ns);
    else if (is_whole)
        is_whole = cJSON_AddNullToObject(object, "head_utc") != NULL;
    return cli_json_print(object, is_whole && info_fill_journal(object, facts));
}
