"""Makes the file of a tape whose recorder was killed, from docs/layout.md alone.

  make_tape.py PATH FRAMES [HEAD]    s16 stereo at 48 kHz, tone:ramp, a reserved tail of 1 MiB;
                                     PATH.index with a mark at 1000 and a gap of 10 at 2000;
                                     HEAD: what the control block says instead of FRAMES
"""
import os
import struct
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import ramp  # noqa: E402

SIGNATURE = 0x0D020220880C0005
TAPE_ID = 0x00C0FFEE00C0FFEE
UTC_NS = 1795251780 * 10**9
TAIL = 1 << 20
REGION = 65536


def put(block, offset, layout, *values):
    struct.pack_into("<" + layout, block, offset, *values)


def control(frames, head):
    block = bytearray(3328)
    section = 65536 + frames * 4 + TAIL
    index = 10 * REGION
    put(block, 0, "8sQQQQQQQQQ", b"TMPTAPE1", SIGNATURE, TAPE_ID, UTC_NS, 10**7, section, index,
        65536, 1 << 40, 0)
    put(block, 80, "6I", 1, 2, 48000, 4, 2, 1)
    put(block, 104, "64s256sQ", b"e2e", b"tone:ramp", 1 << 40)
    put(block, 512, "QQ", head, 10**7)
    put(block, 640, "7Q", section, 0, 0, 0, 3 * 10**7, 1, 2)
    put(block, 712, "Q", 0)
    put(block, 728, "Q", section)
    return block


def front(frames, head):
    section = bytearray(65536)
    put(section, 0, "4sI4s4sI", b"RIFF", 65528 + frames * 4, b"WAVE", b"JUNK", 28)
    put(section, 48, "4sIHHIIHH", b"fmt ", 16, 1, 2, 48000, 192000, 4, 16)
    put(section, 72, "4sI", b"JUNK", 65528 - 80)
    section[4096:4096 + 3328] = control(frames, head)
    put(section, 65528, "4sI", b"data", frames * 4)
    return section


def record(sequence, position, frames, kind, detail, text):
    return struct.pack("<6QII72s", sequence, position, frames, position, 10**7 + sequence, UTC_NS,
                       kind, detail, text)


def index():
    section = bytearray(10 * REGION)
    records = [record(0, 0, 0, 1, 2, b""), record(1, 0, 0, 2, 0, b""),
               record(2, 1000, 0, 5, 0, "Strophe ä".encode()), record(3, 2000, 10, 3, 0, b"")]
    put(section, 0, "8sQQQII", b"TMPINDX1", SIGNATURE, TAPE_ID, len(section), 2, 8)
    put(section, 128, "QQQ", len(records), 0, 0)
    for i in range(9):
        item = 128 if i == 0 else 24
        put(section, 256 + 32 * i, "4Q", REGION * (i + 1), REGION, REGION // item, REGION)
    section[REGION:REGION + 128 * len(records)] = b"".join(records)
    return section


def main():
    path, frames = sys.argv[1], int(sys.argv[2])
    head = int(sys.argv[3]) if len(sys.argv) > 3 else frames
    with open(path, "wb") as file:
        file.write(front(frames, head))
        file.write(ramp.ramp("s16", 2, 0, frames))
        file.write(bytes(TAIL))
    with open(path + ".index", "wb") as file:
        file.write(index())


if __name__ == "__main__":
    main()
