"""Writes Tests/ZooEmbeddingsTests/Goldens/comparison.json: how alike two sets of vectors are.

Run from the repository's root: python Scripts/goldens/comparison.py

Two pairs of random matrices, of equal and of unequal width. The Procrustes residual is scipy.spatial.procrustes's disparity (the
narrower matrix padded with zeros), linear CKA the formula of Kornblith et al. 2019 with numpy, overlap and change by brute force.
"""
import json

import numpy as np
import scipy
from scipy.spatial import procrustes

SEED, ROWS, NEIGHBOURS = 16, 40, 6
rng = np.random.default_rng(SEED)


def neighbours(x):
    unit = x / np.linalg.norm(x, axis=1, keepdims=True)
    cosines = unit @ unit.T
    order = np.argsort(-(cosines - 9 * np.eye(len(x))), axis=1, kind="stable")
    return cosines, [set(map(int, row[:NEIGHBOURS])) for row in order]


def pair(first, second):
    a = rng.normal(size=(ROWS, first)).astype(np.float32)
    b = (a[:, :1] * rng.normal(size=(1, second)) + a @ rng.normal(size=(first, second)) + rng.normal(size=(ROWS, second)) + 3).astype(np.float32)
    x, y = a.astype(float), b.astype(float)
    centred = [m - m.mean(0) for m in (x, y)]
    norm = lambda m: np.linalg.norm(m, "fro")
    cka = norm(centred[1].T @ centred[0]) ** 2 / (norm(centred[0].T @ centred[0]) * norm(centred[1].T @ centred[1]))
    width = max(first, second)
    disparity = procrustes(*(np.pad(m, ((0, 0), (0, width - m.shape[1]))) for m in (x, y)))[2]
    (ca, na), (cb, nb) = neighbours(x), neighbours(y)
    overlaps = [len(p & q) / NEIGHBOURS for p, q in zip(na, nb)]
    changes = []
    for row, (p, q) in enumerate(zip(na, nb)):
        union = sorted(p | q)
        u, v = ca[row, union], cb[row, union]
        changes.append(1 - u @ v / (np.linalg.norm(u) * np.linalg.norm(v)))
    return {"widths": [first, second], "first": [float(v) for v in a.ravel()], "second": [float(v) for v in b.ravel()],
            "cka": float(cka), "procrustes": float(disparity), "overlaps": overlaps, "changes": changes}


json.dump({"script": "Scripts/goldens/comparison.py", "seed": SEED, "library": f"scipy {scipy.__version__}, numpy {np.__version__}",
           "neighbours": NEIGHBOURS, "pairs": [pair(5, 5), pair(4, 7)]},
          open("Tests/ZooEmbeddingsTests/Goldens/comparison.json", "w"), separators=(",", ":"))
