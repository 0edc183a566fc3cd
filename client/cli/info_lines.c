/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>

#include "cli_text.h"
#include "info_facts.h"
#include "quantity.h"

static void info_print_identity(const struct tapemap_info *info)
{
    char text[256];
    char length[40];
    char utc[CLI_TEXT_UTC_BYTES];
    char path[sizeof info->file_path];
    printf("deck        %s\n", cli_text_clean(info->deck, text, sizeof text));
    printf("tape        %s\n", info->id);
    printf("source      %s\n", cli_text_clean(info->source, text, sizeof text));
    printf("format      %s, %" PRIu32 " channel%s, %" PRIu32 " Hz\n",
           tapemap_format_name(info->format), info->channels, info->channels == 1 ? "" : "s",
           info->sample_rate_hz);
    quantity_print_bytes(info->capacity_frames * info->frame_bytes, text, sizeof text);
    cli_text_length(info->capacity_frames, info->sample_rate_hz, length, sizeof length);
    if (info->is_file)
        printf("kind        linear, grows with its file\n");
    else
        printf("kind        %s %s, %s\n", info->is_ring ? "ring of" : "linear, room for", length,
               text);
    printf("storage     %s\n", info->is_file ? "file" : "memory");
    printf("recorder    process %" PRIu32 "\n", info->recorder_pid);
    printf("started     %s\n", cli_text_utc(info->created_utc_ns, 3, utc));
    if (info->file_path[0])
        printf("recorded to %s\n", cli_text_clean(info->file_path, path, sizeof path));
}

static void info_print_series(const struct info_facts *facts)
{
    char length[40];
    const struct tapemap_info *info = &facts->info;
    if (!info->previous_id[0] && !facts->now.next_id[0])
        return;
    cli_text_length(info->series_position, info->sample_rate_hz, length, sizeof length);
    printf("series      from frame %" PRIu64 " (%s) on", info->series_position, length);
    if (info->previous_id[0])
        printf(", after tape %s", info->previous_id);
    if (facts->now.next_id[0])
        printf(", goes on in tape %s", facts->now.next_id);
    printf("\n");
}

static void info_print_state(const struct tapemap_now *now)
{
    char text[256];
    printf("state       %s", cli_text_state(now));
    if (now->state == TAPEMAP_STATE_ENDED)
        printf(" (%s)", tapemap_reason_name(now->reason));
    cli_text_clean(now->reason_text, text, sizeof text);
    printf("%s%s\n", text[0] ? ": " : "", text);
    if (now->warnings != 0)
        printf("warnings    %s\n", cli_text_warnings(now->warnings, text));
    if (now->state != TAPEMAP_STATE_ENDED)
        printf("readers     %" PRIu32 "\n", now->reader_count);
}

static void info_print_progress(const struct info_facts *facts)
{
    const struct tapemap_now *now = &facts->now;
    char text[40];
    char utc[CLI_TEXT_UTC_BYTES];
    uint32_t rate_hz = facts->info.sample_rate_hz;
    printf("head        frame %" PRIu64 " (%s)", now->head,
           cli_text_length(now->head, rate_hz, text, sizeof text));
    if (facts->has_head_utc)
        printf(" at %s", cli_text_utc(facts->head_utc_ns, 3, utc));
    printf("\noldest      frame %" PRIu64 " (%s)\n", now->oldest,
           cli_text_length(now->oldest, rate_hz, text, sizeof text));
    quantity_print_bytes(now->committed_bytes, text, sizeof text);
    printf("committed   %s\n", text);
    if (facts->info.is_file)
        printf("durable     frame %" PRIu64 " (%s)\nresumes     %" PRIu64 "\n",
               now->durable_frames,
               cli_text_length(now->durable_frames, rate_hz, text, sizeof text),
               now->resume_count);
    printf("gaps        %" PRIu64 ", %" PRIu64 " frames lost (%s)\n", now->gap_count,
           now->gap_frames, cli_text_length(now->gap_frames, rate_hz, text, sizeof text));
    printf("overflows   %" PRIu64 "\n", now->overflow_count);
    printf("heartbeat   %" PRIu64 ".%03" PRIu64 " s ago\n", now->heartbeat_age_ns / 1000000000u,
           now->heartbeat_age_ns / 1000000u % 1000u);
    if (facts->info.input_latency_ns > 0)
        printf("latency     %.1f ms\n", (double)facts->info.input_latency_ns / 1e6);
}

static void info_print_journal(const struct info_facts *facts)
{
    uint64_t held = facts->journal_end - facts->journal_first;
    printf("journal     %" PRIu64 " entr%s", held, held == 1 ? "y" : "ies");
    if (facts->journal_first > 0)
        printf(" (the first %" PRIu64 " were overwritten)", facts->journal_first);
    const char *before = ": ";
    for (unsigned kind = 1; kind <= INFO_KINDS; kind++) {
        if (facts->kind_counts[kind] == 0)
            continue;
        printf("%s%s %" PRIu64, before,
               tapemap_record_kind_name((enum tapemap_record_kind)kind),
               facts->kind_counts[kind]);
        before = ", ";
    }
    if (facts->kind_counts[0] > 0)
        printf("%sof unknown kind %" PRIu64, before, facts->kind_counts[0]);
    printf("\n");
}

void info_print_lines(const struct info_facts *facts)
{
    info_print_identity(&facts->info);
    info_print_series(facts);
    info_print_state(&facts->now);
    info_print_progress(facts);
    info_print_journal(facts);
}
