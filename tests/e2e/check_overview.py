# SPDX-License-Identifier: MIT
"""check_overview.py make NAME FILE | json NAME FILE [FROM FRAMES] | svg FILE | png FILE: what
`tapemap overview` drew.

`make NAME FILE` writes a tape of the ramp, NAME being "plain" or "marked"; the others compare.
"""
import json
import os
import struct
import sys
import xml.etree.ElementTree
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from make_tape import TapeImage  # noqa: E402

FRAMES, COLUMNS = 30000, 1146
GAPS, MARKS = [(9000, 3000)], [(4000, "door <open>"), (20000, "B & C")]


def image(name):
    marked = name == "marked"
    return TapeImage(1, 2, FRAMES, GAPS if marked else (), MARKS if marked else ())


def columns(tape, channel, first, frames):
    """[(min, max)] of the equal parts of a stretch; one that is shorter than a frame is that frame."""
    samples = [(row[channel] >> 8) / 32768 for row in tape.samples[first:first + frames]]
    bounds = [frames * i // COLUMNS for i in range(COLUMNS + 1)]
    parts = [samples[a:max(b, a + 1)] for a, b in zip(bounds, bounds[1:])]
    return [(min(part), max(part)) for part in parts]


def check_json(name, path, first=0, frames=FRAMES):
    tape, found = image(name), json.load(open(path, encoding="utf-8"))
    assert found["from_frame"] == first and found["to_frame"] == first + frames, found
    assert found["columns"] == COLUMNS and found["from_utc"] is not None
    assert [(g["from_frame"], g["to_frame"]) for g in found["gaps"]] == [
        (p, p + n) for p, n in tape.gaps], found["gaps"]
    assert [(m["frame"], m["label"]) for m in found["marks"]] == list(tape.marks)
    assert len(found["channels"]) == 2
    for channel, data in enumerate(found["channels"]):
        for column, (low, high) in enumerate(columns(tape, channel, first, frames)):
            assert abs(data["min"][column] - low) < 1e-4, (channel, column)
            assert abs(data["max"][column] - high) < 1e-4, (channel, column)


def check_svg(path):
    root = xml.etree.ElementTree.parse(path).getroot()
    space = "{http://www.w3.org/2000/svg}"
    texts = ["".join(t.itertext()) for t in root.iter(space + "text")]
    assert root.tag == space + "svg", root.tag
    assert "door <open>" in texts and "B & C" in texts and "Stüdio" in texts, texts
    (gap,) = [r for r in root.iter(space + "rect") if r.get("class") == "gap"]
    begin, length = GAPS[0]
    assert abs(float(gap.get("x")) - 42 - begin / FRAMES * COLUMNS) < 1, gap.attrib
    assert abs(float(gap.get("width")) - length / FRAMES * COLUMNS) < 1, gap.attrib
    assert len([p for p in root.iter(space + "path") if p.get("d").endswith("Z")]) == 4


def read_png(path):
    """Rows of (r, g, b)."""
    data = open(path, "rb").read()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed, size = 8, b"", None
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        content = data[at + 8:at + 8 + length]
        crc, = struct.unpack(">I", data[at + 8 + length:at + 12 + length])
        assert crc == zlib.crc32(kind + content), kind
        if kind == b"IHDR":
            size = struct.unpack(">IIBBBBB", content)
            assert size[2:] == (8, 2, 0, 0, 0), size
        elif kind == b"IDAT":
            packed += content
        at += 12 + length
    raw, width = zlib.decompress(packed), size[0] * 3
    above, rows = bytes(width), []
    for y in range(size[1]):
        kind, line = raw[y * (width + 1)], raw[y * (width + 1) + 1:(y + 1) * (width + 1)]
        assert kind in (0, 2), kind
        above = bytes((a + b) % 256 for a, b in zip(line, above)) if kind == 2 else line
        rows.append([tuple(above[i:i + 3]) for i in range(0, width, 3)])
    return rows


def check_png(path):
    """Lanes from y = 28 on, each 125 high with 4 between them, columns from x = 42 on."""
    tape, rows = image("plain"), read_png(path)
    assert (len(rows), len(rows[0])) == (300, 1200)
    for channel in range(2):
        for column, (low, high) in enumerate(columns(tape, channel, 0, FRAMES)):
            top, half = 28 + 125 * channel, 121 / 2
            first, last = top + half * (1 - high), top + half * (1 - low)
            middle = int((first + last) / 2)
            blue = rows[middle][42 + column]
            assert blue[2] - blue[0] > 20, (channel, column, blue)
            for y in (int(first) - 3, int(last) + 4):
                if top + 20 < y < top + 121 or (top <= y < top + 121 and column > 20):
                    pale = rows[y][42 + column]
                    assert min(pale) > 190, (channel, column, y, pale)


if sys.argv[1] == "make":
    with open(sys.argv[3], "wb") as out:
        out.write(image(sys.argv[2]).finished())
elif sys.argv[1] == "json":
    check_json(sys.argv[2], sys.argv[3], *map(int, sys.argv[4:]))
elif sys.argv[1] == "svg":
    check_svg(sys.argv[2])
else:
    check_png(sys.argv[2])
