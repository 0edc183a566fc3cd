"""file_tape.py PATH FRAMES STATE: makes the file of a tape of the ramp (s16, stereo, 48 kHz) by
docs/layout.md, sections 4 and 13, without an index, in state STATE (2 recording, 4 ended)."""
import random
import struct
import sys

import ramp

GRANULE = 65536
FRAME_BYTES = 4
RATE_HZ = 48000


def control(frames, state, section_bytes):
    capacity = 1 << 40
    block = bytearray(3328)
    struct.pack_into("<8sQQQQ", block, 0, b"TMPTAPE1", 0x0D020220880C0005,
                     random.getrandbits(63) | 1, 1700000000000000000, 10000000)
    struct.pack_into("<QQQQQ", block, 40, section_bytes, 10 * GRANULE, GRANULE, capacity, 0)
    struct.pack_into("<IIIIII", block, 80, 1, 2, RATE_HZ, FRAME_BYTES, 2, 4711)
    struct.pack_into("<64s256sQ", block, 104, b"by hand", b"tone:ramp", capacity)
    struct.pack_into("<QQ", block, 512, frames, 0)
    struct.pack_into("<QQQQQQQQ", block, 640, section_bytes, 0, 0, frames, 1, 0, state,
                     1 if state == 4 else 0)
    struct.pack_into("<QQQQ", block, 728, section_bytes, 0, 0, 3)
    return bytes(block)


def main():
    path, frames, state = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    audio_bytes = frames * FRAME_BYTES
    section_bytes = -(-(GRANULE + audio_bytes) // GRANULE) * GRANULE
    with open(path, "wb") as file:
        file.write(struct.pack("<4sI4s", b"RIFF", GRANULE - 8 + audio_bytes, b"WAVE"))
        file.write(struct.pack("<4sI28x", b"JUNK", 28))
        file.write(struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 2, RATE_HZ, RATE_HZ * FRAME_BYTES,
                               FRAME_BYTES, 16))
        file.write(struct.pack("<4sI", b"JUNK", 65528 - file.tell() - 8))
        file.seek(4096)
        file.write(control(frames, state, section_bytes))
        file.seek(65528)
        file.write(struct.pack("<4sI", b"data", audio_bytes))
        file.write(ramp.ramp("s16", 2, 0, frames))
        file.truncate(section_bytes)


main()
