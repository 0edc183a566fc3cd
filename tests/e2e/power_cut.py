"""What a power cut leaves of a tape's file (s16, stereo), made of two copies of it.

  power_cut.py mix OLD NEW OUT SEED DURABLE_FRAMES
      OLD was copied after the newest flush, and NEW is what the system had when it went dark: each
      page of 4096 bytes of OUT is that of the one or of the other, or was never written if no byte
      in it is promised. The index beside them likewise. The same seed makes the same OUT.
  power_cut.py check FILE DURABLE_FRAMES
      The first DURABLE_FRAMES frames of FILE are tone:ramp, and each one behind is too, or silence.
      Prints how many there are.
"""
import os
import random
import shutil
import sys

import ramp
import wave_file

PAGE = 4096
DATA_OFFSET = 65536
FRAME_BYTES = 4


def pages(path):
    """The pages that are there, by number; the rest are holes."""
    found = {}
    with open(path, "rb") as file:
        at, end = 0, os.fstat(file.fileno()).st_size
        while at < end:
            try:
                at = os.lseek(file.fileno(), at, os.SEEK_DATA) // PAGE
            except OSError:
                break
            stop = -(-os.lseek(file.fileno(), at * PAGE, os.SEEK_HOLE) // PAGE)
            file.seek(at * PAGE)
            for number in range(at, stop):
                found[number] = file.read(PAGE)
            at = stop * PAGE
    return found


def mix(old_path, new_path, out_path, chance, first_unsafe, may_be_short):
    old, new = pages(old_path), pages(new_path)
    shutil.copy(old_path, out_path)
    size = os.path.getsize(old_path if may_be_short else new_path)
    counts = [0, 0, 0]
    # How much of what was new had been written by then, and how much of the rest never was.
    newer, never = chance.choice([(0, 0), (1, 0), (0, 1), (0.5, 0.5), (0.9, 0.5), (0.1, 0.1)])
    with open(out_path, "r+b") as out:
        out.truncate(size)
        for number in sorted(old.keys() | new.keys()):
            before, after = old.get(number, bytes(PAGE)), new.get(number, bytes(PAGE))
            if before == after or number * PAGE >= size:
                continue
            kind = 1 if chance.random() < newer else 0
            if kind == 0 and number >= first_unsafe and chance.random() < never:
                kind = 2
            counts[kind] += 1
            out.seek(number * PAGE)
            out.write([before, after, bytes(PAGE)][kind][:size - number * PAGE])
    return counts


def check(path, durable):
    found = wave_file.WaveFile(path).data
    frames = len(found) // FRAME_BYTES
    if frames < durable:
        sys.exit(f"{path} has {frames} frames, but {durable} were safe")
    expected = ramp.ramp("s16", 2, 0, frames)
    for at in range(0, len(found), PAGE):
        if found[at:at + PAGE] == expected[at:at + PAGE]:
            continue
        for i in range(at, min(at + PAGE, len(found)), FRAME_BYTES):
            frame, frame_number = found[i:i + FRAME_BYTES], i // FRAME_BYTES
            may_be_silence = frame_number >= durable and frame == bytes(FRAME_BYTES)
            if frame != expected[i:i + FRAME_BYTES] and not may_be_silence:
                sys.exit(f"{path}: frame {frame_number} is {frame.hex(' ')}, of {frames}; "
                         f"{durable} were safe")
    print(frames)


def main():
    if sys.argv[1] == "check":
        check(sys.argv[2], int(sys.argv[3]))
        return
    old, new, out, seed, durable = sys.argv[2:]
    chance = random.Random(int(seed))
    first_unsafe = -(-(DATA_OFFSET + int(durable) * FRAME_BYTES) // PAGE)
    audio = mix(old, new, out, chance, first_unsafe, chance.random() < 0.3)
    index = mix(old + ".index", new + ".index", out + ".index", chance, 1 << 62, False)
    print("pages old, new, never written:", *audio, "and", *index)


if __name__ == "__main__":
    main()
