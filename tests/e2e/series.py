"""series.py FOLDER [--tapes N] [--frames N] [--silence]: the tapes of tone:ramp (s16, stereo) in a
folder, finished, are one series: they join without a seam, name each other, and hold every frame.

--silence: silence may stand for frames, as it does after a kill. --any-sound: of the frames only
their number is looked at. Prints "<tapes> <frames>".
"""
import argparse
import glob
import os
import struct
import sys
import wave

import ramp

FRAME_BYTES = 4
ROTATED, ENDED = 9, 4


class Tape:
    def __init__(self, path):
        self.path = path
        with open(path, "rb") as file:
            granule = file.read(65536)

        def field(offset):
            return struct.unpack_from("<Q", granule, 4096 + offset)[0]

        def text(offset, room):
            return granule[4096 + offset:4096 + offset + room].split(b"\0")[0].decode()
        self.id = field(16)
        self.created = field(24)
        self.head = field(512)
        self.state, self.reason = field(688), field(696)
        self.previous, self.position = field(1024), field(1032)
        self.next = field(1152)
        self.own_path, self.next_path = text(1280, 1024), text(2304, 1024)


def was_never_begun(path):
    """A recorder was killed before it had written anything at all, an index least of all."""
    with open(path, "rb") as file:
        return not file.read(65536).strip(b"\0") and not os.path.exists(path + ".index")


def in_order(tapes):
    first = [tape for tape in tapes if tape.previous == 0]
    after = {tape.previous: tape for tape in tapes if tape.previous}
    if len(first) != 1 or len(after) != len(tapes) - 1:
        sys.exit(f"{len(first)} tapes are the first of a series")
    chain = first
    while chain[-1].id in after:
        chain.append(after[chain[-1].id])
    if len(chain) != len(tapes):
        sys.exit(f"only {len(chain)} of {len(tapes)} tapes follow one another")
    return chain


def check_frames(tape, may_be_silent, any_sound):
    with wave.open(tape.path, "rb") as file:
        found = file.readframes(file.getnframes())
    if len(found) != tape.head * FRAME_BYTES:
        sys.exit(f"{tape.path}: {len(found) / FRAME_BYTES} frames, but its head is {tape.head}")
    if any_sound:
        return
    expected = ramp.ramp("s16", 2, tape.position, tape.head)
    if found == expected:
        return
    for i in range(0, len(expected), FRAME_BYTES):
        frame = found[i:i + FRAME_BYTES]
        if frame != expected[i:i + FRAME_BYTES] and not (may_be_silent and frame == bytes(4)):
            sys.exit(f"{tape.path}: frame {i // FRAME_BYTES}, {tape.position + i // FRAME_BYTES} "
                     f"of the series, is wrong")


def base(path):
    return path.replace("\\", "/").rsplit("/", 1)[-1]


def check_names(tape, after, may_be_silent):
    if base(tape.own_path) != os.path.basename(tape.path):
        sys.exit(f"{tape.path} calls itself {tape.own_path}")
    if tape.state != ENDED or os.path.exists(tape.path + ".index"):
        sys.exit(f"{tape.path} is not finished")
    if not after:
        return
    if (tape.next, base(tape.next_path)) != (after.id, base(after.path)) or \
            (tape.reason != ROTATED and not may_be_silent):  # one that a killed recorder left
        sys.exit(f"{tape.path} does not say that {after.path} comes next")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--tapes", type=int)
    parser.add_argument("--frames", type=int)
    parser.add_argument("--silence", action="store_true")
    parser.add_argument("--any-sound", action="store_true")
    arguments = parser.parse_args()
    paths = glob.glob(os.path.join(arguments.folder, "**/*.wav"), recursive=True)
    tapes = in_order([Tape(path) for path in paths if not was_never_begun(path)])
    position = 0
    for tape, after in zip(tapes, tapes[1:] + [None]):
        if tape.position != position:
            sys.exit(f"{tape.path} begins at {tape.position} of the series, not at {position}")
        if after and after.created < tape.created and not arguments.silence:
            sys.exit(f"{after.path} is older than the tape before it")
        check_names(tape, after, arguments.silence)
        check_frames(tape, arguments.silence, arguments.any_sound)
        position += tape.head
    if arguments.tapes not in (None, len(tapes)) or arguments.frames not in (None, position):
        sys.exit(f"{len(tapes)} tapes of {position} frames")
    print(len(tapes), position)


if __name__ == "__main__":
    main()
