/* SPDX-License-Identifier: MIT */
#include "cli_sound.h"

#include <ctype.h>
#include <string.h>

#include "cli_fail.h"
#include "system_error.h"
#include "terminal.h"

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
    return strcmp(options->path, "-") == 0;
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
    if (options->path[0] == '\0')
        return cli_misuse(verb, "'-o' names no file");
    if (cli_sound_is_stdout(options) && terminal_columns(TERMINAL_OUTPUT) > 0)
        return cli_misuse(verb, "stdout is a terminal, which shows no sound; give '-o FILE', or "
                          "redirect it");
    if (cli_sound_is_stdout(options))
        return CLI_DONE;
    if (file_output_is_device(options->path))
        return cli_misuse(verb, "'%s' is a device and no file; give '-o FILE', or '-o -' and "
                          "redirect it", options->path);
    if (!options->format && !is_wav && !sound_has_extension(options->path, false))
        return cli_misuse(verb, "the format of '%s' is not known by its name; end it in .wav, .raw "
                          "or .pcm, or give '--format'", options->path);
    if (options->format && sound_has_extension(options->path, !is_wav))
        return cli_misuse(verb, "'--format %s' contradicts the name '%s'", options->format,
                          options->path);
    return CLI_DONE;
}

/* Codes of file_output for which there is something better to say than what the system says. */
static const struct sound_trouble {
    uint32_t code;
    const char *wrong; /* NULL: what the system says */
    const char *remedy;
} sound_troubles[] = {
    {3, NULL, "make its folder first"},
    {80, "it exists", "give another name, or '--force' to replace it"},
    {112, NULL, "free some space, or write elsewhere"},
    {123, NULL, "choose another name"},
    {336, "it is a folder", "name a file in it"},
    {0, NULL, "see whether you may write there"}, /* any other */
};

/* Keeps and says why something could not be written. Returns CLI_FAILED. */
static int sound_fail(struct cli_sound *sound, const char *tried, uint32_t code)
{
    char wrong[256];
    sound->is_failed = true;
    sound->is_closed = sound->is_stdout && file_output_is_closed_pipe(code);
    if (sound->is_closed)
        return CLI_FAILED;
    const struct sound_trouble *trouble = sound_troubles;
    while (trouble->code && trouble->code != code)
        trouble++;
    system_error_text(code, wrong, sizeof wrong);
    return cli_fail("cannot %s '%s': %s; %s", tried, sound->is_stdout ? "stdout" : sound->path,
                    trouble->wrong ? trouble->wrong : wrong, trouble->remedy);
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

/* Whether the file is the one that the tape is recorded into, or a copy of it. */
static bool sound_is_tape(const char *path, const struct tapemap_info *tape)
{
    struct tapemap_info info = {0};
    tapemap_tape *handle = NULL;
    if (tapemap_open_file(path, &handle) != TAPEMAP_OK)
        return false;
    tapemap_get_info(handle, &info);
    tapemap_close(handle);
    return strcmp(info.id, tape->id) == 0;
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
    if (options->replace && !sound->is_stdout && sound_is_tape(options->path, info))
        return cli_fail("cannot create '%s': that is the tape itself; give another name",
                        options->path);
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
