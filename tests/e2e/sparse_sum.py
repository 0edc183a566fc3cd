"""sparse_sum.py PATH: the SHA-256 of a file's bytes and of where they lie, without its holes."""
import hashlib
import os
import sys

digest = hashlib.sha256()
with open(sys.argv[1], "rb", buffering=0) as file:
    at, end = 0, os.fstat(file.fileno()).st_size
    while at < end:
        try:
            at = os.lseek(file.fileno(), at, os.SEEK_DATA)
        except OSError:  # a hole up to the end
            break
        stop = os.lseek(file.fileno(), at, os.SEEK_HOLE)
        file.seek(at)
        while at < stop:
            data = file.read(min(1 << 20, stop - at))
            if data.strip(b"\0"):  # written zeros are as good as a hole
                digest.update(b"%d:" % at + data)
            at += len(data)
print(digest.hexdigest())
