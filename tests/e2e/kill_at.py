"""kill_at.py PATH PID WHAT VALUE: kills the recorder of a file tape, without mercy, at a moment.

  head N         as soon as its head is at frame N or past it
  generation N   as soon as its file has grown so often
  length N       as soon as its file is longer than N bytes, which is in the midst of growing

Prints two heads that were seen before: one 100 ms or longer ago, and the newest. A machine that lets
the recorder's keeper stand still is no fault of the recorder, so the time from the newest heartbeat
to the newest append is added to the 100 ms.
"""
import mmap
import os
import signal
import struct
import sys
import time

GRANULE = 65536
LAG_S = 0.1
PATIENCE_S = int(os.environ.get("TAPEMAP_TEST_PATIENCE", 60))


def first_granule(path, pid):
    """A view of the file's beginning, once there is a tape in it (L28)."""
    while True:
        os.kill(pid, 0)
        try:
            with open(path, "rb", buffering=0) as file:
                memory = mmap.mmap(file.fileno(), GRANULE, access=mmap.ACCESS_READ)
            if memory[4096:4104] != bytes(8):
                return memory
        except (FileNotFoundError, ValueError):  # not there, or still empty
            pass
        time.sleep(0.001)


def main():
    path, pid, what, value = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    memory = first_granule(path, pid)

    def field(offset):
        return struct.unpack_from("<Q", memory, 4096 + offset)[0]

    reading = {"head": lambda: field(512) >= value,
               "generation": lambda: field(656) >= value,
               "length": lambda: os.stat(path).st_size > value}[what]
    heads = [(0.0, 0)]  # and when each was seen first
    deadline = time.monotonic() + PATIENCE_S
    while True:
        head = field(512)
        now = time.monotonic()
        if now > deadline:
            sys.exit(f"kill_at.py: {what} {value} never came")
        if head != heads[-1][1]:
            heads.append((now, head))
        if reading():
            stood_still_s = max(0, field(520) - field(672)) / field(32)
            os.kill(pid, signal.SIGKILL)
            break
        if what == "head":
            time.sleep(0.0005)
    then = max(0.0, now - LAG_S - stood_still_s)
    late = [head for moment, head in heads if moment <= then]
    print(late[-1], heads[-1][1])


main()
