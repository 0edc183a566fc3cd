"""follow_sound.py PLAYED.wav HEARD.wav: finds a sound that was played a little faster or slower.

Prints how much of it fits and how far it was bent. Ends with 1 when less than half fits, or when
it was bent by more than 0.2 %: what `tapemap play` does to stay beside two clocks. On a busy
machine the sound server inserts or drops packets; what follows them lies elsewhere.
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../scripts"))
import check_recording as check  # noqa: E402
import wave_file  # noqa: E402

PIECE = 2400
REACH = 8  # frames that a piece may lie further than the one before
MOST_BEND = 0.002
GOOD = 0.9
PACKET = 480

played, heard = (wave_file.WaveFile(path).samples()[::2] for path in sys.argv[1:3])


def fit(start, lag):
    return check.correlation(played[start:start + PIECE],
                             check.cut(heard, start + lag, start + lag + PIECE))


def near(start, lag):
    return max((fit(start, each), each) for each in range(lag - REACH, lag + REACH + 1))


def walk(starts, lag):
    for start in starts:
        fits, found = near(start, lag)
        if fits < GOOD:
            fits, found = max([(fits, found)] + [near(start, lag + jump * PACKET)
                                                 for jump in (-3, -2, -1, 1, 2, 3)])
        if fits >= GOOD:
            lag = found
        yield start, lag, fits


def longest_run(pieces):
    """Of pieces that fit, where nothing was inserted or dropped."""
    runs = [[]]
    for piece in pieces:
        if piece[2] < GOOD or (runs[-1] and abs(piece[1] - runs[-1][-1][1]) > REACH):
            runs.append([])
        if piece[2] >= GOOD:
            runs[-1].append(piece)
    return max(runs, key=len)


places = [(fit(start, lag), start, lag) for place in check.likely_places(played, heard)
          for start in check.strong_probes(played)
          for lag in [check.refine(played, heard, place, start)]]
best, start, lag = max(places)
pieces = sorted([*walk(range(start, len(played) - PIECE + 1, PIECE), lag),
                 *walk(range(start - PIECE, -1, -PIECE), lag)])
good = sum(fits >= GOOD for _, _, fits in pieces)
run = longest_run(pieces)
frames = max(PIECE, run[-1][0] - run[0][0]) if run else PIECE
bend = (run[-1][1] - run[0][1]) / frames if run else 0
print(f"{good} of {len(pieces)} pieces fit, bent by {bend * 1e6:.0f} ppm over {frames} frames")
if 2 * good < len(pieces) or abs(bend) > MOST_BEND + 2 / frames:
    sys.exit("follow_sound: looking for the sound: it is not there as it was; "
             f"{[(start, lag, round(fits, 2)) for start, lag, fits in pieces]}")
