"""follow_ramp.py POSITION_FILE: reads a WAV of tone:ramp, s16 stereo, from stdin, from frame 0 on and
however long, and checks every sample. Writes how many frames it has seen into the file, as soon as
the header is there, and prints it at the end.
"""
import struct
import sys

import ramp

FRAME_BYTES = 4
TURN_BYTES = ramp.TURN * FRAME_BYTES
REPORT_BYTES = 4 << 20


def skip_header(stream):
    stream.read(12)
    while True:
        kind, length = struct.unpack("<4sI", stream.read(8))
        if kind == b"data":
            return
        stream.read(length)


def tell(path, frames):
    with open(path, "w", encoding="ascii") as file:
        file.write(f"{frames}\n")


def main():
    path = sys.argv[1]
    skip_header(sys.stdin.buffer)
    tell(path, 0)
    # A turn is the first one, begun elsewhere and going round.
    first = ramp.ramp("s16", 2, 0, ramp.TURN) * 2
    turn = told = 0
    while True:
        found = sys.stdin.buffer.read(TURN_BYTES)
        start = turn * 40503 % ramp.TURN * FRAME_BYTES
        if found != first[start:start + len(found)]:
            wrong = next(i for i, byte in enumerate(found) if byte != first[start + i])
            sys.exit(f"frame {turn * ramp.TURN + wrong // FRAME_BYTES} is wrong: "
                     f"{found[wrong:wrong + 16].hex(' ')} of {len(found)} bytes")
        frames = turn * ramp.TURN + len(found) // FRAME_BYTES
        is_end = len(found) < TURN_BYTES
        if is_end or frames * FRAME_BYTES - told >= REPORT_BYTES:
            told = frames * FRAME_BYTES
            tell(path, frames)
        if is_end:
            print(frames)
            return
        turn += 1


if __name__ == "__main__":
    main()
