/* SPDX-License-Identifier: MIT */
/* The event log's texts as the system reads them: from a program's file. */
#ifndef TAPEMAP_MESSAGE_RIG_H
#define TAPEMAP_MESSAGE_RIG_H

#include <stdbool.h>

/* The text that the program in the file (UTF-8) has for this kind of message, told of `who` and
   `text`. Fails the test when it has none. */
enum message_rig_kind { MESSAGE_RIG_TOLD, MESSAGE_RIG_WARNED, MESSAGE_RIG_FAILED };
void message_rig_text(const char *program, enum message_rig_kind kind, const char *who,
                      const char *text, char out[256]);

/* Whether the source "tapemap" is registered, with this process's own file for its texts. */
bool message_rig_is_registered(void);

#endif
