/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli_fail.h"
#include "cli_json.h"
#include "cli_text.h"
#include "cli_verb.h"
#include "quantity.h"
#include "tapemap/tapemap.h"

static int recover_run(int argc, char **argv);

static const struct option recover_options[] = {
    {"dry-run", no_argument, NULL, 'n'},
    {"output", required_argument, NULL, 'o'},
    {"in-place", no_argument, NULL, 'i'},
    {"json", no_argument, NULL, 'j'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

const struct cli_verb verb_recover = {
    .name = "recover",
    .summary = "Complete a file left behind",
    .help = "usage: tapemap recover FILE [--dry-run] [--json]\n"
            "       tapemap recover FILE -o COPY|--in-place [--dry-run] [--json]\n"
            "\n"
            "Completes the file of a tape whose recorder died: its header counts every\n"
            "frame, marks, gaps and peaks are added, the reserved tail is cut. The audio is\n"
            "not touched. Doing it again, or to a tape that has ended, changes nothing.\n"
            "\n"
            "A WAV of another program whose header does not tell its true length, as\n"
            "recorders leave it that were killed, is repaired in a copy, or in place.\n"
            "\n"
            "  -o, --output COPY  another program's WAV: write a repaired copy\n"
            "      --in-place     another program's WAV: change the sizes in its header\n"
            "      --dry-run      only say what would be done\n"
            "      --json         as one JSON object\n"
            "  -h, --help         this text\n",
    .short_options = ":o:h",
    .options = recover_options,
    .run = recover_run,
};

struct recover_job {
    const char *path;
    struct tapemap_recover_options options;
    struct tapemap_recover_report report;
    bool is_json;
};

/* ---- What is said -------------------------------------------------------------------------- */

static const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

static void print_audio(const struct tapemap_recover_report *report)
{
    char length[40];
    cli_text_length(report->frames, report->sample_rate_hz, length, sizeof length);
    printf("%" PRIu64 " frame%s (%s) x %" PRIu32 " channel%s", report->frames,
           plural(report->frames), length, report->channels, plural(report->channels));
}

static void print_tape(const struct recover_job *job)
{
    const struct tapemap_recover_report *report = &job->report;
    char cut[40];
    printf("%s %s: ", job->options.is_dry_run ? "would complete" : "completed", job->path);
    print_audio(report);
    printf(", %" PRIu64 " gap%s, %" PRIu64 " mark%s\n", report->gap_count,
           plural(report->gap_count), report->mark_count, plural(report->mark_count));
    printf("  %s\n", report->had_ended ? "its recorder had ended it" : "its recorder died");
    if (report->late_frames > 0)
        printf("  %" PRIu64 " frame%s lie past the head that was saved, as after a power cut: the "
               "WAV header counts them, and they were written\n", report->late_frames,
               plural(report->late_frames));
    if (report->cut_bytes > 0) {
        quantity_print_bytes(report->cut_bytes, cut, sizeof cut);
        printf("  %s of reserved tail %s\n", cut,
               report->is_tail_left ? "stay: a program has the file mapped; run it again later"
               : job->options.is_dry_run ? "would be cut"
                                         : "cut");
    }
    if (report->is_journal_lost)
        printf("  the journal is lost, or the end of it: there was no sound index file\n");
    if (report->are_peaks_computed)
        printf("  the peaks were not recorded: they are computed from the audio\n");
    if (report->is_index_left)
        printf("  the index file stays beside it\n");
}

static void print_foreign(const struct recover_job *job)
{
    const struct tapemap_recover_report *report = &job->report;
    printf("%s %s", job->options.is_dry_run ? "would repair" : "repaired", job->path);
    if (job->options.copy)
        printf(" into %s", job->options.copy);
    printf(": ");
    print_audio(report);
    if (report->frames_said == UINT64_MAX)
        printf("; its header did not say\n");
    else
        printf("; its header said %" PRIu64 " frames\n", report->frames_said);
}

static int print_text(const struct recover_job *job)
{
    const struct tapemap_recover_report *report = &job->report;
    if (report->was_right && report->is_tape)
        printf("%s is complete; nothing to do\n", job->path);
    else if (report->was_right)
        printf("%s has a true header; nothing to do%s\n", job->path,
               job->options.copy ? ", and no copy was made" : "");
    else if (report->is_tape)
        print_tape(job);
    else
        print_foreign(job);
    return CLI_DONE;
}

static bool fill_tape(cJSON *object, const struct tapemap_recover_report *report)
{
    return cli_json_u64(object, "late_frames", report->late_frames) &&
           cli_json_u64(object, "gap_count", report->gap_count) &&
           cli_json_u64(object, "mark_count", report->mark_count) &&
           cli_json_u64(object, "cut_bytes", report->cut_bytes) &&
           cli_json_bool(object, "had_ended", report->had_ended != 0) &&
           cli_json_bool(object, "is_journal_lost", report->is_journal_lost != 0) &&
           cli_json_bool(object, "are_peaks_computed", report->are_peaks_computed != 0) &&
           cli_json_bool(object, "is_tail_left", report->is_tail_left != 0) &&
           cli_json_bool(object, "is_index_left", report->is_index_left != 0);
}

static bool fill_foreign(cJSON *object, const struct tapemap_recover_report *report)
{
    if (report->frames_said == UINT64_MAX)
        return cJSON_AddNullToObject(object, "frames_said") != NULL;
    return cli_json_u64(object, "frames_said", report->frames_said);
}

static int print_json(const struct recover_job *job)
{
    const struct tapemap_recover_report *report = &job->report;
    cJSON *object = cJSON_CreateObject();
    bool is_whole = object && cli_json_text(object, "file", job->path) &&
                    cli_json_bool(object, "is_dry_run", job->options.is_dry_run != 0) &&
                    cli_json_bool(object, "is_tape", report->is_tape != 0) &&
                    cli_json_bool(object, "was_right", report->was_right != 0) &&
                    cli_json_u64(object, "frames", report->frames) &&
                    cli_json_u64(object, "channels", report->channels) &&
                    cli_json_u64(object, "sample_rate_hz", report->sample_rate_hz) &&
                    (report->is_tape ? fill_tape(object, report) : fill_foreign(object, report));
    return cli_json_print(object, is_whole);
}

/* ---- What is done -------------------------------------------------------------------------- */

static const char *remedy(const struct recover_job *job, enum tapemap_status status)
{
    switch (status) {
    case TAPEMAP_E_BUSY:
        return job->options.copy ? "give the copy another name, or stop the program that has it"
                                 : "stop the other program first";
    case TAPEMAP_E_DENIED: return "see whether you may write it";
    case TAPEMAP_E_CORRUPT: return "nothing was changed; see docs/layout.md for what it holds";
    case TAPEMAP_E_FORMAT: return "give a WAV file";
    case TAPEMAP_E_UNSUPPORTED: return "nothing was changed; convert it with another program";
    case TAPEMAP_E_ARGUMENT: return "see 'tapemap help recover'";
    default: return tapemap_status_remedy(status);
    }
}

static int say_failure(const struct recover_job *job, enum tapemap_status status)
{
    const struct tapemap_recover_report *report = &job->report;
    char said[64] = "does not say how many";
    if (status != TAPEMAP_E_ARGUMENT || report->is_tape)
        return cli_fail("cannot recover '%s': %s; %s", job->path, report->problem,
                        remedy(job, status));
    if (report->frames_said != UINT64_MAX)
        snprintf(said, sizeof said, "says %" PRIu64, report->frames_said);
    return cli_fail("cannot recover '%s': it is another program's WAV with %" PRIu64
                    " frames, and its header %s; give '-o COPY' for a repaired copy, or "
                    "'--in-place'", job->path, report->frames, said);
}

static int recover_run(int argc, char **argv)
{
    struct recover_job job = {0};
    int option;
    while ((option = cli_verb_option(&verb_recover, argc, argv)) != CLI_VERB_END) {
        switch (option) {
        case 'n': job.options.is_dry_run = 1; break;
        case 'o': job.options.copy = optarg; break;
        case 'i': job.options.is_in_place = 1; break;
        case 'j': job.is_json = true; break;
        case 'h': return cli_verb_help(&verb_recover);
        default: return CLI_MISUSED;
        }
    }
    if (optind >= argc)
        return cli_misuse("recover", "the file is missing");
    if (optind + 1 < argc)
        return cli_misuse("recover", "'%s' is one argument too many", argv[optind + 1]);
    if (job.options.copy && job.options.is_in_place)
        return cli_misuse("recover", "'-o' and '--in-place' exclude each other");
    if (job.options.copy && strcmp(job.options.copy, "-") == 0)
        return cli_misuse("recover", "a copy cannot be stdout");
    job.path = argv[optind];
    enum tapemap_status status = tapemap_recover(job.path, &job.options, &job.report);
    if (status != TAPEMAP_OK)
        return say_failure(&job, status);
    return job.is_json ? print_json(&job) : print_text(&job);
}
