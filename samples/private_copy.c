/* SPDX-License-Identifier: MIT */
/*
 * Fades a stretch of a tape in and halves it, in a private copy that becomes a WAV file.
 *
 *     private_copy TAPE FROM TO OUT.wav        (TAPE: a deck or a file, of format s16 or f32)
 *
 * Technique: copy-on-write. tapemap_map_private gives pages that look like the tape and can be
 * written to; the system copies each page on its first change. Nobody else sees the change, and the
 * right to read the tape is enough for it.
 *
 * Expect: OUT.wav, and on stdout (the second line says that the tape is what it was)
 *     edited 48000 frames: the last sample was 12000 and is 6000
 *     the tape is unchanged: checksum 8c4b2e90 before and after
 */
#define SAMPLE "private_copy"
#include "sample.h"

#define GAIN 0.5

static void edit(void *samples, const struct tapemap_info *info, uint64_t frames)
{
    for (uint64_t i = 0; i < frames * info->channels; i++) {
        double gain = GAIN * (double)(i / info->channels + 1) / (double)frames;
        if (info->format == TAPEMAP_S16) {
            int16_t *sample = (int16_t *)samples + i;
            *sample = (int16_t)(*sample * gain);
        } else {
            float *sample = (float *)samples + i;
            *sample = (float)((double)*sample * gain);
        }
    }
}

static double last_sample(const void *samples, const struct tapemap_info *info, uint64_t frames)
{
    uint64_t last = frames * info->channels - 1;
    return info->format == TAPEMAP_S16 ? ((const int16_t *)samples)[last]
                                       : (double)((const float *)samples)[last];
}

/* FNV-1a over the tape itself. *frames becomes less where the end of a ring lies in between. */
static enum tapemap_status checksum(tapemap_tape *tape, uint64_t from, uint64_t *frames,
                                    uint32_t *sum)
{
    struct tapemap_info info;
    const void *view = NULL;
    enum tapemap_status status = tapemap_map_at(tape, from, frames, NULL, &view);

    if (status)
        return status;
    tapemap_get_info(tape, &info);
    const unsigned char *bytes = view;
    *sum = 2166136261u;
    for (uint64_t i = 0; i < *frames * info.frame_bytes; i++)
        *sum = (*sum ^ bytes[i]) * 16777619u;
    tapemap_unmap(view);
    return tapemap_still_valid(tape, from) ? TAPEMAP_OK : TAPEMAP_E_OVERWRITTEN;
}

static enum tapemap_status write_edited(tapemap_tape *tape, uint64_t from, uint64_t frames,
                                        struct sample_output *output)
{
    struct tapemap_info info;
    void *copy = NULL;
    enum tapemap_status status = tapemap_map_private(tape, from, &frames, &copy);

    if (status)
        return status;
    tapemap_get_info(tape, &info);
    double before = last_sample(copy, &info, frames);
    edit(copy, &info, frames);
    printf("edited %" PRIu64 " frames: the last sample was %g and is %g\n", frames, before,
           last_sample(copy, &info, frames));
    sample_write_header(output, &info, frames);
    fwrite(copy, info.frame_bytes, (size_t)frames, output->file);
    tapemap_unmap(copy);
    return TAPEMAP_OK;
}

static int run(tapemap_tape *tape, const char *const texts[2], const char *path)
{
    struct sample_output output;
    struct tapemap_info info;
    uint64_t from, to;
    uint32_t before = 0, after = 0;

    tapemap_get_info(tape, &info);
    if (info.format != TAPEMAP_S16 && info.format != TAPEMAP_F32)
        return sample_refuse("cannot edit the tape", "it is neither s16 nor f32", "take another");
    if (!sample_stretch(tape, texts, &from, &to))
        return 1;
    uint64_t frames = to - from;
    enum tapemap_status status = checksum(tape, from, &frames, &before);
    if (status)
        return sample_fail("cannot edit a copy of the tape", status);
    if (frames < to - from)
        return sample_refuse("cannot edit a copy of the tape",
                             "the end of the ring lies within that stretch", "take a part of it");
    if (!sample_create(&output, path))
        return 1;
    status = write_edited(tape, from, frames, &output);
    if (status == TAPEMAP_OK)
        status = checksum(tape, from, &frames, &after);
    bool is_whole = sample_finish(&output, status == TAPEMAP_OK);
    if (status)
        return sample_fail("cannot edit a copy of the tape", status);
    printf("the tape is %s: checksum %08" PRIx32 " before and %08" PRIx32 " after\n",
           before == after ? "unchanged" : "CHANGED", before, after);
    return is_whole && before == after ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return sample_usage("TAPE FROM TO OUT.wav");
    tapemap_tape *tape = sample_open(argv[1]);
    int code = tape ? run(tape, (const char *const[2]){argv[2], argv[3]}, argv[4]) : 1;
    tapemap_close(tape);
    return code;
}
