"""follow_sound.py PLAYED.wav HEARD.wav: finds a sound that was played a little faster or slower.

Prints how well it fits and how much it was bent. Ends with 1 when a piece of it does not fit, or
when it was bent by more than 0.2 %: what `tapemap play` does to stay beside two clocks.
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../scripts"))
import check_recording as check  # noqa: E402
import wave_file  # noqa: E402

PIECE = 2400
REACH = 8  # frames that a piece may lie further than the one before
MOST_BEND = 0.002

played, heard = (wave_file.WaveFile(path).samples()[::2] for path in sys.argv[1:3])


def fit(start, lag):
    return check.correlation(played[start:start + PIECE],
                             check.cut(heard, start + lag, start + lag + PIECE))


def walk(starts, lag):
    for start in starts:
        lag = max(range(lag - REACH, lag + REACH + 1), key=lambda each: fit(start, each))
        yield start, lag, fit(start, lag)


places = [(fit(start, lag), start, lag) for place in check.likely_places(played, heard)
          for start in check.strong_probes(played)
          for lag in [check.refine(played, heard, place, start)]]
best, start, lag = max(places)
pieces = sorted([*walk(range(start, len(played) - PIECE + 1, PIECE), lag),
                 *walk(range(start - PIECE, -1, -PIECE), lag)])
worst = min(fits for _, _, fits in pieces)
frames = pieces[-1][0] - pieces[0][0]
bend = (pieces[-1][1] - pieces[0][1]) / frames
print(f"fits by {worst:.4f} and better in {len(pieces)} pieces, bent by {bend * 1e6:.0f} ppm")
if worst < 0.9 or abs(bend) > MOST_BEND + 2 / frames:
    sys.exit("follow_sound: looking for the sound: it is not there as it was; "
             f"{[(start, lag, round(fits, 2)) for start, lag, fits in pieces]}")
