/* SPDX-License-Identifier: MIT */
/*
 * Who may do what with the objects of a recorder, in one place with the reasons. It lies with the
 * stores, because they and the host above them both need it. docs/access.md has it as a table.
 *
 * Every object gets a DACL of its own that inherits nothing, so that it does not depend on where a
 * folder lies or how a token was set up. The administrators and the system may do everything: they
 * could help themselves anyway. The user who records gets what his programs need. Beside those
 * stand only the readers and controllers whom he names.
 *
 * Of a tape only its recorder writes, through the handles that it got by making the objects: no
 * right is asked for those. So what other programs of the same user do by mistake cannot change a
 * tape. Against malice of the same user there is no defence here: he could enter the recorder's
 * process, or change the DACLs, which an owner may.
 *
 * No integrity label is set. An object without one counts as medium, "no write up": what a program
 * of low integrity must not write, such as a tab of a browser, it cannot, whatever the DACL says,
 * and it may read what it is named a reader of. A higher label would keep out controllers that run
 * without elevation, and a rule against reading up the sandboxed readers who were named.
 */
#ifndef TAPEMAP_SECURITY_H
#define TAPEMAP_SECURITY_H

#include <stddef.h>

#include "failure.h"

enum security_kind {
    /* Mapping for reading (0x4) is all that a view takes: not even its length need be asked for. */
    SECURITY_TAPE_SECTION,
    /* Readers wait (0x100000), and so cannot reset what others wait on. The user may set them too:
       the recorder that goes on with an interrupted tape opens those that readers still hold. */
    SECURITY_WAKE_EVENT,
    /* The lock is that it exists. It may be asked who made it, and nothing else. */
    SECURITY_DECK_LOCK,
    /* All recorders of the user write it, and let their readers read it. */
    SECURITY_CATALOGUE,
    /* For those who write the catalogue; readers need no lock. */
    SECURITY_CATALOGUE_LOCK,
    /* Controllers talk (OBJECT_CONTROL_PIPE_ACCESS) and do not serve: with that right (0x4, of a
       pipe) they could answer in the recorder's place. The user may, the recorder being his: it
       makes one instance after the other. Who comes over the network is turned away by the pipe's
       mode; an entry here would turn away a person who is logged on to this machine by it, too. */
    SECURITY_CONTROL_PIPE,
    /* Sound and index. They are the user's: to move, to cut, to throw away. */
    SECURITY_TAPE_FILE,
    /* A folder that was made for tapes. What comes to lie in it is treated like a tape. */
    SECURITY_TAPE_FOLDER,
    /* Logs, and temporary files: those are read as sections, and there is nothing to find later. */
    SECURITY_PRIVATE_FILE,
    SECURITY_PRIVATE_FOLDER,
};

#define SECURITY_KINDS (SECURITY_PRIVATE_FOLDER + 1)

enum {
    ACCESS_SID_BYTES = 188,  /* the longest S-1-... text, with its zero */
    ACCESS_MOST_NAMES = 16,
    SECURITY_TEXT_BYTES = 4096, /* holds every text: 19 people of 215 bytes each */
};

/* People, as S-1-... texts. */
struct access_list {
    unsigned count;
    char sids[ACCESS_MOST_NAMES][ACCESS_SID_BYTES];
};

struct access_policy {
    char user[ACCESS_SID_BYTES]; /* who records */
    struct access_list readers;
    struct access_list controllers;
};

/*
 * Fills a policy for the user of this process. readers, controllers: names separated by commas,
 * UTF-8; NULL or "": nobody. A name is an account or group as the system knows it ("Users",
 * "STUDIO\anna"; in the system's language), a SID ("S-1-5-32-545"), or one of the two-letter names
 * of SDDL ("BU"), which go first.
 * Returns OK · E_ARGUMENT: a name that nobody has, or too many · E_SYSTEM, with failure filled.
 * Threads: any. Blocks: while a domain is asked for a name.
 */
enum tapemap_status access_policy_init(struct access_policy *policy, const char *readers,
                                       const char *controllers, struct failure *failure);

/* Writes what a policy comes to for one kind of object, in SDDL. Any thread; never blocks. */
void security_text(enum security_kind kind, const struct access_policy *policy,
                   char out[SECURITY_TEXT_BYTES]);

/*
 * From now on this process makes its objects so. Call it before the first is made; without it, a
 * policy without readers and controllers holds.
 * Returns OK · E_SYSTEM, with failure filled; then nothing has changed.
 * Memory: *policy is copied. Threads: the main thread, while no other makes objects.
 */
enum tapemap_status security_use(const struct access_policy *policy, struct failure *failure);

/*
 * The SECURITY_ATTRIBUTES for an object that a recorder makes, as the pointer that the Create
 * functions take; NULL (the system's default) only when no policy is used and none can be made.
 * Memory: the process's; valid until another policy is used. Threads: any after security_use, else
 * the first call from the main thread.
 */
void *security_attributes(enum security_kind kind);

/*
 * Lets the policy's readers read an object that another recorder has made, beside those who may
 * already: SECURITY_CATALOGUE. handle: with READ_CONTROL and WRITE_DAC.
 * Returns a system error code for system_error_text, 0 when it worked. Call it under a lock.
 */
unsigned long security_admit_readers(enum security_kind kind, void *handle);

/*
 * For an object that was there before us: whether the user, the administrators, the system or an
 * account of services made it (object_owner.h). `what`: "the catalogue of decks", for the sentence;
 * handle: NULL when it cannot be opened.
 * Returns OK · E_DENIED: another has made it, with failure filled. Threads: any.
 */
enum tapemap_status security_check_owner(const char *what, void *handle,
                                         struct failure *failure);

#endif
