"""Goldens of decoding, resizing and preprocessing images, from Pillow and NumPy.

Run: python Scripts/goldens/images.py Tests/ZooVisionTests/Goldens
Files and pixels are in base64. libturbojpeg makes the one file that Pillow cannot write (YCCK).
"""
import base64
import ctypes
import io
import json
import pathlib
import struct
import sys
import zlib

import numpy as np
import PIL
from PIL import Image, ImageOps

SEED = 20264
random = np.random.default_rng(SEED)


def scene(height, width, channels=3):
    """Smooth colours with edges: what JPEG keeps and what a resize must not blur."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [
        127 + 90 * np.sin(x / (3 + c) + c) * np.cos(y / (4 - c / 2)) + 35 * (x + 2 * y > width) for c in range(channels)
    ]
    return np.clip(np.stack(planes, -1) + random.normal(0, 3, (height, width, channels)), 0, 255).astype(np.uint8)


def text(data):
    return base64.b64encode(bytes(data)).decode()


def file_of(image, form, **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def exif(orientation, order):
    mark = {"<": b"II*\0", ">": b"MM\0*"}[order]
    tiff = mark + struct.pack(order + "IH", 8, 2)
    tiff += struct.pack(order + "HHII", 0x0110, 2, 3, 0) + struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
    return b"Exif\0\0" + tiff + b"\0\0\0\0"


def with_segment(jpeg, marker, content):
    return jpeg[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content + jpeg[2:]


def without_segment(jpeg, marker):
    place = 2
    while jpeg[place + 1] != marker:
        place += 2 + struct.unpack(">H", jpeg[place + 2 : place + 4])[0]
    length = 2 + struct.unpack(">H", jpeg[place + 2 : place + 4])[0]
    return jpeg[:place] + jpeg[place + length :]


def ycck(cmyk):
    lib = ctypes.CDLL("libturbojpeg.so.0")
    lib.tjInitCompress.restype = ctypes.c_void_p
    lib.tjCompress2.argtypes = [ctypes.c_void_p, ctypes.c_char_p] + [ctypes.c_int] * 4 + [
        ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(ctypes.c_ulong)] + [ctypes.c_int] * 3
    buffer, size = ctypes.c_void_p(), ctypes.c_ulong()
    height, width = cmyk.shape[:2]
    status = lib.tjCompress2(lib.tjInitCompress(), cmyk.tobytes(), width, 0, height, 11, ctypes.byref(buffer),
                             ctypes.byref(size), 0, 95, 0)
    assert status == 0
    return ctypes.string_at(buffer, size.value)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(samples, depth, color, interlaced=False, extra=b""):
    """A PNG file of samples [height, width, channels], its rows unfiltered, in Adam7's seven passes if interlaced."""
    height, width = samples.shape[:2]
    passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    raw = b""
    for top, left, down, across in passes if interlaced else [(0, 0, 1, 1)]:
        part = samples[top::down, left::across]
        if part.size:
            for row in part.reshape(part.shape[0], -1):
                bits = row.astype(">u2").tobytes() if depth == 16 else np.packbits(
                    np.unpackbits(row.astype(np.uint8)[:, None], axis=1)[:, 8 - depth :]).tobytes()
                raw += b"\0" + bits
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, int(interlaced))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(raw, 9))
            + chunk(b"IEND", b""))


def over_white(rgba):
    alpha = rgba[..., 3:].astype(float) / 255
    return np.rint(rgba[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)


def pictures():
    rgb = scene(13, 19)
    image = Image.fromarray(rgb)
    made = {}

    def add(name, file, pixels=None, tolerance=1):
        if pixels is None:
            pixels = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(file))).convert("RGB"))
        height, width = pixels.shape[:2]
        made[name] = {
            "file": text(file), "height": height, "width": width, "pixels": text(pixels.tobytes()),
            "tolerance": tolerance}

    add("jpeg-444", file_of(image, "JPEG", quality=90, subsampling=0))
    add("jpeg-420", file_of(image, "JPEG", quality=90, subsampling=2))
    add("jpeg-422", file_of(image, "JPEG", quality=90, subsampling=1))
    add("jpeg-progressive", file_of(image, "JPEG", quality=90, progressive=True))
    add("jpeg-restart-intervals", file_of(image, "JPEG", quality=90, restart_marker_blocks=1))
    add("jpeg-grey", file_of(image.convert("L"), "JPEG", quality=90))
    add("jpeg-1x1", file_of(Image.fromarray(rgb[:1, :1]), "JPEG", quality=90))
    cmyk = scene(9, 11, 4)
    inks = file_of(Image.fromarray(cmyk, "CMYK"), "JPEG", quality=95)
    add("jpeg-cmyk-adobe", inks, tolerance=2)
    add("jpeg-cmyk-plain", without_segment(inks, 0xEE), tolerance=2)
    add("jpeg-ycck", ycck(cmyk), tolerance=2)
    plain = file_of(image, "JPEG", quality=90, subsampling=0)
    for value in range(1, 9):
        add(f"jpeg-orientation-{value}", with_segment(plain, 0xE1, exif(value, "<" if value % 2 else ">")))

    add("png-rgb", file_of(image, "PNG"), tolerance=0)
    add("png-1x1", file_of(Image.fromarray(rgb[:1, :1]), "PNG"), tolerance=0)
    add("png-palette", file_of(image.quantize(16), "PNG"), tolerance=0)
    add("png-grey", file_of(image.convert("L"), "PNG"), tolerance=0)
    add("png-black-and-white", file_of(image.convert("1"), "PNG"), tolerance=0)
    add("png-interlaced", png(rgb, 8, 2, interlaced=True), rgb, tolerance=0)
    rgba = np.concatenate([rgb, scene(13, 19, 1)], -1)
    add("png-alpha", file_of(Image.fromarray(rgba), "PNG"), over_white(rgba))
    grey_alpha = rgba[..., 2:]
    add("png-grey-alpha", png(grey_alpha, 8, 4), over_white(grey_alpha[..., [0, 0, 0, 1]]))
    codes = random.integers(0, 4, (7, 9, 1))
    palette = random.integers(0, 256, (4, 3)).astype(np.uint8)
    alphas = np.array([0, 100, 255, 255], np.uint8)
    extra = chunk(b"PLTE", palette.tobytes()) + chunk(b"tRNS", alphas[:2].tobytes())
    full = np.concatenate([palette[codes[..., 0]], alphas[codes[..., 0]][..., None]], -1)
    add("png-palette-alpha", png(codes, 2, 3, extra=extra), over_white(full))
    deep = random.integers(0, 65536, (6, 5, 3))
    add("png-16", png(deep, 16, 2), np.rint(deep / 257).astype(np.uint8))
    add("png-16-interlaced", png(deep, 16, 2, interlaced=True), np.rint(deep / 257).astype(np.uint8))
    srgb = chunk(b"sRGB", b"\0")
    add("png-16-interlaced-srgb", png(deep, 16, 2, True, srgb), np.rint(deep / 257).astype(np.uint8), tolerance=3)
    alpha = np.concatenate([deep, random.integers(20000, 65536, (6, 5, 1))], -1)
    add("png-16-interlaced-alpha", png(alpha, 16, 6, True), over_white(alpha / 257))
    add("png-grey-16", png(deep[..., :1], 16, 0), np.rint(deep[..., [0, 0, 0]] / 257).astype(np.uint8))
    add("png-grey-4", png(codes * 5, 4, 0), (codes[..., [0, 0, 0]] * 85).astype(np.uint8))
    for gamma in (45455, 100000):  # Pillow leaves the samples as they are
        extra = chunk(b"gAMA", struct.pack(">I", gamma))
        add(f"png-gamma-{gamma}", png(rgb, 8, 2, extra=extra), rgb, tolerance=0)
    with_exif = png(rgb, 8, 2, extra=chunk(b"eXIf", exif(6, ">")[6:]))
    add("png-orientation-6", with_exif, np.ascontiguousarray(np.rot90(rgb, -1)), tolerance=0)
    return made


def resizes():
    source = scene(37, 53)
    image = Image.fromarray(source)
    filters = {"bicubic": Image.BICUBIC, "bilinear": Image.BILINEAR}
    cases = []
    for name, filter in filters.items():
        for height, width in [(16, 23), (37, 20), (12, 53), (80, 90), (36, 52), (1, 1), (5, 200)]:
            out = np.asarray(image.resize((width, height), filter))
            cases.append({"filter": name, "height": height, "width": width, "pixels": text(out.tobytes())})
    return {"height": 37, "width": 53, "pixels": text(source.tobytes()), "cases": cases}


def tensors():
    """What a network sees: resized, the middle cut out, normalised."""
    cases = []
    for height, width, size in [(50, 70, 24), (71, 40, 24), (24, 24, 24), (20, 15, 32)]:
        source = scene(height, width)
        k = round(size * 256 / 224) / min(height, width)
        w, h = round(width * k), round(height * k)
        left, top = (w - size) // 2, (h - size) // 2
        cut = Image.fromarray(source).resize((w, h), Image.BICUBIC).crop((left, top, left + size, top + size))
        mean, deviation = np.float32([123.675, 116.28, 103.53]), np.float32([58.395, 57.12, 57.375])
        values = (np.asarray(cut, np.float32) - mean) / deviation
        cases.append({"height": height, "width": width, "size": size, "pixels": text(source.tobytes()),
                      "values": text(values.astype("<f4").tobytes())})
    return cases


def scaled():
    """A larger JPEG and what it looks like at half and quarter size."""
    image = Image.fromarray(scene(90, 121))
    file = file_of(image, "JPEG", quality=92)
    draft = {}
    for divisor in (2, 4, 8):
        small = Image.open(io.BytesIO(file))
        small.draft("RGB", (121 // divisor, 90 // divisor))
        assert small.size == (-(-121 // divisor), -(-90 // divisor)), small.size
        draft[str(divisor)] = text(np.asarray(small).tobytes())
    return {"file": text(file), "drafts": draft}


folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
golden = {
    "script": "Scripts/goldens/images.py", "seed": SEED, "library": f"Pillow {PIL.__version__}",
    "pictures": pictures(), "resizes": resizes(), "tensors": tensors(), "scaled": scaled()}
(folder / "images.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
