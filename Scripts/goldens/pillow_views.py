"""Goldens of what networks of other programs see of images: torchvision's and transformers' steps on Pillow's pictures.

Run: python Scripts/goldens/pillow_views.py Tests/ZooVisionTests/Goldens
Needs Pillow 13.0.0 and NumPy. The steps are those of torchvision 0.28.0 (Resize, CenterCrop) and transformers 5
(shortest_edge, center_crop), written out: both call Pillow's resize and cut.
"""
import base64
import json
import pathlib
import sys

import numpy as np
import PIL
from PIL import Image

SEED = 20265
random = np.random.default_rng(SEED)
FILTERS = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}


def text(data):
    return base64.b64encode(bytes(data)).decode()


def view(source, size, short, filter, rules):
    height, width = source.shape[:2]
    long = int(short * max(height, width) / min(height, width))
    h, w = (short, long) if height < width else (long, short)
    image = Image.fromarray(source)
    if (h, w) != (height, width):
        image = image.resize((w, h), FILTERS[filter])
    top, left = (h - size) / 2, (w - size) / 2
    top, left = (round(top), round(left)) if rules == "torchvision" else (int(top), int(left))
    return np.asarray(image)[top : top + size, left : left + size]


cases = []
# Half pixels of the crop of both kinds, strips in either direction (Pillow resizes columns first where the height loses more
# than twice as many pixels), images that grow, keep their size, or are only cut.
SIZES = [(45, 17), (41, 14), (15, 20), (21, 16), (17, 45), (7, 9), (14, 14), (14, 17), (12, 12), (29, 29)]
for height, width in SIZES:
    source = random.integers(0, 256, (height, width, 3)).astype(np.uint8)
    for filter in FILTERS:
        for rules in ("torchvision", "transformers"):
            for short in (12, 13, 14):
                if short == 12 and rules == "transformers":
                    continue
                cut = view(source, 12, short, filter, rules)
                assert cut.shape == (12, 12, 3)
                cases.append({"height": height, "width": width, "shortSide": short, "filter": filter, "rules": rules,
                              "pixels": text(source.tobytes()), "view": text(cut.tobytes())})
others = cases[20:]
random.shuffle(others)
folder = pathlib.Path(sys.argv[1])
golden = {"script": "Scripts/goldens/pillow_views.py", "seed": SEED, "library": f"Pillow {PIL.__version__}", "size": 12,
          "cases": cases[:20] + others[:28]}
(folder / "pillow-views.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
