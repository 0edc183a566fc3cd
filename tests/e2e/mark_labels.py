"""mark_labels.py FILE: the cue points of a finished WAV file, or the markers of a CAF file, that have
a label: one "POSITION LABEL" a line."""
import struct
import sys

content = open(sys.argv[1], "rb").read()


def wav_labels():
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
            yield positions[number], chunks[b"LIST"][at + 12:at + 8 + size]
        at += 8 + size + size % 2


def caf_labels():
    at, chunks = 8, {}
    while at < len(content):
        name, length = struct.unpack_from(">4sq", content, at)
        chunks[name] = content[at + 12:at + 12 + length]
        at += 12 + length
    texts, strings = {}, chunks[b"strg"]
    count, = struct.unpack_from(">I", strings)
    for n in range(count):
        number, offset = struct.unpack_from(">Iq", strings, 4 + 12 * n)
        texts[number] = strings[4 + 12 * count + offset:]
    for n in range(struct.unpack_from(">I", chunks[b"mark"], 4)[0]):
        _, position, number = struct.unpack_from(">IdI", chunks[b"mark"], 8 + 28 * n)
        yield int(position), texts[number]


for found in caf_labels() if content[:4] == b"caff" else wav_labels():
    print(found[0], found[1].split(b"\0")[0].decode())
