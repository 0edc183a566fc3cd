"""wave_format.py FILE: its format, channels and rate.
wave_format.py --differ-less-than LIMIT ONE OTHER: fails when two samples differ by more."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../scripts"))
import wave_file  # noqa: E402

if sys.argv[1] == "--differ-less-than":
    one, other = (wave_file.WaveFile(path).samples() for path in sys.argv[3:5])
    worst = max(abs(a - b) for a, b in zip(one, other))
    if len(one) != len(other) or worst > float(sys.argv[2]):
        sys.exit(f"{len(one)} and {len(other)} samples, the worst differs by {worst}")
else:
    wave = wave_file.WaveFile(sys.argv[1])
    print(wave.format, wave.channels, wave.rate)
