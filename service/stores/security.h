/* SPDX-License-Identifier: MIT */
/*
 * Who may do what with the objects of a recorder, in one place: the user who records, the
 * administrators and the system may do everything, nobody else anything. Readers ask for reading
 * and waiting only, so that a reader of the same user cannot harm a recorder by mistake. It lies
 * with the stores, because they and the host above them both need it.
 */
#ifndef TAPEMAP_SECURITY_H
#define TAPEMAP_SECURITY_H

/*
 * The SECURITY_ATTRIBUTES for every named object that a recorder makes, as the pointer that the
 * Create functions take; NULL (the system's default: the same people) when they cannot be built.
 * Memory: the process's; valid for ever. Threads: the first call from the main thread, then any.
 */
void *security_attributes(void);

#endif
