"""mark_labels.py FILE: the cue points of a finished file with a label, one "POSITION LABEL" a line."""
import struct
import sys

content = open(sys.argv[1], "rb").read()
at, chunks = 12, {}
while at < len(content):
    name, length = struct.unpack_from("<4sI", content, at)
    chunks[name] = content[at + 8:at + 8 + length]
    at += 8 + length + length % 2
positions = {}
for n in range(len(chunks[b"cue "]) // 24):
    number, position = struct.unpack_from("<II", chunks[b"cue "], 4 + 24 * n)
    positions[number] = position
at = 4
while at < len(chunks[b"LIST"]):
    name, size, number = struct.unpack_from("<4sII", chunks[b"LIST"], at)
    if name == b"labl":
        text = chunks[b"LIST"][at + 12:at + 8 + size].split(b"\0")[0].decode()
        print(positions[number], text)
    at += 8 + size + size % 2
