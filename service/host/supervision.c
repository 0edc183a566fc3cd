/* SPDX-License-Identifier: MIT */
#include "supervision.h"

static void wait_until(struct supervision *deck, uint64_t due_ns)
{
    deck->state = SUPERVISION_WAITING;
    deck->due_ns = due_ns;
}

static void begin_stopping(struct supervision *deck, bool starts_again, uint64_t now_ns)
{
    deck->state = SUPERVISION_STOPPING;
    deck->starts_again = starts_again;
    deck->is_late_told = false;
    deck->began_ns = now_ns;
    deck->due_ns = now_ns;
}

void supervision_init(struct supervision *deck, uint64_t now_ns)
{
    *deck = (struct supervision){.delay_ns = SUPERVISION_FIRST_DELAY_NS,
                                 .stop_limit_ns = SUPERVISION_STOP_LIMIT_NS};
    wait_until(deck, now_ns);
}

void supervision_start(struct supervision *deck, uint64_t now_ns)
{
    if (deck->state == SUPERVISION_RUNNING)
        return;
    deck->delay_ns = SUPERVISION_FIRST_DELAY_NS;
    if (deck->state == SUPERVISION_STOPPING)
        deck->starts_again = true;
    else
        wait_until(deck, now_ns);
}

void supervision_stop(struct supervision *deck, uint64_t now_ns)
{
    if (deck->state == SUPERVISION_RUNNING)
        begin_stopping(deck, false, now_ns);
    else if (deck->state == SUPERVISION_STOPPING)
        deck->starts_again = false;
    else
        deck->state = SUPERVISION_STOPPED;
}

void supervision_restart(struct supervision *deck, uint64_t now_ns)
{
    if (deck->state == SUPERVISION_RUNNING)
        begin_stopping(deck, true, now_ns);
    else
        supervision_start(deck, now_ns);
}

void supervision_runs(struct supervision *deck, uint64_t now_ns)
{
    deck->state = SUPERVISION_RUNNING;
    deck->began_ns = now_ns;
}

static void ended_unasked(struct supervision *deck, uint64_t now_ns)
{
    if (deck->state == SUPERVISION_RUNNING && now_ns - deck->began_ns >= SUPERVISION_GOOD_RUN_NS)
        deck->delay_ns = SUPERVISION_FIRST_DELAY_NS;
    wait_until(deck, now_ns + deck->delay_ns);
    deck->restarts++;
    deck->delay_ns *= 2;
    if (deck->delay_ns > SUPERVISION_LONGEST_DELAY_NS)
        deck->delay_ns = SUPERVISION_LONGEST_DELAY_NS;
}

void supervision_ended(struct supervision *deck, enum supervision_end end, uint64_t now_ns)
{
    if (deck->state == SUPERVISION_STOPPING) {
        if (deck->starts_again)
            wait_until(deck, now_ns);
        else
            deck->state = SUPERVISION_STOPPED;
        return;
    }
    switch (end) {
    case SUPERVISION_END_DONE:
        deck->state = SUPERVISION_DONE;
        break;
    case SUPERVISION_END_BROKEN:
        ended_unasked(deck, now_ns);
        break;
    case SUPERVISION_END_SESSION:
        wait_until(deck, now_ns + SUPERVISION_LONGEST_DELAY_NS);
        deck->restarts++;
        break;
    case SUPERVISION_END_MISUSED:
        deck->state = SUPERVISION_FAILED;
        break;
    }
}

static enum supervision_action next_while_stopping(struct supervision *deck, uint64_t now_ns)
{
    if (!deck->is_late_told && now_ns - deck->began_ns >= deck->stop_limit_ns) {
        deck->is_late_told = true;
        return SUPERVISION_TELL_LATE;
    }
    if (now_ns < deck->due_ns)
        return SUPERVISION_NOTHING;
    deck->due_ns = now_ns + SUPERVISION_ASK_AGAIN_NS;
    return SUPERVISION_ASK_TO_STOP;
}

enum supervision_action supervision_next(struct supervision *deck, uint64_t now_ns,
                                         uint64_t *due_ns)
{
    enum supervision_action action = SUPERVISION_NOTHING;

    if (deck->state == SUPERVISION_STOPPING)
        action = next_while_stopping(deck, now_ns);
    else if (deck->state == SUPERVISION_WAITING)
        action = now_ns >= deck->due_ns ? SUPERVISION_START : SUPERVISION_NOTHING;
    else
        return SUPERVISION_NOTHING;
    if (action == SUPERVISION_NOTHING && deck->due_ns < *due_ns)
        *due_ns = deck->due_ns;
    return action;
}

bool supervision_has_process(const struct supervision *deck)
{
    return deck->state == SUPERVISION_RUNNING || deck->state == SUPERVISION_STOPPING;
}

const char *supervision_state_name(enum supervision_state state)
{
    static const char *const names[] = {
        [SUPERVISION_STOPPED] = "stopped",   [SUPERVISION_WAITING] = "waiting",
        [SUPERVISION_RUNNING] = "running",   [SUPERVISION_STOPPING] = "stopping",
        [SUPERVISION_DONE] = "done",         [SUPERVISION_FAILED] = "failed",
    };

    return names[state];
}
