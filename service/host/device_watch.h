/* SPDX-License-Identifier: MIT */
/*
 * Whether a device still answers. Opening, starting, stopping and closing one may take seconds; but
 * drivers and sound systems are known in which such a call never returns, and who made it can do
 * nothing then, not even say so. So another thread looks at the call, and has the recorder end when
 * somebody starts another one. Reading from a source, and opening what is no device, may wait for
 * a disk or a pipe, and are not watched.
 */
#ifndef TAPEMAP_DEVICE_WATCH_H
#define TAPEMAP_DEVICE_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum device_call_kind {
    DEVICE_CALL_NONE,
    DEVICE_CALL_OPEN,
    DEVICE_CALL_START,
    DEVICE_CALL_STOP,
    DEVICE_CALL_CLOSE,
};

/* What a thread is at. */
struct device_call {
    enum device_call_kind kind;
    uint64_t since;   /* when it began, by the steady clock: no two calls have the same */
    bool is_covered;  /* another device is recorded meanwhile, as the fallback */
    const char *name; /* of the device, as it was given */
};

/* How long a call may take. */
struct device_patience {
    uint32_t tell_ms;    /* it is told of then */
    uint32_t again_ms;   /* and again whenever so much more has passed */
    uint32_t give_up_ms; /* the recorder is to end then */
};

/* Ten seconds, an hour, and 30 seconds. In a file of its own, so that tests have another one. */
extern const struct device_patience device_patience;

/* The fields are the functions' own. */
struct device_watch {
    struct device_patience patience;
    bool may_give_up; /* somebody starts another recorder */
    uint64_t clock_hz;
    uint64_t since;   /* of the call that is looked at; 0: there is none */
    uint64_t looked;  /* when that was done last */
    uint64_t waited;  /* clock ticks that it has taken while somebody looked */
    uint64_t told;    /* the same when it was told of last; 0: never */
    uint64_t was_told; /* how long the call took that has returned, and was told of */
};

enum device_verdict {
    DEVICE_WELL,
    DEVICE_HANGS,     /* it is to be told; once for each call, and again after again_ms */
    DEVICE_ANSWERS,   /* a call that was told of has returned: to be told, once */
    DEVICE_GIVEN_UP,  /* the recorder is to end; from now on, while the call goes on */
};

/* Nothing was looked at yet. */
void device_watch_init(struct device_watch *watch, const struct device_patience *patience,
                       bool may_give_up, uint64_t clock_hz);

/*
 * Looks at the call that a thread is at. To be called several times a second: of the time between
 * two looks a second counts at most, so that a machine that slept, and a recorder that was held up,
 * is no device that hangs. One that is covered is never given up: what is recorded would be lost.
 */
enum device_verdict device_watch_look(struct device_watch *watch, const struct device_call *call,
                                      uint64_t clock);

/* Seconds that the call has taken, or the one that has returned after it was told of. */
uint32_t device_watch_seconds(const struct device_watch *watch);

/* What is done with a device in such a call: "opened". */
const char *device_call_done(enum device_call_kind kind);

/* Writes what is wrong and what to do, as a sentence's end: "'NAME' has not answered for 10 s while
   it was opened: ...". */
void device_watch_print(const struct device_watch *watch, const struct device_call *call,
                        char *text, size_t room);

#endif
