/* SPDX-License-Identifier: MIT */
/* The calls of devices that may never return: each is noted while it lasts, for whoever watches.
   Kind, whose it is and since when are one number, because another thread reads them. */
#include "record_options.h"
#include "source_thread_private.h"
#include "steady_clock.h"

#define KIND_MASK 7u
#define FALLBACK_BIT 8u
#define SINCE_SHIFT 4

static void begin_call(struct source_thread *self, enum device_call_kind kind, bool is_fallback)
{
    store_release_u64(&self->call, steady_clock_now() << SINCE_SHIFT |
                                       (is_fallback ? FALLBACK_BIT : 0u) | (uint64_t)kind);
}

static void end_call(struct source_thread *self)
{
    store_release_u64(&self->call, DEVICE_CALL_NONE);
}

enum tapemap_status source_call_open(struct source_thread *self, const char *spec,
                                     const struct source_wish *wish, struct source **source,
                                     struct failure *failure)
{
    if (record_source_is_device(spec))
        begin_call(self, DEVICE_CALL_OPEN, spec == self->plan.fallback);
    enum tapemap_status status = source_open(spec, wish, source, failure);
    end_call(self);
    return status;
}

enum tapemap_status source_call_start(struct source_thread *self, struct source *source,
                                      bool is_fallback, const struct source_sink *sink,
                                      struct failure *failure)
{
    begin_call(self, DEVICE_CALL_START, is_fallback);
    enum tapemap_status status = source->ops->start(source, sink, failure);
    end_call(self);
    return status;
}

void source_call_stop(struct source_thread *self)
{
    struct source *source = self->current;

    store_release_u64(&self->covered_by, 0);
    if (!source->ops->stop)
        return;
    begin_call(self, DEVICE_CALL_STOP, self->is_fallback);
    source->ops->stop(source);
    end_call(self);
}

void source_call_close(struct source_thread *self, struct source *source, bool is_fallback)
{
    if (!source->ops->read)
        begin_call(self, DEVICE_CALL_CLOSE, is_fallback);
    source->ops->close(source);
    end_call(self);
}

void source_call_covers(struct source_thread *self)
{
    if (self->is_fallback && !self->current->ops->read)
        store_release_u64(&self->covered_by, self->number);
}

struct device_call source_thread_call(const struct source_thread *thread)
{
    uint64_t noted = load_acquire_u64(&thread->call);
    uint64_t cover = load_acquire_u64(&thread->covered_by);

    return (struct device_call){
        .kind = (enum device_call_kind)(noted & KIND_MASK),
        .since = noted >> SINCE_SHIFT,
        .is_covered = cover != 0 && deck_lost_source(thread->deck) < cover,
        .name = (noted & FALLBACK_BIT) != 0 ? thread->plan.fallback : thread->plan.source,
    };
}
