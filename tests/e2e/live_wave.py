"""live_wave.py FILE FORMAT CHANNELS SPEED FRAMES: while a recorder writes tone:ramp to the tape
FILE at 48 kHz, SPEED times as fast as it sounds, programs that know nothing of tapes open it again
and again until it has FRAMES frames. Each must find the ramp, and all of it up to 100 ms ago.

What "ago" means: the control block is looked at before a program is started and after it has ended.
A machine that lets the recorder's keeper stand still is no fault of the recorder, so the time from
the newest heartbeat to the newest append is not held against it."""
import os
import resource
import struct
import subprocess
import sys
import time
import wave

import ramp
import sndfile
import wave_file

PATH, FORMAT, CHANNELS, SPEED, UNTIL = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
RATE_HZ = 48000
FRAME_BYTES = wave_file.FORMATS[FORMAT][0] * CHANNELS
SOX = {"s16": ["-e", "signed", "-b", "16"], "s24": ["-e", "signed", "-b", "24"],
       "f32": ["-e", "float", "-b", "32"]}
# What sox says of every extensible float, also that of other programs.
SOX_ON_FLOAT = b"WARN wav: wave header missing extended part of fmt chunk"
CPU_SECONDS = 10.0  # that a program may take to find out what the file is
PATIENCE_S = int(os.environ.get("TAPEMAP_TEST_PATIENCE", 60))


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    complaints = done.stderr.replace(SOX_ON_FLOAT, b"")
    if done.returncode != 0 or b"WARN" in complaints or b"rror" in complaints:
        sys.exit(f"{' '.join(command)}: ended with {done.returncode}: {done.stderr.decode()}")
    return done


def python_wave():
    with wave.open(PATH) as file:
        data = file.readframes(file.getnframes())
        return data, file.getnframes()


def sox():
    return run("sox", "-D", PATH, "-t", "raw", *SOX[FORMAT], "-").stdout, None


def sox_stat():
    said = run("sox", PATH, "-n", "stat").stderr.decode()
    samples, = (line.split()[2] for line in said.splitlines() if line.startswith("Samples read"))
    return None, int(samples) // CHANNELS


def soxi():
    return None, int(run("soxi", "-s", PATH).stdout)


def ffmpeg():
    return run("ffmpeg", "-nostdin", "-v", "error", "-i", PATH, "-f",
               {"s16": "s16le", "s24": "s24le", "f32": "f32le"}[FORMAT], "-c:a",
               {"s16": "pcm_s16le", "s24": "pcm_s24le", "f32": "pcm_f32le"}[FORMAT],
               "-").stdout, None


def ffprobe():
    return None, int(run("ffprobe", "-v", "error", "-show_entries", "stream=duration_ts", "-of",
                         "default=noprint_wrappers=1:nokey=1", PATH).stdout)


def sndfile_info():
    lines = run("sndfile-info", PATH).stdout.decode(errors="replace").splitlines()
    return None, int(next(line for line in lines if line.startswith("Frames ")).split(":")[1])


def libsndfile():
    return sndfile.read(PATH, FORMAT)


def look():
    """The head, and how many frames it may be late in the header."""
    with open(PATH, "rb") as file:
        file.seek(4096)
        block = file.read(1024)
    head, head_clock = struct.unpack_from("<QQ", block, 512)
    heartbeat, = struct.unpack_from("<Q", block, 672)
    clock_hz, = struct.unpack_from("<Q", block, 32)
    stood_still_s = max(0, head_clock - heartbeat) / clock_hz
    return head, int((0.1 + stood_still_s) * RATE_HZ * SPEED)


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def opening(program):
    """How late, in frames, what the program finds may be at the most, by its own account."""
    before, late = look()
    cpu = cpu_seconds()
    data, frames = program()
    cpu = cpu_seconds() - cpu
    after, late_after = look()
    name = program.__name__
    if data is not None:
        read = len(data) / FRAME_BYTES
        # Python reads up to the end of the RIFF chunk, whose size it took a little earlier.
        newest = after if program is python_wave else read
        if read != int(read) or frames is not None and not read <= frames <= newest:
            sys.exit(f"{name} promised {frames} frames and read {read}")
        frames = len(data) // FRAME_BYTES
        if data != ramp.ramp(FORMAT, CHANNELS, 0, frames):
            sys.exit(f"{name} read {frames} frames that are not the ramp")
    if not before - max(late, late_after) <= frames <= after:
        sys.exit(f"{name} found {frames} frames; the head went from {before} to {after}")
    if cpu > CPU_SECONDS:
        sys.exit(f"{name} took {cpu:.2f} s of processor time")
    return before - frames


def main():
    programs = [sox, sox_stat, soxi, ffmpeg, ffprobe, sndfile_info, libsndfile]
    # Before Python 3.12 its module refuses what has a subformat.
    if FORMAT == "s16" and CHANNELS <= 2:
        programs.append(python_wave)
    rounds, latest = 0, 0
    deadline = time.monotonic() + PATIENCE_S
    while rounds < 2 or look()[0] < UNTIL:
        if time.monotonic() > deadline:
            sys.exit(f"in {PATIENCE_S} s the tape has got to frame {look()[0]} only")
        latest = max([latest] + [opening(program) for program in programs])
        rounds += 1
    print(f"{PATH}: {rounds} rounds of {len(programs)} programs, none more than "
          f"{max(latest, 0) * 1000 / RATE_HZ / SPEED:.0f} ms late")


main()
