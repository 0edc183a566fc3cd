/* SPDX-License-Identifier: MIT */
#include "portaudio_list.h"

#include <math.h>
#include <string.h>

#include <portaudio.h>

#include "utf8_text.h"

/* Lower is better. */
static int devices_host_rank(PaHostApiIndex host, PaHostApiTypeId type)
{
    switch (type) {
    case paWASAPI:
        return 0;
    case paDirectSound:
        return 1;
    case paMME:
        return 2;
    case paWDMKS:
        return 5;
    default:
        return host == Pa_GetDefaultHostApi() ? 3 : 4;
    }
}

#define DEVICES_LAST_RANK 5

static uint64_t devices_ns(double seconds)
{
    return seconds > 0 && seconds < 3600 ? (uint64_t)llround(seconds * 1e9) : 0;
}

/* The rows being filled; counts on when there is no room. */
struct devices_table {
    enum device_direction direction;
    struct device_info *rows;
    size_t room;
    size_t count;
};

static int devices_channels(const struct devices_table *table, const PaDeviceInfo *device)
{
    return table->direction == DEVICE_INPUT ? device->maxInputChannels : device->maxOutputChannels;
}

static void devices_fill(const struct devices_table *table, PaDeviceIndex index,
                         const PaHostApiInfo *host)
{
    struct device_info *row = &table->rows[table->count];
    const PaDeviceInfo *device = Pa_GetDeviceInfo(index);
    bool is_input = table->direction == DEVICE_INPUT;
    static const char vendor[] = "Windows ";
    const char *host_name = host->name;

    if (strncmp(host_name, vendor, sizeof vendor - 1) == 0)
        host_name += sizeof vendor - 1;
    memset(row, 0, sizeof *row);
    row->index = index;
    utf8_shorten(host_name, row->host_api, sizeof row->host_api);
    utf8_shorten(device->name, row->name, sizeof row->name);
    row->channels = (uint32_t)devices_channels(table, device);
    row->default_rate_hz = (uint32_t)lround(device->defaultSampleRate);
    row->low_latency_ns = devices_ns(is_input ? device->defaultLowInputLatency
                                            : device->defaultLowOutputLatency);
    row->high_latency_ns = devices_ns(is_input ? device->defaultHighInputLatency
                                             : device->defaultHighOutputLatency);
    row->is_host_default =
        (is_input ? host->defaultInputDevice : host->defaultOutputDevice) == index;
}

static void devices_add_host(struct devices_table *table, PaHostApiIndex host_index)
{
    const PaHostApiInfo *host = Pa_GetHostApiInfo(host_index);

    for (int i = 0; i < host->deviceCount; i++) {
        PaDeviceIndex index = Pa_HostApiDeviceIndexToDeviceIndex(host_index, i);
        const PaDeviceInfo *device = index >= 0 ? Pa_GetDeviceInfo(index) : NULL;
        if (!device || devices_channels(table, device) < 1)
            continue;
        if (table->count < table->room)
            devices_fill(table, index, host);
        table->count++;
    }
}

/* The first host API with a device counts; in it the default one, else the first. */
static void devices_mark_default(struct devices_table *table)
{
    size_t filled = table->count < table->room ? table->count : table->room;

    for (size_t i = 0; i < filled; i++) {
        if (strcmp(table->rows[i].host_api, table->rows[0].host_api) != 0)
            break;
        if (table->rows[i].is_host_default) {
            table->rows[i].is_default = true;
            return;
        }
    }
    if (filled > 0)
        table->rows[0].is_default = true;
}

void portaudio_list(enum device_direction direction, struct device_info *rows, size_t room,
                    size_t *count)
{
    struct devices_table table;
    PaHostApiIndex hosts = Pa_GetHostApiCount();

    table.direction = direction;
    table.rows = rows;
    table.room = room;
    table.count = 0;
    for (int rank = 0; rank <= DEVICES_LAST_RANK; rank++)
        for (PaHostApiIndex i = 0; i < hosts; i++)
            if (devices_host_rank(i, Pa_GetHostApiInfo(i)->type) == rank)
                devices_add_host(&table, i);
    devices_mark_default(&table);
    *count = table.count;
}
