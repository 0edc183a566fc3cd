"""terminal.py COLUMNS [--type PATTERN KEYS]... PROGRAM ARGS...: runs the program on a terminal so
wide, and prints what is seen.

Escape sequences are left out. Ends with the program's exit code. Each --type waits until what was
seen since the one before matches the pattern, and then types the keys (interrupt, left,
right, end, or characters).
"""
import fcntl
import os
import pty
import re
import signal
import struct
import sys
import termios

ESCAPES = rb"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07|\r"
KEYS = {"interrupt": b"\x03", "left": b"\x1b[D", "right": b"\x1b[C", "end": b"\x1b[F"}



def give_up(*_):
    os.kill(pid, signal.SIGKILL)
    raise TimeoutError


columns, program = int(sys.argv[1]), sys.argv[2:]
script = []
while program[0] == "--type":
    script.append((program[1].encode(), KEYS.get(program[2], program[2].encode())))
    program = program[3:]

pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 25, columns, 0, 0))
    os.execvp(program[0], program)
signal.signal(signal.SIGALRM, give_up)
signal.alarm(int(os.environ.get("TAPEMAP_TEST_PATIENCE", 60)))
seen = b""
known = 0  # so much of it was there when the last keys were typed
try:
    while part := os.read(terminal, 4096):
        seen += part
        if script and re.search(script[0][0], re.sub(ESCAPES, b"", seen[known:])):
            known = len(seen)
            os.write(terminal, script.pop(0)[1])
except OSError:  # it took too long, or, on Linux: nobody has the other end any more
    pass
sys.stdout.buffer.write(re.sub(ESCAPES, b"", seen))
if script:
    print(f"\nnever seen: {script[0][0].decode()}")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
