"""The faces of letters: the shipped Noto SC fonts cut down to the characters of daily use (GB 2312), made once per state folder.

A PDF stores one offset for each glyph number up to the highest in use, so a face with 30,000 glyphs costs 90 kB whatever
is written; cut to 7,700 it costs 20 kB. Rare characters come from the uncut faces, which stand behind under another name.
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

import pylopdf_fonts_zh_cn

SANS, SERIF = "NotoSansSC-letters.otf", "NotoSerifSC-letters.otf"
HARFBUZZ, HARFBUZZ_SUBSET = "libharfbuzz.so.0", "libharfbuzz-subset.so.0"
KEEP_NOTDEF, READONLY = 0x40, 1


def prepare(folder: Path) -> None:
    """Cut both faces into `folder` unless they are there. Takes about a second; without HarfBuzz the uncut faces serve."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, source in ((SANS, pylopdf_fonts_zh_cn.sans_path()), (SERIF, pylopdf_fonts_zh_cn.serif_path())):
        if not (folder / name).exists():
            _put(folder / name, _cut(source.read_bytes()))


def common_characters() -> set[int]:
    """Latin letters and marks, and every character of GB 2312."""
    pairs = (bytes((high, low)) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    chinese = "".join(pair.decode("gb2312", errors="ignore") for pair in pairs)
    return {*range(0x20, 0x250), *map(ord, chinese), *map(ord, "–—‘’“”…·€£¥™−×÷≤≥→㎡")}


def _put(path: Path, data: bytes) -> None:
    spare = path.with_suffix(f".{os.getpid()}")
    spare.write_bytes(data)
    spare.replace(path)


def _cut(data: bytes) -> bytes:
    try:
        base, cutter = ctypes.CDLL(HARFBUZZ), ctypes.CDLL(HARFBUZZ_SUBSET)
    except OSError:
        return data
    _declare(base, cutter)
    blob = base.hb_blob_create(data, len(data), READONLY, None, None)
    wish = cutter.hb_subset_input_create_or_fail()
    cutter.hb_subset_input_set_flags(wish, KEEP_NOTDEF)
    wanted = cutter.hb_subset_input_unicode_set(wish)
    for code in common_characters():
        base.hb_set_add(wanted, code)
    return _bytes_of(base, cutter.hb_subset_or_fail(base.hb_face_create(blob, 0), wish)) or data


def _bytes_of(base: ctypes.CDLL, face: int | None) -> bytes:
    if not face:
        return b""
    blob, length = base.hb_face_reference_blob(face), ctypes.c_uint()
    start = base.hb_blob_get_data(blob, ctypes.byref(length))
    return ctypes.string_at(start, length.value)


def _declare(base: ctypes.CDLL, cutter: ctypes.CDLL) -> None:
    """Pointers are 64 bits wide; ctypes would take them for int."""
    pointer = ctypes.c_void_p
    base.hb_blob_create.argtypes = [ctypes.c_char_p, ctypes.c_uint, ctypes.c_int, pointer, pointer]
    base.hb_face_create.argtypes = [pointer, ctypes.c_uint]
    base.hb_set_add.argtypes = [pointer, ctypes.c_uint]
    base.hb_face_reference_blob.argtypes = [pointer]
    base.hb_blob_get_data.argtypes = [pointer, pointer]
    cutter.hb_subset_input_set_flags.argtypes = [pointer, ctypes.c_uint]
    cutter.hb_subset_input_unicode_set.argtypes = [pointer]
    cutter.hb_subset_or_fail.argtypes = [pointer, pointer]
    for function in (
        base.hb_blob_create, base.hb_face_create, base.hb_face_reference_blob, base.hb_blob_get_data,
        cutter.hb_subset_input_create_or_fail, cutter.hb_subset_input_unicode_set, cutter.hb_subset_or_fail,
    ):  # fmt: skip
        function.restype = pointer
