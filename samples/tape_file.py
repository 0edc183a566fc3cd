# SPDX-License-Identifier: MIT
"""A file tape, read while it is recorded, finished, or left behind by a recorder that died.

Written from docs/layout.md alone; (L...) names the sentence of it that a line follows. Frames are
read from the file, shared fields through a mapping of its first bytes, where each load of eight
bytes is one load. Python has no acquire loads: on processors that reorder loads (not x86) only the
interpreter between two loads keeps them apart. No mapping and no handle of the index is kept: under
Windows they would keep the recorder from trimming the file and from deleting the index (L159).
"""
import collections
import mmap
import os
import struct
import time
import types

GRANULE = 65536
SIGNATURE = 0x0D020220880C0005
SAMPLE_BYTES = {1: 2, 2: 3, 3: 4, 4: 4}
FORMATS = {1: "s16", 2: "s24", 3: "s32", 4: "f32"}
STATES = {1: "starting", 2: "recording", 3: "source lost", 4: "ended", 5: "waiting for room",
          6: "paused"}
REASONS = {0: "not ended", 1: "requested", 2: "duration reached", 3: "source at its end",
           4: "tape full", 5: "commit limit reached", 6: "disk full", 7: "source lost for good",
           8: "failure", 9: "rotated"}
STATE_ENDED = 4
ANCHOR, GAP, MARK = 2, 3, 5
STALLED_AFTER_S = 2.0  # L61
PIECE_BYTES = 4 << 20

# Offset and type of each field, in the order of loading: `state` before `head`, so that the head of
# an ended tape is its last (L65), and `head` before `committed_bytes` (L67).
CONTROL = {
    "magic": (0, "Q"), "signature": (8, "Q"), "tape_id": (16, "Q"), "clock_hz": (32, "Q"),
    "section_bytes": (40, "Q"), "index_bytes": (48, "Q"), "data_offset": (56, "Q"),
    "capacity_frames": (64, "Q"), "sample_format": (80, "I"), "channels": (84, "I"),
    "sample_rate_hz": (88, "I"), "frame_bytes": (92, "I"), "flags": (96, "I"),
    "deck_name": (104, "64s"), "source": (168, "256s"), "kept_frames": (424, "Q"),
    "state": (688, "Q"), "reason": (696, "Q"), "reason_text": (768, "256s"), "head": (512, "Q"),
    "committed_bytes": (640, "Q"), "oldest_frame": (648, "Q"), "durable_frames": (664, "Q"),
    "heartbeat_clock": (672, "Q"), "gap_count": (704, "Q"), "gap_frames": (712, "Q"),
    "index_offset": (736, "Q"), "index_length": (744, "Q"), "resume_count": (752, "Q"),
    "series_position": (1032, "Q"),
}
INDEX = {
    "magic": (0, "Q"), "signature": (8, "Q"), "tape_id": (16, "Q"), "section_bytes": (24, "Q"),
    "channels": (32, "I"), "level_count": (36, "I"), "journal_oldest": (136, "Q"),
    "journal_head": (128, "Q"), "journal_oldest_now": (136, "Q"), "peaks_frames": (144, "Q"),
}

Record = collections.namedtuple("Record", "position frames utc_ns kind text")


class Refused(Exception):
    """A sentence about why the tape cannot be read, or is not what it should be."""


def require(condition, sentence):
    if not condition:
        raise Refused(sentence)


def load(memory, base, fields):
    return types.SimpleNamespace(**{name: struct.unpack_from("<" + kind, memory, base + offset)[0]
                                    for name, (offset, kind) in fields.items()})


def text(raw):
    """L143: what a terminal would obey is left out."""
    decoded = raw.split(b"\0")[0].decode(errors="replace")
    return "".join(c if c.isprintable() else "?" for c in decoded)


def read_exactly(file, offset, count):
    file.seek(offset)
    data = bytearray()
    while len(data) < count:
        part = file.read(count - len(data))
        require(part, f"it ends at byte {offset + len(data)}, in the middle of what is published")
        data += part
    return bytes(data)


class Tape:
    def __init__(self, path):
        self.path = path
        self.file = open(path, "rb", buffering=0)
        deadline = time.monotonic() + 1
        while not self.is_there() and time.monotonic() < deadline:  # L138
            time.sleep(0.01)
        require(self.is_there(), "it holds no tape: magic at byte 4096 is not set (L138)")
        self.load()

    def is_there(self):
        return self.length() >= GRANULE and read_exactly(self.file, 4096, 8) != bytes(8)

    def length(self):
        return os.fstat(self.file.fileno()).st_size

    def load(self):
        """Loads and checks the control block anew; its values are attributes of the tape."""
        with mmap.mmap(self.file.fileno(), GRANULE, access=mmap.ACCESS_READ) as memory:
            f = load(memory, 4096, CONTROL)
        self.check(f)
        self.__dict__.update(vars(f))

    def check(self, f):
        require(f.magic == 0x3145504154504D54, f"magic is {f.magic:#x}: not a tape (L138)")
        require(f.signature == SIGNATURE, f"signature {f.signature:#x} is of another layout (L138)")
        require(f.tape_id != 0, "tape_id is 0 (L139)")
        require(f.clock_hz != 0, "clock_hz is 0 (L139)")
        require(f.sample_format in FORMATS, f"sample_format {f.sample_format} is unknown (L27)")
        require(1 <= f.channels <= 256, f"{f.channels} channels are not 1 to 256 (L39)")
        require(1 <= f.sample_rate_hz <= 3072000, f"sample_rate_hz is {f.sample_rate_hz} (L40)")
        require(f.flags == 2, f"flags are {f.flags}: this is not the file of a file tape (L42)")
        require(f.frame_bytes == f.channels * SAMPLE_BYTES[f.sample_format],
                f"frame_bytes {f.frame_bytes} does not fit channels and format (L41)")
        require(f.data_offset == GRANULE, f"data_offset is {f.data_offset}, not 65536 (L139)")
        require(1 <= f.kept_frames == f.capacity_frames,
                f"kept_frames {f.kept_frames}, capacity_frames {f.capacity_frames} differ (L139)")
        require(b"\0" in f.deck_name and b"\0" in f.source, "a text is not terminated (L139)")
        require(f.state in STATES, f"state {f.state} is unknown (L63)")
        require(f.reason in REASONS, f"reason {f.reason} is unknown (L64)")
        require(f.oldest_frame == 0, f"oldest_frame is {f.oldest_frame} in a linear tape (L49)")
        require(f.head <= f.capacity_frames,
                f"head {f.head} is past capacity_frames {f.capacity_frames} (L68)")
        end = GRANULE + f.head * f.frame_bytes
        require(GRANULE <= f.committed_bytes and end <= f.committed_bytes,
                f"head {f.head} is past committed_bytes {f.committed_bytes} (L67)")
        require(end <= self.length(), f"head {f.head} is byte {end}, but the file has only "
                                      f"{self.length()} bytes (L158)")

    def index(self):
        """The index: in the file, beside it, or None."""
        try:
            beside = None if self.index_offset else open(self.path + ".index", "rb", buffering=0)
        except FileNotFoundError:  # the tape may have been finished meanwhile (L159)
            self.load()
            if self.index_offset == 0:
                return None
            beside = None
        return Index(self, beside)

    def read(self, position, frames):
        return read_exactly(self.file, GRANULE + position * self.frame_bytes,
                            frames * self.frame_bytes)

    def recorder_lives(self):
        """L61, without a clock in common: its heartbeat moves within two seconds of ours."""
        before, deadline = self.heartbeat_clock, time.monotonic() + STALLED_AFTER_S
        while self.state != STATE_ENDED and time.monotonic() < deadline:
            self.load()
            if self.heartbeat_clock != before:
                return True
            time.sleep(0.005)
        return False


def frames_of_cell(level):
    """L108."""
    return 256 * 16**level


class Index:
    """One look at a tape's index; use it in a `with`."""

    def __init__(self, tape, beside):
        self.file, self.base = beside or tape.file, 0 if beside else tape.index_offset
        self.beside, self.cell_bytes = beside, tape.channels * 12
        size = os.fstat(self.file.fileno()).st_size
        self.length = size if beside else tape.index_length
        require(beside or self.base % GRANULE == 0, f"index_offset {self.base} is odd (L159)")
        require(GRANULE <= self.length <= size - self.base, "the index ends past its file (L159)")
        with mmap.mmap(self.file.fileno(), 4096, access=mmap.ACCESS_READ,
                       offset=self.base) as memory:
            self.__dict__.update(vars(load(memory, 0, INDEX)))
            self.regions = [struct.unpack_from("<4Q", memory, 256 + 32 * n) for n in range(9)]
        tape.load()  # only now: its head is past what the index speaks of
        self.check(tape)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.beside:
            self.beside.close()

    def check(self, tape):
        require(self.magic == 0x3158444E49504D54, f"the index has magic {self.magic:#x} (L138)")
        require(self.signature == SIGNATURE, "the index has another layout's signature (L138)")
        require(self.tape_id == tape.tape_id, "the index belongs to another tape (L75)")
        expected = tape.index_bytes if self.beside else self.length
        require(self.section_bytes == expected,
                f"the index's section_bytes {self.section_bytes} is not {expected} (L141)")
        require(self.channels == tape.channels, "the index has other channels (L77)")
        require(self.level_count == 8, f"the index has {self.level_count} levels, not 8 (L78)")
        free = GRANULE
        for n, (offset, size, capacity, committed) in enumerate(self.regions):
            what = f"level {n - 1} of the peaks" if n else "the journal"
            item = self.cell_bytes if n else 128
            count = self.peaks_frames // frames_of_cell(n - 1) if n else self.journal_head
            require(offset % GRANULE == 0 and offset >= free, f"{what} is at {offset} (L84, L88)")
            require(1 <= capacity and capacity * item <= size, f"{what} is too short (L141)")
            require(offset + size <= self.section_bytes, f"{what} ends past the index (L141)")
            used = min(count, capacity) * item
            require(used <= committed and offset + used <= self.length,
                    f"{what} has published more than is there (L87)")
            free = offset + size
        require(self.journal_oldest <= self.journal_head
                <= self.journal_oldest_now + self.regions[0][2],
                "journal_oldest does not fit journal_head (L80, L105)")
        require(self.peaks_frames <= tape.head, "peaks_frames is past the tape's head (L109)")

    def records(self):
        """The records that are still there."""
        offset, _, capacity, _ = self.regions[0]
        found, number = [], self.journal_oldest
        while number < self.journal_head:
            slot = number % capacity
            count = min(self.journal_head - number, capacity - slot, 8192)
            raw = read_exactly(self.file, self.base + offset + slot * 128, count * 128)
            oldest, = struct.unpack("<Q", read_exactly(self.file, self.base + 136, 8))
            for n, record in enumerate(struct.iter_unpack("<6QII72s", raw), number):
                if n >= oldest:  # else it may have been overwritten while it was copied (L105)
                    found.append(self.record(n, *record))
            number += count
        return found

    @staticmethod
    def record(number, sequence, position, frames, _noticed, _clock, utc_ns, kind, _detail, label):
        require(sequence == number and 1 <= kind <= 7 and 0 in label,
                f"record {number} of the journal is damaged (L142)")
        return Record(position, frames, utc_ns, kind, text(label))

    def cell(self, level, number):
        """Peaks of a cell, [(min, max, sum_squares)] by channel (L107, L108)."""
        offset, _, capacity, _ = self.regions[1 + level]
        raw = read_exactly(self.file, self.base + offset + number % capacity * self.cell_bytes,
                           self.cell_bytes)
        return list(struct.iter_unpack("<3f", raw))
