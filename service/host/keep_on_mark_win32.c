/* SPDX-License-Identifier: MIT */
#include "keep_on_mark.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#include "atomic64.h"
#include "child_process.h"
#include "file_paths.h"
#include "folder.h"
#include "object_names.h"
#include "system_error.h"

#define KEPT_MARKS 64u
#define KEEP_PROGRAM "tapemap.exe"
#define KEEP_PATIENCE_MS 30000u

struct keep_on_mark {
    struct keep_on_mark_config config;
    char *program; /* beside ours */
    struct kept_mark marks[KEPT_MARKS];
    struct tapemap_shared_u64 asked;  /* [whoever notes marks] */
    struct tapemap_shared_u64 missed; /* [the same] for which there was no room */
    struct tapemap_shared_u64 taken;  /* [whoever looks after them] */
    uint64_t missed_told;
    bool runs;                        /* `child` keeps `now` */
    struct child_process child;
    struct kept_mark now;
};

enum tapemap_status keep_on_mark_create(const struct keep_on_mark_config *config,
                                        struct keep_on_mark **keeper, struct failure *failure)
{
    struct keep_on_mark *made = calloc(1, sizeof *made);
    char *own = file_path_of_program();
    char *folder = own ? file_path_folder(own) : NULL;

    if (made && folder) {
        made->config = *config;
        made->program = file_path_below(folder, KEEP_PROGRAM);
    }
    free(folder);
    free(own);
    if (made && made->program) {
        *keeper = made;
        return TAPEMAP_OK;
    }
    free(made);
    return failure_set(failure, TAPEMAP_E_MEMORY, "no memory to keep marks; close other programs");
}

void keep_on_mark_note(struct keep_on_mark *keeper, const struct kept_mark *mark)
{
    uint64_t asked = load_relaxed_u64(&keeper->asked);

    if (asked - load_acquire_u64(&keeper->taken) == KEPT_MARKS) {
        store_release_u64(&keeper->missed, load_relaxed_u64(&keeper->missed) + 1);
        return;
    }
    keeper->marks[asked % KEPT_MARKS] = *mark;
    store_release_u64(&keeper->asked, asked + 1); /* with `taken`, hands the mark over */
}

/* Where the processes write what they have to say. */
static void log_path(const struct keep_on_mark *keeper, char out[KEPT_MARK_PATH_BYTES])
{
    snprintf(out, KEPT_MARK_PATH_BYTES, "%.1000s/%s-keep.log", keeper->config.folder,
             keeper->config.deck);
}

static void print_seconds(uint64_t ns, char out[40])
{
    snprintf(out, 40, "%" PRIu64 ".%09" PRIu64 "s", ns / 1000000000u, ns % 1000000000u);
}

static enum tapemap_status start(struct keep_on_mark *keeper, struct failure *failure)
{
    char path[KEPT_MARK_PATH_BYTES];
    char log[KEPT_MARK_PATH_BYTES];
    char id[24] = "id:";
    char position[24];
    char before[40];
    char after[40];
    char text[160];
    unsigned made;
    const char *const arguments[] = {keeper->program, "keep",  id,        "--around", position,
                                     "--before",      before,  "--after", after,      "-o",
                                     path,            NULL};
    struct child_process_config config = {.arguments = arguments, .output_path = log};

    tape_id_print(keeper->now.tape_id, id + 3);
    snprintf(position, sizeof position, "%" PRIu64 "f", keeper->now.position);
    print_seconds(keeper->config.before_ns, before);
    print_seconds(keeper->config.after_ns, after);
    keep_on_mark_path(&keeper->config, &keeper->now, path);
    log_path(keeper, log);
    uint32_t code = folder_make_for(path, &made);
    if (code == 0)
        return child_process_start(&config, &keeper->child, failure);
    system_error_text(code, text, sizeof text);
    return failure_set(failure, system_error_status(code),
                       "its folder cannot be made: %s; give another --keep-to", text);
}

/* Says what became of the mark that was kept, and lets its process go. */
static void conclude(struct keep_on_mark *keeper, char *text, size_t room, bool *is_wrong)
{
    char path[KEPT_MARK_PATH_BYTES];
    DWORD code = 1;

    *is_wrong = !GetExitCodeProcess(keeper->child.handle, &code) || code != 0;
    child_process_close(&keeper->child);
    keeper->runs = false;
    if (*is_wrong)
        log_path(keeper, path);
    else
        keep_on_mark_path(&keeper->config, &keeper->now, path);
    snprintf(text, room, *is_wrong ? "warning: deck '%s': not all around the mark at frame %" PRIu64
                                     " is kept; %s says what is missing"
                                   : "deck '%s': what lies around the mark at frame %" PRIu64
                                     " is kept in %s",
             keeper->config.deck, keeper->now.position, path);
}

static bool tell_of_missed(struct keep_on_mark *keeper, char *text, size_t room, bool *is_wrong)
{
    uint64_t missed = load_acquire_u64(&keeper->missed);

    if (missed == keeper->missed_told)
        return false;
    snprintf(text, room, "warning: deck '%s': %" PRIu64 " marks came while %u waited to be kept, "
             "and are not kept; set fewer, or give --keep-on-mark less time after them",
             keeper->config.deck, missed - keeper->missed_told, KEPT_MARKS);
    keeper->missed_told = missed;
    *is_wrong = true;
    return true;
}

bool keep_on_mark_turn(struct keep_on_mark *keeper, char *text, size_t room, bool *is_wrong)
{
    uint64_t taken = load_relaxed_u64(&keeper->taken);
    struct failure failure;

    if (keeper->runs && WaitForSingleObject(keeper->child.handle, 0) == WAIT_OBJECT_0) {
        conclude(keeper, text, room, is_wrong);
        return true;
    }
    if (tell_of_missed(keeper, text, room, is_wrong))
        return true;
    if (keeper->runs || taken == load_acquire_u64(&keeper->asked))
        return false;
    keeper->now = keeper->marks[taken % KEPT_MARKS];
    store_release_u64(&keeper->taken, taken + 1);
    keeper->runs = start(keeper, &failure) == TAPEMAP_OK;
    if (keeper->runs)
        return false;
    *is_wrong = true;
    snprintf(text, room, "warning: deck '%s': what lies around the mark at frame %" PRIu64
             " is not kept: %s", keeper->config.deck, keeper->now.position, failure.text);
    return true;
}

bool keep_on_mark_wait(struct keep_on_mark *keeper)
{
    if (!keeper->runs)
        return false;
    if (WaitForSingleObject(keeper->child.handle, KEEP_PATIENCE_MS) != WAIT_OBJECT_0) {
        child_process_close(&keeper->child);
        keeper->runs = false;
    }
    return true;
}

void keep_on_mark_destroy(struct keep_on_mark *keeper)
{
    if (!keeper)
        return;
    if (keeper->runs)
        child_process_close(&keeper->child);
    free(keeper->program);
    free(keeper);
}
