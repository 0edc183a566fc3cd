#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Says what a file tape is, live or finished; follows it, copies frames, checks the ramp and peaks.

The reader itself is tape_file.py. Both are written from docs/layout.md alone; (L...) cites it.
"""
import argparse
import array
import bisect
import datetime
import functools
import itertools
import math
import struct
import sys
import time

from tape_file import (ANCHOR, FORMATS, GAP, GRANULE, MARK, REASONS, SAMPLE_BYTES, STALLED_AFTER_S,
                       STATE_ENDED, STATES, Refused, Tape, frames_of_cell, require, text)

PIECE_BYTES = 4 << 20


def utc(ns):
    moment = datetime.datetime.fromtimestamp(ns // 10**9, datetime.timezone.utc)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{ns // 10**6 % 1000:03}Z"


class RampCheck:
    """L146: the bytes of the ramp, compared with those of the tape."""

    def __init__(self, tape):
        self.tape, self.gaps = tape, []
        self.low = bytes(u & 255 for u in range(GRANULE)) * 2
        self.high = bytes(u >> 8 for u in range(GRANULE)) * 2
        self.load_gaps()

    def load_gaps(self):
        index = self.tape.index()
        if index:
            with index:
                self.gaps = sorted((r.position, r.position + r.frames)
                                   for r in index.records() if r.kind == GAP)

    @functools.lru_cache(maxsize=2)
    def planes(self, turn):
        """Byte 0, 1 ... of the samples of a turn, by u; twice, so that any turn is a slice."""
        # 24 bits in two's complement are the bytes turn, u's low, u's high.
        low, high, fine = self.low, self.high, bytes([turn % 256]) * (2 * GRANULE)
        if self.tape.sample_format != 4:
            return {1: [low, high], 2: [fine, low, high],
                    3: [bytes(2 * GRANULE), fine, low, high]}[self.tape.sample_format]
        numbers = itertools.chain(range(turn % 256, 2**23, 256), range(turn % 256 - 2**23, 0, 256))
        raw = struct.pack(f"<{GRANULE}f", *map((2.0 ** -23).__mul__, numbers))
        return [raw[n::4] * 2 for n in range(4)]

    def in_series(self, position):
        """L177: the ramp goes on from tape to tape."""
        return self.tape.series_position + position

    def expected(self, position, frames):
        """What the tape has to hold; the frames are of one turn."""
        turn, start = divmod(self.in_series(position), GRANULE)
        width = self.tape.frame_bytes
        data = bytearray(frames * width)
        planes = self.planes(turn % 2**32)
        for place in range(width):
            channel, byte = divmod(place, len(planes))
            u = (start + 40503 * turn + 12289 * channel) % GRANULE
            data[place::width] = planes[byte][u:u + frames]
        self.silence(position, frames, data)
        return bytes(data)

    def silence(self, position, frames, data):
        width = self.tape.frame_bytes
        # Gaps do not overlap, so their ends ascend like their beginnings.
        for begin, end in self.gaps[bisect.bisect_right(self.gaps, position, key=lambda g: g[1]):]:
            if begin >= position + frames:
                break
            begin, end = max(begin, position) - position, min(end, position + frames) - position
            data[begin * width:end * width] = bytes((end - begin) * width)

    def __call__(self, position, data):
        width = self.tape.frame_bytes
        while data:
            frames = min(GRANULE - self.in_series(position) % GRANULE, len(data) // width)
            self.compare(position, data[:frames * width])
            position, data = position + frames, data[frames * width:]

    def compare(self, position, data):
        """The record of a gap may come after its silence, so a live tape gets a little time."""
        width, frames = self.tape.frame_bytes, len(data) // self.tape.frame_bytes
        deadline = time.monotonic() + STALLED_AFTER_S
        while (want := self.expected(position, frames)) != data:
            at = next(n for n in range(len(data)) if data[n] != want[n])
            frame, size = at // width, SAMPLE_BYTES[self.tape.sample_format]
            first = at // size * size
            lost = not any(data[frame * width:(frame + 1) * width])
            gaps = self.gaps
            self.load_gaps()
            if gaps != self.gaps:
                continue
            self.tape.load()
            require(lost and self.tape.state != STATE_ENDED and time.monotonic() < deadline,
                    f"frame {position + frame}, channel {at % width // size} is wrong: the bytes "
                    f"{data[first:first + size].hex()} are there, the ramp with the gaps of the "
                    f"journal has {want[first:first + size].hex()} (L146)")
            time.sleep(0.02)


class PeaksCheck:
    """L107 to L111: the cells of a level, made again from the frames."""

    def __init__(self, tape):
        self.tape = tape

    def samples(self, data):
        """All samples, full scale 1, as 64-bit floats."""
        if self.tape.sample_format == 2:  # to 32 bits, with zeros below
            wide = bytearray(len(data) // 3 * 4)
            for n in range(3):
                wide[n + 1::4] = data[n::3]
            data = wide
        values = array.array({1: "h", 2: "i", 3: "i", 4: "f"}[self.tape.sample_format], data)
        if sys.byteorder == "big":
            values.byteswap()
        if self.tape.sample_format == 4:
            return [0.0 if math.isnan(value) else value for value in values]
        scale = 2.0 ** -(15 if self.tape.sample_format == 1 else 31)
        return [value * scale for value in values]

    def cell(self, number):
        """Cell of level 0, from the frames."""
        values = self.samples(self.tape.read(number * 256, 256))
        channels = [values[c::self.tape.channels] for c in range(self.tape.channels)]
        return [(min(v), max(v), math.fsum(x * x for x in v)) for v in channels]

    def compare(self, level, number, index, made):
        for channel, (want, found) in enumerate(zip(made, index.cell(level, number))):
            want = array.array("f", want)  # rounds to the nearest, as s32 is
            require(want[0] == found[0] and want[1] == found[1]
                    and math.isclose(want[2], found[2], rel_tol=1e-5, abs_tol=1e-30),
                    f"cell {number} of level {level}, channel {channel} is min, max, sum of "
                    f"squares {found}, but the frames give {tuple(want)} (L111)")

    def run(self):
        index = self.tape.index()
        require(index, f"there is no index in it nor at {self.tape.path}.index, so no peaks")
        with index:
            cells = index.peaks_frames // 256
            top = max((n for n in range(8) if index.peaks_frames >= frames_of_cell(n)), default=0)
            for first in range(0, cells, 16**top):
                made = None
                for number in range(first, min(cells, first + 16**top)):
                    cell = self.cell(number)
                    self.compare(0, number, index, cell)
                    made = cell if made is None else [
                        (min(a[0], b[0]), max(a[1], b[1]), a[2] + b[2]) for a, b in zip(made, cell)]
                if first + 16**top <= cells:
                    self.compare(top, first // 16**top, index, made)
        print(f"peaks       {cells} cells of level 0 and {cells // 16**top} of level {top} are "
              "as the frames")


def describe(tape):
    index = tape.index()
    records = []
    if index:
        with index:
            records = index.records()
    anchors = [r.utc_ns for r in records if r.kind == ANCHOR]
    lost = sum(r.frames for r in records if r.kind == GAP)
    gaps = sum(r.kind == GAP for r in records)
    where = "none" if index is None else "beside the file" if index.beside else "in the file"
    seconds = tape.head / tape.sample_rate_hz
    sound = f"{FORMATS[tape.sample_format]}, {tape.channels} channels, {tape.sample_rate_hz} Hz"
    state = STATES[tape.state]
    if tape.reason:
        state += f", {REASONS[tape.reason]}: {text(tape.reason_text)}"
    if tape.state != STATE_ENDED and not tape.recorder_lives():
        state += " (its recorder is stalled or dead)"
    for name, value in (
            ("tape", f"{tape.tape_id:016x}"), ("deck", text(tape.deck_name)),
            ("source", text(tape.source)), ("format", sound), ("state", state),
            ("head", tape.head), ("length", f"{seconds:.3f} s"),
            ("durable", f"{tape.durable_frames} frames"), ("resumed", f"{tape.resume_count} times"),
            ("index", where),
            ("gaps", f"{tape.gap_count}, {tape.gap_frames} frames; "
                     f"in the journal {gaps}, {lost} frames"),
            ("marks", sum(r.kind == MARK for r in records)),
            ("journal", f"{len(records)} records"),
            ("anchors", f"{utc(anchors[0])} to {utc(anchors[-1])}" if anchors else "none")):
        print(f"{name:<12}{value}")


def pieces(tape, position, stop, seconds):
    """The frames from `position` to `stop`, or to the head; for `seconds` also those to come."""
    deadline = time.monotonic() + seconds
    moved, heartbeat = time.monotonic(), tape.heartbeat_clock
    while True:
        tape.load()
        ended, end = tape.state == STATE_ENDED, tape.head if stop is None else min(stop, tape.head)
        while position < end:
            frames = min(end - position, max(1, PIECE_BYTES // tape.frame_bytes))
            yield position, tape.read(position, frames)
            position += frames
        now = time.monotonic()
        if ended or position == stop or now >= deadline:
            return
        if tape.heartbeat_clock != heartbeat:
            moved, heartbeat = now, tape.heartbeat_clock
        require(now < moved + STALLED_AFTER_S,
                f"its recorder is stalled or dead (L61); it was followed to frame {position}")
        time.sleep(0.01)


def go_through(tape, options):
    """Follows, copies and verifies in one pass."""
    ramp = RampCheck(tape) if options.verify_ramp else None
    out = open(options.raw, "xb") if options.raw else None
    first = options.first
    if first is None:
        first = 0 if ramp or out else tape.head
    require(first <= tape.head, f"--from {first} is past the head, {tape.head}")
    require(options.stop is None or first <= options.stop, "--to is before --from")
    require(options.stop is None or options.stop <= tape.head or options.follow,
            f"--to {options.stop} is past the head, {tape.head}; --follow waits for it")
    position = first
    for position, data in pieces(tape, first, options.stop, options.follow):
        if ramp:
            ramp(position, data)
        if out:
            out.write(data)
        position += len(data) // tape.frame_bytes
    if out:
        out.close()
    done = [word for word, wanted in (("followed", options.follow), ("copied", out),
                                      ("verified", ramp)) if wanted]
    print(f"{', '.join(done):<11} frames {first} to {position}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file")
    parser.add_argument("--verify-ramp", action="store_true", help="each frame is that of the ramp")
    parser.add_argument("--verify-peaks", action="store_true", help="peaks are those of the frames")
    parser.add_argument("--follow", type=float, default=0, metavar="SECONDS", help="wait for more")
    parser.add_argument("--raw", metavar="OUT", help="copy frames to this new file")
    parser.add_argument("--from", type=int, dest="first", metavar="N", help="first frame")
    parser.add_argument("--to", type=int, dest="stop", metavar="N", help="frame behind the last")
    options = parser.parse_args()
    try:
        tape = Tape(options.file)
        describe(tape)
        if options.verify_ramp or options.raw or options.follow:
            go_through(tape, options)
        if options.verify_peaks:
            PeaksCheck(tape).run()
    except (Refused, OSError) as error:
        sys.exit(f"read_tape.py: reading {options.file}: {error}")


if __name__ == "__main__":
    main()
