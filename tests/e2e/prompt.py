"""prompt.py RCFILE TYPED EXPECTED: types at a prompt of bash, until the terminal shows what is expected.

Ends with 1 when it does not come in time, and prints what was seen.
"""
import os
import pty
import select
import signal
import sys
import time

PATIENCE_S = float(os.environ.get("TAPEMAP_TEST_PATIENCE", "40"))


def sees(terminal, expected):
    """True once this has come."""
    seen = b""
    until = time.monotonic() + PATIENCE_S
    while expected not in seen:
        if not select.select([terminal], [], [], max(0, until - time.monotonic()))[0]:
            print(f"instead of {expected} there came {seen}")
            return False
        seen += os.read(terminal, 4096)
    return True


rcfile, typed, expected = sys.argv[1:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp("bash", ["bash", "--rcfile", rcfile, "-i"])
is_right = sees(terminal, b"ready> ")
os.write(terminal, typed.encode())
is_right = is_right and sees(terminal, expected.encode())
os.kill(pid, signal.SIGKILL)
os.waitpid(pid, 0)
sys.exit(not is_right)
