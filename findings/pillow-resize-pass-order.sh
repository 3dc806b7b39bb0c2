#!/bin/sh
# Pillow 13 resizes some images in the other order of its two passes, so that pixels differ from those of Pillow 12.
#
# One would expect Image.resize with BILINEAR or BICUBIC to give the same bytes as before: each pass rounds to 8 bits, so that their
# order shows. Up to Pillow 12.3.0 rows are always resized across first. Pillow 13.0.0 resizes down first where the height loses more than
# twice as many pixels as the width: of noise whose height is more than twice its width, halved in both directions, one byte in five
# changes, by 1 with BILINEAR and by up to 6 with BICUBIC. Preprocessing that was verified byte by byte, caches and hashes of resized
# images differ between the two versions.
#
# Needs: sh, python3 with venv, a package index that pip can reach.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for version in 12.3.0 13.0.0; do
    python3 -m venv "$folder/$version"
    "$folder/$version/bin/pip" install --quiet --disable-pip-version-check "pillow==$version"
done
cat > "$folder/resize.py" <<'PYTHON'
import hashlib
import random
import sys

import PIL
from PIL import Image

random.seed(1)
for height, width in ((118, 59), (119, 59), (59, 119), (300, 100)):
    image = Image.frombytes("RGB", (width, height), random.randbytes(3 * width * height))
    for name, filter in (("bilinear", Image.BILINEAR), ("bicubic", Image.BICUBIC)):
        small = image.resize(((width + 1) // 2, (height + 1) // 2), filter)
        print(f"{height}x{width} {name}", small.tobytes().hex())
print("Pillow", PIL.__version__, file=sys.stderr)
PYTHON
for version in 12.3.0 13.0.0; do "$folder/$version/bin/python" "$folder/resize.py" > "$folder/$version.txt"; done
python3 - "$folder/12.3.0.txt" "$folder/13.0.0.txt" <<'PYTHON'
import sys

found = {}
for old, new in zip(*(open(path).read().splitlines() for path in sys.argv[1:])):
    (name, a), (other, b) = old.rsplit(" ", 1), new.rsplit(" ", 1)
    assert name == other
    a, b = bytes.fromhex(a), bytes.fromhex(b)
    found[name] = sum(x != y for x, y in zip(a, b))
    print(f"{name} (height x width), halved: {found[name]} of {len(a)} bytes differ, by {max(abs(x - y) for x, y in zip(a, b))} at most")
for name, count in found.items():
    height, width = map(int, name.split()[0].split("x"))
    assert (count > 0) == (height // 2 > 2 * (width // 2)), (name, count)
PYTHON
# Seen:
# Pillow 12.3.0
# Pillow 13.0.0
# 118x59 bilinear (height x width), halved: 1028 of 5310 bytes differ, by 1 at most
# 118x59 bicubic (height x width), halved: 1138 of 5310 bytes differ, by 4 at most
# 119x59 bilinear (height x width), halved: 1018 of 5400 bytes differ, by 1 at most
# 119x59 bicubic (height x width), halved: 1104 of 5400 bytes differ, by 4 at most
# 59x119 bilinear (height x width), halved: 0 of 5400 bytes differ, by 0 at most
# 59x119 bicubic (height x width), halved: 0 of 5400 bytes differ, by 0 at most
# 300x100 bilinear (height x width), halved: 4019 of 22500 bytes differ, by 1 at most
# 300x100 bicubic (height x width), halved: 4749 of 22500 bytes differ, by 6 at most
