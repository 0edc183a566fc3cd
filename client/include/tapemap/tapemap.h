/* SPDX-License-Identifier: MIT */
/*
 * tapemap: read what a tapemap recorder records, live or later, from any other program.
 *
 *     tapemap_tape *tape;
 *     if (tapemap_open_deck("studio", &tape) == TAPEMAP_OK) {
 *         uint64_t position = tapemap_head(tape);
 *         while (tapemap_wait(tape, position + 480, 1000) == TAPEMAP_OK) {
 *             float block[480 * 2];
 *             tapemap_read_float(tape, position, 480, block);
 *             position += 480;
 *         }
 *         tapemap_close(tape);
 *     }
 *
 * Words. A frame is one sample of every channel at one instant; a position is a 64-bit frame
 * number from the start of the tape; the head is the position just past the newest frame. Every
 * text is UTF-8, zero-terminated. UTC is in nanoseconds since 1970-01-01T00:00:00Z.
 *
 * Threads. Different tape handles may be used by different threads at once; one handle by one
 * thread at a time. Functions that take no handle may be called from any thread.
 *
 * Failures. Functions return TAPEMAP_OK (0) or a negative enum tapemap_status, and leave their
 * outputs untouched on failure, unless they say otherwise. The library never prints, aborts or
 * exits.
 *
 * Caveats.
 * - A tape lives as long as its recorder or a reader holds it: an open handle keeps the memory of
 *   the whole recording in use, also after the recorder has ended.
 * - In a ring the recorder overwrites the oldest frames without asking. Bytes behind a pointer of
 *   tapemap_peek may change while they are read: use them, then ask tapemap_still_valid. The
 *   copying reads do this for you.
 * - A file tape is a mapped file, so a disk that fails while it is read, or a stick that is pulled
 *   out, raises EXCEPTION_IN_PAGE_ERROR (0xC0000006) where the frames are touched, which is in the
 *   copying reads too, and ends a program that does not handle it. Guard them by structured
 *   exception handling (__try), or copy a file from such a disk before you open it.
 * - The library checks what it reads from the recorder's memory, but a recorder that lies about
 *   committed pages can still make a read fault. Open only tapes of users you trust.
 */
#ifndef TAPEMAP_H
#define TAPEMAP_H

#include <stddef.h>
#include <stdint.h>

#include "tapemap/layout.h"
#include "tapemap/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#if defined(_WIN32) && defined(TAPEMAP_BUILDS_DLL)
#define TAPEMAP_API __declspec(dllexport)
#elif defined(_WIN32) && !defined(TAPEMAP_STATIC)
#define TAPEMAP_API __declspec(dllimport)
#else
#define TAPEMAP_API
#endif

typedef struct tapemap_tape tapemap_tape;

/* What a tape is; constant for its life. */
struct tapemap_info {
    char id[17];                        /* 16 hex digits */
    char deck[TAPEMAP_NAME_BYTES];
    char source[256];
    enum tapemap_sample_format format;
    uint32_t channels;
    uint32_t sample_rate_hz;
    uint32_t frame_bytes;
    uint32_t is_ring;                   /* 1: the oldest frames make room for new ones */
    uint32_t is_file;                   /* 1: the storage is a file, not memory */
    uint32_t recorder_pid;
    uint64_t capacity_frames;           /* what fits; in a ring: the newest that stay readable */
    uint64_t created_utc_ns;
    uint64_t input_latency_ns;          /* 0 when the source does not say */
    uint64_t series_position;           /* frames of the tapes before it that join without a seam */
    char previous_id[17];               /* the tape before it in its series; empty: none */
    char file_path[1024];               /* where its file lay when recorded; empty: not known */
};

/* What a tape does at the moment of the call. */
struct tapemap_now {
    uint64_t head;             /* frames published */
    uint64_t oldest;           /* first position that can be read; 0 unless a ring has wrapped */
    uint64_t committed_bytes;  /* of the audio section */
    uint64_t durable_frames;   /* would survive a power cut; 0 for a tape in memory */
    uint64_t resume_count;     /* times a recorder went on with this tape */
    uint64_t gap_count;
    uint64_t gap_frames;       /* frames lost and replaced by silence */
    uint64_t overflow_count;
    uint64_t heartbeat_age_ns; /* since the recorder last showed a sign of life; one that claims to
                                  be seconds ahead of now counts as that old */
    uint32_t is_stalled;       /* 1: not ended, and no sign of life for two seconds */
    enum tapemap_state state;
    enum tapemap_reason reason;
    char reason_text[256];     /* a sentence once the tape has ended; may be empty */
    char next_id[17];          /* the tape that its deck went on with; empty: none so far */
    uint32_t warnings;         /* TAPEMAP_WARNING_*: recording goes on, but somebody should look */
    uint32_t reader_count;     /* programs that have the tape open, as of a second ago */
};

/* A row of the catalogue. */
struct tapemap_deck {
    char name[TAPEMAP_NAME_BYTES];
    char tape_id[17];
    uint32_t recorder_pid; /* 0: a reader holds this tape, and the deck has a newer one */
    uint32_t is_global;    /* 1: for all login sessions, as what the service records; 0: for this
                              one. There may be a deck of the same name in each */
};

/* ---- Words for people ---------------------------------------------------------------------- */

/* The version of this library, "major.minor.patch". Never blocks. Memory: static. */
TAPEMAP_API const char *tapemap_version(void);

/* The name of a status, such as "E_NO_DECK". Memory: static. Never blocks. */
TAPEMAP_API const char *tapemap_status_name(enum tapemap_status status);

/* What is wrong, as the middle of a sentence. Memory: static. Never blocks. */
TAPEMAP_API const char *tapemap_status_text(enum tapemap_status status);

/* What to do about it, as the end of a sentence. Memory: static. Never blocks. */
TAPEMAP_API const char *tapemap_status_remedy(enum tapemap_status status);

/* The names that `info` shows: "s16", "recording", "commit-limit", "gap". An unknown value gives
   "unknown". Memory: static. Never blocks. */
TAPEMAP_API const char *tapemap_format_name(enum tapemap_sample_format format);
TAPEMAP_API const char *tapemap_state_name(enum tapemap_state state);
TAPEMAP_API const char *tapemap_reason_name(enum tapemap_reason reason);
TAPEMAP_API const char *tapemap_record_kind_name(enum tapemap_record_kind kind);

/* ---- Finding and opening ------------------------------------------------------------------- */

/*
 * Lists the decks that have a tape.
 * decks: room for `room` rows (twice TAPEMAP_CATALOGUE_SLOTS are always enough), may be NULL when
 * room is 0. count: receives the number of decks, which may be larger than room.
 * Returns OK (also when there are none) · E_ARGUMENT · E_FOREIGN · E_CORRUPT · E_DENIED · E_SYSTEM.
 * Threads: any. Blocks: only while a recorder is changing the catalogue, for up to 20 ms, and as
 * long again for each of at most four times that it has changed meanwhile (longer where the
 * system's timer is coarse); system calls, so not for an audio callback.
 */
TAPEMAP_API enum tapemap_status tapemap_list_decks(struct tapemap_deck *decks, size_t room,
                                                   size_t *count);

/*
 * Opens the current, or the last, tape of the deck `name`: of the one that is recorded for all
 * login sessions, else of that of this session. Both can be opened by their tapes' ids.
 * Returns OK · E_ARGUMENT (no name, or one no deck can have) · E_NO_DECK · E_NO_TAPE · E_FOREIGN ·
 * E_CORRUPT · E_DENIED · E_MEMORY · E_SYSTEM.
 * Memory: *tape is the caller's until tapemap_close.
 * Threads: any. Blocks: only while a recorder is publishing: up to 200 ms for each tape of that
 * name, up to 20 ms for the catalogue, and both again for each of at most four times that the
 * catalogue has changed meanwhile (longer where the system's timer is coarse); system calls, so not
 * for an audio callback.
 */
TAPEMAP_API enum tapemap_status tapemap_open_deck(const char *name, tapemap_tape **tape);

/* The same for a tape known by its id (16 hex digits). Returns and blocks as tapemap_open_deck, but
   needs no catalogue. */
TAPEMAP_API enum tapemap_status tapemap_open_tape(const char *id, tapemap_tape **tape);

/*
 * Opens the file of a tape that was recorded with `--store file`: live, finished, or left by a
 * recorder that died. While its recorder is found on this machine the tape is opened as by
 * tapemap_open_tape, and wakes and grows like it; else as the file is at this moment.
 * path: UTF-8, any length.
 * Returns OK · E_ARGUMENT · E_NO_FILE · E_FORMAT: no tape of ours · E_FOREIGN · E_CORRUPT ·
 * E_DENIED · E_BUSY: another program has it open and admits nobody · E_MEMORY · E_SYSTEM.
 * Memory, threads: as tapemap_open_deck. Blocks: for the disk.
 */
TAPEMAP_API enum tapemap_status tapemap_open_file(const char *path, tapemap_tape **tape);

/*
 * Opens the tape that the deck went on with when it left this one: as by tapemap_open_tape while it
 * is recorded or held; else its file, where it was recorded or beside the file of this tape. Once
 * there is a next tape, the head of this one is its last. A reader that follows reads up to it, and
 * goes on at frame 0 of the next tape: without a seam when that one's series_position is this one's
 * and the head together; else the deck began anew, perhaps in another format.
 * Returns OK · E_NOT_YET: the deck has not left this tape · E_NO_TAPE: it was the last · E_NO_FILE:
 * there was a next tape, and it is neither in memory nor where its file should be · E_CORRUPT:
 * what is there belongs to another tape · as tapemap_open_tape and tapemap_open_file.
 * Memory, threads: as tapemap_open_deck; `tape` stays open. Blocks: as tapemap_open_file.
 */
TAPEMAP_API enum tapemap_status tapemap_open_next(const tapemap_tape *tape, tapemap_tape **next);

/*
 * Opens the tape that this one joins without a seam, the one before it in its series: as
 * tapemap_open_next, but that its file, whose path nobody notes, is looked for beside the file of
 * this tape and in the folder that comes before that folder. Its last frame comes right before
 * frame 0 of this one; the formats are the same.
 * Returns OK · E_NO_TAPE: this is the first of its series · E_NO_FILE: there was one, and it is
 * neither in memory nor found · E_CORRUPT: what is there does not end where this tape begins · as
 * tapemap_open_tape and tapemap_open_file.
 * Memory, threads: as tapemap_open_deck; `tape` stays open. Blocks: for the disk, while files of
 * those folders are looked at.
 */
TAPEMAP_API enum tapemap_status tapemap_open_previous(const tapemap_tape *tape,
                                                      tapemap_tape **previous);

/* Closes a tape and ends the life of every pointer that tapemap_peek gave; views of tapemap_map_at
   and tapemap_map_private stay. NULL is ignored. */
TAPEMAP_API void tapemap_close(tapemap_tape *tape);

/* ---- What it is, where it stands ------------------------------------------------------------ */

/* Copies what the tape is. Never blocks; allowed in an audio callback. */
TAPEMAP_API void tapemap_get_info(const tapemap_tape *tape, struct tapemap_info *info);

/* Copies where the tape stands. Never blocks; one clock query, no other system call. */
TAPEMAP_API void tapemap_get_now(const tapemap_tape *tape, struct tapemap_now *now);

/* The head, never beyond what is committed. Never blocks, no system call; may be spun on. */
TAPEMAP_API uint64_t tapemap_head(const tapemap_tape *tape);

/* The first position that can still be read. Never blocks, no system call. */
TAPEMAP_API uint64_t tapemap_oldest(const tapemap_tape *tape);

/*
 * Waits until the head reaches `position`.
 * Returns OK: the frames before `position` are published · E_TIMEOUT · E_ENDED: the tape ended
 * before it · E_STALLED: the recorder shows no sign of life, and showed none for a tenth of a
 * second of this call, or for all of it. That may pass, as when another recorder goes on with the
 * tape: wait again, for as long as you have patience · E_SYSTEM.
 * Blocks up to timeout_ms milliseconds (0: never). Wakes within two ticks (20 ms) of publication.
 */
TAPEMAP_API enum tapemap_status tapemap_wait(tapemap_tape *tape, uint64_t position,
                                             uint32_t timeout_ms);

/* ---- Reading -------------------------------------------------------------------------------- */

/*
 * Points at recorded frames without copying them.
 * frames: receives a pointer to interleaved samples in the tape's format; count: how many frames
 * lie there one after another (at least 1; bounded by the head, a window or the ring's end).
 * Returns OK · E_ARGUMENT · E_NOT_YET (position >= head) · E_OVERWRITTEN · E_MEMORY · E_SYSTEM; of
 * a file that has grown also E_NO_TAPE: the recorder has gone before this handle came to the new
 * part, and the tape's file is not where it was · E_CORRUPT: there is no such part · E_DENIED.
 * Memory: the tape's, read-only; valid until the next peek, read or peaks call on this handle or
 * its close. In a ring, see tapemap_still_valid.
 * Blocks: never; maps a window or opens the tape's file now and then, so not for an audio callback.
 */
TAPEMAP_API enum tapemap_status tapemap_peek(tapemap_tape *tape, uint64_t position,
                                             const void **frames, uint64_t *count);

/* 1 when everything from `position` on was whole at the moment of this call, so that what was read
   before the call is good; 0 when a ring may have overwritten it. Never blocks, no system call. */
TAPEMAP_API int tapemap_still_valid(const tapemap_tape *tape, uint64_t position);

/*
 * Copies `count` frames from `position` in the tape's own format: count * frame_bytes bytes.
 * Returns OK: all of them · E_ARGUMENT · E_NOT_YET: some are not published · E_OVERWRITTEN: some
 * left the ring, before or during the copy · as tapemap_peek. On failure the buffer is undefined.
 * Blocks: never; may map windows.
 */
TAPEMAP_API enum tapemap_status tapemap_read(tapemap_tape *tape, uint64_t position, uint64_t count,
                                             void *buffer);

/* The same as float, full scale -1 to 1: count * channels floats, interleaved. */
TAPEMAP_API enum tapemap_status tapemap_read_float(tapemap_tape *tape, uint64_t position,
                                                   uint64_t count, float *buffer);

/*
 * Peaks of the range [from, to) in `bins` equal parts: bins * channels peaks, bin by bin. Cost
 * depends on the bins, not on the length of the range. Bin b covers the frames from
 * from + (to - from) * b / bins up to the next bin's beginning; an empty one repeats one frame.
 * Returns OK · E_ARGUMENT (to <= from, bins 0) · E_NOT_YET (to > head) · as tapemap_peek. On
 * failure the peaks are undefined.
 */
TAPEMAP_API enum tapemap_status tapemap_read_peaks(tapemap_tape *tape, uint64_t from, uint64_t to,
                                                   uint32_t bins, struct tapemap_peak *peaks);

/* ---- The journal: gaps, marks, anchors ------------------------------------------------------- */

/* The range of sequence numbers that the journal holds now: [*first, *end). Never blocks. */
TAPEMAP_API void tapemap_get_journal(const tapemap_tape *tape, uint64_t *first, uint64_t *end);

/*
 * Copies journal entry `sequence`.
 * Returns OK · E_ARGUMENT · E_NOT_YET · E_OVERWRITTEN · E_CORRUPT · E_MEMORY · E_SYSTEM.
 */
TAPEMAP_API enum tapemap_status tapemap_get_record(tapemap_tape *tape, uint64_t sequence,
                                                   struct tapemap_record *record);

#define TAPEMAP_RECORD_ANY_EVENT ((enum tapemap_record_kind)0)

/*
 * Moves *sequence on to the first entry of `kind` at or after it, and copies that entry. To see
 * all: start at the journal's first, add 1 after each. TAPEMAP_RECORD_ANY_EVENT is every kind but
 * anchors, of which there is one a second.
 * Returns OK · E_NOT_YET: none so far (*sequence is then the journal's end) · as
 * tapemap_get_record.
 */
TAPEMAP_API enum tapemap_status tapemap_find_record(tapemap_tape *tape,
                                                    enum tapemap_record_kind kind,
                                                    uint64_t *sequence,
                                                    struct tapemap_record *record);

/* How many ticks of a record's `clock` are a second. Never blocks. */
TAPEMAP_API uint64_t tapemap_clock_hz(const tapemap_tape *tape);

/*
 * When a position was recorded, by the anchors around it (before the first and after the last one:
 * by the nominal rate). position may lie up to a day ahead of the head.
 * Returns OK · E_ARGUMENT · E_NOT_YET: the tape has no anchor yet · as tapemap_get_record.
 */
TAPEMAP_API enum tapemap_status tapemap_utc_at(tapemap_tape *tape, uint64_t position,
                                               uint64_t *utc_ns);

/* The position that was the head at a moment; 0 for a moment before the tape began. Where UTC was
   set back while recording, two positions may have been: it is the later one. A moment to come is
   counted on by the nominal rate, but the head stays where it is once the tape has ended, and in a
   pause until now. Returns as tapemap_utc_at. The first call looks at every anchor, later ones at
   those that came since. */
TAPEMAP_API enum tapemap_status tapemap_position_at(tapemap_tape *tape, uint64_t utc_ns,
                                                    uint64_t *position);

/* ---- Words to a recorder or its supervisor --------------------------------------------------- */

/*
 * Sends one request of docs/control.md and waits for its answer.
 * deck: a deck's name, for its recorder: that of the machine, else that of this login session; or
 * "global:NAME", "session:NAME" for one of the two alone. NULL, "global:", "session:": the
 * supervisor. request: one line of JSON in UTF-8 without its end, at most 4094 bytes. timeout_ms: 0
 * tries once.
 * Nothing is sent to a pipe that somebody else than this user, an administrator, the system or an
 * account of services made.
 * Returns OK: the answer came, which may say "ok": false · E_ARGUMENT · nothing was sent:
 * E_NO_DECK: nobody listens there · E_DENIED: the recorder does not admit this user · E_UNTRUSTED ·
 * E_BUSY: it served eight others until the time was up ·
 * the request was sent, or a part of it: E_TIMEOUT: it may yet be done · E_ENDED: the other end
 * left before it had answered · E_DATA: no line of at most 65536 bytes came back · E_MEMORY ·
 * E_SYSTEM.
 * Memory: *answer, one line of JSON without its end, is the caller's, for tapemap_free.
 * Threads: any. Blocks: up to timeout_ms, also while eight others are being served.
 */
TAPEMAP_API enum tapemap_status tapemap_send(const char *deck, const char *request,
                                             uint32_t timeout_ms, char **answer);

/* Gives back what tapemap_send and tapemap_make_wave_marks gave. NULL is ignored. */
TAPEMAP_API void tapemap_free(void *memory);

/* ---- Completing and repairing files ---------------------------------------------------------- */

/* What tapemap_recover may do. */
struct tapemap_recover_options {
    const char *copy;      /* another program's WAV: where a repaired copy goes; NULL: nowhere */
    uint32_t is_in_place;  /* 1: another program's WAV may be changed itself */
    uint32_t is_dry_run;   /* 1: look and report, change nothing */
};

/* What was found, and what was done about it (in a dry run: would be). */
struct tapemap_recover_report {
    char problem[256];           /* on failure: what is wrong, as the middle of a sentence */
    uint32_t is_tape;            /* 1: a tape of ours; 0: another program's WAV */
    uint32_t was_right;          /* 1: nothing was to be done */
    uint32_t channels;
    uint32_t sample_rate_hz;
    uint64_t frames;             /* all that there are; all of them kept */
    /* Of a tape: */
    uint64_t gap_count;
    uint64_t mark_count;
    uint64_t cut_bytes;          /* reserved for frames that never came, and given back */
    uint32_t had_ended;          /* 1: its recorder ended it; 0: it died */
    uint32_t is_journal_lost;    /* 1: no index file, or a torn one: gaps and marks are missing */
    uint32_t are_peaks_computed; /* 1: from the frames, because the index had none */
    uint32_t is_tail_left;       /* 1: somebody has the file mapped; again later cuts the tail */
    uint32_t is_index_left;      /* 1: the index file stays: it is torn, there is no room for it on
                                    the disk, or somebody reads it */
    uint64_t late_frames;        /* of `frames`: past the head that was saved, as a power cut leaves
                                    it; the WAV header counts them, and they were written */
    /* Of another program's WAV: */
    uint64_t frames_said;        /* by its header; UINT64_MAX: it does not say */
};

/*
 * Completes a tape's file whose recorder died, or that could not be completed when it ended: the
 * header counts every frame, marks, gaps and peaks follow as chunks, the reserved tail is cut, the
 * index file goes. Nothing recorded is changed; it may be interrupted and repeated at any point;
 * repeated after success it changes nothing.
 * Of another program's WAV whose header does not tell its length (0, 0xFFFFFFFF, or more than
 * there is) it makes a copy with true sizes, or with is_in_place makes the file's own sizes true.
 * path: UTF-8. options: NULL is all zero. report: filled also on failure, as far as things went.
 * Returns OK · E_ARGUMENT: no path or report, a copy and is_in_place at once, a copy into "-" or of
 * a tape of ours, or neither a copy nor is_in_place for another program's WAV that needs it (the
 * report is whole then) · E_NO_FILE · E_DENIED · E_BUSY: it is being recorded, another program has
 * it open, or the copy exists · E_FORMAT: no WAV · E_FOREIGN · E_CORRUPT · E_UNSUPPORTED:
 * compressed, or past 4 GiB without room for 64-bit sizes in its header · E_DISK_FULL · E_MEMORY ·
 * E_SYSTEM. On failure the file holds the audio that it held.
 * Threads: any, one at a time for a file. Blocks: for the disk; while 4 % of the audio are
 * written, or all of it is read or copied.
 */
TAPEMAP_API enum tapemap_status tapemap_recover(const char *path,
                                                const struct tapemap_recover_options *options,
                                                struct tapemap_recover_report *report);

/* ---- Texts and headers ----------------------------------------------------------------------- */

/*
 * Understands a position as people write it:
 *   start, now            frame 0, the head
 *   90s 1.5s 10m 2h 250ms 7d
 *                         a length from the start; also 1:30 (minutes), 1:30:00 (hours: one digit,
 *                         or three and more), 12345f (frames)
 *   +90s                  the same; a plus makes any of these a length, as +14:05:30
 *   -90s                  that long before the head, not further back than the oldest frame
 *   14:05:30              two digits of hours, three fields, perhaps a fraction: a local time of
 *                         day; so are @14:05 and @9:05:30. Of all days the last one on which it
 *                         was not after the head; where the tape began later, the next to come
 *   2026-11-20T14:05:30   that moment: local, or with Z or +01:00 behind it; the seconds may be
 *                         left out or have a fraction; the T may be a blank, an @ may precede
 *   mark:NAME             the newest mark with that label, of which a recorder keeps 71 bytes;
 *                         mark:#3 the third that the journal holds, if none is labelled so
 * Moments become positions as by tapemap_position_at. Less than a second before the first frame is
 * the first frame, and less than a second after the last of an ended tape the end. Where clocks are
 * put back, the first of the two moments that they show is meant; where they are put forward, a
 * moment left out is counted as if they had not been.
 * Returns OK · E_ARGUMENT · E_SYNTAX: not of these forms · E_OUTSIDE: a length past the end of a
 * linear tape or more than a year ahead of the head of a ring, a moment before the tape began,
 * after it ended or more than a day ahead · E_NO_MARK · E_NOT_YET: a time, and the tape has no
 * anchor · as tapemap_get_record.
 */
TAPEMAP_API enum tapemap_status tapemap_parse_position(tapemap_tape *tape, const char *text,
                                                       uint64_t *position);

/*
 * The same for the end of a stretch that begins at `from`: +90s is that long after `from`, and a
 * time of day the first one after it. Returns as tapemap_parse_position; does not check that the
 * end lies after `from`.
 */
TAPEMAP_API enum tapemap_status tapemap_parse_position_after(tapemap_tape *tape, const char *text,
                                                             uint64_t from, uint64_t *position);

/* Enough room for the header that tapemap_make_wave_header makes. */
#define TAPEMAP_WAVE_HEADER_BYTES 160u

/*
 * Makes the header of a WAV file that holds `frames` frames of this tape's format right behind
 * it: RIFF below 4 GiB, RF64 from there on; with frames = UINT64_MAX that of a stream of unknown
 * length (sizes 0xFFFFFFFF). tail_bytes: of the chunks that follow the audio, such as those of
 * tapemap_make_wave_marks; 0 for none. header: at least TAPEMAP_WAVE_HEADER_BYTES; bytes: receives
 * the header's length, which for one format is the same whatever else is. A frame count whose
 * bytes are odd wants one pad byte behind the audio.
 * Returns OK · E_ARGUMENT: no format of a tape, or more than a file can hold (2^63 bytes, of which
 * 4 GiB are the tail's). Never blocks.
 */
TAPEMAP_API enum tapemap_status tapemap_make_wave_header(const struct tapemap_info *info,
                                                         uint64_t frames, uint64_t tail_bytes,
                                                         void *header, size_t *bytes);

/*
 * Makes the chunks by which a WAV file tells marks and gaps to other programs, `cue ` and `LIST` of
 * type `adtl`, as a finished tape has them. records: as the journal has them, but for their
 * positions, which count from the file's first frame; what is no mark and no gap, or lies past the
 * 32 bits of a cue point, is passed over. chunks: receives NULL when nothing is left.
 * Returns OK · E_ARGUMENT · E_MEMORY. Memory: *chunks is the caller's, for tapemap_free. Never
 * blocks.
 */
TAPEMAP_API enum tapemap_status tapemap_make_wave_marks(const struct tapemap_record *records,
                                                        size_t count, void **chunks,
                                                        size_t *bytes);

#include "tapemap/views.h" /* views of one's own, and tapes for child processes */

#ifdef __cplusplus
}
#endif

#endif
