# SPDX-License-Identifier: MIT
"""make_long_tape.py FILE SECONDS: a tape of 48 kHz stereo s16, as a recorder that died leaves it.

The audio (116 GB of a week) and the lowest levels of the pyramid are holes in sparse files; the
levels from 2 on, of which an overview of an hour and more is drawn, and the journal with an anchor
for every second, a gap and a mark for every hour, are real. Made from docs/layout.md by the tests'
maker of tapes.
"""
import math
import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from make_tape import GRANULE, SIGNATURE, TAPE_ID, TapeImage, padded  # noqa: E402

RATE = 48000
FIRST_REAL_LEVEL = 2


def whole(count):
    return (count + GRANULE - 1) // GRANULE * GRANULE


class LongTape(TapeImage):
    """Its samples are never made: only what lies around them."""

    def __init__(self, seconds):
        self.sample_format, self.channels, self.rate = 1, 2, RATE
        self.head = seconds * RATE
        self.frame_bytes, self.data, self.series = 4, b"", 0
        hours = range(1800 * RATE, self.head, 3600 * RATE)
        self.gaps = [(p, 5 * RATE) for p in hours]
        self.marks = [(p + 60 * RATE, f"hour {n}") for n, p in enumerate(hours)]
        self.committed = self.section_bytes = whole(GRANULE + self.head * 4) + GRANULE

    def header(self, control, tail=b""):
        """With the sizes that the audio would have; RF64 from 4 GiB on."""
        header = bytearray(super().header(control, tail))
        data = self.head * self.frame_bytes
        riff = GRANULE - 8 + data
        is_large = riff > 0xFFFFFFFF
        if is_large:
            header[0:4] = b"RF64"
            header[12:48] = b"ds64" + struct.pack("<I3QI", 28, riff, data, self.head, 0)
        struct.pack_into("<I", header, 4, 0xFFFFFFFF if is_large else riff)
        struct.pack_into("<I", header, GRANULE - 4, 0xFFFFFFFF if is_large else data)
        return bytes(header)


def cells(level, count):
    """Loud by day, silent by night."""
    frames = 256 * 16**level
    for cell in range(count):
        hour = cell * frames / RATE / 3600
        peak = max(0.02, 0.8 * math.sin(hour / 24 * 2 * math.pi) * (0.7 + 0.3 * math.sin(cell)))
        yield struct.pack("<6f", -peak, peak, peak * peak / 9 * frames, -peak / 2, peak / 2,
                          peak * peak / 40 * frames)


def write_index(tape, path):
    counts = [tape.head // (256 * 16**level) for level in range(8)]
    journal = tape.journal(False)
    with open(path, "wb") as index:
        offset, table = GRANULE, b""
        for region in range(9):
            count = len(journal) if region == 0 else counts[region - 1]
            item = 128 if region == 0 else 24
            size = whole(max(count, 1) * item)
            table += struct.pack("<4Q", offset, size, size // item, size)
            index.seek(offset)
            if region == 0:
                index.write(b"".join(journal))
            elif region - 1 >= FIRST_REAL_LEVEL:
                index.write(b"".join(cells(region - 1, count)))
            offset += size
        index.truncate(offset)
        head = struct.pack("<4QII", 0x3158444E49504D54, SIGNATURE, TAPE_ID, offset, 2, 8)
        head = padded(head, 128) + struct.pack("<3Q", len(journal), 0, tape.head // 256 * 256)
        index.seek(0)
        index.write(padded(head, 256) + table)
        return offset


def main():
    tape = LongTape(int(sys.argv[2]))
    tape.index_bytes = write_index(tape, sys.argv[1] + ".index")
    with open(sys.argv[1], "wb") as audio:
        audio.write(tape.header(tape.control(2)))
        audio.truncate(tape.section_bytes)


main()
