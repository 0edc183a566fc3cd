"""check_gaps.py PATH COUNT [SECONDS [source]]: the journal of a file tape has COUNT gaps, no two of
them adjacent; and the anchors around each say that as much time has passed, by UTC, as the
positions moved on, give or take so many seconds.

source: those count in which the source was lost or found, of which there are COUNT or more. A busy
machine has others besides."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../samples"))
from tape_file import ANCHOR, GAP, Tape  # noqa: E402

SOURCE = 6  # a kind of record (L103)
TOLERANCE_S = 0.4  # a source that is paced may be late for a moment


def main():
    path, count = sys.argv[1], int(sys.argv[2])
    of_source = sys.argv[4:] == ["source"]
    tolerance_s = float(sys.argv[3]) if len(sys.argv) > 3 else TOLERANCE_S
    tape = Tape(path)
    with tape.index() as index:
        records = index.records()
    gaps = [r for r in records if r.kind == GAP]
    if of_source:
        changes = [r.position for r in records if r.kind == SOURCE]
        gaps = [g for g in gaps if any(g.position <= c <= g.position + g.frames for c in changes)]
    anchors = [r for r in records if r.kind == ANCHOR]
    if len(gaps) < count or len(gaps) > count and not of_source:
        sys.exit(f"{path} has {len(gaps)} gaps instead of {count}: {gaps}")
    for gap in gaps:
        before = [a for a in anchors if a.position <= gap.position][-1]
        after = [a for a in anchors if a.position > gap.position][0]
        by_position = (after.position - before.position) / tape.sample_rate_hz
        by_utc = (after.utc_ns - before.utc_ns) / 1e9
        print(f"gap of {gap.frames / tape.sample_rate_hz:.3f} s at {gap.position}: {by_position:.3f} "
              f"s of tape in {by_utc:.3f} s")
        if abs(by_position - by_utc) > tolerance_s:
            sys.exit(f"{path}: around the gap at {gap.position} the tape moved on by "
                     f"{by_position:.3f} s in {by_utc:.3f} s")


main()
