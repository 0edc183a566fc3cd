/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <string.h>

#include "atomic64.h"
#include "reader.h"

#define MIB UINT64_C(1048576)

/* Larger windows move less often, but in a 32-bit program all of them must find room. */
static uint64_t default_audio_span_bytes(void)
{
#if UINTPTR_MAX > UINT32_MAX
    return 64 * MIB;
#else
    return 16 * MIB;
#endif
}

/* Of a level of the pyramid; the journal of ten days, which is searched from end to end and by
   halves, fits into one window of its own. */
static uint64_t default_index_span_bytes(bool is_journal)
{
#if UINTPTR_MAX > UINT32_MAX
    return is_journal ? 128 * MIB : 16 * MIB;
#else
    return is_journal ? 4 * MIB : MIB;
#endif
}

static enum tapemap_status map_first_granule(const struct view_source *source, const void **view)
{
    return source->map(source->context, 0, TAPEMAP_GRANULE_BYTES, view);
}

static void unmap_first_granule(const struct view_source *source, const void *view)
{
    if (view && source->map)
        source->unmap(source->context, view, TAPEMAP_GRANULE_BYTES);
}

/* The length that the recorder says, against the one that is known, if any. */
static enum tapemap_status settle_length(struct view_source *source, uint64_t bytes)
{
    if (source->bytes && bytes > source->bytes)
        return TAPEMAP_E_CORRUPT;
    return reader_prove_length(source, bytes);
}

static enum tapemap_status open_audio(struct reader *reader)
{
    const void *view = NULL;
    enum tapemap_status status = map_first_granule(&reader->audio, &view);

    if (status)
        return status;
    reader->control = (const struct tapemap_control *)(const void *)((const unsigned char *)view +
                                                                     TAPEMAP_CONTROL_OFFSET);
    status = layout_check_control(reader->control, TAPEMAP_GRANULE_BYTES, &reader->tape);
    if (status)
        return status;
    if (!reader->tape.is_file) {
        reader->audio.renew = NULL;
        return settle_length(&reader->audio, reader->tape.section_bytes);
    }
    if (reader->audio.bytes)
        reader->generation = load_acquire_u64(&reader->control->generation);
    else
        status = reader_prove_length(&reader->audio, reader->tape.section_bytes);
    if (status)
        return status;
    return reader_reach(reader, reader_offset_of(reader, reader_head(reader)));
}

/* A tape whose index is lost reads like one whose journal and peaks have not begun. */
static void do_without_index(struct reader *reader)
{
    static const struct tapemap_index empty = {0};

    reader->index_header = &empty;
    reader->index_facts.cell_bytes = (uint32_t)sizeof(struct tapemap_peak) * reader->tape.channels;
    reader->index_facts.journal.capacity = 1;
    for (int level = 0; level < (int)TAPEMAP_LEVELS; level++)
        reader->index_facts.levels[level].capacity = 1;
}

static enum tapemap_status open_index(struct reader *reader)
{
    const void *view = NULL;

    if (!reader->index.map) {
        do_without_index(reader);
        return TAPEMAP_OK;
    }
    enum tapemap_status status = map_first_granule(&reader->index, &view);
    if (status)
        return status;
    reader->index_header = view;
    /* An index that was cut to what it holds says less than the control block (L159, L160). */
    if (reader->tape.is_file && reader->index.bytes)
        reader->tape.index_bytes = reader->index.bytes;
    status = layout_check_index(reader->index_header, &reader->tape, TAPEMAP_GRANULE_BYTES,
                                &reader->index_facts);
    if (status) /* the index is published first: one that is not there yet is not its tape's */
        return status == TAPEMAP_E_NO_TAPE ? TAPEMAP_E_CORRUPT : status;
    return settle_length(&reader->index, reader->tape.index_bytes);
}

static void set_spans(struct reader *reader, const struct reader_config *config)
{
    uint64_t audio = config->audio_span_bytes;
    uint64_t index = config->index_span_bytes;

    assert(audio % TAPEMAP_GRANULE_BYTES == 0 && index % TAPEMAP_GRANULE_BYTES == 0);
    reader->audio_window.span_bytes = audio ? audio : default_audio_span_bytes();
    reader->journal_window.span_bytes = index ? index : default_index_span_bytes(true);
    for (int level = 0; level < (int)TAPEMAP_LEVELS; level++)
        reader->level_windows[level].span_bytes = index ? index : default_index_span_bytes(false);
}

enum tapemap_status reader_open(struct reader *reader, const struct reader_config *config)
{
    *reader = (struct reader){.audio = config->audio, .index = config->index};
    set_spans(reader, config);
    enum tapemap_status status = open_audio(reader);
    if (status == TAPEMAP_OK)
        status = open_index(reader);
    if (status)
        reader_close(reader);
    return status;
}

void reader_close(struct reader *reader)
{
    for (int level = 0; level < (int)TAPEMAP_LEVELS; level++)
        view_window_close(&reader->level_windows[level], &reader->index);
    view_window_close(&reader->journal_window, &reader->index);
    view_window_close(&reader->audio_window, &reader->audio);
    unmap_first_granule(&reader->index, reader->index_header);
    if (reader->control)
        unmap_first_granule(&reader->audio,
                            (const unsigned char *)(const void *)reader->control -
                                TAPEMAP_CONTROL_OFFSET);
    memset(reader, 0, sizeof *reader);
}
