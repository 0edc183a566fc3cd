"""fill_pipe.py FIFO: fills it with newlines, up to the last byte that it takes."""
import os
import sys

pipe = os.open(sys.argv[1], os.O_WRONLY | os.O_NONBLOCK)
for size in (4096, 1):
    try:
        while True:
            os.write(pipe, b"\n" * size)
    except BlockingIOError:
        pass
