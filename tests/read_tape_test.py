#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""read_tape_test.py READ_TAPE: the sample reader on tapes that make_tape.py made, good and damaged.

Reader and maker are both written from docs/layout.md; that they agree shows that it suffices.
"""
import os
import struct
import subprocess
import sys
import tempfile
import threading
import unittest
import wave

import index_behind
from make_tape import TAPE_ID, TapeImage, ramp

READ_TAPE = None
CONTROL = 4096
HEAD, COMMITTED, HEARTBEAT, STATE, INDEX_OFFSET = 512, 640, 672, 688, 736


def patched(image, offset, *values):
    image = bytearray(image)
    struct.pack_into(f"<{len(values)}Q", image, offset, *values)
    return bytes(image)


def store(file, offset, value):
    file.seek(CONTROL + offset)
    file.write(struct.pack("<Q", value))


class ReadTape(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # Past the first cell of level 2 (65536 frames) and the first turn of the ramp.
        cls.tape = TapeImage(1, 2, 70001, gaps=[(3000, 500), (65500, 100)],
                             marks=[(41, "a mark"), (69000, "é")])
        cls.whole = cls.tape.finished()
        cls.live, cls.beside = cls.tape.unfinished(2)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "tape.wav")

    def write(self, image, index=None):
        with open(self.path, "wb") as file:
            file.write(image)
        if index is not None:
            with open(self.path + ".index", "wb") as file:
                file.write(index)

    def read(self, *options, status=0):
        done = subprocess.run([sys.executable, "-B", READ_TAPE, self.path, *options],
                              capture_output=True, encoding="utf-8", timeout=60)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        return done.stdout if status == 0 else done.stderr

    def refuses(self, image, *words, index=None, options=()):
        self.write(image, index)
        said = self.read(*options, status=1)
        self.assertEqual(said.count("\n"), 1, said)
        for word in words:
            self.assertIn(word, said)

    def test_the_maker_follows_the_examples(self):
        for channel, position, number in ((0, 0, 0), (0, 1, 256), (0, 65536, -6408447),
                                          (0, 1000000, -7898865), (1, 0, 3145984),
                                          (1, 65536, -3262463)):
            self.assertEqual(ramp(channel, position), number)  # L148

    def test_every_format_verifies_finished_and_unfinished(self):
        for sample_format, channels in ((1, 1), (2, 1), (2, 3), (3, 2), (4, 3)):
            tape = TapeImage(sample_format, channels, 66049, gaps=[(700, 64)], marks=[(9, "x")])
            for image, beside in ((tape.finished(), None), tape.unfinished(4)):
                with self.subTest(format=sample_format, channels=channels, beside=bool(beside)):
                    self.write(image, beside)
                    said = self.read("--verify-ramp", "--verify-peaks")
                    self.assertIn("frames 0 to 66049", said)
                    self.assertIn("258 cells of level 0 and 1 of level 2", said)

    def test_verifies_a_tape_that_is_not_the_first_of_its_series(self):
        """L177. Its turns do not begin where those of the series do."""
        tape = TapeImage(1, 2, 66049, gaps=[(700, 64)], series=100_000)
        for image, beside in ((tape.finished(), None), tape.unfinished(2)):
            self.write(image, beside)
            self.assertIn("frames 0 to 66049", self.read("--verify-ramp"))
        self.refuses(patched(image, 65536 + 3100 * 4, 1), "frame 3100, channel 0", index=beside,
                     options=["--verify-ramp"])

    def test_says_what_a_finished_tape_is(self):
        self.write(self.whole)
        said = self.read()
        for line in (f"tape        {TAPE_ID:016x}", "deck        Stüdio", "source      tone:ramp",
                     "format      s16, 2 channels, 48000 Hz",
                     "state       ended, requested: stopped by request", "head        70001",
                     "index       in the file", "gaps        2, 600 frames; in the journal 2, 600",
                     "marks       2", "journal     9 records",
                     "anchors     2026-11-23T12:40:49.500Z to 2026-11-23T12:40:50.858Z"):
            self.assertIn(line, said)

    def test_says_that_a_recorder_is_dead(self):
        self.write(self.live, self.beside)
        self.assertIn("recording (its recorder is stalled or dead)", self.read())

    def test_other_programs_open_the_same_bytes(self):
        for image in (self.whole, self.live):
            self.write(image)
            with wave.open(self.path) as file:
                self.assertEqual(file.readframes(file.getnframes()), self.tape.data)

    def test_copies_frames(self):
        self.write(self.whole)
        out = self.path + ".raw"
        self.read("--raw", out, "--from", "100", "--to", "69000")
        with open(out, "rb") as file:
            self.assertEqual(file.read(), self.tape.data[400:276000])
        self.assertIn("past the head", self.read("--raw", out + "2", "--to", "70002", status=1))
        self.assertIn("exists", self.read("--raw", self.path, status=1))

    def test_reads_an_index_behind_the_end(self):
        """L194; also one whose levels lie past 4 GiB of it."""
        for hole in (0, 1 << 32):
            self.write(self.whole)
            index_behind.move(self.path, hole)
            said = self.read("--verify-ramp", "--verify-peaks")
            for line in ("index       in the file", "in the journal 2, 600", "marks       2",
                         "273 cells of level 0 and 1 of level 2"):
                self.assertIn(line, said)
            with wave.open(self.path) as file:
                self.assertEqual(file.readframes(file.getnframes()), self.tape.data)

    def test_reads_without_an_index(self):
        self.write(patched(self.live, CONTROL + STATE, 4))
        self.assertIn("index       none", self.read())
        self.assertIn("frame 3000,", self.read("--verify-ramp", status=1))
        self.assertIn("no index", self.read("--verify-peaks", status=1))

    def test_finds_a_wrong_sample(self):
        at = 65536 + 68000 * 4 + 2
        image = bytearray(self.whole)
        image[at] ^= 1
        self.refuses(image, "frame 68000, channel 1", options=["--verify-ramp"])
        self.refuses(patched(self.whole, 65536 + 3100 * 4, 1), "frame 3100, channel 0",
                     options=["--verify-ramp"])  # in a gap

    def test_finds_a_wrong_peak(self):
        index_offset = struct.unpack_from("<Q", self.whole, CONTROL + INDEX_OFFSET)[0]
        for level, cell, place in ((0, 7, 16), (2, 0, 16), (0, 7, 20), (2, 0, 20)):  # max, sum
            offset = struct.unpack_from("<Q", self.whole, index_offset + 288 + 32 * level)[0]
            image = bytearray(self.whole)
            struct.pack_into("<f", image, index_offset + offset + cell * 24 + place, 0.25)
            self.refuses(image, f"cell {cell} of level {level}, channel 1",
                         options=["--verify-peaks"])

    def test_refuses_what_is_no_tape(self):
        self.refuses(b"", "holds no tape")
        self.refuses(patched(self.whole, CONTROL, 0), "magic", "not set")
        self.refuses(patched(self.whole, CONTROL, 1), "magic")
        self.refuses(patched(self.whole, CONTROL + 8, 0x04020220880C0002), "signature")

    def test_refuses_a_damaged_control_block(self):
        end = 65536 + 70001 * 4
        for offset, value, word in (
                (16, 0, "tape_id"), (32, 0, "clock_hz"), (56, 4096, "data_offset"),
                (64, 70000, "capacity_frames"), (80, 2 << 32 | 5, "sample_format"),
                (80, 257 << 32 | 1, "channels"), (88, 4 << 32, "sample_rate_hz"),
                (88, 5 << 32 | 48000, "frame_bytes"), (96, 1, "flags"), (96, 0, "flags"),
                (96, 6, "flags"), (424, 5, "kept_frames"), (STATE, 7, "state"),
                (STATE, 0, "state"), (696, 10, "reason"), (648, 1, "oldest_frame"),
                (COMMITTED, 65535, "committed_bytes"), (COMMITTED, end - 1, "past committed_bytes"),
                (HEAD, 2**40 + 1, "past capacity_frames"), (HEAD, 2**39, "past committed_bytes")):
            with self.subTest(offset=offset, value=value):
                self.refuses(patched(self.whole, CONTROL + offset, value), word)
        unterminated = bytearray(self.whole)
        unterminated[CONTROL + 104:CONTROL + 168] = b"x" * 64
        self.refuses(unterminated, "not terminated")

    def test_refuses_a_truncated_file(self):
        self.refuses(self.live[:65536 + 70001 * 4 - 1], "the file has only", index=self.beside)
        self.refuses(self.whole[:-1], "index ends past its file")

    def test_reads_a_copy_up_to_the_head(self):
        self.write(patched(self.live, CONTROL + STATE, 4)[:65536 + 70001 * 4], self.beside)  # L127
        self.read("--verify-ramp", "--verify-peaks")

    def test_refuses_a_damaged_index(self):
        for offset, value, word in (
                (0, 0, "magic"), (8, 1, "signature"), (16, 1, "another tape"),
                (24, 65536, "section_bytes"), (32, 8 << 32 | 3, "channels"),
                (32, 7 << 32 | 2, "levels"), (128, 2**40, "journal_oldest"),
                (136, 10, "journal_oldest"), (144, 70002, "peaks_frames"),
                (256, 65537, "the journal is at"), (256 + 16, 0, "the journal is too short"),
                (256 + 24, 128, "published more"), (288 + 8, 2**60, "ends past the index"),
                (320, 131072, "level 1 of the peaks is at")):
            with self.subTest(offset=offset, value=value):
                self.refuses(self.live, word, index=patched(self.beside, offset, value))
        self.refuses(self.live, "published more", index=self.beside[:-30 * 65536])
        self.refuses(self.live, "record 3", index=patched(self.beside, 65536 + 3 * 128, 4))

    def test_follows_a_tape_that_grows_and_then_is_finished(self):
        """A recorder played by this test, whose heartbeat stops only at the end."""
        self.write(patched(self.live, CONTROL + HEAD, 0), patched(self.beside, 144, 0))
        stop = threading.Event()

        def record():
            with open(self.path, "r+b", buffering=0) as file:
                for tick in range(1, 10**6):
                    head = min(70001, tick * 701)
                    store(file, HEARTBEAT, tick)
                    store(file, HEAD, head)
                    if stop.wait(0.005):
                        return
                    if head == 70001:
                        break
                store(file, STATE, 4)
                file.seek(65536)
                file.write(self.whole[65536:])
                for offset in (INDEX_OFFSET + 8, INDEX_OFFSET):  # L154
                    store(file, offset, *struct.unpack_from("<Q", self.whole, CONTROL + offset))
            os.remove(self.path + ".index")

        recorder = threading.Thread(target=record)
        recorder.start()
        try:
            out = self.path + ".raw"
            said = self.read("--follow", "50", "--verify-ramp", "--raw", out)
        finally:
            stop.set()
            recorder.join()
        self.assertIn("frames 0 to 70001", said)
        with open(out, "rb") as file:
            self.assertEqual(file.read(), self.tape.data)

    def test_waits_for_the_record_of_a_gap_that_it_has_read(self):
        """L72. The record comes when the reader has looked for it in vain."""
        import read_tape
        self.write(self.live, TapeImage(1, 2, 70001).unfinished(2)[1])
        tape = read_tape.Tape(self.path)
        self.addCleanup(tape.file.close)
        looks, look = [], tape.index

        def index():
            looks.append(None)
            if len(looks) == 4:
                with open(self.path + ".index", "wb") as file:
                    file.write(self.beside)
            return look()

        tape.index = index
        read_tape.RampCheck(tape)(0, tape.read(0, tape.head))
        self.assertEqual(len(looks), 4)

    def test_finds_the_index_of_a_tape_that_was_finished_meanwhile(self):
        """L158."""
        import read_tape
        self.write(patched(self.whole, CONTROL + INDEX_OFFSET, 0))
        tape = read_tape.Tape(self.path)
        self.addCleanup(tape.file.close)
        self.assertIsNone(tape.index())
        with open(self.path, "r+b", buffering=0) as file:
            store(file, INDEX_OFFSET, *struct.unpack_from("<Q", self.whole, CONTROL + INDEX_OFFSET))
        self.assertEqual(len(tape.index().records()), 9)

    def test_follow_says_that_a_recorder_died(self):
        self.write(self.live, self.beside)
        self.assertIn("stalled or dead", self.read("--follow", "50", status=1))


if __name__ == "__main__":
    READ_TAPE = os.path.abspath(sys.argv.pop(1))
    sys.path.insert(0, os.path.dirname(READ_TAPE))
    unittest.main()
