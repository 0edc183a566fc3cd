"""kill_at_step.py FOLDER PID COUNT: kills a recorder, without mercy, at a step of a seam.

The seam begins when a file appears in FOLDER; from there on the steps are what happens to the
names and contents of its files: COUNT 1 is that file's appearance. Prints the step, or "none" if
the recorder has ended before. What is written through a mapping is no step.
"""
import ctypes
import os
import select
import signal
import struct
import sys

KINDS = {0x002: "written", 0x100: "made", 0x200: "deleted"}  # of inotify(7)


def events(folder, pid):
    """(kind, name), as they happen, until the process ends."""
    libc = ctypes.CDLL(None, use_errno=True)
    watch = libc.inotify_init()
    if watch < 0 or libc.inotify_add_watch(watch, os.fsencode(folder), sum(KINDS)) < 0:
        sys.exit(f"kill_at_step.py: {folder} cannot be watched: {os.strerror(ctypes.get_errno())}")
    process = os.pidfd_open(pid)
    while watch in select.select([watch, process], [], [])[0]:
        data = os.read(watch, 65536)
        while data:
            _, mask, _, length = struct.unpack_from("iIII", data)
            name = data[16:16 + length].rstrip(b"\0").decode()
            yield KINDS[mask & sum(KINDS)], name
            data = data[16 + length:]


def main():
    folder, pid, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    steps = 0
    for kind, name in events(folder, pid):
        if steps == 0 and (kind != "made" or not name.endswith(".wav")):
            continue
        steps += 1
        if steps == count:
            os.kill(pid, signal.SIGKILL)
            print(kind, name)
            return
    print("none")


main()
