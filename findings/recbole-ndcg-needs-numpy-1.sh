#!/bin/sh
# RecBole's default metrics raise with the NumPy that its own installation brings.
#
# One would expect that `pip install recbole` installs versions that work together: it asks for numpy >= 1.17.2 without an
# upper bound, gets NumPy 2, trains a model, and then its evaluation raises AttributeError, since the code of MRR, NDCG
# and MAP uses np.float, which NumPy removed in 1.24. MRR and NDCG are among the default metrics, so that the first evaluation
# of a quick start fails after the first epoch has been trained; Recall, Hit and Precision work. A pin (numpy < 1.24, which needs
# Python 3.11 or older) or `numpy.float = float` before the import of RecBole helps.
#
# Needs: sh, python3 with venv, a package index that pip can reach; installs PyTorch, about 1 GB or more.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet recbole==1.2.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import warnings
from importlib.metadata import version
warnings.filterwarnings("ignore")
import numpy
from recbole.evaluator import metrics

print("recbole", version("recbole"), "numpy", version("numpy"))
hits = numpy.array([[True, False, True], [False, True, False]])
relevant = numpy.array([2, 3])
config = {"topk": [3], "metric_decimal_place": 4}
outcome = {}
for name in ("Recall", "Hit", "MRR", "Precision", "NDCG", "MAP"):
    metric = getattr(metrics, name)(config)
    arguments = (hits, relevant) if name in ("Recall", "NDCG", "MAP") else (hits,)
    try:
        outcome[name] = round(float(metric.metric_info(*arguments)[:, -1].mean()), 4)
    except AttributeError as error:
        outcome[name] = "AttributeError: " + str(error).splitlines()[0]
    print(name, outcome[name])

assert int(version("numpy").split(".")[0]) >= 2
assert all(isinstance(outcome[name], float) for name in ("Recall", "Hit", "Precision")), outcome
assert all("np.float" in str(outcome[name]) or "'float'" in str(outcome[name]) for name in ("MRR", "NDCG", "MAP")), outcome
PYTHON
# Seen:
# recbole 1.2.1 numpy 2.4.6
# Recall 0.6667
# Hit 1.0
# MRR AttributeError: module 'numpy' has no attribute 'float'.
# Precision 0.5
# NDCG AttributeError: module 'numpy' has no attribute 'float'.
# MAP AttributeError: module 'numpy' has no attribute 'float'.
