/* SPDX-License-Identifier: MIT */
/*
 * Gives a finished recording a title that players show, without moving the audio.
 *
 *     header_in_front FILE.wav TITLE
 *
 * Technique: room in front. To put something before the audio of a WAV file its gigabytes would
 * have to be moved; the file of a tape has 64 KiB there, most of it a JUNK chunk (docs/layout.md,
 * section 9). A LIST chunk takes the first bytes of that chunk, and a shorter JUNK chunk the rest.
 * They are written inside the old chunk first, and become chunks by one write of 8 bytes.
 *
 * Expect, at once whatever the length:
 *     'Rehearsal' stands in front of 172800000 frames; 40 bytes were written
 */
#define SAMPLE "header_in_front"
#include "sample.h"

#define JUNK_END 65528u    /* the data chunk begins there */
#define ROOM_END 4096u     /* what readers of the tape look for lies there, inside the JUNK chunk */
#define TITLE_BYTES 1024u

static uint32_t load_u32(const unsigned char *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static unsigned char *put_head(unsigned char *at, const char *id, uint32_t bytes)
{
    memcpy(at, id, 4);
    for (int i = 0; i < 4; i++)
        at[4 + i] = (unsigned char)(bytes >> (8 * i));
    return at + 8;
}

/* Where the JUNK chunk begins that reaches up to the audio; 0: there is none, or a title. */
static uint32_t find_room(const unsigned char *head)
{
    uint32_t at = 12;

    while (at < ROOM_END - 8 && memcmp(head + at, "LIST", 4) != 0) {
        uint32_t bytes = load_u32(head + at + 4);
        if (memcmp(head + at, "JUNK", 4) == 0 && at + 8 + bytes == JUNK_END)
            return at;
        if (bytes > ROOM_END)
            return 0;
        at += 8 + bytes + bytes % 2;
    }
    return 0;
}

/* LIST of type INFO with the name (INAM), then the head of the JUNK chunk. Returns the bytes. */
static uint32_t make_chunks(unsigned char *chunks, const char *title, uint32_t at)
{
    uint32_t length = (uint32_t)strlen(title);
    uint32_t padded = length / 4 * 4 + 4; /* with one zero at least, up to four */
    uint32_t junk_at = at + 8 + 4 + 8 + padded;
    unsigned char *next = put_head(chunks, "LIST", 4 + 8 + padded);

    memset(next, 0, 4 + 8 + padded);
    memcpy(next, "INFO", 4);
    memcpy(put_head(next + 4, "INAM", padded), title, length);
    put_head(next + 4 + 8 + padded, "JUNK", JUNK_END - 8 - junk_at);
    return junk_at + 8 - at;
}

static bool write_at(FILE *file, uint32_t at, const void *from, uint32_t bytes)
{
    return fseek(file, (long)at, SEEK_SET) == 0 && fwrite(from, 1, bytes, file) == bytes &&
           fflush(file) == 0;
}

static int put_title(FILE *file, const char *title, uint64_t frames)
{
    static unsigned char head[ROOM_END];
    static unsigned char chunks[TITLE_BYTES + 64];

    uint32_t at = fread(head, 1, sizeof head, file) == sizeof head ? find_room(head) : 0;
    uint32_t bytes = at ? make_chunks(chunks, title, at) : 0;
    if (at == 0 || at + bytes > ROOM_END)
        return sample_refuse("cannot put a title in front", "there is no room, or a title already",
                             "take a shorter one, or a file that has none");
    bool is_good = write_at(file, at + 8, chunks + 8, bytes - 8) && write_at(file, at, chunks, 8);
    if (!is_good)
        return sample_refuse("cannot put a title in front", "the disk refused it", "try again");
    printf("'%s' stands in front of %" PRIu64 " frames; %" PRIu32 " bytes were written\n", title,
           frames, bytes);
    return 0;
}

int main(int argc, char **argv)
{
    struct tapemap_now now;
    tapemap_tape *tape = NULL;

    if (argc != 3 || !argv[2][0] || strlen(argv[2]) >= TITLE_BYTES)
        return sample_usage("FILE.wav TITLE");
    enum tapemap_status status = tapemap_open_file(argv[1], &tape);
    if (status)
        return sample_fail("cannot open the file", status);
    tapemap_get_now(tape, &now);
    tapemap_close(tape);
    if (now.state != TAPEMAP_STATE_ENDED) /* its recorder writes the header itself */
        return sample_refuse("cannot put a title in front", "the tape has not ended",
                             "wait for its end, or run 'tapemap recover' on it");
    FILE *file = fopen(argv[1], "r+b");
    if (!file)
        return sample_fail("cannot write to the file", TAPEMAP_E_DENIED);
    int code = put_title(file, argv[2], now.head);
    if (fclose(file) != 0 && code == 0)
        code = sample_refuse("cannot put a title in front", "the disk refused it", "try again");
    return code;
}
