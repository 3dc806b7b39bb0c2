#!/usr/bin/env bash
# CairoSVG ignores `paint-order`, without a word.
#
# Expected: `paint-order: stroke` (SVG 2) draws a shape's outline first and its fill on top, the usual way to give the labels of a
# plot a halo; browsers and librsvg do so. A renderer that cannot would say so, or leave the outline out.
# What happens: CairoSVG 2.9.1 draws the fill first and the white outline over it. A stem of 4 pixels under a halo of 3 on each
# side disappears altogether, so do labels; the exit code is 0 and nothing is written to stderr.
# What to do: draw the outline and the fill as two elements.
#
# Needs Python 3 and libcairo2 (Debian: apt install libcairo2). Installs into a temporary folder that is removed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check cairosvg==2.9.1 pillow==13.0.0
"$folder/env/bin/python" - <<'PYTHON'
import io

import cairosvg
import PIL
from PIL import Image

HALO = 'stroke="#ffffff" stroke-width="6"'


def dark(shapes):
    page = f'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="24"><rect width="60" height="24" fill="#ffffff"/>{shapes}</svg>'
    image = Image.open(io.BytesIO(cairosvg.svg2png(page.encode()))).convert("L")
    return sum(image.histogram()[:64])


STEM = '<path d="M10 10h40v4h-40z" fill="{}" {}/>'
found = {
    "fill alone": dark(STEM.format("#000000", "")),
    "paint-order as attribute": dark(STEM.format("#000000", HALO + ' paint-order="stroke"')),
    "paint-order as style": dark(STEM.format("#000000", HALO + ' style="paint-order: stroke fill"')),
    "two elements": dark(STEM.format("none", HALO) + STEM.format("#000000", "")),
}
print("CairoSVG", cairosvg.__version__, "Pillow", PIL.__version__)
for name, count in found.items():
    print(f"{name}: {count} dark pixels")
assert found == {
    "fill alone": 160, "paint-order as attribute": 0, "paint-order as style": 0, "two elements": 160
}, "the behaviour has changed"
PYTHON
# Seen:
# CairoSVG 2.9.1 Pillow 13.0.0
# fill alone: 160 dark pixels
# paint-order as attribute: 0 dark pixels
# paint-order as style: 0 dark pixels
# two elements: 160 dark pixels
