"""head_start.py PATH HEAD: moves the head of an interrupted file tape to frame HEAD, by
docs/layout.md: a hole in the file is a gap of silence, before which all was recorded that much
earlier. So a test comes to where a tape is hours long. The tape is s16, stereo, and short."""
import array
import os
import struct
import sys

RECORD_BYTES = 128
ANCHOR, GAP = 2, 3
LEVELS = 8
CHANNELS = 2
MARK = b"\xff" * 16
GRANULE = 65536
MIB = 1 << 20
PAGE = 4096


class Block:
    """A file's bytes behind an offset, in numbers."""

    def __init__(self, file, at):
        self.file, self.at = file, at

    def get(self, offset, kind="Q"):
        self.file.seek(self.at + offset)
        return struct.unpack("<" + kind, self.file.read(struct.calcsize(kind)))[0]

    def put(self, offset, value, kind="Q"):
        self.file.seek(self.at + offset)
        self.file.write(struct.pack("<" + kind, value))


def peaks(frames, head):
    """The whole cells of each level that hold any of `frames`, as bytes; all behind them are 0."""
    levels = []
    for level in range(LEVELS):
        size = 256 * 16**level
        cells = b""
        for first in range(0, min(len(frames) // CHANNELS, head - head % size), size):
            for channel in range(CHANNELS):
                part = [value / 32768
                        for value in frames[first * CHANNELS + channel:
                                            (first + size) * CHANNELS:CHANNELS]]
                part += [0.0] * (len(part) < size)
                cells += struct.pack("<3f", min(part), max(part), sum(x * x for x in part))
        levels.append(cells)
    return levels


def lengthen_peaks(file, frames, head):
    index = Block(file, 0)
    for level, cells in enumerate(peaks(frames, head)):
        region = 288 + 32 * level
        file.seek(index.get(region))
        file.write(cells)
        used = head // (256 * 16**level) * CHANNELS * 12
        index.put(region + 24, max(index.get(region + 24), -(-used // PAGE) * PAGE))
    index.put(144, head - head % 256)


def lengthen_index(path, control, gap):
    with open(path, "r+b") as file:
        index = Block(file, 0)
        journal, records = index.get(256), index.get(128)
        for number in range(records):  # what was recorded was recorded earlier
            record = Block(file, journal + number * RECORD_BYTES)
            record.put(40, record.get(40) - gap["ns"])
        file.seek(journal + records * RECORD_BYTES)
        utc_ns = control.get(24)
        file.write(struct.pack("<6QII72x", records, gap["position"], gap["frames"],
                               gap["position"], gap["clock"], utc_ns + gap["ns"], GAP, 0))
        file.write(struct.pack("<6QII72x", records + 1, gap["head"], 0, gap["head"], gap["clock"],
                               gap["utc_ns"], ANCHOR, 0))
        index.put(128, records + 2)
        lengthen_peaks(file, gap["recorded"], gap["head"])


def main():
    path, head = sys.argv[1], int(sys.argv[2])
    with open(path, "r+b") as file, open(path + ".index", "r+b") as index_file:
        control, index = Block(file, 4096), Block(index_file, 0)
        frame_bytes, rate_hz = control.get(92, "I"), control.get(88, "I")
        first = control.get(512)
        gap_ns = (head - first) * 10**9 // rate_hz
        gap = {"position": first, "frames": head - first, "head": head, "ns": gap_ns,
               "clock": control.get(672)}
        file.seek(GRANULE)
        gap["recorded"] = array.array("h", file.read(first * frame_bytes))
        # The newest anchor says when the head was recorded.
        journal, records = index.get(256), index.get(128)
        anchors = [n for n in range(records)
                   if Block(index_file, journal + n * RECORD_BYTES).get(48, "I") == ANCHOR]
        gap["utc_ns"] = control.get(24) + first * 10**9 // rate_hz
        if anchors:
            newest = Block(index_file, journal + anchors[-1] * RECORD_BYTES)
            gap["utc_ns"] = newest.get(40) + (first - newest.get(8)) * 10**9 // rate_hz
        index_file.flush()
        lengthen_index(path + ".index", control, gap)
        control.put(24, control.get(24) - gap_ns)
        control.put(704, control.get(704) + 1)
        control.put(712, control.get(712) + head - first)
        # The reserved tail was zeros with marks; it is audio now.
        end = GRANULE + head * frame_bytes
        committed = control.get(640)
        file.seek(GRANULE + first * frame_bytes)
        file.write(bytes(committed - file.tell()))
        committed = -(-end // MIB) * MIB
        length = committed + 2 * GRANULE
        file.truncate(max(os.fstat(file.fileno()).st_size, length))
        control.put(728, max(control.get(728), length))
        control.put(640, committed)
        for at in range(-(-end // GRANULE) * GRANULE, committed, GRANULE):
            file.seek(at)
            file.write(MARK)
        control.put(512, head)
        # Its sizes, as the keeper would have refreshed them.
        data = head * frame_bytes
        Block(file, 65532).put(0, data, "I")
        Block(file, 4).put(0, GRANULE - 8 + data, "I")

main()
