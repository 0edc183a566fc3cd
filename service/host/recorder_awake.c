/* SPDX-License-Identifier: MIT */
/* What a recorder asks of the system so that it does not fall asleep. */
#include <stdio.h>

#include "atomic64.h"
#include "log.h"
#include "recorder_state.h"
#include "stay_awake.h"
#include "system_error.h"

/* No more than a line: the recording is none the worse while somebody uses the machine. */
static void tell(uint32_t code)
{
    char why[160];
    char text[320];

    system_error_text(code, why, sizeof why);
    snprintf(text, sizeof text,
             "the system cannot be asked to stay awake: %s; see that it does not fall asleep by "
             "itself", why);
    log_write(LOG_DETAIL, text);
}

static void ask(struct recorder *recorder, uint64_t state)
{
    bool is_wanted = stay_awake_is_wanted(state, recorder->options->lets_sleep);
    uint32_t code;

    if (!recorder->awake)
        return;
    code = power_request_set(recorder->awake, is_wanted);
    if (code != 0 && !recorder->is_sleep_told)
        tell(code);
    recorder->is_sleep_told = code != 0;
}

void recorder_stay_awake(struct recorder *recorder)
{
    char reason[TAPEMAP_NAME_BYTES + 20];
    uint32_t code;

    if (recorder->options->lets_sleep)
        return;
    snprintf(reason, sizeof reason, "Recording '%s'", recorder->options->deck);
    code = power_request_create(reason, &recorder->awake);
    if (code != 0)
        tell(code);
    ask(recorder, TAPEMAP_STATE_STARTING);
}

void recorder_stay_awake_or_not(struct recorder *recorder)
{
    uint64_t state;

    if (!recorder->awake)
        return;
    struct recorded_tape *tape = present_tape_hold(&recorder->present, HOLDER_MAIN);
    state = load_acquire_u64(&tape_control(tape->tape)->state);
    present_tape_release(&recorder->present, HOLDER_MAIN);
    ask(recorder, state);
}
