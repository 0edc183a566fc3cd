# SPDX-License-Identifier: MIT
"""growing.py FOLDER SECONDS TAPEMAPD RUN: recorders, one after the other, on one sound; and kill -9.

Each records the monitor of the private sound server's sink, into which a staircase is played: the
left channel counts hundredths of seconds, so that the last sample that a reader gets tells how far
behind it is; the right one is noise, lest compression be too easy. When which step is played is
learnt at the start, from a stream of raw sound with little latency; it is gone when the recorders
run, for it would hurry theirs. Most recorders write in steps of up to some seconds, so the moments
of looking and killing are drawn anew for each RUN, a number. Recorders of JACK get the silence of a
JACK server without a device: of theirs it is only known for how long they have run. TAPEMAPD is a
command line, in one argument.
Prints figures as the other benchmarks do.
"""
import array
import glob
import math
import os
import random
import shlex
import subprocess
import sys
import time
import wave

RATE, STEP = 48000, 480
MONITOR = "tapemap_null.monitor"
JACK_SERVER = "tapemap-bench"
LOOKS, WARM_UP = 3, 3
LONGEST_STEP = 4  # seconds: what the slowest writes at once
MOST_STEPS = 32000

folder, seconds, tapemapd = sys.argv[1], float(sys.argv[2]), shlex.split(sys.argv[3])
moments = random.Random(int(sys.argv[4]))
children = []


def path(name):
    return os.path.join(folder, name)


def start(command, **options):
    options.setdefault("stdout", subprocess.DEVNULL)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    children.append(child)
    return child


def figure(table, row, column, value):
    print(table, row, column, value if isinstance(value, str) else f"{value:.6g}", sep="\t",
          flush=True)


def last_step(raw):
    samples = array.array("h")
    samples.frombytes(raw[:len(raw) // 4 * 4][-4 * STEP:])
    return max(samples[0::2], default=0)


def make_staircase(steps):
    with open(path("stairs.raw"), "wb") as stairs:
        for step in range(1, steps):
            frames = array.array("h", bytes(4 * STEP))
            frames[0::2] = array.array("h", [step] * STEP)
            frames[1::2] = array.array("h", os.urandom(2 * STEP))
            stairs.write(frames.tobytes())


def play_staircase():
    start(["paplay", "-d", "tapemap_null", "--raw", "--format=s16le", f"--rate={RATE}",
           "--channels=2", path("stairs.raw")])


def moment_of_first_step():
    """By the steady clock: the earliest that any chunk of the stream speaks for."""
    make_staircase(MOST_STEPS)
    stream = start(["parec", "-d", MONITOR, "--raw", "--format=s16le", f"--rate={RATE}",
                    "--channels=2", "--latency-msec=10"], stdout=subprocess.PIPE)
    play_staircase()
    earliest, end = math.inf, time.monotonic() + 4
    while time.monotonic() < end:
        step = last_step(stream.stdout.read(4 * STEP))
        if step > 0:
            earliest = min(earliest, time.monotonic() - step / 100)
    stream.kill()
    if earliest == math.inf:
        sys.exit("growing.py: nothing of what is played is heard; see whether the sound server runs")
    return earliest


def recorders():
    """Name, file, command: each as its manual says, with nothing tuned."""
    with open(path("alsa.conf"), "w") as conf:
        conf.write("</usr/share/alsa/alsa.conf>\n"
                   f'pcm.bench {{ type pulse device "{MONITOR}" }}\n')
    found = [("tapemap", "tapemap.wav", tapemapd + ["--output", path("tapemap.wav")])]
    for kind in "wav", "rf64", "w64", "flac":
        found.append((f"parecord {kind}", f"parecord.{kind}",
                      ["parecord", "-d", MONITOR, "--format=s16le", f"--rate={RATE}",
                       "--channels=2", f"--file-format={kind}", path(f"parecord.{kind}")]))
    found.append(("arecord wav", "arecord.wav", ["arecord", "-q", "-D", "bench", "-f", "S16_LE",
                                                 "-r", str(RATE), "-c", "2", path("arecord.wav")]))
    for kind in "wav", "flac":
        found.append((f"sox {kind}", f"sox.{kind}",
                      ["sox", "-q", "-r", str(RATE), "-c", "2", "-b", "16", "-t", "alsa", "bench",
                       path(f"sox.{kind}")]))
        found.append((f"ffmpeg {kind}", f"ffmpeg.{kind}",
                      ["ffmpeg", "-v", "error", "-f", "pulse", "-i", MONITOR, "-y",
                       path(f"ffmpeg.{kind}")]))
    return found


def output_of(command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, timeout=60).stdout


def by_libsndfile(file):
    subprocess.run(["sndfile-convert", "-pcm16", file, path("copy.raw")], timeout=60,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with open(path("copy.raw"), "rb") as copy:
            return copy.read()
    except FileNotFoundError:
        return b""
    finally:
        subprocess.run(["rm", "-f", path("copy.raw")])


def by_sox(file):
    return output_of(["sox", file, "-t", "raw", "-e", "signed", "-b", "16", "-"])


def by_ffmpeg(file):
    return output_of(["ffmpeg", "-v", "quiet", "-i", file, "-f", "s16le", "-"])


def by_python(file):
    try:
        with wave.open(file) as sound:
            return sound.readframes(sound.getnframes())
    except (wave.Error, EOFError):
        return b""


READERS = {"libsndfile": by_libsndfile, "sox": by_sox, "ffmpeg": by_ffmpeg, "Python": by_python}


def look(table, row, name, played_s):
    """Seconds from what was played to what a reader gets, who is given the file as it is now."""
    played_s = played_s if played_s else time.monotonic() - first
    snapshot = path("snapshot." + name.split(".")[1])
    if subprocess.run(["cp", "--sparse=always", path(name), snapshot], check=False).returncode:
        return
    for reader, read in READERS.items():
        if reader != "Python" or name.endswith(".wav"):
            step = last_step(read(snapshot))
            figure(table, row, reader, played_s - step / 100 if step > 0 else "nothing")
    os.remove(snapshot)


def look_at_header(row, name, recorded_s):
    said = output_of(["soxi", "-D", path(name)]).decode().strip()
    figure("killed", row, "soxi says, s", float(said) if said else "nothing")
    figure("killed", row, "recorded, s", recorded_s)


def start_jack():
    server = start(["jackd", "-n", JACK_SERVER, "-r", "-d", "dummy", "-r", str(RATE)],
                   env=dict(os.environ, JACK_NO_AUDIO_RESERVATION="1"))
    os.environ["JACK_DEFAULT_SERVER"] = JACK_SERVER
    subprocess.run(["jack_wait", "-w", "-t", "10"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # each try is told of
    return server


def jack_recorders():
    os.makedirs(path("rotter"), exist_ok=True)
    left, right = "system:capture_1", "system:capture_2"
    return [("jack_capture", "jack_capture.wav",
             ["jack_capture", "--daemon", "-b", "16", "-p", left, "-p", right,
              path("jack_capture.wav")]),
            ("rotter", "rotter/*.wav",
             ["rotter", "-j", "-L", "flat", "-f", "wav", "-l", left, "-r", right, path("rotter")])]


def measure_jack(row, pattern, command):
    """How much shorter what a reader gets is than the time the recorder has run."""
    for old in glob.glob(path(pattern)):
        os.remove(old)
    child = start(command)
    begin = time.monotonic()
    sleep_until(begin + seconds + moments.uniform(0, LONGEST_STEP))
    for when in "growing", "killed":
        if when == "killed":
            child.kill()
            child.wait()
        recorded_s = time.monotonic() - begin
        snapshot = path("snapshot.wav")
        subprocess.run(["cp", *glob.glob(path(pattern)), snapshot], check=True)
        for reader, read in READERS.items():
            length = len(read(snapshot)) / 4 / RATE
            figure("jack " + when, row, reader, recorded_s - length if length else "nothing")
        os.remove(snapshot)


def sleep_until(moment):
    time.sleep(max(0, moment - time.monotonic()))


def measure(row, name, command):
    child = start(command, env=dict(os.environ, ALSA_CONFIG_PATH=path("alsa.conf")))
    begin = time.monotonic()
    for moment in sorted(moments.uniform(WARM_UP, seconds) for _ in range(LOOKS)):
        sleep_until(begin + moment)
        look("growing", row, name, None)
    sleep_until(begin + seconds + moments.uniform(0, LONGEST_STEP))
    played_s = time.monotonic() - first
    child.kill()
    child.wait()
    look("killed", row, name, played_s)
    look_at_header(row, name, first + played_s - begin)
    for file in name, name + ".index":
        if os.path.exists(path(file)):
            os.remove(path(file))


try:
    first = moment_of_first_step()
    for each in recorders():
        measure(*each)
    jack = start_jack()
    for each in jack_recorders():
        measure_jack(*each)
    jack.terminate()  # killed, it would leave shared memory behind
    jack.wait()
finally:
    for one in children:
        one.kill()
        one.wait()
