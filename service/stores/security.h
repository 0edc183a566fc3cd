/* SPDX-License-Identifier: MIT */
/*
 * Who may do what with the objects of a recorder, in one place: the administrators and the system
 * may do everything, the user who records what his programs need, nobody else anything. It lies
 * with the stores, because they and the host above them both need it.
 */
#ifndef TAPEMAP_SECURITY_H
#define TAPEMAP_SECURITY_H

/*
 * The rights of the user. Of a tape only its recorder writes, through the handles that it got by
 * making the objects: no right is asked for those. So what other programs of the same user do by
 * mistake cannot change a tape, nor reset the events that others wait on.
 */
enum security_kind {
    SECURITY_TAPE_SECTION,  /* to be mapped for reading, and asked for its size */
    SECURITY_WAKE_EVENT,    /* to be waited on */
    SECURITY_SHARED_OBJECT, /* everything: all recorders of the user write the catalogue */
};

/*
 * The SECURITY_ATTRIBUTES for a named object that a recorder makes, as the pointer that the Create
 * functions take; NULL (the system's default: everything to the same people) when they cannot be
 * built. Memory: the process's; valid for ever. Threads: the first call of each kind from the main
 * thread, then any.
 */
void *security_attributes(enum security_kind kind);

#endif
