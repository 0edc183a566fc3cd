#!/usr/bin/env python3
"""Finds played sound in a recording of it and says how true the recording is.

  check_recording.py PLAYED.wav RECORDED.wav [--exact] [--least-correlation 0.9]

Prints one line: where the sound begins in the recording, the correlation, and how many samples
differ. Ends with 1 when the sound is not there, or, with --exact, when any sample differs.

How: the loudness curves of both, 100 values a second, give the places where the sound may begin.
A tenth of a second where the sound is strong is then compared frame by frame around each. So the
sound wants something with a sharp place in time, such as a chirp. Where a recorder replaced lost
frames by silence, what follows may have moved a little: each half second may lie elsewhere.
"""
import argparse
import array
import math
import operator
import sys

import wave_file

BLOCK_FRAMES = 480
PROBE_FRAMES = 2400
PIECE_FRAMES = 24000
CANDIDATES = 5
QUIET_BLOCKS = 20


def dot(one, other):
    return sum(map(operator.mul, one, other))


def correlation(one, other):
    power = math.sqrt(dot(one, one) * dot(other, other))
    return dot(one, other) / power if power > 0 else 0.0


def loudness(channel):
    """One value for each block, as logarithms so that quiet parts count too."""
    return [math.log10(1e-4 + math.sqrt(dot(block, block) / BLOCK_FRAMES))
            for block in (channel[i:i + BLOCK_FRAMES]
                          for i in range(0, len(channel) - BLOCK_FRAMES + 1, BLOCK_FRAMES))]


def without_mean(values):
    mean = sum(values) / len(values)
    return [value - mean for value in values]


def likely_places(played, recorded):
    """The frames at which the sound may begin, the likeliest first. Quiet is taken to surround
    both, so that a sound of one loudness has a shape too."""
    quiet = [math.log10(1e-4)] * QUIET_BLOCKS
    shape = without_mean(quiet + loudness(played) + quiet)
    curve = quiet + loudness(recorded) + quiet
    marks = [(correlation(shape, without_mean(curve[lag:lag + len(shape)])), lag)
             for lag in range(len(curve) - len(shape) + 1)]
    places = []
    for _, lag in sorted(marks, reverse=True):
        if all(abs(lag - other) > 1 for other in places):
            places.append(lag)
        if len(places) == CANDIDATES:
            break
    return [lag * BLOCK_FRAMES for lag in places]


def strong_probes(played):
    """Where the three strongest tenths of a second begin, half a second apart at least."""
    starts = range(0, len(played) - PROBE_FRAMES + 1, PROBE_FRAMES // 2)
    power = {i: dot(played[i:i + PROBE_FRAMES], played[i:i + PROBE_FRAMES]) for i in starts}
    probes = []
    for start in sorted(power, key=power.get, reverse=True):
        if all(abs(start - other) >= PIECE_FRAMES for other in probes):
            probes.append(start)
        if len(probes) == 3:
            break
    return probes


def exact_places(played, recorded, probes):
    """The frames at which the sound begins if a bit of a probe is in the recording unchanged."""
    content = recorded.tobytes()
    for start in probes:
        bit = played[start:start + PROBE_FRAMES // 20].tobytes()
        hit = content.find(bit)
        if hit >= 0 and hit % 8 == 0:
            yield hit // 8 - start


def refine(played, recorded, place, start):
    """The frame near `place` at which the probe at `start` fits best."""
    probe = played[start:start + PROBE_FRAMES]
    lags = range(max(-start, place - BLOCK_FRAMES),
                 min(len(recorded) - start - PROBE_FRAMES, place + BLOCK_FRAMES) + 1)
    return max(lags, default=place,
               key=lambda lag: dot(probe, recorded[start + lag:start + lag + PROBE_FRAMES]))


def cut(samples, first, end):
    """Samples [first, end), with silence for what lies outside."""
    before = min(max(0, -first), end - first)
    inside = samples[max(0, first):max(0, end)]
    after = end - first - before - len(inside)
    return array.array("d", bytes(8 * before)) + inside + array.array("d", bytes(8 * after))


def find(played, recorded, channels):
    """The frame at which the sound begins, or None."""
    one, other = played[::channels], recorded[::channels]
    probes = strong_probes(one)

    def fit(lag):
        return correlation(one, cut(other, lag, lag + len(one)))

    lags = set(exact_places(one, other, probes))
    if not lags or fit(max(lags, key=fit)) < 0.5:
        lags |= {refine(one, other, place, start)
                 for place in likely_places(one, other) for start in probes}
    return max(lags, default=None, key=fit)


def moved_piece(piece, recorded, at, channels):
    """Where a piece lies that is not at `at`, if it lies within a second of there unchanged."""
    middle = len(piece) // 2 // channels * channels
    probe = piece[middle:middle + 64 * channels]
    if not any(probe):
        return at
    first = max(0, at + middle - 2 * PIECE_FRAMES * channels)
    room = recorded[first:at + middle + 2 * PIECE_FRAMES * channels].tobytes()
    hit = room.find(probe.tobytes())
    return at if hit < 0 or hit % (8 * channels) else first + hit // 8 - middle


def compare(played, recorded, lag, channels):
    """The correlation of all, how many samples differ, and how many pieces have moved."""
    length = PIECE_FRAMES * channels
    found = array.array("d")
    moved = 0
    for i in range(0, len(played), length):
        piece = played[i:i + length]
        at = i + lag * channels
        fits = cut(recorded, at, at + len(piece))
        if fits != piece:
            place = moved_piece(piece, recorded, at, channels)
            moved += place != at
            fits = cut(recorded, place, place + len(piece))
        found += fits
    return correlation(played, found), sum(map(operator.ne, played, found)), moved


def main():
    parser = argparse.ArgumentParser(add_help=True)
    parser.add_argument("played")
    parser.add_argument("recorded")
    parser.add_argument("--exact", action="store_true")
    parser.add_argument("--least-correlation", type=float, default=0.9)
    options = parser.parse_args()
    try:
        files = [wave_file.WaveFile(path) for path in (options.played, options.recorded)]
    except (OSError, ValueError) as error:
        sys.exit(f"check_recording: reading the two files: {error}; give two WAV files")
    played, recorded = files
    if (played.rate, played.channels) != (recorded.rate, recorded.channels):
        sys.exit(f"check_recording: comparing {options.recorded}: it has {recorded.rate} Hz and "
                 f"{recorded.channels} channels, what was played {played.rate} and "
                 f"{played.channels}; record with the same")
    one, other = played.samples(), recorded.samples()
    lag = find(one, other, played.channels)
    if lag is None:
        sys.exit(f"check_recording: looking for the sound: the recording, {recorded.frames} "
                 f"frames, is shorter than the sound; record all of it")
    fit, differing, moved = compare(one, other, lag, played.channels)
    print(f"begins at frame {lag} ({lag / played.rate:.3f} s), correlation {fit:.6f}, "
          f"{differing} of {len(one)} samples differ" +
          (f", {moved} half seconds have moved" if moved else ""), flush=True)
    if fit < options.least_correlation:
        sys.exit(f"check_recording: looking for the sound: it is not there, the best correlation "
                 f"is {fit:.3f}; see whether it was played into what was recorded")
    if options.exact and differing:
        sys.exit("check_recording: comparing sample by sample: some differ; see whether frames "
                 "were lost on the way")


if __name__ == "__main__":
    main()
