"""kill_at.py PATH PID WHAT VALUE: kills the recorder of a file tape, without mercy, at a moment.

  head N         as soon as its head is at frame N or past it
  generation N   as soon as its file has grown so often
  length N       as soon as its file is longer than N bytes, which is in the midst of growing

Prints two heads that were seen before: one 100 ms or longer ago, and the newest.
"""
import collections
import mmap
import os
import signal
import struct
import sys
import time

GRANULE = 65536
LAG_S = 0.1
PATIENCE_S = 60


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
    seen = collections.deque([(0.0, 0)])  # moments and heads; the first is 100 ms old or older
    deadline = time.monotonic() + PATIENCE_S
    while True:
        now = time.monotonic()
        if now > deadline:
            sys.exit(f"kill_at.py: {what} {value} never came")
        seen.append((now, field(512)))
        while len(seen) > 1 and seen[1][0] <= now - LAG_S:
            seen.popleft()
        if reading():
            os.kill(pid, signal.SIGKILL)
            break
        if what == "head":
            time.sleep(0.0005)
    print(seen[0][1], seen[-1][1])


main()
