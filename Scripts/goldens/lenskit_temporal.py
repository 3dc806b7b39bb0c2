"""LensKit's global temporal split by a share of the ratings, of invented ratings.

Run with lenskit 2025.8.1 and pandas 2.3.3, from the root of the repository:

    python3 Scripts/goldens/lenskit_temporal.py > Tests/ZooWorkflowsTests/Goldens/Collab/lenskit-temporal.json

LensKit asks for torch, which its splitters never call: where torch cannot be imported, an empty module stands for it.
"""

import importlib.metadata
import json
import random
import sys
from unittest.mock import MagicMock

try:
    import torch  # noqa: F401
except Exception:
    for name in ("", ".nn", ".nn.functional", ".linalg", ".utils", ".utils.data", ".sparse", ".profiler", ".multiprocessing"):
        sys.modules["torch" + name] = MagicMock()
    sys.modules["torch"].Tensor = type("Tensor", (), {})

import pandas as pd
from lenskit.data import from_interactions_df
from lenskit.splitting import split_temporal_fraction

random.seed(7)
rows = []
for user in range(30):
    for item in sorted(random.sample(range(40), random.randint(3, 12))):
        # Whole days: many ratings share a time, also that of the cut.
        rows.append((user, item, 1_700_000_000 + 86_400 * random.randint(0, 60)))
data = from_interactions_df(pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"]))
tests = {}
for share in (0.05, 0.1, 0.2, 0.25, 0.5):
    split = split_temporal_fraction(data, share)
    pairs = {(int(key.user_id), int(item)) for key, items in split.test for item in items.ids()}
    tests[str(share)] = [index for index, (user, item, _) in enumerate(rows) if (user, item) in pairs]
    assert len(tests[str(share)]) + split.train.interaction_count == len(rows)
versions = "lenskit " + importlib.metadata.version("lenskit") + ", pandas " + pd.__version__
print(json.dumps({"made_by": "Scripts/goldens/lenskit_temporal.py", "versions": versions, "ratings": rows, "tests": tests}))
