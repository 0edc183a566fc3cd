# SPDX-License-Identifier: MIT
"""Moves the index of a finished tape out of its chunk and behind the end of RIFF (docs/layout.md,
L194). `hole` bytes that nothing fills are put into its region of level 0, so that the index is as
long as one of a recording of days, and the levels above lie past 4 GiB of it.

  index_behind.py PATH HOLE
"""
import struct
import sys

GRANULE = 65536
INDEX_PLACE = 4096 + 736  # L153, L154
LEVEL0 = 256 + 32  # its region in the index: offset, bytes, capacity, committed_bytes


def chunks(file, end):
    """[(id, where it begins)] up to `end`."""
    at, found = 12, []
    while at < end:
        file.seek(at)
        name, length = struct.unpack("<4sI", file.read(8))
        found.append((name, at))
        at += 8 + length + length % 2
    return found


def with_hole(index, hole):
    """The pieces of the index, [(offset, bytes)], and its length."""
    head = bytearray(index[:GRANULE])
    offset, size, capacity, _ = struct.unpack_from("<4Q", head, LEVEL0)
    cells = offset + size
    item = size // capacity
    struct.pack_into("<2Q", head, LEVEL0 + 8, size + hole, (size + hole) // item)
    for level in range(1, 8):
        begin, = struct.unpack_from("<Q", head, LEVEL0 + 32 * level)
        struct.pack_into("<Q", head, LEVEL0 + 32 * level, begin + hole)
    struct.pack_into("<Q", head, 24, len(index) + hole)
    return [(0, bytes(head)), (GRANULE, index[GRANULE:cells]),
            (cells + hole, index[cells:])], len(index) + hole


def move(path, hole):
    assert hole % GRANULE == 0
    with open(path, "r+b") as file:
        file.seek(4)
        end = 8 + struct.unpack("<I", file.read(4))[0]
        file.seek(INDEX_PLACE)
        place, length = struct.unpack("<2Q", file.read(16))
        file.seek(place)
        pieces, length = with_hole(file.read(length), hole)
        before_tmpx, at = chunks(file, end)[-2]
        assert before_tmpx == b"JUNK"
        file.truncate(at)
        file.seek(at)
        file.write(struct.pack("<II", 0xFFFFFFFF, 0xFFFFFFFE))
        place = (at + 16 + GRANULE - 1) // GRANULE * GRANULE
        for offset, data in pieces:
            file.seek(place + offset)
            file.write(data)
        file.seek(INDEX_PLACE)
        file.write(struct.pack("<2Q", place, length))
        file.seek(4)
        file.write(struct.pack("<I", at - 8))


if __name__ == "__main__":
    move(sys.argv[1], int(sys.argv[2]))
