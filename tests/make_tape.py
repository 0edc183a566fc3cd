# SPDX-License-Identifier: MIT
"""Makes images of file tapes from docs/layout.md alone, with nothing of recorder or readers in it.

(L...) names the sentence that a line follows. Everything is made the plain way, sample by sample,
so that it shares no trick with what is tested.
"""
import struct

GRANULE = 65536
BITS = {1: 16, 2: 24, 3: 32, 4: 32}
CREATED_NS = 1795437649_400_000_000
CLOCK_HZ = 10_000_000
TAPE_ID = 0xA47EC7031CAD6C5D
SIGNATURE = 3328 << 48 ^ 512 << 40 ^ 544 << 32 ^ 128 << 24 ^ 128 << 20 ^ 12 << 16 ^ 5  # L145


def ramp(channel, position):
    """L146."""
    turn = position // 65536 % 2**32
    u = (position + 40503 * turn + 12289 * channel) % 65536
    return ((u << 8 | turn % 256) ^ 0x800000) - 0x800000


def sample_bytes(sample_format, number):
    """L27, L147."""
    if sample_format == 4:
        return struct.pack("<f", number / 8388608)
    bits = BITS[sample_format]
    return (number * 2**bits // 2**24).to_bytes(bits // 8, "little", signed=True)


def chunk(name, content):
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def padded(data, length):
    assert len(data) <= length
    return data + bytes(length - len(data))


class TapeImage:
    """`gaps` are (position, frames), `marks` (position, label); `series`: frames before it (L169)."""

    def __init__(self, sample_format, channels, frames, gaps=(), marks=(), rate=48000, series=0):
        self.sample_format, self.channels = sample_format, channels
        self.head, self.rate = frames, rate
        self.gaps, self.marks, self.series = gaps, marks, series
        self.frame_bytes = channels * BITS[sample_format] // 8
        self.section_bytes = 32 * GRANULE
        self.index_bytes = 32 * GRANULE
        silent = {p for begin, length in gaps for p in range(begin, begin + length)}
        self.samples = [[0 if p in silent else ramp(c, series + p) for c in range(channels)]
                        for p in range(frames)]
        self.data = b"".join(sample_bytes(sample_format, s) for row in self.samples for s in row)
        self.committed = (GRANULE + len(self.data) + 2 * GRANULE) // GRANULE * GRANULE

    def moment(self, position):
        return position * CLOCK_HZ // self.rate, CREATED_NS + position * 10**9 // self.rate

    def record(self, sequence, position, kind, frames=0, noticed=None, detail=0, label=""):
        clock, utc_ns = self.moment(position)
        return struct.pack("<6QII72s", sequence, position, frames,
                           position if noticed is None else noticed, clock, utc_ns, kind, detail,
                           label.encode())

    def journal(self, finished):
        """L98 to L103."""
        events = [(0, 1, {"detail": 2, "label": "the first frames came"})]
        events += [(p, 2, {}) for p in range(self.rate // 10, self.head, self.rate)]
        events += [(p, 3, {"frames": n, "noticed": max(0, p - 5)}) for p, n in self.gaps]
        events += [(p, 5, {"label": label}) for p, label in self.marks]
        events.sort(key=lambda event: event[0])
        if finished:
            events += [(self.head, 2, {}), (self.head, 1, {"detail": 4, "label": "requested"})]
        return [self.record(n, p, kind, **more) for n, (p, kind, more) in enumerate(events)]

    def levels(self):
        """L107 to L111: [cells] by level; a cell is a list of (min, max, sum of squares)."""
        made = [[]]
        for first in range(0, self.head // 256 * 256, 256):
            rows = [[s / 2**23 if self.sample_format != 1 else (s >> 8) / 2**15 for s in row]
                    for row in self.samples[first:first + 256]]
            made[0].append([(min(c), max(c), sum(x * x for x in c)) for c in zip(*rows)])
        while len(made) < 8:
            below = made[-1]
            made.append([[(min(p[0] for p in c), max(p[1] for p in c), sum(p[2] for p in c))
                          for c in zip(*below[i:i + 16])]
                         for i in range(0, len(below) // 16 * 16, 16)])
        return made

    def index(self, finished):
        """L73 to L89; finished: regions as long as what they hold (L159)."""
        levels = self.levels()
        contents = [b"".join(self.journal(finished))]
        contents += [b"".join(struct.pack("<3f", *p) for cell in cells for p in cell)
                     for cells in levels]
        items = [128] + [12 * self.channels] * 8
        offset, table, body = GRANULE, b"", b""
        for content, item in zip(contents, items):
            size = max(len(content), item) if finished else max(len(content), GRANULE)
            body = padded(body, offset - GRANULE) + content
            committed = len(content) if finished else size
            table += struct.pack("<4Q", offset, size, size // item, committed)
            end = offset + size
            offset = (end + GRANULE - 1) // GRANULE * GRANULE
        length = end if finished else self.index_bytes
        head = struct.pack("<4QII", 0x3158444E49504D54, SIGNATURE, TAPE_ID, length,
                           self.channels, 8)
        head = padded(head, 128) + struct.pack("<3Q", len(contents[0]) // 128, 0,
                                               self.head // 256 * 256)
        return padded(padded(padded(head, 256) + table, GRANULE) + body, length)

    def control(self, state, index_offset=0, index_length=0):
        ended = state == 4
        block = struct.pack(
            "<10Q6I64s256sQ", 0x3145504154504D54, SIGNATURE, TAPE_ID, CREATED_NS, CLOCK_HZ,
            self.section_bytes, self.index_bytes, GRANULE, 1 << 40, 0, self.sample_format,
            self.channels, self.rate, self.frame_bytes, 2, 4711, "Stüdio".encode(), b"tone:ramp",
            1 << 40)
        block = padded(block, 512) + struct.pack("<2Q", self.head, self.moment(self.head)[0])
        lost = sum(n for _, n in self.gaps)
        block = padded(block, 640) + struct.pack(
            "<15Q", self.committed, 0, 0, self.head, self.moment(self.head)[0], 17, state,
            1 if ended else 0, len(self.gaps), lost, 0, self.section_bytes, index_offset,
            index_length, 0)
        block = padded(block, 768) + (b"stopped by request" if ended else b"")
        if self.series:
            block = padded(block, 1024) + struct.pack("<2Q", TAPE_ID - 1, self.series)
        return padded(block, 3328)

    def fmt(self):
        """L130."""
        bits, mask = BITS[self.sample_format], {1: 4, 2: 3, 4: 0x33, 6: 0x3F, 8: 0x63F}
        plain = self.sample_format == 1 and self.channels <= 2
        content = struct.pack("<HHIIHH", 1 if plain else 0xFFFE, self.channels, self.rate,
                              self.rate * self.frame_bytes, self.frame_bytes, bits)
        if not plain:
            content += struct.pack("<HHIH", 22, bits, mask.get(self.channels, 0),
                                   3 if self.sample_format == 4 else 1)
            content += bytes.fromhex("000000001000800000aa00389b71")
        return chunk(b"fmt ", content)

    def header(self, control, tail=b""):
        """L127 to L134."""
        riff = GRANULE - 8 + len(self.data) + len(self.data) % 2 + len(tail)
        header = b"RIFF" + struct.pack("<I", riff) + b"WAVE"
        header += chunk(b"JUNK", bytes(28)) + self.fmt()
        if self.sample_format == 4:
            header += chunk(b"fact", struct.pack("<I", self.head))
        bext = struct.pack("<256s32s32s10s8sQH", "Stüdio".encode(), b"tapemap",
                           f"{TAPE_ID:016x}".encode(), b"2026-11-23", b"12:40:49", 0, 1)
        header += chunk(b"bext", padded(bext, 602) + padded(b"A=PCM,T=tapemap\r\n", 18))
        header += b"JUNK" + struct.pack("<I", 65528 - len(header) - 8)
        header = padded(header, 4096) + control
        return padded(header, 65528) + b"data" + struct.pack("<I", len(self.data))

    def extra_chunks(self):
        """L162, L163: `cue ` and `adtl`, then an empty `levl`: a reader of tapes needs none."""
        points = sorted([(p, label, 0) for p, label in self.marks]
                        + [(p, f"gap of {n} frames", n) for p, n in self.gaps])
        cue, labels = struct.pack("<I", len(points)), b"adtl"
        for number, (position, label, length) in enumerate(points, 1):
            cue += struct.pack("<II4sIII", number, position, b"data", 0, 0, position)
            labels += chunk(b"labl", struct.pack("<I", number) + label.encode() + b"\0")
            if length:
                labels += chunk(b"ltxt", struct.pack("<II4s8x", number, length, b"rgn "))
        chunks = chunk(b"cue ", cue) + chunk(b"LIST", labels) if points else b""
        return chunks + chunk(b"levl", struct.pack("<7Ii28s60s", 1, 2, 2, 256, self.channels, 0, 0,
                                                   128, b"", b""))

    def finished(self):
        """The bytes of the finished tape (L159)."""
        extra = self.extra_chunks()
        behind = GRANULE + len(self.data) + len(self.data) % 2 + len(extra)
        index, index_offset = self.index(True), (behind + 16 + GRANULE - 1) // GRANULE * GRANULE
        extra += chunk(b"JUNK", bytes(index_offset - behind - 16)) + chunk(b"tmpx", index)
        control = self.control(4, index_offset, len(index))
        return self.header(control, extra) + self.data + bytes(len(self.data) % 2) + extra

    def unfinished(self, state):
        """The bytes of the tape while it is recorded, or ended but not finished (state 4), and of
        its index file (L151, L157)."""
        image = bytearray(padded(self.header(self.control(state)) + self.data, self.section_bytes))
        for offset in range(GRANULE, self.committed, GRANULE):
            begin = max(offset, GRANULE + len(self.data))
            image[begin:max(begin, offset + 16)] = b"\xff" * max(0, offset + 16 - begin)
        return bytes(image), self.index(False)
