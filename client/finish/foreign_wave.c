/* SPDX-License-Identifier: MIT */
#include "foreign_wave.h"

#include "wave_chunks.h"

#define FOREIGN_ID_BW64 WAVE_ID('B', 'W', '6', '4')
#define FOREIGN_ID_JUNK WAVE_ID('j', 'u', 'n', 'k')

/* More are nobody's WAV, and would take for ever. */
#define FOREIGN_MOST_CHUNKS 4096u

enum {
    DS64_BYTES = 28,
    FMT_BYTES = 16,
    TAG_PCM = 1,
    TAG_FLOAT = 3,
    TAG_ALAW = 6,
    TAG_ULAW = 7,
    TAG_EXTENSIBLE = 0xFFFE,
};

struct chunk {
    uint32_t id;
    uint32_t bytes;
    uint64_t body;
};

static uint32_t u16_at(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8;
}

static uint32_t u32_at(const uint8_t *bytes)
{
    return u16_at(bytes) | u16_at(bytes + 2) << 16;
}

static uint64_t u64_at(const uint8_t *bytes)
{
    return u32_at(bytes) | (uint64_t)u32_at(bytes + 4) << 32;
}

static uint32_t read_chunk(const struct foreign_wave *wave, uint64_t at, struct chunk *chunk)
{
    uint8_t head[8];
    uint32_t code = file_access_read(wave->file, at, head, sizeof head);
    *chunk = (struct chunk){u32_at(head), u32_at(head + 4), at + 8};
    return code;
}

/* The length of a frame, when samples lie side by side in frames of a fixed length. */
static enum tapemap_status take_format(struct foreign_wave *wave, const uint8_t *fmt,
                                       const char **problem)
{
    uint32_t tag = u16_at(fmt);
    uint32_t bits = u16_at(fmt + 14);
    wave->channels = u16_at(fmt + 2);
    wave->sample_rate_hz = u32_at(fmt + 4);
    wave->frame_bytes = u16_at(fmt + 12);
    if (tag != TAG_PCM && tag != TAG_FLOAT && tag != TAG_ALAW && tag != TAG_ULAW &&
        tag != TAG_EXTENSIBLE) {
        *problem = "its audio is compressed";
        return TAPEMAP_E_UNSUPPORTED;
    }
    if (wave->channels == 0 || wave->frame_bytes == 0 ||
        wave->frame_bytes != wave->channels * ((bits + 7) / 8)) {
        *problem = "its format contradicts itself";
        return TAPEMAP_E_FORMAT;
    }
    return TAPEMAP_OK;
}

static enum tapemap_status take_chunk(struct foreign_wave *wave, const struct chunk *chunk,
                                      const char **problem, uint32_t *code)
{
    uint8_t body[DS64_BYTES];
    bool is_first = chunk->body == 20;
    bool is_ds64 = chunk->id == WAVE_ID_DS64;
    if (chunk->id == WAVE_ID_FMT && chunk->bytes >= FMT_BYTES) {
        *code = file_access_read(wave->file, chunk->body, body, FMT_BYTES);
        return *code == 0 ? take_format(wave, body, problem) : TAPEMAP_E_SYSTEM;
    }
    bool is_junk = chunk->id == WAVE_ID_JUNK || chunk->id == FOREIGN_ID_JUNK;
    if (is_first && chunk->bytes >= DS64_BYTES && (wave->is_rf64 ? is_ds64 : is_junk))
        wave->junk_at = chunk->body;
    if (wave->is_rf64 && wave->junk_at == chunk->body) {
        *code = file_access_read(wave->file, chunk->body, body, sizeof body);
        wave->ds64_riff = u64_at(body);
        wave->ds64_data = u64_at(body + 8);
    }
    if (chunk->id == WAVE_ID_FACT && chunk->bytes >= 4)
        wave->fact_at = chunk->body;
    return *code == 0 ? TAPEMAP_OK : TAPEMAP_E_SYSTEM;
}

static enum tapemap_status find_data(struct foreign_wave *wave, const char **problem,
                                     uint32_t *code)
{
    uint64_t at = 12;
    *problem = "it has no audio chunk";
    for (uint32_t i = 0; i < FOREIGN_MOST_CHUNKS && at + 8 <= wave->file_bytes; i++) {
        struct chunk chunk;
        *code = read_chunk(wave, at, &chunk);
        if (*code != 0)
            return TAPEMAP_E_SYSTEM;
        if (chunk.id == WAVE_ID_DATA) {
            wave->data_at = chunk.body;
            wave->data_said = chunk.bytes;
            return TAPEMAP_OK;
        }
        if (chunk.bytes > wave->file_bytes - chunk.body)
            return TAPEMAP_E_FORMAT;
        enum tapemap_status status = take_chunk(wave, &chunk, problem, code);
        if (status != TAPEMAP_OK)
            return status;
        at = chunk.body + chunk.bytes + chunk.bytes % 2;
    }
    return TAPEMAP_E_FORMAT;
}

enum tapemap_status foreign_wave_look(struct foreign_wave *wave, const char **problem,
                                      uint32_t *code)
{
    uint8_t head[12];
    *problem = wave->file_bytes == 0 ? "it is empty" : "it is no WAV file";
    if (wave->file_bytes < sizeof head)
        return TAPEMAP_E_FORMAT;
    *code = file_access_read(wave->file, 0, head, sizeof head);
    if (*code != 0)
        return TAPEMAP_E_SYSTEM;
    uint32_t id = u32_at(head);
    wave->is_rf64 = id == WAVE_ID_RF64 || id == FOREIGN_ID_BW64;
    wave->riff_said = u32_at(head + 4);
    if (id == 0)
        *problem = "it begins with zeros: its header was never written, or is lost";
    if ((id != WAVE_ID_RIFF && !wave->is_rf64) || u32_at(head + 8) != WAVE_ID_WAVE)
        return TAPEMAP_E_FORMAT;
    enum tapemap_status status = find_data(wave, problem, code);
    if (status != TAPEMAP_OK)
        return status;
    if (wave->frame_bytes == 0) {
        *problem = "it does not say its format before the audio";
        return TAPEMAP_E_FORMAT;
    }
    if (wave->is_rf64 && wave->junk_at == 0) {
        *problem = "it is RF64 without the chunk for its sizes";
        return TAPEMAP_E_FORMAT;
    }
    return TAPEMAP_OK;
}

static bool is_printable(uint32_t id)
{
    for (uint32_t i = 0; i < 4; i++) {
        uint32_t character = id >> 8 * i & 0xFF;
        if (character < 0x20 || character > 0x7E)
            return false;
    }
    return true;
}

bool foreign_wave_has_chunks(const struct foreign_wave *wave, uint64_t at)
{
    bool is_any = false;
    for (uint32_t i = 0; i < FOREIGN_MOST_CHUNKS && at + 8 <= wave->file_bytes; i++) {
        struct chunk chunk;
        if (read_chunk(wave, at, &chunk) != 0 || !is_printable(chunk.id) ||
            chunk.bytes > wave->file_bytes - chunk.body)
            return false;
        at = chunk.body + chunk.bytes + chunk.bytes % 2;
        is_any = true;
    }
    return is_any && at >= wave->file_bytes;
}
