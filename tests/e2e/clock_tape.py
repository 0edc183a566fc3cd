"""A finished tape whose clocks are not simple, and what its journal has to look like in every list.

  clock_tape.py make PATH     1 kHz, 120 s from 2026-11-20T14:00:00Z by a device that is 1/1000 too
                              fast; after 60 s, UTC is set back by 20 s; the second gap is a
                              second shorter than what it stands for
  clock_tape.py check FOLDER  marks.json, marks.csv, marks.txt (Audacity), and so for gaps and clock
"""
import csv
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import make_tape  # noqa: E402

make_tape.CREATED_NS = 1795183200 * 10**9
FRAMES = 120120
MARKS = [(1001, "plain"), (2002, 'say "hi", twice'), (3003, "tab\there"), (4004, "two\nlines\r\n"),
         (5005, "Grüße ☂ 音"), (6006, "=1+1"), (7007, ""), (8008, "back\\slash\x1b[2Jred"),
         (30030, "plain"), (40040, ",;'\"\"")]
GAPS = [(10000, 500), (119000, 1120)]


class ClockTape(make_tape.TapeImage):
    def moment(self, position):
        passed_ns = position * 10**9 // 1001 + (10**9 if position > GAPS[1][0] else 0)
        utc_ns = make_tape.CREATED_NS + passed_ns
        return passed_ns // 100, utc_ns if position < 60060 else utc_ns - 20 * 10**9


def make(path):
    with open(path, "wb") as file:
        file.write(ClockTape(1, 1, FRAMES, GAPS, MARKS, 1000).finished())


def rows_of(folder, name):
    """The list as JSON, as CSV and as an Audacity label track, all of the same length."""
    with open(os.path.join(folder, name + ".json"), encoding="utf-8") as file:
        of_json = json.load(file)
    with open(os.path.join(folder, name + ".csv"), encoding="utf-8", newline="") as file:
        text = file.read()
    assert text.endswith("\r\n"), "RFC 4180 ends its lines in CR LF"
    of_csv = list(csv.DictReader(text.splitlines(keepends=True)))
    with open(os.path.join(folder, name + ".txt"), encoding="utf-8", newline="") as file:
        labels = [line.split("\t") for line in file.read().split("\n")[:-1]]
    assert all(len(label) == 3 for label in labels), labels
    assert len(of_json) == len(of_csv), (len(of_json), len(of_csv))
    for row, other in zip(of_json, of_csv):
        assert int(other["number"]) == row["number"] and int(other["frame"]) == row["frame"]
        assert float(other["seconds"]) == row["seconds"] == row["frame"] / 1000
        assert other["utc"] == row["utc"]
    return of_json, of_csv, labels


def visible(text):
    return text.replace("\x1b", "?")


def check_marks(folder):
    of_json, of_csv, labels = rows_of(folder, "marks")
    assert [(r["frame"], r["label"]) for r in of_json] == [(p, visible(t)) for p, t in MARKS], of_json
    assert [r["label"] for r in of_csv] == [visible(t) for _, t in MARKS], of_csv
    assert of_json[-2]["utc"][:23] == "2026-11-20T14:00:29.999", of_json[-2]  # rounded down
    wanted = [visible(t).translate({9: " ", 10: " ", 13: " "}) for _, t in MARKS]
    assert [t for _, _, t in labels] == wanted, labels
    assert all(a == b and float(a) == p / 1000 for (a, b, _), (p, _) in zip(labels, MARKS)), labels


def check_gaps(folder):
    of_json, of_csv, labels = rows_of(folder, "gaps")
    assert [(r["frame"], r["lost_frames"]) for r in of_json] == GAPS, of_json
    assert [float(r["lost_seconds"]) for r in of_csv] == [n / 1000 for _, n in GAPS], of_csv
    assert [(float(a), float(b)) for a, b, _ in labels] == [(p / 1000, (p + n) / 1000)
                                                           for p, n in GAPS], labels


def check_clock(folder):
    of_json, _, labels = rows_of(folder, "clock")
    assert len(of_json) >= 120 and len(labels) < 40, (len(of_json), len(labels))
    assert of_json[0]["drift_ppm"] is None and abs(of_json[-1]["drift_ppm"] - 1000) < 0.5, of_json[-1]
    steps = [(r["frame"], round(r["clock_set_by_seconds"], 3)) for r in of_json
             if r["clock_set_by_seconds"]]
    assert steps == [(60100, -20)], steps
    assert [t for _, _, t in labels if "set by" in t][0].endswith("clock set by -20.000 s")


if sys.argv[1] == "make":
    make(sys.argv[2])
else:
    check_marks(sys.argv[2])
    check_gaps(sys.argv[2])
    check_clock(sys.argv[2])
