"""wave_frames.py PATH: the frames that the module `wave` reads from a file, to stdout."""
import sys
import wave

with wave.open(sys.argv[1]) as file:
    count = file.getnframes()
    data = file.readframes(count)
    if len(data) != count * file.getnchannels() * file.getsampwidth():
        sys.exit(f"{sys.argv[1]} says {count} frames and has {len(data)} bytes of audio")
sys.stdout.buffer.write(data)
