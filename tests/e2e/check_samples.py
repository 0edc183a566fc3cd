#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the samples have to come to on tone:ramp in s16, worked out from the ramp itself.

  check_samples.py level CHANNELS FROM TO < LINE      the line of live_level
  check_samples.py backwards FILE CHANNELS FROM TO    the WAV file of play_backwards
  check_samples.py faded FILE CHANNELS FROM TO        the WAV file of private_copy
  check_samples.py silence CHANNELS FROM TO           prints what count_silence has to count
  check_samples.py fed CHANNELS FROM BLOCKS < LINE    the last line of feed_recogniser
  check_samples.py title FILE                         prints the title of a WAV file
"""
import array
import math
import re
import struct
import sys

import ramp


def samples(channels, begin, end):
    return array.array("h", ramp.ramp("s16", channels, begin, end - begin))


def require(condition, sentence):
    if not condition:
        sys.exit(sentence)


def level(channels, begin, end):
    line = sys.stdin.readline()
    found = re.findall(r"peak (\S+) dB, rms (\S+) dB", line)
    require(line.startswith(f"frame {end}:") and len(found) == channels, f"not expected: {line}")
    values = samples(channels, begin, end)
    for channel, (peak, rms) in enumerate(found):
        own = [value / 32768 for value in values[channel::channels]]
        true_peak = 20 * math.log10(max(map(abs, own)))
        true_rms = 10 * math.log10(math.fsum(value * value for value in own) / len(own))
        require(abs(float(peak) - true_peak) < 0.06 and abs(float(rms) - true_rms) < 0.06,
                f"channel {channel}: {true_peak} and {true_rms} dB are true, not {line}")


def backwards(path, channels, begin, end):
    data = ramp.content(path, "s16", channels)
    frames = [data[i:i + 2 * channels] for i in range(0, len(data), 2 * channels)]
    require(b"".join(reversed(frames)) == ramp.ramp("s16", channels, begin, end - begin),
            f"{path} is not the ramp backwards")


def faded(path, channels, begin, end):
    found = array.array("h", ramp.content(path, "s16", channels))
    frames = end - begin
    wanted = array.array("h", (int(value * (0.5 * (i // channels + 1) / frames))
                               for i, value in enumerate(samples(channels, begin, end))))
    require(found == wanted, f"{path} is not the ramp faded in")


def silence(channels, begin, end):
    values = samples(channels, begin, end)
    silent = [begin + i for i in range(end - begin)
              if not any(values[i * channels:(i + 1) * channels])]
    require(all(b - a > 1 for a, b in zip(silent, silent[1:])), "stretches of more than a frame")
    print(f"{len(silent)} of {end - begin} frames are silent, in {len(silent)} stretches; "
          f"the longest has 1, from frame {silent[0]}")


def fed(channels, begin, blocks):
    line = sys.stdin.read().splitlines()[-1]
    frames = 512 * blocks
    values = samples(channels, begin, begin + frames)
    mono = [sum(values[i * channels:(i + 1) * channels]) / channels / 32768 for i in range(frames)]
    square = math.fsum(value * value for value in mono) / frames
    found = re.match(rf"fed {blocks} blocks from frame {begin}, \d+ with sound, "
                     r"mean square ([0-9.]+); at most \d+ ms behind$", line)
    require(found and abs(float(found[1]) - square) < 1e-4, f"{square} is true, not: {line}")


def title(path):
    with open(path, "rb") as file:
        head = file.read(4096)
    at = 12
    while head[at:at + 4] != b"LIST":
        at += 8 + struct.unpack_from("<I", head, at + 4)[0]
    require(head[at + 8:at + 16] == b"INFOINAM", "a LIST chunk without a title")
    length, = struct.unpack_from("<I", head, at + 16)
    print(head[at + 20:at + 20 + length].split(b"\0")[0].decode())


if __name__ == "__main__":
    name, *rest = sys.argv[1:]
    globals()[name](*(int(a) if a.isdigit() else a for a in rest))
