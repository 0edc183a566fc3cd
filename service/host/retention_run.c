/* SPDX-License-Identifier: MIT */
#include "retention_run.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "atomic64.h"
#include "control_image.h"
#include "finished_file.h"
#include "folder.h"
#include "layout_check.h"
#include "quantity.h"
#include "say.h"
#include "system_error.h"
#include "tape_path.h"

#define TELL_AGAIN_NS UINT64_C(3600000000000)
#define RETENTION_PATH_BYTES 4096u

/* A tape that has not ended, or just now: the present one, or one that the deck is leaving. */
struct unfinished_tape {
    uint64_t tape_id;
    uint64_t previous_id;
    uint64_t begin_utc_ns;
    uint64_t length_ns;
};

enum { MOST_UNFINISHED = 16 };

struct retention_search {
    const char *deck;
    uint64_t present_id;
    const struct tapemap_shared_u64 *is_unwanted;
    struct finished_hook *hook;
    unsigned folders; /* deep that the pattern puts files */
    struct retention_tape *tapes;
    size_t count;
    size_t room;
    struct unfinished_tape unfinished[MOST_UNFINISHED];
    size_t unfinished_count;
};

bool retention_is_wanted(const struct retention_config *config)
{
    const struct retention_policy *policy = &config->policy;

    return policy->keep_ns != 0 || policy->keep_size_bytes != 0 || policy->keep_free_bytes != 0;
}

/* ---- What there is -------------------------------------------------------------------------- */

static bool make_room(struct retention_search *search)
{
    if (search->count < search->room)
        return true;
    size_t room = search->room ? 2 * search->room : 64;
    struct retention_tape *tapes = realloc(search->tapes, room * sizeof *tapes);
    if (!tapes)
        return false;
    search->tapes = tapes;
    search->room = room;
    return true;
}

static uint64_t length_ns(const struct layout_tape *facts, uint64_t head)
{
    return quantity_scale(head, UINT64_C(1000000000), facts->sample_rate_hz);
}

/* What does not fit into memory is looked at next time. */
static void add(struct retention_search *search, const char *path,
                const union control_image *image, const struct layout_tape *facts)
{
    char *copy = malloc(strlen(path) + 1);

    if (!copy || !make_room(search)) {
        free(copy);
        return;
    }
    search->tapes[search->count++] = (struct retention_tape){
        .path = strcpy(copy, path),
        .tape_id = facts->tape_id,
        .previous_id = facts->previous_tape_id,
        .begin_utc_ns = facts->created_utc_ns,
        .end_utc_ns = control_image_end_utc_ns(image, path),
        .length_ns = length_ns(facts, load_acquire_u64(&image->control.head)),
        .bytes = finished_file_bytes(path),
        .is_awaited = finished_hook_awaits(search->hook, path),
    };
}

/* In the folders that the pattern gave it: what somebody has copied beside them is his. */
static bool is_in_its_place(const struct retention_search *search, const union control_image *image,
                            const char *path)
{
    char full[RETENTION_PATH_BYTES];

    folder_full_path(path, full, sizeof full);
    return control_image_is_named(image, full, search->folders);
}

/* One that waits to be begun says nothing yet. */
static void add_unfinished(struct retention_search *search, const struct layout_tape *facts,
                           uint64_t head)
{
    if ((head == 0 && facts->previous_tape_id == 0) || search->unfinished_count == MOST_UNFINISHED)
        return;
    search->unfinished[search->unfinished_count++] = (struct unfinished_tape){
        .tape_id = facts->tape_id,
        .previous_id = facts->previous_tape_id,
        .begin_utc_ns = facts->created_utc_ns,
        .length_ns = length_ns(facts, head),
    };
}

static const struct unfinished_tape *unfinished_with(const struct retention_search *search,
                                                     uint64_t tape_id)
{
    for (size_t i = 0; i < search->unfinished_count && tape_id != 0; i++)
        if (search->unfinished[i].tape_id == tape_id)
            return &search->unfinished[i];
    return NULL;
}

static bool is_joined(const struct retention_search *search, uint64_t tape_id)
{
    for (size_t i = 0; i < search->unfinished_count; i++)
        if (search->unfinished[i].previous_id == tape_id)
            return true;
    return false;
}

/* While the deck goes from one tape to the next, there are two. */
static void note_present(const struct retention_search *search, struct retention_facts *facts)
{
    const struct unfinished_tape *tape = NULL;

    for (size_t i = 0; i < search->unfinished_count; i++) {
        const struct unfinished_tape *each = &search->unfinished[i];
        if (!is_joined(search, each->tape_id) && (!tape || each->begin_utc_ns > tape->begin_utc_ns))
            tape = each;
    }
    for (size_t i = 0; i < search->unfinished_count && tape; i++) {
        facts->present_ns += tape->length_ns;
        facts->previous_id = tape->previous_id;
        tape = unfinished_with(search, tape->previous_id);
    }
}

static bool is_unwanted(const struct retention_search *search)
{
    return search->is_unwanted && load_acquire_u64(search->is_unwanted) != 0;
}

static void look_at_file(void *context, const char *path)
{
    struct retention_search *search = context;
    union control_image image;
    struct layout_tape facts;

    if (is_unwanted(search) || !tape_path_is_file(path) || !control_image_read(path, &image) ||
        layout_check_control(&image.control, TAPEMAP_GRANULE_BYTES, &facts) != TAPEMAP_OK ||
        !facts.is_file || strcmp(facts.deck_name, search->deck) != 0 ||
        !is_in_its_place(search, &image, path))
        return;
    if (load_acquire_u64(&image.control.state) == TAPEMAP_STATE_ENDED &&
        facts.tape_id != search->present_id)
        add(search, path, &image, &facts);
    else
        add_unfinished(search, &facts, load_acquire_u64(&image.control.head));
}

/* ---- What goes ------------------------------------------------------------------------------ */

static void say_gone(const struct retention_config *config, const struct retention_tape *tape)
{
    static const char *const reasons[] = {
        [RETENTION_STAYS] = "",
        [RETENTION_AGE] = "it ended longer ago than --keep says",
        [RETENTION_SIZE] = "the finished tapes took more than --keep-size says",
        [RETENTION_ROOM] = "what --keep-free says was not free any more",
    };
    char size[32];

    quantity_print_bytes(tape->bytes, size, sizeof size);
    if (tape->is_awaited)
        say("warning: deck '%s': deleted '%s' (%s) before --on-finished was done with it: %s",
            config->deck, tape->path, size, reasons[tape->reason]);
    else if (!config->is_quiet)
        say("deck '%s': deleted '%s' (%s): %s", config->deck, tape->path, size,
            reasons[tape->reason]);
}

static void say_stays(const struct retention_config *config, const struct retention_tape *tape,
                      uint32_t code, uint64_t utc_ns, uint64_t *told_utc_ns)
{
    char text[256];

    if (*told_utc_ns != 0 && utc_ns - *told_utc_ns < TELL_AGAIN_NS)
        return;
    *told_utc_ns = utc_ns;
    system_error_text(code, text, sizeof text);
    say("deck '%s': deleting '%s': %s; delete it yourself, or let the recorder do it; it is tried "
        "again", config->deck, tape->path, text);
}

static void forget(struct retention_search *search, struct retention_tape *tape)
{
    free(tape->path);
    *tape = search->tapes[--search->count];
}

/* Everybody's tapes but the one that was meant are left alone, and not asked for again. */
static void let_go(const struct retention_config *config, struct retention_search *search,
                   struct retention_tape *tape, uint64_t utc_ns, uint64_t *told_utc_ns)
{
    uint32_t code = finished_file_remove(tape->path, config->deck, tape->tape_id);

    if (code != 0 && code != FINISHED_FILE_ANOTHER) {
        tape->is_held = true;
        if (code != FINISHED_FILE_HELD)
            say_stays(config, tape, code, utc_ns, told_utc_ns);
        return;
    }
    if (code == 0) {
        say_gone(config, tape);
        folder_remove_for(tape->path, tape_path_folders(config->options->pattern));
    }
    forget(search, tape);
}

static struct retention_tape *next_to_go(struct retention_search *search)
{
    for (size_t i = 0; i < search->count; i++)
        if (retention_may_go(&search->tapes[i]))
            return &search->tapes[i];
    return NULL;
}

/* Without a look at every tape nothing is known but the room. */
static bool may_skip(const struct retention_policy *policy, uint64_t wanted, uint64_t free_bytes)
{
    return policy->keep_ns == 0 && policy->keep_size_bytes == 0 && free_bytes >= wanted;
}

bool retention_run(const struct retention_config *config, uint64_t utc_ns, uint64_t *told_utc_ns)
{
    const struct retention_policy *policy = &config->policy;
    struct retention_search search = {
        .deck = config->deck,
        .present_id = config->present_id,
        .is_unwanted = config->is_unwanted,
        .hook = config->hook,
        .folders = tape_path_folders(config->options->pattern),
    };
    struct retention_tape *tape;
    uint64_t wanted = policy->keep_free_bytes ? policy->keep_free_bytes + config->headroom_bytes
                                              : 0;
    struct retention_facts facts = {
        .utc_ns = utc_ns,
        .free_bytes = finished_file_room(config->options->output),
        .headroom_bytes = config->headroom_bytes,
    };

    if (may_skip(policy, wanted, facts.free_bytes))
        return true;
    folder_each_file(config->options->output, search.folders, look_at_file, &search);
    note_present(&search, &facts);
    /* Who has seen only some of the tapes does not know the oldest. */
    while (!is_unwanted(&search)) {
        retention_plan(policy, &facts, search.tapes, search.count);
        tape = next_to_go(&search);
        if (!tape)
            break;
        let_go(config, &search, tape, utc_ns, told_utc_ns);
        facts.free_bytes = finished_file_room(config->options->output);
    }
    assert(search.tapes || search.count == 0);
    for (size_t i = 0; i < search.count; i++)
        free(search.tapes[i].path);
    free(search.tapes);
    return facts.free_bytes >= wanted;
}
