"""heard_pieces.py TAPE.wav HEARD.wav [FIRST FRAMES]: how much of a tape was heard, and in order.

The tape, or so many of its frames from FIRST on, is cut into pieces of 20 ms. Each is looked for
behind the one before, in all channels, and counts when it correlates by more than 0.99 there. A
sound server that runs dry on a busy machine puts silence in between or drops a packet: that costs
the piece in which it happens, and what follows lies elsewhere, which is told. Ends with 1 when no
more than 95 % of the pieces count.

The sound wants to be noise, so that a piece is like no other, and to end below 2.5 kHz, so that
every eighth frame is enough to find it.
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../scripts"))
import check_recording as check  # noqa: E402
import wave_file  # noqa: E402

PIECE = 960
COARSE = 8
GOOD = 0.99
ENOUGH = 0.95

tape, heard = (wave_file.WaveFile(path) for path in sys.argv[1:3])
if (tape.rate, tape.channels) != (heard.rate, heard.channels):
    sys.exit("heard_pieces: comparing the two: they are of two kinds; record as the tape is")
first, frames = map(int, sys.argv[3:5]) if len(sys.argv) > 3 else (0, tape.frames)
played = [tape.samples()[i::tape.channels][first:first + frames] for i in range(tape.channels)]
found = [heard.samples()[i::tape.channels] for i in range(tape.channels)]
thin = found[0][::COARSE]


def fits(start, at):
    """The least of the channels."""
    return min(check.correlation(one[start:start + PIECE], check.cut(other, at, at + PIECE))
               for one, other in zip(played, found))


def look_for(start, begin, end):
    """Where in [begin, end) the piece lies, if it does."""
    piece = played[0][start:start + PIECE:COARSE]
    places = range(max(0, begin) // COARSE, min(end, heard.frames - PIECE) // COARSE)
    near = max(places, default=None,
               key=lambda i: check.dot(piece, thin[i:i + len(piece)]))
    if near is None:
        return None
    fit, at = max((fits(start, at), at)
                  for at in range(COARSE * (near - 1), COARSE * (near + 1) + 1))
    return at if fit > GOOD else None


starts = range(0, len(played[0]) - PIECE + 1, PIECE)
good = inserted = dropped = 0
last = None  # the start and the place of the last piece that was found
for start in starts:
    if last is None:
        at = look_for(start, 0, heard.frames)
    else:
        at = last[1] + start - last[0]
        if fits(start, at) <= GOOD:
            at = look_for(start, last[1] + PIECE, at + tape.rate // 2)
    if at is None:
        continue
    if last is not None:
        moved = at - last[1] - (start - last[0])
        inserted += max(0, moved)
        dropped += max(0, -moved)
    good += 1
    last = start, at
print(f"{good} of {len(starts)} pieces in order; on the way {inserted} frames were inserted and "
      f"{dropped} dropped")
if good <= ENOUGH * len(starts):
    sys.exit("heard_pieces: looking for the tape in what was heard: too little of it is there")
