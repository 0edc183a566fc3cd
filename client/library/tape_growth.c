/* SPDX-License-Identifier: MIT */
#include "object_names.h"
#include "tape_handle.h"

static struct view_source newest_views(const struct tapemap_tape *tape)
{
    return section_views(tape->newest.handle ? &tape->newest : &tape->audio);
}

static enum tapemap_status audio_map(void *context, uint64_t offset, size_t bytes,
                                     const void **view)
{
    const struct view_source views = newest_views(context);
    return views.map(views.context, offset, bytes, view);
}

static void audio_unmap(void *context, const void *view, size_t bytes)
{
    const struct view_source views = newest_views(context);
    views.unmap(views.context, view, bytes);
}

/* Views outlive the handle that they were made with. */
static enum tapemap_status audio_renew(void *context, uint64_t generation, uint64_t bytes)
{
    struct tapemap_tape *tape = context;
    struct section section = {0};
    char name[OBJECT_NAME_BYTES];

    (void)bytes;
    object_name_audio(name, tape->space, tape->id, generation);
    enum tapemap_status status = section_open(name, &section);
    if (status)
        return status;
    section_close(&tape->newest);
    tape->newest = section;
    return TAPEMAP_OK;
}

struct view_source tape_audio_views(struct tapemap_tape *tape)
{
    return (struct view_source){
        .map = audio_map, .unmap = audio_unmap, .context = tape, .renew = audio_renew,
    };
}
