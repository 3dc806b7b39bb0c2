"""Goldens of WebP, AVIF, GIF, TIFF and BMP, from Pillow and NumPy.

Run: python Scripts/goldens/codecs.py Tests/ZooVisionTests/Goldens
Files and pixels are in base64. What Pillow leaves out (alpha over white, 16 bits rounded) is computed here.
"""
import base64
import io
import json
import pathlib
import struct
import sys

import numpy as np
import PIL
from PIL import Image, ImageOps, features

SEED = 20266
random = np.random.default_rng(SEED)
HEIGHT, WIDTH = 11, 14
made = {}


def scene(channels=3):
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    planes = [127 + 90 * np.sin(x / (3 + c) + c) * np.cos(y / (4 - c / 2)) + 35 * (x + 2 * y > WIDTH) for c in range(channels)]
    return np.clip(np.stack(planes, -1), 0, 255).astype(np.uint8)


def text(data):
    return base64.b64encode(bytes(data)).decode()


def file_of(image, form, **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def over_white(rgba):
    alpha = rgba[..., 3:].astype(float) / 255
    return np.rint(rgba[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)


def add(name, file, pixels=None, tolerance=0):
    if pixels is None:
        pixels = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(file))).convert("RGB"))
    made[name] = {"file": text(file), "height": pixels.shape[0], "width": pixels.shape[1],
                  "pixels": text(np.ascontiguousarray(pixels).tobytes()), "tolerance": tolerance}


def exif(orientation):
    tiff = b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    return b"Exif\0\0" + tiff


rgb = scene()
image = Image.fromarray(rgb)
alpha = np.clip(np.add.outer(np.arange(HEIGHT) * 20, np.arange(WIDTH) * 5), 0, 255).astype(np.uint8)[..., None]
rgba = np.concatenate([rgb, alpha], -1)
coloured = Image.fromarray(rgba)
palette = image.quantize(16)

add("webp-lossless", file_of(image, "WEBP", lossless=True))
add("webp-lossy", file_of(image, "WEBP", quality=80))
add("webp-alpha", file_of(coloured, "WEBP", lossless=True, exact=True), over_white(rgba), tolerance=1)
add("webp-orientation-6", file_of(image, "WEBP", lossless=True, exif=exif(6)), np.rot90(rgb, -1))
film = [image, ImageOps.invert(image)]
add("webp-film", file_of(film[0], "WEBP", lossless=True, save_all=True, append_images=film[1:]), rgb)
add("avif-444", file_of(image, "AVIF", quality=100, subsampling="4:4:4"), tolerance=1)
add("avif-420", file_of(image, "AVIF", quality=80, subsampling="4:2:0"), tolerance=4)
add("avif-alpha", file_of(coloured, "AVIF", quality=100, subsampling="4:4:4"), over_white(rgba), tolerance=3)
add("avif-orientation-6", file_of(image, "AVIF", quality=100, subsampling="4:4:4", exif=exif(6)), tolerance=1)
for turn in (2, 3, 4, 5, 7, 8):
    add(f"avif-orientation-{turn}", file_of(image, "AVIF", quality=100, subsampling="4:4:4", exif=exif(turn)), tolerance=1)
add("gif", file_of(palette, "GIF", interlace=0))
add("gif-interlaced", file_of(palette, "GIF", interlace=1))
indices = np.asarray(palette)
clear = np.asarray(palette.convert("RGB")).copy()
clear[indices == 3] = 255
add("gif-transparent", file_of(palette, "GIF", transparency=3), clear)
add("gif-film", file_of(palette, "GIF", save_all=True, append_images=[palette.rotate(180)]), np.asarray(palette.convert("RGB")))
for name, compression in (("plain", None), ("lzw", "tiff_lzw"), ("deflate", "tiff_adobe_deflate"), ("packbits", "packbits")):
    add(f"tiff-{name}", file_of(image, "TIFF", compression=compression), rgb)
add("tiff-grey", file_of(image.convert("L"), "TIFF"))
add("tiff-palette", file_of(palette, "TIFF"))
add("tiff-black-and-white", file_of(image.convert("1"), "TIFF", compression="group4"))
add("tiff-alpha", file_of(coloured, "TIFF"), over_white(rgba), tolerance=2)
turned = file_of(image, "TIFF", tiffinfo={274: 6})
add("tiff-orientation-6", turned, np.rot90(rgb, -1))
add("tiff-orientation-4", file_of(image, "TIFF", tiffinfo={274: 4}), rgb[::-1])
deep = random.integers(0, 65536, (HEIGHT, WIDTH)).astype(np.uint16)
add("tiff-grey-16", file_of(Image.fromarray(deep), "TIFF"), np.rint(deep[..., None] / 257).astype(np.uint8).repeat(3, -1))
add("tiff-grey-16-lzw", file_of(Image.fromarray(deep), "TIFF", compression="tiff_lzw"), np.rint(deep[..., None] / 257).astype(np.uint8).repeat(3, -1))


def tiff(samples, order):
    """RGB of 16 bits, uncompressed, in one strip."""
    height, width = samples.shape[:2]
    data = samples.astype(order + "u2").tobytes()
    entries = [(256, 3, 1, width), (257, 3, 1, height), (258, 3, 3, 8), (259, 3, 1, 1), (262, 3, 1, 2), (273, 4, 1, 14),
               (277, 3, 1, 3), (278, 3, 1, height), (279, 4, 1, len(data)), (284, 3, 1, 1)]
    out = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 14 + len(data)) + struct.pack(order + "HHH", 16, 16, 16)
    out += data + struct.pack(order + "H", len(entries))
    for tag, kind, count, value in entries:
        out += struct.pack(order + "HHI", tag, kind, count)
        out += struct.pack(order + ("I" if kind == 4 or count > 1 else "HH"), *((value,) if kind == 4 or count > 1 else (value, 0)))
    return out + struct.pack(order + "I", 0)


wide = random.integers(0, 65536, (HEIGHT, WIDTH, 3))
for name, order in (("little", "<"), ("big", ">")):
    add(f"tiff-rgb-16-{name}", tiff(wide, order), np.rint(wide / 257).astype(np.uint8))
add("bmp-24", file_of(image, "BMP"), rgb)
add("bmp-8", file_of(palette, "BMP"))
add("bmp-grey", file_of(image.convert("L"), "BMP"))
add("bmp-1", file_of(image.convert("1"), "BMP"))


def bmp(width, height, bits, data, compression=0, palette=b"", masks=b"", core=False, colours=0):
    if core:
        header = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, compression, len(data), 2835, 2835, colours, 0)
    head = header + masks + palette
    return b"BM" + struct.pack("<IHHI", 14 + len(head) + len(data), 0, 0, 14 + len(head)) + head + data


def rows(samples):
    return b"".join(bytes(r) + b"\0" * (-len(bytes(r)) % 4) for r in samples)


bgr = rgb[..., ::-1]
add("bmp-top-down", bmp(WIDTH, -HEIGHT, 24, rows(bgr.reshape(HEIGHT, -1))), rgb)
add("bmp-os2", bmp(WIDTH, HEIGHT, 24, rows(bgr[::-1].reshape(HEIGHT, -1)), core=True), rgb)
bgrx = np.concatenate([bgr, alpha], -1)
add("bmp-32", bmp(WIDTH, HEIGHT, 32, rows(bgrx[::-1].reshape(HEIGHT, -1))), rgb)
table = np.array(palette.getpalette()[:48], np.uint8).reshape(16, 3)
quads = b"".join(bytes(c[::-1]) + b"\0" for c in table)
shown = table[indices]
nibbles = np.pad(indices, ((0, 0), (0, WIDTH % 2)))
add("bmp-4", bmp(WIDTH, HEIGHT, 4, rows((nibbles[::-1, ::2] << 4 | nibbles[::-1, 1::2]).astype(np.uint8)), palette=quads, colours=16), shown)
runs = b""
for row in indices[::-1]:
    column = 0
    while column < WIDTH:
        end = column
        while end < WIDTH and row[end] == row[column]:
            end += 1
        if end - column == 1 and column + 3 <= WIDTH:  # three pixels as they are, with a byte of filling
            runs += bytes([0, 3, *row[column : column + 3], 0])
            column += 3
        else:
            runs += bytes([end - column, row[column]])
            column = end
    runs += b"\0\0"
add("bmp-rle8", bmp(WIDTH, HEIGHT, 8, runs + b"\0\1", 1, palette=quads, colours=16), shown)
small = (rgb[..., 0].astype(np.uint16) >> 3 << 11) | (rgb[..., 1].astype(np.uint16) >> 2 << 5) | (rgb[..., 2] >> 3)
levels = np.stack([np.rint((rgb[..., c] >> s) * 255.0 / ((1 << 8 - s) - 1)) for c, s in ((0, 3), (1, 2), (2, 3))], -1).astype(np.uint8)
add("bmp-565", bmp(WIDTH, HEIGHT, 16, rows(small[::-1].astype("<u2").view(np.uint8)), 3, masks=struct.pack("<III", 0xF800, 0x7E0, 0x1F)), levels)

folder = pathlib.Path(sys.argv[1])
golden = {"script": "Scripts/goldens/codecs.py", "seed": SEED,
          "library": f"Pillow {PIL.__version__}, libwebp {features.version('webp')}, libavif {features.version('avif')}, "
                     f"libtiff {features.version('libtiff')}", "pictures": made}
(folder / "codecs.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
print(len(made), "pictures")
for name in ("bmp-rle8", "bmp-4", "bmp-32", "bmp-top-down", "bmp-os2"):  # Pillow agrees with the pixels above
    file = base64.b64decode(made[name]["file"])
    assert np.asarray(Image.open(io.BytesIO(file)).convert("RGB")).tobytes() == base64.b64decode(made[name]["pixels"]), name
