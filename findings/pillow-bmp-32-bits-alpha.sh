#!/bin/sh
# Pillow drops the alpha of 32-bit BMP files that it would keep in the same pixels with masks.
#
# One would expect the fourth byte of a 32-bit BMP to be treated alike however the file says where the colours lie. Pillow 13.0.0
# opens a file of BI_RGB (no masks, the most usual form) as RGB, its fourth byte gone, and the same pixels with BI_BITFIELDS and an
# alpha mask in a BITMAPV4HEADER as RGBA. Windows documents the fourth byte of BI_RGB as unused, so that RGB is right by the letter;
# programs that store alpha there, as many do, lose it without a word, and `convert("RGB")` of the two files gives the same colours only
# because Pillow drops the alpha there as well.
#
# Needs: sh, python3 with venv, a package index that pip can reach.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pillow==13.0.0
"$folder/venv/bin/python" - <<'PYTHON'
import io
import struct

import PIL
from PIL import Image

print("Pillow", PIL.__version__)
pixels = bytes([10, 20, 30, 0, 40, 50, 60, 128])  # blue, green, red, alpha
plain = struct.pack("<IiiHHIIiiII", 40, 2, 1, 1, 32, 0, 8, 0, 0, 0, 0)
masked = struct.pack("<IiiHHIIiiII", 108, 2, 1, 1, 32, 3, 8, 0, 0, 0, 0) + struct.pack(
    "<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000) + b"BGRs" + bytes(48)
found = {}
for name, header in (("BI_RGB", plain), ("BI_BITFIELDS with an alpha mask", masked)):
    start = 14 + len(header)
    file = b"BM" + struct.pack("<IHHI", start + len(pixels), 0, 0, start) + header + pixels
    image = Image.open(io.BytesIO(file))
    found[name] = (image.mode, list(image.getpixel((x, 0)) for x in range(2)))
    print(name + ":", *found[name])
assert found == {
    "BI_RGB": ("RGB", [(30, 20, 10), (60, 50, 40)]),
    "BI_BITFIELDS with an alpha mask": ("RGBA", [(30, 20, 10, 0), (60, 50, 40, 128)]),
}, found
PYTHON
# Seen:
# Pillow 13.0.0
# BI_RGB: RGB [(30, 20, 10), (60, 50, 40)]
# BI_BITFIELDS with an alpha mask: RGBA [(30, 20, 10, 0), (60, 50, 40, 128)]
