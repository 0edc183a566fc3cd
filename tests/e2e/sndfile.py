"""What libsndfile, called through ctypes, finds in a WAV file."""
import ctypes

SF_READ = 0x10
GET_CUE_COUNT, GET_CUE = 0x10CD, 0x10CE
READERS = {"s16": ("sf_readf_short", 2, 0), "s24": ("sf_readf_int", 4, 1),
           "f32": ("sf_readf_float", 4, 0)}

_lib = ctypes.CDLL("libsndfile.so.1")
_lib.sf_open.restype = ctypes.c_void_p
for _name in ("sf_close", "sf_command", "sf_readf_short", "sf_readf_int", "sf_readf_float"):
    getattr(_lib, _name).restype = ctypes.c_int64
_lib.sf_command.restype = ctypes.c_int


class Info(ctypes.Structure):
    _fields_ = [("frames", ctypes.c_int64), ("rate", ctypes.c_int), ("channels", ctypes.c_int),
                ("format", ctypes.c_int), ("sections", ctypes.c_int), ("seekable", ctypes.c_int)]


class CuePoint(ctypes.Structure):
    _fields_ = [("number", ctypes.c_int32), ("position", ctypes.c_uint32),
                ("chunk", ctypes.c_int32), ("chunk_start", ctypes.c_int32),
                ("block_start", ctypes.c_int32), ("sample_offset", ctypes.c_uint32),
                ("name", ctypes.c_char * 256)]


class Cues(ctypes.Structure):
    _fields_ = [("count", ctypes.c_uint32), ("points", CuePoint * 100)]


def _open(path):
    info = Info()
    file = _lib.sf_open(path.encode(), SF_READ, ctypes.byref(info))
    if not file:
        raise ValueError(f"libsndfile does not open {path}")
    return ctypes.c_void_p(file), info


def read(path, sample_format):
    """All samples as the file has them, and the number of frames that was promised."""
    file, info = _open(path)
    reader, width, drop = READERS[sample_format]
    buffer = ctypes.create_string_buffer(info.frames * info.channels * width)
    frames = getattr(_lib, reader)(file, buffer, ctypes.c_int64(info.frames))
    _lib.sf_close(file)
    data = buffer.raw[:frames * info.channels * width]
    if drop:  # the low byte, which is zero
        packed = bytearray(len(data) // 4 * 3)
        for i in range(3):
            packed[i::3] = data[i + 1::4]
        data = bytes(packed)
    return data, info.frames


def cues(path):
    """[(number, position, label)]."""
    file, _ = _open(path)
    found = Cues()
    _lib.sf_command(file, GET_CUE, ctypes.byref(found), ctypes.sizeof(found))
    _lib.sf_close(file)
    return [(point.number, point.sample_offset, point.name.decode())
            for point in found.points[:found.count]]
