#!/bin/sh
# LensKit's nDCG gives the first two ranks of a list the same discount.
#
# One would expect the textbook discount, 1 / log2(rank + 1), with which a relevant item at rank 2 is worth .631 of one at
# rank 1, as scikit-learn, ranx and RecBole compute it. LensKit 2025.8 (DCG and NDCG with their default weight) uses
# 1 / log2(max(rank, 2)): ranks 1 and 2 count 1 each, and every later rank more than in the others. For the same lists its
# figures differ from those of the other programs in either direction, and two models can change places, so that nDCG of
# LensKit and of other programs must not stand in one table.
#
# Needs: sh, python3 with venv, a package index that pip can reach.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet lenskit==2025.8.0 ranx==0.3.21
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import warnings
from importlib.metadata import version
warnings.filterwarnings("ignore")
from lenskit.data import ItemList
from lenskit.metrics import NDCG
from ranx import Qrels, Run, evaluate

print("lenskit", version("lenskit"), "ranx", version("ranx"))
relevant = ["a", "b"]
found = {}
for name, order in (("rank 1", ["a", "x", "y"]), ("rank 2", ["x", "a", "y"]), ("rank 3", ["x", "y", "a"])):
    lens = NDCG(3).measure_list(ItemList(item_ids=order, ordered=True), ItemList(item_ids=relevant))
    run = Run({"u": {item: 10.0 - place for place, item in enumerate(order)}})
    other = evaluate(Qrels({"u": {item: 1 for item in relevant}}), run, "ndcg@3")
    found[name] = (round(float(lens), 4), round(float(other), 4))
    print("one of two relevant items, at", name, "- nDCG@3 of LensKit, of ranx:", *found[name])

assert found["rank 1"][0] == found["rank 2"][0] == 0.5, found
assert found["rank 1"][1] == 0.6131 and found["rank 2"][1] == 0.3869, found
PYTHON
# Seen:
# lenskit 2025.8.0 ranx 0.3.21
# one of two relevant items, at rank 1 - nDCG@3 of LensKit, of ranx: 0.5 0.6131
# one of two relevant items, at rank 2 - nDCG@3 of LensKit, of ranx: 0.5 0.3869
# one of two relevant items, at rank 3 - nDCG@3 of LensKit, of ranx: 0.3155 0.3066
