"""Writes Tests/ZooEmbeddingsTests/Goldens/principal-components.json: scikit-learn's PCA, both forms, in Float64.

Run from the repository's root: python Scripts/goldens/embeddings.py
"""
import json
import numpy as np
import sklearn
from sklearn.decomposition import PCA

SEED = 20
ROWS, WIDTH, COMPONENTS = 40, 7, 3


def rounded(values):
    return [float(f"{value:.9g}") for value in np.asarray(values, dtype=np.float64).ravel()]


def fitted(pca, scores):
    return {
        "components": rounded(pca.components_),
        "scores": rounded(scores),
        "explainedVariance": rounded(pca.explained_variance_),
        "explainedVarianceRatio": rounded(pca.explained_variance_ratio_),
        "singularValues": rounded(pca.singular_values_),
    }


generator = np.random.default_rng(SEED)
# Columns of clearly different spread and with offsets, so that no two components are close.
matrix = generator.standard_normal((ROWS, WIDTH)) * [3, 2.2, 1.5, 1, 0.7, 0.4, 0.2] + generator.uniform(-5, 5, WIDTH)
matrix = (matrix @ np.linalg.qr(generator.standard_normal((WIDTH, WIDTH)))[0]).astype(np.float32)
exact = matrix.astype(np.float64)

features = PCA(COMPONENTS, svd_solver="full").fit(exact)
items = PCA(COMPONENTS, svd_solver="full").fit(exact.T)
golden = {
    "script": "Scripts/goldens/embeddings.py",
    "seed": SEED,
    "library": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}",
    "rows": ROWS,
    "width": WIDTH,
    "count": COMPONENTS,
    "vectors": rounded(matrix),
    "features": fitted(features, features.transform(exact)),
    "items": fitted(items, items.components_.T),
}
with open("Tests/ZooEmbeddingsTests/Goldens/principal-components.json", "w") as file:
    json.dump(golden, file, separators=(",", ":"))
    file.write("\n")
