/* SPDX-License-Identifier: MIT */
#include "cli_sound.h"

#include <ctype.h>
#include <string.h>

#include "cli_fail.h"
#include "cli_output.h"

/* The extension with its dot, or "". */
static const char *sound_extension(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot && !strpbrk(dot, "/\\") ? dot : "";
}

static bool sound_is_word(const char *text, const char *lower)
{
    while (*text && tolower((unsigned char)*text) == *lower) {
        text++;
        lower++;
    }
    return *text == '\0' && *lower == '\0';
}

static bool sound_has_extension(const char *path, bool is_wav)
{
    const char *extension = sound_extension(path);
    return is_wav ? sound_is_word(extension, ".wav")
                  : sound_is_word(extension, ".raw") || sound_is_word(extension, ".pcm");
}

bool cli_sound_is_stdout(const struct cli_sound_options *options)
{
    return cli_output_is_stdout(options->path);
}

static bool sound_wants_wav(const struct cli_sound_options *options)
{
    if (options->format)
        return sound_is_word(options->format, "wav");
    return cli_sound_is_stdout(options) || sound_has_extension(options->path, true);
}

bool cli_sound_is_float(const struct cli_sound_options *options)
{
    return options->takes_float && options->format && sound_is_word(options->format, "f32");
}

int cli_sound_check(const char *verb, const struct cli_sound_options *options)
{
    bool is_wav = sound_wants_wav(options);
    if (options->format && !is_wav && !sound_is_word(options->format, "raw") &&
        !cli_sound_is_float(options))
        return cli_misuse(verb, "there is no format '%s' here; give wav%s", options->format,
                          options->takes_float ? ", raw or f32" : " or raw");
    int code = cli_output_check(verb, options->path);
    if (code != CLI_DONE || cli_sound_is_stdout(options))
        return code;
    if (!options->format && !is_wav && !sound_has_extension(options->path, false))
        return cli_misuse(verb, "the format of '%s' is not known by its name; end it in .wav, .raw "
                          "or .pcm, or give '--format'", options->path);
    if (options->format && sound_has_extension(options->path, !is_wav))
        return cli_misuse(verb, "'--format %s' contradicts the name '%s'", options->format,
                          options->path);
    return CLI_DONE;
}

/* Keeps and says why something could not be written. Returns CLI_FAILED. */
static int sound_fail(struct cli_sound *sound, const char *tried, uint32_t code)
{
    sound->is_failed = true;
    sound->is_closed = sound->is_stdout && file_output_is_closed_pipe(code);
    if (sound->is_closed)
        return CLI_FAILED;
    if (!sound->is_finishing || sound->is_stdout)
        return cli_output_fail(tried, sound->path, code);
    struct file_output *file = sound->file;
    sound->file = NULL;
    return cli_output_leave(tried, sound->path, code, file);
}

static int sound_write_header(struct cli_sound *sound)
{
    unsigned char header[TAPEMAP_WAVE_HEADER_BYTES];
    size_t bytes = 0;
    enum tapemap_status status =
        tapemap_make_wave_header(&sound->info, sound->declared_frames, sound->tail_bytes, header,
                                 &bytes);
    if (status != TAPEMAP_OK) {
        sound->is_failed = true;
        return cli_fail_status(status, "cannot make a WAV header for '%s'", sound->path);
    }
    uint32_t code = file_output_bytes(sound->file) == 0
        ? file_output_write(sound->file, header, bytes)
        : file_output_write_at(sound->file, 0, header, bytes);
    return code ? sound_fail(sound, "write", code) : CLI_DONE;
}

int cli_sound_open(struct cli_sound *sound, const struct cli_sound_options *options,
                   const struct tapemap_info *info, uint64_t frames)
{
    memset(sound, 0, sizeof *sound);
    sound->path = options->path;
    sound->info = *info;
    sound->is_wav = sound_wants_wav(options);
    sound->is_stdout = cli_sound_is_stdout(options);
    sound->declared_frames = frames;
    if (cli_output_check_tape(options->path, options->replace, info) != CLI_DONE)
        return CLI_FAILED;
    uint32_t code = file_output_create(options->path, options->replace, &sound->file);
    if (code)
        return sound_fail(sound, "create", code);
    if (!sound->is_wav || sound_write_header(sound) == CLI_DONE)
        return CLI_DONE;
    cli_sound_abandon(sound);
    return CLI_FAILED;
}

int cli_sound_write(struct cli_sound *sound, const void *frames, uint64_t count)
{
    uint32_t code = file_output_write(sound->file, frames,
                                      (size_t)(count * sound->info.frame_bytes));
    if (code)
        return sound_fail(sound, "write", code);
    sound->frames += count;
    return CLI_DONE;
}

bool cli_sound_set_tail(struct cli_sound *sound, const void *chunks, size_t bytes)
{
    if (!sound->is_wav || sound->is_stdout)
        return false;
    sound->tail = chunks;
    sound->tail_bytes = bytes;
    return true;
}

/* A chunk of odd length wants a byte behind it, which a stream of unknown length cannot place. */
static int sound_complete_wav(struct cli_sound *sound)
{
    bool is_odd = (sound->frames * sound->info.frame_bytes) % 2 != 0;
    bool is_true = sound->declared_frames == sound->frames;
    if (is_odd && (is_true || !sound->is_stdout)) {
        uint32_t code = file_output_write(sound->file, "", 1);
        if (code)
            return sound_fail(sound, "write", code);
    }
    if (sound->tail_bytes > 0) {
        uint32_t code = file_output_write(sound->file, sound->tail, sound->tail_bytes);
        if (code)
            return sound_fail(sound, "write", code);
    }
    if (sound->is_stdout || (is_true && sound->tail_bytes == 0))
        return CLI_DONE;
    sound->declared_frames = sound->frames;
    return sound_write_header(sound);
}

int cli_sound_finish(struct cli_sound *sound)
{
    sound->is_finishing = true;
    int result = sound->is_wav ? sound_complete_wav(sound) : CLI_DONE;
    if (result == CLI_DONE) {
        uint32_t code = file_output_commit(sound->file);
        if (code == 0)
            sound->file = NULL;
        else
            result = sound_fail(sound, "finish", code);
    }
    cli_sound_abandon(sound);
    return result;
}

void cli_sound_abandon(struct cli_sound *sound)
{
    file_output_discard(sound->file);
    sound->file = NULL;
}
