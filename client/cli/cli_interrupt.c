/* SPDX-License-Identifier: MIT */
#include "cli_interrupt.h"

#include "atomic64.h"
#include "cli_fail.h"
#include "program.h"
#include "steady_clock.h"

#define INTERRUPT_GRACE_MS 2000u

/* Set by the handler, which Windows runs on a thread of its own. */
static struct tapemap_shared_u64 interrupt_seen;

static void interrupt_note(void)
{
    store_release_u64(&interrupt_seen, 1);
}

/* On the handler's thread: the one that is stuck cannot ask. */
static void interrupt_insist(void)
{
    interrupt_note();
    steady_clock_sleep_ms(INTERRUPT_GRACE_MS);
    program_give_up("tapemap: cannot finish writing to stdout: it was interrupted and nobody "
                    "reads; see what should read it\n", CLI_FAILED);
}

void cli_interrupt_watch(bool is_to_stdout)
{
    program_on_interrupt(is_to_stdout ? interrupt_insist : interrupt_note);
}

bool cli_interrupted(void)
{
    return load_acquire_u64(&interrupt_seen) != 0;
}
