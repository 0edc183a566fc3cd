#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""python_wrapper_test.py SAMPLES INCLUDE LIBRARY COMPILERS...: samples/tapemap.py, with the library
built for this system (python_library.c), on a tape that make_tape.py made.

Its structures and numbers are held against the headers by each compiler: what they are under Windows
is what the compiler for Windows says.
"""
import ctypes
import math
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

from make_tape import TAPE_ID, CREATED_NS, TapeImage, ramp

SAMPLES, INCLUDE, LIBRARY, *COMPILERS = sys.argv[1:]
sys.path.insert(0, SAMPLES)
os.environ["TAPEMAP_DLL"] = LIBRARY
os.environ.pop("LD_PRELOAD", None)  # the compilers want no sanitizer
import tapemap  # noqa: E402

FRAMES, CHANNELS = 70001, 2
GAPS, MARKS = [(3000, 500)], [(41, "a mark"), (69000, "é")]
STRUCTURES = [tapemap.Info, tapemap.Now, tapemap.Deck, tapemap.Record, tapemap.Peak]
NUMBERS = ("OK", "E_NOT_YET", "E_TIMEOUT", "E_ENDED", "S16", "S24", "S32", "F32")


def sample(channel, position):
    """What s16 holds, silence where there are gaps."""
    lost = any(begin <= position < begin + frames for begin, frames in GAPS)
    return 0 if lost else ramp(channel, position) >> 8


class Header(unittest.TestCase):
    def claims(self):
        yield '#include "tapemap/tapemap.h"\n#include <stddef.h>\n'
        for structure in STRUCTURES:
            c_type = "struct " + structure.c_name
            yield f'_Static_assert(sizeof({c_type}) == {ctypes.sizeof(structure)}, "{c_type}");\n'
            for name, *_ in structure._fields_:
                field = getattr(structure, name)
                yield (f"_Static_assert(offsetof({c_type}, {name}) == {field.offset} && "
                       f"sizeof((({c_type} *)0)->{name}) == {field.size}, "
                       f'"{c_type}.{name}");\n')
        for name in NUMBERS:
            yield f'_Static_assert(TAPEMAP_{name} == ({getattr(tapemap, name)}), "{name}");\n'
        for name in ("GAP", "MARK"):
            yield f'_Static_assert(TAPEMAP_RECORD_{name} == {getattr(tapemap, name)}, "{name}");\n'

    def test_structures_and_numbers_are_those_of_the_headers(self):
        for compiler in COMPILERS:
            if not shutil.which(compiler):
                continue
            done = subprocess.run(
                [compiler, "-std=c11", "-fsyntax-only", "-DTAPEMAP_STATIC", "-I", INCLUDE,
                 "-x", "c", "-"], input="".join(self.claims()), capture_output=True,
                encoding="utf-8", timeout=60)
            self.assertEqual(done.returncode, 0, compiler + ":\n" + done.stderr)


class Wrapper(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = os.path.join(cls.folder.name, "tape.wav")
        with open(cls.path, "wb") as file:
            file.write(TapeImage(1, CHANNELS, FRAMES, gaps=GAPS, marks=MARKS).finished())

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def setUp(self):
        self.tape = tapemap.open_file(self.path)
        self.addCleanup(self.tape.close)

    def test_tells_what_a_tape_is(self):
        info, now = self.tape.info, self.tape.now()
        self.assertEqual(info.id.decode(), f"{TAPE_ID:016x}")
        self.assertEqual((info.deck.decode(), info.source), ("Stüdio", b"tone:ramp"))
        self.assertEqual((info.format, info.channels, info.frame_bytes), (tapemap.S16, 2, 4))
        self.assertEqual((info.sample_rate_hz, info.recorder_pid), (48000, 4711))
        self.assertEqual((now.head, now.oldest, now.gap_count, now.gap_frames), (FRAMES, 0, 1, 500))
        self.assertEqual((now.state, now.reason, now.reason_text), (4, 1, b"stopped by request"))
        self.assertEqual((self.tape.head, self.tape.oldest), (FRAMES, 0))

    def test_reads_frames(self):
        raw, floats = self.tape.read_raw(2990, 20), self.tape.read(2990, 20)
        if tapemap.numpy:
            self.assertEqual((raw.shape, floats.shape), ((20, 2), (20, 2)))
            raw, floats = raw.tobytes(), floats.reshape(-1)
        wanted = [sample(c, p) for p in range(2990, 3010) for c in range(CHANNELS)]
        self.assertEqual(raw, b"".join(s.to_bytes(2, "little", signed=True) for s in wanted))
        self.assertEqual([s * 32768 for s in floats], wanted)

    def test_makes_peaks(self):
        peaks = self.tape.peaks(1000, 2000, 4)
        wanted = [sample(1, p) / 32768 for p in range(1250, 1500)]
        peak = peaks[1][1]
        found = tuple(peak) if tapemap.numpy else (peak.min, peak.max, peak.sum_squares)
        self.assertEqual(found[:2], (min(wanted), max(wanted)))
        self.assertTrue(math.isclose(found[2], math.fsum(s * s for s in wanted), rel_tol=1e-5))

    def test_lists_the_journal(self):
        self.assertEqual([(r.position, r.text.decode()) for r in self.tape.journal(tapemap.MARK)],
                         MARKS)
        self.assertEqual([(r.position, r.frames) for r in self.tape.journal(tapemap.GAP)], GAPS)
        self.assertEqual([r.sequence for r in self.tape.journal()],
                         list(range(len(list(self.tape.journal())))))

    def test_maps_times(self):
        self.assertEqual(self.tape.utc_at(48000), CREATED_NS + 10**9)
        self.assertEqual(self.tape.position_at(CREATED_NS + 10**9), 48000)
        self.assertEqual(self.tape.parse_position("mark:é"), 69000)

    def test_waits(self):
        self.assertTrue(self.tape.wait(FRAMES, seconds=0))
        self.assertFalse(self.tape.wait(FRAMES + 1, seconds=0))

    def test_raises_what_is_wrong(self):
        with self.assertRaisesRegex(tapemap.Error, "not recorded yet; wait for it") as caught:
            self.tape.read(FRAMES, 1)
        self.assertEqual(caught.exception.status, tapemap.E_NOT_YET)
        with self.assertRaisesRegex(tapemap.Error, "no deck of that name has a tape"):
            tapemap.open_deck("nothing")
        with self.assertRaisesRegex(tapemap.Error, "no such file"):
            tapemap.open_file(self.path + "x")
        self.assertEqual(tapemap.decks(), [])

    def test_calls_a_wrong_command_line_misused(self):
        for arguments in ([], ["studio", "more"]):
            done = subprocess.run([sys.executable, "-B", tapemap.__file__, *arguments],
                                  capture_output=True, encoding="utf-8", timeout=60)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertRegex(done.stderr, "^tapemap.py: the arguments .*; give: tapemap.py DECK\n$")

    def test_closes_once(self):
        with tapemap.open_file(self.path) as tape:
            self.assertEqual(tape.head, FRAMES)
        tape.close()
        self.assertEqual(tape.head, 0)


class Dll(unittest.TestCase):
    """Where it is looked for, by one who has unpacked tapemap into `unpacked`."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.unpacked = folder.name
        for name, value in (("__file__", os.path.join(self.unpacked, "samples", "tapemap.py")),
                            ("_library", None)):
            self.addCleanup(setattr, tapemap, name, getattr(tapemap, name))
            setattr(tapemap, name, value)
        self.addCleanup(os.environ.__setitem__, "TAPEMAP_DLL", os.environ.pop("TAPEMAP_DLL"))

    def test_is_found_where_tapemap_was_unpacked(self):
        os.mkdir(os.path.join(self.unpacked, "bin"))
        shutil.copy(LIBRARY, os.path.join(self.unpacked, "bin", "tapemap.dll"))
        self.assertTrue(tapemap.library()._name.startswith(self.unpacked))

    def test_that_is_nowhere_is_asked_for(self):
        with self.assertRaisesRegex(OSError, "put its whole path into .* TAPEMAP_DLL"):
            tapemap.library()


class WithoutNumpy(Wrapper):
    def setUp(self):
        super().setUp()
        there, tapemap.numpy = tapemap.numpy, None
        self.addCleanup(setattr, tapemap, "numpy", there)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
