"""finished_chunks.py FILE FORMAT CHANNELS RANGES: a finished tape of tone:ramp has these frames
(silence where a gap is), and behind them exactly the chunks of docs/layout.md, L159 to L163, which
say the same about gaps and peaks; libsndfile finds the cue points. RANGES: the frames of the ramp
that there are, such as 0:100,150:300: what lies between is a gap. `-` instead of FORMAT: any sound,
any gaps."""
import struct
import sys

import ramp
import sndfile
import wave_file


def require(condition, sentence):
    if not condition:
        sys.exit(f"{sys.argv[1]}: {sentence}")


def chunks_of(content):
    """[(id, where its content begins, length)], without holes up to the end of the file."""
    require(content[:4] == b"RIFF" and content[8:12] == b"WAVE", "no RIFF WAVE")
    size, = struct.unpack_from("<I", content, 4)
    require(size + 8 == len(content), f"the RIFF size is {size}, the file {len(content)} bytes")
    at, found = 12, []
    while at < len(content):
        name, length = struct.unpack_from("<4sI", content, at)
        found.append((name.decode("ascii"), at + 8, length))
        at += 8 + length + length % 2
    require(at == len(content), f"the last chunk ends at {at} of {len(content)}")
    return found


def gaps_of_cues(content, places):
    """[(position, frames)] out of `cue ` and `LIST adtl` (L162)."""
    if "cue " not in places:
        require("LIST" not in places, "LIST without cue")
        return []
    at, length = places["cue "]
    count, = struct.unpack_from("<I", content, at)
    require(length == 4 + 24 * count, f"cue has {length} bytes for {count} points")
    points = {}
    for n in range(count):
        number, position, chunk, start, block, offset = \
            struct.unpack_from("<II4sIII", content, at + 4 + 24 * n)
        require(number == n + 1 and chunk == b"data" and (start, block) == (0, 0)
                and position == offset, f"cue point {n} is not as in L162")
        points[number] = position
    require(list(points.values()) == sorted(points.values()), "cue points are out of order")
    at, length = places["LIST"]
    require(content[at:at + 4] == b"adtl", "LIST is no adtl")
    end, at, labels, lengths = at + length, at + 4, {}, {}
    while at < end:
        name, size = struct.unpack_from("<4sI", content, at)
        number, = struct.unpack_from("<I", content, at + 8)
        if name == b"labl":
            labels[number] = content[at + 12:at + 8 + size].split(b"\0")[0].decode()
        else:
            frames, purpose = struct.unpack_from("<I4s", content, at + 12)
            require(name == b"ltxt" and purpose == b"rgn " and size >= 20, "no region")
            lengths[number] = frames
        at += 8 + size + size % 2
    for number, frames in lengths.items():
        require(labels[number] == f"gap of {frames} frames", f"label '{labels[number]}'")
    require(sndfile.cues(sys.argv[1]) == [(n, points[n], labels[n]) for n in points],
            f"libsndfile finds the cue points {sndfile.cues(sys.argv[1])}")
    return [(points[number], frames) for number, frames in lengths.items()]


def check_levels(content, at, length, tape):
    """L163: every value, made again from the samples."""
    version, form, points, block, channels, frames, _, offset = \
        struct.unpack_from("<8I", content, at)
    require((version, form, points, block) == (1, 2, 2, 256), "the head of levl")
    require(channels == tape.channels and frames == -(-tape.frames // 256), "the size of levl")
    require(offset == 128 and length == 120 + 4 * channels * frames, "the length of levl")
    found = struct.unpack_from(f"<{2 * channels * frames}H", content, at + 120)
    samples, made = tape.samples(), []
    for first in range(0, len(samples), 256 * channels):
        for channel in range(channels):
            part = samples[first + channel:first + 256 * channels:channels]
            made += [min(32768, int(max(0.0, high) * 32768 + 0.5))
                     for high in (max(part), -min(part))]
    require(all(abs(a - b) <= 1 for a, b in zip(found, made)) and len(found) == len(made),
            "levl has other peaks than the samples")


def main():
    path, sample_format = sys.argv[1:3]
    with open(path, "rb") as file:
        content = file.read()
    tape = wave_file.WaveFile(path)
    chunks = chunks_of(content)
    names = [name for name, _, _ in chunks]
    places = {name: (at, length) for name, at, length in chunks}
    gaps = gaps_of_cues(content, places)
    head = ["JUNK", "fmt "] + (["fact"] if tape.format == "f32" else []) + ["bext", "JUNK", "data"]
    tail = (["cue ", "LIST"] if "cue " in places else []) + ["levl", "JUNK", "tmpx"]
    require(names in (head + tail, head + tail[:-2] + ["tmpx"]), f"the chunks are {names}")
    require(places["tmpx"][0] % 65536 == 0, "tmpx is not aligned")
    index_offset, index_length = struct.unpack_from("<QQ", content, 4096 + 736)
    require((index_offset, index_length) == places["tmpx"], "index_offset is not that of tmpx")
    check_levels(content, *places["levl"], tape)
    if sample_format != "-":
        channels = int(sys.argv[3])
        ranges = [tuple(map(int, each.split(":"))) for each in sys.argv[4].split(",")]
        holes = [(end, first - end) for (_, end), (first, _) in zip(ranges, ranges[1:])]
        require(gaps == holes, f"the cue points say the gaps are {gaps}, not {holes}")
        made = bytearray(ranges[-1][1] * tape.frame_bytes)
        for first, end in ranges:
            made[first * tape.frame_bytes:end * tape.frame_bytes] = \
                ramp.ramp(sample_format, channels, first, end - first)
        require(tape.data == bytes(made), "the samples are not those of the ramp")
    print(f"{path}: {tape.frames} frames, gaps {gaps}, chunks {' '.join(tail)}")


main()
