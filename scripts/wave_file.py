"""Reads WAV files of every kind that tapemap writes: RIFF and RF64, whole numbers and floats. The
module `wave` of Python refuses floats, RF64 and, before 3.12, more than two channels."""
import array
import struct
import sys

# The bytes of a sample and their array type code, by the names that tapemap uses.
FORMATS = {"s16": (2, "h"), "s24": (3, "i"), "s32": (4, "i"), "f32": (4, "f")}


class WaveFile:
    """The format and the bytes of the data chunk."""

    def __init__(self, path):
        with open(path, "rb") as file:
            content = file.read()
        if content[0:4] not in (b"RIFF", b"RF64") or content[8:12] != b"WAVE":
            raise ValueError(f"{path} is no WAV file")
        chunks = dict(_chunks(content))
        if b"fmt " not in chunks or b"data" not in chunks:
            raise ValueError(f"{path} has no 'fmt ' or no 'data' chunk")
        at, _ = chunks[b"fmt "]
        tag, self.channels, self.rate, _, self.frame_bytes, bits = \
            struct.unpack_from("<HHIIHH", content, at)
        if tag == 0xFFFE:
            tag, = struct.unpack_from("<H", content, at + 24)
        self.format = {(1, 16): "s16", (1, 24): "s24", (1, 32): "s32", (3, 32): "f32"}[tag, bits]
        at, length = chunks[b"data"]
        if at + length > len(content):
            raise ValueError(f"{path} says {length} bytes of audio and has {len(content) - at}")
        self.data = content[at:at + length]
        self.frames = length // self.frame_bytes

    def samples(self):
        """All samples, interleaved, at full scale 1: exact for every format."""
        data = self.data[:self.frames * self.frame_bytes]
        if self.format == "s24":
            wide = bytearray(len(data) // 3 * 4)
            for i in range(3):
                wide[i + 1::4] = data[i::3]
            data = bytes(wide)
        values = array.array(FORMATS[self.format][1], data)
        if sys.byteorder == "big":
            values.byteswap()
        scale = {"s16": 2.0 ** -15, "s24": 2.0 ** -31, "s32": 2.0 ** -31, "f32": 1.0}[self.format]
        return array.array("d", map(scale.__mul__, values))


def _chunks(content):
    """Each chunk's name with where its body begins and how long it is."""
    real_data_bytes = None
    at = 12
    while at + 8 <= len(content):
        name, length = struct.unpack_from("<4sI", content, at)
        if name == b"ds64":
            real_data_bytes, = struct.unpack_from("<Q", content, at + 16)
        if name == b"data" and length == 0xFFFFFFFF:
            length = len(content) - at - 8 if real_data_bytes is None else real_data_bytes
        yield name, (at + 8, length)
        at += 8 + length + length % 2
