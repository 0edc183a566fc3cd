"""terminal.py COLUMNS PROGRAM ARGS...: runs the program on a terminal so wide, and prints what is seen.

Escape sequences are left out. Ends with the program's exit code.
"""
import fcntl
import os
import pty
import re
import struct
import sys
import termios

ESCAPES = rb"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07|\r"

pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 25, int(sys.argv[1]), 0, 0))
    os.execvp(sys.argv[2], sys.argv[2:])
seen = b""
try:
    while part := os.read(terminal, 4096):
        seen += part
except OSError:  # Linux: nobody has the other end any more
    pass
sys.stdout.buffer.write(re.sub(ESCAPES, b"", seen))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
