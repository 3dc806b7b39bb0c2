"""Golden values of maps and clusters: umap-learn 0.5.12, scikit-learn 1.9.1, hdbscan 0.8.44, numpy 2.4.6.

    python Scripts/goldens/maps.py > Tests/ZooEmbeddingsTests/Goldens/maps.json

With --trust it also prints the trustworthiness of umap-learn's and scikit-learn's maps of 1,800 generated vectors, which the tests make too.
"""
import json, sys, warnings
import numpy as np, umap, sklearn, scipy, hdbscan
from scipy.sparse import csr_matrix
from sklearn.manifold import trustworthiness, TSNE
from sklearn.manifold._t_sne import _joint_probabilities, _joint_probabilities_nn
from sklearn.neighbors import NearestNeighbors
from sklearn.cluster import KMeans, HDBSCAN
from umap.umap_ import smooth_knn_dist, compute_membership_strengths, find_ab_params, fuzzy_simplicial_set
from umap.spectral import spectral_layout
warnings.filterwarnings("ignore")
g = np.random.default_rng(3)
out = {"script": "Scripts/goldens/maps.py", "versions": {"umap-learn": umap.__version__, "scikit-learn": sklearn.__version__, "hdbscan": "0.8.44",
                    "numpy": np.__version__, "scipy": scipy.__version__}, "seed": 3}
r = lambda a, d=6: [float(f"%.{d+1}g" % v) for v in np.asarray(a, float).ravel()]
# 40 points along an arc in 5 dimensions: one connected graph.
t = np.linspace(0, 3, 40)
x = np.c_[np.cos(t), np.sin(t), t, g.normal(0, .05, 40), g.normal(0, .05, 40)].astype(np.float32)
x = np.asarray(r(x), np.float32).reshape(40, 5)
out["points"] = r(x)
for metric in ["euclidean", "cosine"]:
    k = 8
    d, i = NearestNeighbors(n_neighbors=k, metric=metric, algorithm="brute").fit(x.astype(float)).kneighbors(x.astype(float))
    d[:, 0] = 0
    s, rho = smooth_knn_dist(d.astype(np.float32), float(k))
    gr, _, _ = fuzzy_simplicial_set(x, k, np.random.RandomState(0), metric, knn_indices=i, knn_dists=d.astype(np.float32))
    gr = csr_matrix(gr); gr.sort_indices()
    out[metric] = {"neighbours": k, "indices": i.ravel().tolist(), "sigmas": r(s), "rhos": r(rho),
                   "bounds": gr.indptr.tolist(), "columns": gr.indices.tolist(), "weights": r(gr.data)}
    if metric == "euclidean":
        sp = spectral_layout(x, gr, 2, np.random.RandomState(0), tol=1e-8, maxiter=10000)
        # exact, by a dense decomposition
        a = gr.toarray().astype(float); dd = a.sum(0); L = np.eye(40) - a / np.sqrt(np.outer(dd, dd))
        w, v = np.linalg.eigh(L)
        assert abs(abs(np.sum(v[:, 1] * sp[:, 0])) - 1) < 1e-4, abs(np.sum(v[:, 1] * sp[:, 0]))
        out["spectral"] = r(sp)
out["curves"] = [[m, s] + r(find_ab_params(s, m), 8) for m, s in [(.1, 1.), (0., 1.), (.5, 1.), (.25, 2.)]]
P = _joint_probabilities(((x[:, None] - x[None]) ** 2).sum(-1).astype(np.float32), 10, 0)
from scipy.spatial.distance import squareform
out["tsne"] = {"perplexity": 10, "joint": r(squareform(P))}
# clusters: three clumps and noise
c = np.r_[g.normal([0, 0], .3, (60, 2)), g.normal([4, 0], .5, (80, 2)), g.normal([2, 4], .4, (50, 2)), g.uniform(-3, 7, (30, 2))]
c = np.asarray(r(c), np.float32).reshape(-1, 2)
out["clumps"] = r(c)
out["hdbscan"] = []
for mcs, ms in [(10, 5), (20, 10), (5, 3)]:
    a = HDBSCAN(min_cluster_size=mcs, min_samples=ms).fit(c.astype(float)).labels_
    b = hdbscan.HDBSCAN(min_cluster_size=mcs, min_samples=ms - 1, approx_min_span_tree=False).fit(c.astype(float))
    # A point that two clusters reach at the same density is put into either: the libraries differ there.
    own = {-1: -1} | {j: np.bincount(a[(b.labels_ == j) & (a >= 0)]).argmax() for j in set(b.labels_) - {-1}}
    differing = sum(own[j] != i for i, j in zip(a, b.labels_))
    print("hdbscan beside scikit-learn", mcs, ms, differing, file=sys.stderr)
    out["hdbscan"].append({"minimumClusterSize": mcs, "minimumSamples": ms, "labels": a.tolist(), "differing": int(differing)})
km = KMeans(4, init=c[[0, 70, 150, 200]].astype(float), n_init=1, tol=0).fit(c.astype(float))
out["kmeans"] = {"start": [0, 70, 150, 200], "inertia": float(km.inertia_), "labels": km.labels_.tolist()}


def numbers(start, *shape):
    """Numbers start, start + 1 ... of SplitMix64 with seed 0, from -1 to 1."""
    count = int(np.prod(shape))
    with np.errstate(over="ignore"):
        z = (np.arange(start, start + count, dtype=np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((z ^ (z >> np.uint64(31))) >> np.uint64(11)).astype(float).reshape(shape) * 2.0 ** -52 - 1


# Ten sheets of three dimensions in 64, with noise.
own = np.arange(1800) % 10
X = 0.5 * numbers(0, 10, 64)[own]
for d in range(3):
    X = X + 2 * numbers(2560, 1800, 3)[:, d, None] * numbers(640, 10, 3, 64)[own, d]
X = (X + 0.5 * numbers(7960, 1800, 64)).astype(np.float32)
if "--trust" in sys.argv:
    for seed in [0, 1, 2]:
        for m in ["euclidean", "cosine"]:
            places = umap.UMAP(random_state=seed, metric=m).fit_transform(X)
            print("umap", m, seed, trustworthiness(X, places, n_neighbors=15, metric=m), file=sys.stderr)
    few = X[:900]
    print("t-SNE", trustworthiness(few, TSNE(random_state=0, max_iter=500).fit_transform(few), n_neighbors=15), file=sys.stderr)
json.dump(out, sys.stdout)
