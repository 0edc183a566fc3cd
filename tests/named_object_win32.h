/* SPDX-License-Identifier: MIT */
/* Named objects as others than a recorder would make them: with any owner and any rights. */
#ifndef TAPEMAP_NAMED_OBJECT_WIN32_H
#define TAPEMAP_NAMED_OBJECT_WIN32_H

enum named_object_kind {
    NAMED_MUTEX,
    NAMED_SECTION, /* of the catalogue's length */
    NAMED_EVENT,   /* manual-reset */
    NAMED_PIPE,    /* one instance of several */
    NAMED_FILE,    /* new, empty, open for others */
};

/* Makes one. security: SECURITY_ATTRIBUTES, or NULL. Returns a handle for named_object_close; NULL
   with *code, the system's error code. */
void *named_object_make(enum named_object_kind kind, const char *name, void *security,
                        unsigned long *code);

/* The same with a security descriptor in SDDL. */
void *named_object_make_for(enum named_object_kind kind, const char *name, const char *sddl,
                            unsigned long *code);

/* A pipe that somebody serves, as a client; NULL: it cannot be opened. */
void *named_object_open_pipe(const char *name);

void named_object_close(void *handle);

/* The DACL of an object, in SDDL. */
void named_object_text(void *handle, char *out, unsigned room);

#endif
