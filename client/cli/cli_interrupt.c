/* SPDX-License-Identifier: MIT */
#include "cli_interrupt.h"

#include "atomic64.h"
#include "program.h"

/* Set by the handler, which Windows runs on a thread of its own. */
static struct tapemap_shared_u64 interrupt_seen;

static void interrupt_note(void)
{
    store_release_u64(&interrupt_seen, 1);
}

void cli_interrupt_watch(void)
{
    program_on_interrupt(interrupt_note);
}

bool cli_interrupted(void)
{
    return load_acquire_u64(&interrupt_seen) != 0;
}
