"""The signal tone:ramp, made a second time from what tapemap/ramp.h says about it.

  ramp.py make FORMAT CHANNELS FIRST FRAMES           raw samples to stdout
  ramp.py check FILE FORMAT CHANNELS FIRST FRAMES     a WAV file, or raw by its name
  ramp.py check FILE FORMAT CHANNELS RANGES           ranges of frames, such as 0:100,150:300
"""
import array
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../scripts"))
import wave_file  # noqa: E402

TURN = 65536
LOW = bytes(i & 0xFF for i in range(TURN)) * 2
HIGH = bytes(i >> 8 for i in range(TURN)) * 2


def planes(sample_format, turn):
    """The bytes of a sample, each for all values of its upper 16 bits, twice over."""
    number = turn & 0xFF
    if sample_format == "s16":
        return [LOW, HIGH]
    if sample_format == "s24":
        return [bytes([number]) * (2 * TURN), LOW, HIGH]
    if sample_format == "s32":
        return [bytes(2 * TURN), bytes([number]) * (2 * TURN), LOW, HIGH]
    signed = ((upper << 8 | number) ^ 0x800000 for upper in range(TURN))
    values = array.array("f", ((bits - 0x800000) / 8388608 for bits in signed)).tobytes()
    return [values[i::4] * 2 for i in range(4)]


def ramp(sample_format, channels, first, frames):
    """The bytes of frames [first, first + frames)."""
    sample_bytes = wave_file.FORMATS[sample_format][0]
    parts = []
    end = first + frames
    while first < end:
        turn = first // TURN
        count = min(end, (turn + 1) * TURN) - first
        part = bytearray(count * channels * sample_bytes)
        for channel in range(channels):
            upper = (first + turn * 40503 + channel * 12289) % TURN
            for i, plane in enumerate(planes(sample_format, turn)):
                part[channel * sample_bytes + i::channels * sample_bytes] = \
                    plane[upper:upper + count]
        parts.append(bytes(part))
        first += count
    return b"".join(parts)


def content(path, sample_format, channels):
    if not path.endswith(".wav"):
        with open(path, "rb") as file:
            return file.read()
    wave = wave_file.WaveFile(path)
    if (wave.format, wave.channels) != (sample_format, channels):
        sys.exit(f"{path} has {wave.format} and {wave.channels} channels")
    return wave.data


def check(path, sample_format, channels, ranges):
    found = content(path, sample_format, channels)
    expected = b"".join(ramp(sample_format, channels, *each) for each in ranges)
    if found == expected:
        return
    frame_bytes = wave_file.FORMATS[sample_format][0] * channels
    if len(found) != len(expected):
        print(f"{path}: {len(found) / frame_bytes} frames instead of "
              f"{len(expected) / frame_bytes}", file=sys.stderr)
    for i in range(0, min(len(found), len(expected)), frame_bytes):
        if found[i:i + frame_bytes] != expected[i:i + frame_bytes]:
            sys.exit(f"{path}: frame {i // frame_bytes} is {found[i:i + frame_bytes].hex(' ')} "
                     f"instead of {expected[i:i + frame_bytes].hex(' ')}")
    sys.exit(1)


def main():
    verb, arguments = sys.argv[1], sys.argv[2:]
    if verb == "make":
        sys.stdout.buffer.write(ramp(arguments[0], *map(int, arguments[1:4])))
    elif len(arguments) == 5:
        check(arguments[0], arguments[1], int(arguments[2]), [tuple(map(int, arguments[3:5]))])
    else:
        bounds = [tuple(map(int, each.split(":"))) for each in arguments[3].split(",")]
        check(arguments[0], arguments[1], int(arguments[2]),
              [(first, end - first) for first, end in bounds])


if __name__ == "__main__":
    main()
