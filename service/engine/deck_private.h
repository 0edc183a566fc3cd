/* SPDX-License-Identifier: MIT */
/* The inside of a deck, for the files that make one up: deck.c, deck_sink.c, deck_change.c,
   deck_loss.c, deck_pause.c, deck_requests.c, deck_warning.c, deck_watch.c, deck_room.c. */
#ifndef TAPEMAP_DECK_PRIVATE_H
#define TAPEMAP_DECK_PRIVATE_H

#include "deck.h"
#include "deck_requests.h"
#include "gap_detector.h"

/* Whether the appending thread may pass. Written by the keeper. */
enum deck_gate {
    DECK_GATE_OPEN = 0,
    DECK_GATE_SHUT,
    DECK_GATE_KNOCK, /* shut, but say when somebody wanted to pass */
};

/* What the deck has of a source. */
enum deck_link {
    DECK_LINK_UP = 0,
    DECK_LINK_LOST,
    DECK_LINK_STARTING, /* one was announced, and has not delivered yet */
};

/* Who has deck.next_source. */
enum deck_starts { DECK_NO_START = 0, DECK_START_ANNOUNCED, DECK_START_BUSY };

/* How a source said that it is gone; deck.lost. */
enum deck_lost { DECK_NOT_LOST = 0, DECK_LOST_BY_ITSELF, DECK_LOST_ON_PURPOSE };

/* Keeping time: silence from `from_clock` on, of which `frames` were given to the tape. */
struct deck_keeping {
    bool is_on; /* the keeper is the appending thread */
    uint64_t from_clock;
    uint64_t until_clock; /* of the newest of them */
    uint64_t frames;
};

struct deck {
    struct deck_config config;
    struct tape *tape;
    struct tape *next;    /* offered, nothing on it yet; or NULL */
    struct tape *left;    /* to be taken; or NULL */
    void *next_wake_context;
    struct tape_appender *appender; /* the appending thread's own: where it is */
    uint64_t owed_clock;  /* its own too: of the newest frames for which silence is owed */
    struct gap_detector gaps;
    uint64_t seen_stamp;  /* clock of the newest append that the gap detector saw */
    uint64_t tick_clock;  /* of the newest tick */
    uint64_t tick_utc_ns;
    uint64_t unheard;     /* ticks of the clock without a call of the source, while we were awake */
    uint64_t seen_heard;  /* `heard`, at the newest tick */
    uint64_t first_head; /* of this tape: a resumed one begins where its head was */
    bool is_clocked;     /* the source that it has is */
    bool is_recording;   /* the first frames came */
    bool is_waiting;     /* for room on the disk */
    uint64_t waits_at;   /* the head, since then */
    bool is_wait_told;   /* the newest record about it says that it waits */
    uint64_t waits_untold; /* times it came to wait since that record */
    uint64_t wait_told_clock; /* when such a record came last; 0: never */
    enum tapemap_state state; /* as it was shown last */
    uint32_t warnings;        /* the same */

    enum deck_link link;
    struct deck_source source; /* that was announced last */
    uint64_t source_number;    /* its number; 1: none was */
    struct deck_keeping keeping;
    bool is_closing_gap;    /* the source is back; the silence before it is not all out yet */
    bool is_gap_out;        /* it was, at the newest tick */
    uint64_t closing_stamp; /* how many appends there were when it came back */
    bool is_paused;
    uint64_t paused_clock; /* since when */
    bool is_pause_untold;  /* the anchor of its beginning is due */
    bool is_still_seen;    /* and nobody was inside at the newest tick */
    uint64_t time_from;    /* no silence is due for what was before this clock */
    bool has_sound;        /* it was heard, on this tape or one before */
    uint64_t sound_end;    /* where it was heard last; 0: not on this tape */
    uint64_t gaps_at_sound; /* gap_frames then */
    uint64_t quiet_before; /* frames without it at the end of the tapes before */

    struct tapemap_shared_u64 gate;        /* enum deck_gate */
    struct tapemap_shared_u64 is_inside;   /* 1: the appending thread may be with the tape */
    struct tapemap_shared_u64 heard;       /* calls with frames, taken or not */
    struct tapemap_shared_u64 knock_clock; /* of the newest frames that found it shut; 0: none */
    struct tapemap_shared_u64 lost;        /* enum deck_lost, said by the source's side */
    struct tapemap_shared_u64 starts;      /* enum deck_starts */
    struct deck_source next_source;        /* announced, when `starts` says so */
    uint64_t next_number;                  /* the same */
    struct tapemap_shared_u64 announced;   /* how many sources; by their thread */
    struct tapemap_shared_u64 lost_source;
    struct tapemap_shared_u64 finds;
    struct tapemap_shared_u64 lost_at; /* series positions; stored before the two above */
    struct tapemap_shared_u64 found_at;
    struct tapemap_shared_u64 pause_wanted; /* 1: to be paused */
    struct tapemap_shared_u64 rotate_wanted; /* 1: somebody asked */
    struct tapemap_shared_u64 format;        /* of the tape, packed */
    struct tapemap_shared_u64 format_wanted; /* of the next tape, packed; 0: none */

    struct tapemap_shared_u64 end_claimed;  /* 1: somebody is writing the two below, or has */
    struct tapemap_shared_u64 end_reason;   /* enum tapemap_reason; published last */
    char end_text[256];

    struct deck_marks marks;
};

/* Completes a change of tapes that the appending thread has made. Each tick, before all else. */
void deck_note_change(struct deck *deck, struct instant now);

/* The silence that is still to come, on whichever tape. */
uint64_t deck_silence_due(const struct deck *deck);

/* Enters the marks that were asked for into the journal. Each tick. */
void deck_write_marks(struct deck *deck, struct instant now);

/* The same for the last time: whoever asks from now on is refused. */
void deck_close_marks(struct deck *deck, struct instant now);

/* The same for those that were asked for on `left` up to the first that was not. */
void deck_write_marks_on(struct deck *deck, struct tape *left, struct instant now);

/* The source is gone, by itself: say so, and ask for the end or keep time. */
void deck_lose_source(struct deck *deck, const char *text, struct instant now);

/* Takes in what the source's thread said, and keeps time. Each tick, before the tape's. */
void deck_follow_source(struct deck *deck, struct instant now);

/* Appends the silence that is due up to `clock`, while time is kept; over the seam, too: then the
   change of tapes is complete. */
void deck_keep_time(struct deck *deck, uint64_t clock, struct instant now);

/* The deck fills another tape from now on: what goes on there begins on it too. */
void deck_carry_over(struct deck *deck, struct instant now);

/* The keeping of time goes on from its newest frame, at another rate: that of `format`. Returns the
   clock at that frame. */
uint64_t deck_keep_otherwise(struct deck *deck, const struct audio_format *format);

/* The silence that comes next is one gap, however many appends and windows it takes. */
void deck_expect_gap(struct deck *deck);

/* After the tape's tick: the gap of a loss is over when frames follow its silence. */
void deck_settle_gap(struct deck *deck, struct instant now);

/* Takes in requests to pause and to go on. Each tick, before the tape's. */
void deck_follow_pause(struct deck *deck, struct instant now);
/* After the tape's tick. */
void deck_settle_pause(struct deck *deck, struct instant now);

/* Opens or shuts the gate, as the link and a pause demand. */
void deck_set_gate(struct deck *deck);
/* True when the gate is shut and nobody is inside any more: the tape is the keeper's alone. */
bool deck_is_still(const struct deck *deck);

/* What follows is compared with the clock anew. */
void deck_begin_watch(struct deck *deck);

/* Makes the state in the control block that which all this amounts to. */
void deck_show_state(struct deck *deck, const char *why, struct instant now);

/* Sets or clears one bit of the warnings, and says why when that is a change. */
void deck_warn(struct deck *deck, uint32_t warning, bool holds, const char *why,
               struct instant now);

/* Warns of a device that delivers nothing but zeros, where there was sound. Each tick, after the
   tape's. */
void deck_watch_sound(struct deck *deck, struct instant now);

/* The tape that was left has so much silence at its end, which goes on. */
void deck_carry_quiet(struct deck *deck, const struct tape *left);

/* Watches a source that has a clock: frames lost, and silence of ten seconds. Each tick. */
void deck_watch_clock(struct deck *deck, struct instant now);

/* Counts the time that the source has been silent; before deck_watch_clock. */
void deck_count_unheard(struct deck *deck, uint64_t clock);

/* Waits for room, or asks for the end, when the tape takes no more. Each tick. */
void deck_watch_room(struct deck *deck, struct instant now);

/* Journals that it waits, or waits no more, not too often. Each tick, after deck_watch_room. */
void deck_watch_waits(struct deck *deck, struct instant now);

/* Enters what is untold about waiting into the journal. */
void deck_tell_of_waits(struct deck *deck, struct instant now);

#endif
