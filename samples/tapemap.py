#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tapemap.dll from Python: read what a tapemap recorder records, live or later.

    import tapemap
    with tapemap.open_deck("studio") as tape:
        position = tape.head
        while tape.wait(position + 480, seconds=1):
            block = tape.read(position, 480)     # 480 frames x channels, floats
            position += 480

With numpy, frames and peaks come as its arrays; without it as arrays of the standard library. The
DLL is the one that TAPEMAP_DLL names (its whole path), else that beside this file, or in ../bin, as
where tapemap was unpacked.
What each function does, may return and may cost is said in tapemap.h; failures are raised as Error.

    python tapemap.py DECK      says what a deck's tape is, and the level of its newest second
"""
import array
import ctypes
import math
import os
import sys
from ctypes import POINTER, Structure, byref, c_char, c_char_p, c_int, c_size_t, c_uint32, c_uint64
from ctypes import c_float, c_void_p

try:
    import numpy
except ImportError:
    numpy = None

OK, E_NOT_YET, E_TIMEOUT, E_ENDED = 0, -8, -10, -11
S16, S24, S32, F32 = 1, 2, 3, 4
GAP, MARK = 3, 5


class Info(Structure):
    c_name = "tapemap_info"
    _fields_ = [("id", c_char * 17), ("deck", c_char * 64), ("source", c_char * 256),
                ("format", c_int), ("channels", c_uint32), ("sample_rate_hz", c_uint32),
                ("frame_bytes", c_uint32), ("is_ring", c_uint32), ("is_file", c_uint32),
                ("recorder_pid", c_uint32), ("capacity_frames", c_uint64),
                ("created_utc_ns", c_uint64), ("input_latency_ns", c_uint64),
                ("series_position", c_uint64), ("previous_id", c_char * 17),
                ("file_path", c_char * 1024)]


class Now(Structure):
    c_name = "tapemap_now"
    _fields_ = [(name, c_uint64) for name in (
        "head", "oldest", "committed_bytes", "durable_frames", "resume_count", "gap_count",
        "gap_frames", "overflow_count", "heartbeat_age_ns")]
    _fields_ += [("is_stalled", c_uint32), ("state", c_int), ("reason", c_int),
                 ("reason_text", c_char * 256), ("next_id", c_char * 17), ("warnings", c_uint32),
                 ("reader_count", c_uint32)]


class Deck(Structure):
    c_name = "tapemap_deck"
    _fields_ = [("name", c_char * 64), ("tape_id", c_char * 17), ("recorder_pid", c_uint32),
                ("is_global", c_uint32)]


class Record(Structure):
    c_name = "tapemap_record"
    _fields_ = [(name, c_uint64) for name in (
        "sequence", "position", "frames", "noticed", "clock", "utc_ns")]
    _fields_ += [("kind", c_uint32), ("detail", c_uint32), ("text", c_char * 72)]


class Peak(Structure):
    c_name = "tapemap_peak"
    _fields_ = [("min", c_float), ("max", c_float), ("sum_squares", c_float)]


class Error(Exception):
    """`status` is that of tapemap.h, such as -3 for E_NO_DECK."""

    def __init__(self, status):
        self.status = status
        words = (getattr(library(), "tapemap_status_" + part)(status).decode()
                 for part in ("text", "remedy"))
        super().__init__("; ".join(words))


FUNCTIONS = {  # name: what it returns, what it takes; int is an enum tapemap_status
    "tapemap_version": (c_char_p,),
    "tapemap_status_text": (c_char_p, c_int), "tapemap_status_remedy": (c_char_p, c_int),
    "tapemap_format_name": (c_char_p, c_int), "tapemap_state_name": (c_char_p, c_int),
    "tapemap_reason_name": (c_char_p, c_int), "tapemap_record_kind_name": (c_char_p, c_int),
    "tapemap_list_decks": (c_int, POINTER(Deck), c_size_t, POINTER(c_size_t)),
    "tapemap_open_deck": (c_int, c_char_p, POINTER(c_void_p)),
    "tapemap_open_tape": (c_int, c_char_p, POINTER(c_void_p)),
    "tapemap_open_file": (c_int, c_char_p, POINTER(c_void_p)),
    "tapemap_close": (None, c_void_p),
    "tapemap_get_info": (None, c_void_p, POINTER(Info)),
    "tapemap_get_now": (None, c_void_p, POINTER(Now)),
    "tapemap_head": (c_uint64, c_void_p), "tapemap_oldest": (c_uint64, c_void_p),
    "tapemap_wait": (c_int, c_void_p, c_uint64, c_uint32),
    "tapemap_read": (c_int, c_void_p, c_uint64, c_uint64, c_void_p),
    "tapemap_read_float": (c_int, c_void_p, c_uint64, c_uint64, c_void_p),
    "tapemap_read_peaks": (c_int, c_void_p, c_uint64, c_uint64, c_uint32, POINTER(Peak)),
    "tapemap_get_journal": (None, c_void_p, POINTER(c_uint64), POINTER(c_uint64)),
    "tapemap_get_record": (c_int, c_void_p, c_uint64, POINTER(Record)),
    "tapemap_utc_at": (c_int, c_void_p, c_uint64, POINTER(c_uint64)),
    "tapemap_position_at": (c_int, c_void_p, c_uint64, POINTER(c_uint64)),
    "tapemap_parse_position": (c_int, c_void_p, c_char_p, POINTER(c_uint64)),
}
_library = None


def _library_path():
    here = os.path.dirname(os.path.abspath(__file__))
    paths = [os.environ.get("TAPEMAP_DLL"), os.path.join(here, "tapemap.dll"),
             os.path.join(os.path.dirname(here), "bin", "tapemap.dll")]
    for path in paths:
        if path and os.path.exists(path):
            return path
    raise OSError("tapemap.dll is not where it is looked for; put its whole path into the "
                  "environment variable TAPEMAP_DLL")


def library():
    """The DLL, loaded when it is first needed."""
    global _library
    if _library is None:
        loaded = ctypes.CDLL(_library_path())
        for name, (result, *arguments) in FUNCTIONS.items():
            function = getattr(loaded, name)
            function.restype, function.argtypes = result, arguments
        _library = loaded
    return _library


def call(name, *arguments):
    status = getattr(library(), name)(*arguments)
    if status != OK:
        raise Error(status)


def decks():
    """What is in the catalogue: a list of Deck."""
    rows, count = (Deck * 128)(), c_size_t()
    call("tapemap_list_decks", rows, len(rows), byref(count))
    return list(rows[:min(count.value, len(rows))])


def open_deck(name):
    return Tape("tapemap_open_deck", name)


def open_tape(tape_id):
    return Tape("tapemap_open_tape", tape_id)


def open_file(path):
    return Tape("tapemap_open_file", path)


class Tape:
    """An open tape; to be used by one thread at a time."""

    def __init__(self, how, name):
        self._tape = c_void_p()
        call(how, os.fspath(name).encode(), byref(self._tape))
        self.info = Info()  # texts are bytes, as UTF-8
        library().tapemap_get_info(self._tape, byref(self.info))

    def close(self):
        if self._tape:
            library().tapemap_close(self._tape)
            self._tape = c_void_p()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def head(self):
        return library().tapemap_head(self._tape)

    @property
    def oldest(self):
        return library().tapemap_oldest(self._tape)

    def now(self):
        now = Now()
        library().tapemap_get_now(self._tape, byref(now))
        return now

    def wait(self, position, seconds=1.0):
        """True: recorded up to there. False: not in time, or the tape ended before it."""
        status = library().tapemap_wait(self._tape, position, int(seconds * 1000))
        if status not in (OK, E_TIMEOUT, E_ENDED):
            raise Error(status)
        return status == OK

    def read(self, position, count):
        """Frames as floats, full scale -1 to 1: numpy, of shape (count, channels), else
        interleaved in an array.array."""
        samples = count * self.info.channels
        buffer = (c_float * samples)()
        call("tapemap_read_float", self._tape, position, count, buffer)
        if numpy:
            return numpy.frombuffer(buffer, "<f4").reshape(count, self.info.channels)
        return array.array("f", bytes(buffer))

    def read_raw(self, position, count):
        """Frames in the tape's own format: numpy's integers or floats where it has them, else
        (24 bits, or no numpy) bytes."""
        buffer = ctypes.create_string_buffer(max(1, count * self.info.frame_bytes))
        call("tapemap_read", self._tape, position, count, buffer)
        data = buffer.raw[:count * self.info.frame_bytes]
        kind = {S16: "<i2", S32: "<i4", F32: "<f4"}.get(self.info.format)
        if numpy and kind:
            return numpy.frombuffer(data, kind).reshape(count, self.info.channels)
        return data

    def peaks(self, begin, end, bins):
        """By bin and channel min, max and sum of squares: numpy, of shape (bins, channels, 3), else
        a list for each bin, with a Peak for each channel."""
        channels = self.info.channels
        found = (Peak * (bins * channels))()
        call("tapemap_read_peaks", self._tape, begin, end, bins, found)
        if numpy:
            return numpy.frombuffer(found, "<f4").reshape(bins, channels, 3)
        return [list(found[i:i + channels]) for i in range(0, len(found), channels)]

    def journal(self, kind=None):
        """The journal's records, or those of a kind (GAP, MARK), oldest first."""
        first, end = c_uint64(), c_uint64()
        library().tapemap_get_journal(self._tape, byref(first), byref(end))
        for sequence in range(first.value, end.value):
            record = Record()
            call("tapemap_get_record", self._tape, sequence, byref(record))
            if kind is None or record.kind == kind:
                yield record

    def _number(self, function, argument):
        number = c_uint64()
        call(function, self._tape, argument, byref(number))
        return number.value

    def utc_at(self, position):
        """Nanoseconds since 1970."""
        return self._number("tapemap_utc_at", position)

    def position_at(self, utc_ns):
        return self._number("tapemap_position_at", utc_ns)

    def parse_position(self, text):
        """A position as people write it: "-30s", "14:05:30", "mark:NAME"."""
        return self._number("tapemap_parse_position", text.encode())


def main():
    with open_deck(sys.argv[1]) as tape:
        info, head = tape.info, tape.head
        print(f"{info.deck.decode()}: {library().tapemap_format_name(info.format).decode()}, "
              f"{info.channels} channels, {info.sample_rate_hz} Hz, {head} frames")
        begin = max(tape.oldest, head - info.sample_rate_hz)
        if head > begin:
            block = tape.read(begin, head - begin)
            peak = max(abs(float(sample)) for sample in (block.flat if numpy else block))
            print(f"newest second: {20 * math.log10(max(peak, 1e-6)):.1f} dB")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print("tapemap.py: the arguments are not understood; give: tapemap.py DECK",
              file=sys.stderr)
        sys.exit(2)
    try:
        main()
    except (Error, OSError) as failure:
        sys.exit(f"tapemap.py: reading '{sys.argv[1]}': {failure}")
