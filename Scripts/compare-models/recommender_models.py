"""Recommenders of Surprise, implicit, LIBMF and RecBole, and modules of PyTorch, imported by zoo: the same scores.

Run: python Scripts/compare-models/recommender_models.py .build/release/zoo [FOLDER [GOLDENS]]
(scikit-surprise 1.1.5, implicit 0.7.3, libmf 0.9.2, recbole 1.2.1's names, torch 2.15.0)
Prints a line for each file, and exits with 1 where a score differs by more than 1e-4. With GOLDENS the files and the answers are written
for the tests.
"""
import base64
import ctypes
import json
import pathlib
import subprocess
import sys
import tempfile

import implicit
from libmf import mf as libmf
import numpy as np
import pandas as pd
import scipy.sparse
import surprise
import torch
from report import line

RNG = np.random.default_rng(1)
USERS, ITEMS = RNG.integers(0, 12, 160), RNG.integers(0, 15, 160)
RATINGS = np.clip(np.round(3 + np.sin(USERS) + np.cos(ITEMS) + RNG.normal(0, .5, 160)), 1, 5)
ALL = [f"--{side}" for side in ("users", "items")]


def of_surprise(folder):
    frame = pd.DataFrame({"user": [f"u{u}" for u in USERS], "item": [f"film {i}" for i in ITEMS], "rating": RATINGS}).drop_duplicates(["user", "item"])
    training = surprise.Dataset.load_from_df(frame, surprise.Reader(rating_scale=(1, 5))).build_full_trainset()
    for name, algorithm in [("svd", surprise.SVD(n_factors=4, n_epochs=5, random_state=1)),
                            ("svd-unbiased", surprise.SVD(n_factors=4, n_epochs=5, biased=False, random_state=1)),
                            ("svdpp", surprise.SVDpp(n_factors=3, n_epochs=3, random_state=1)),
                            ("nmf", surprise.NMF(n_factors=3, n_epochs=5, random_state=1)),
                            ("baseline", surprise.BaselineOnly(verbose=False)),
                            ("knn", surprise.KNNBasic(verbose=False))]:
        algorithm.fit(training)
        path = folder / f"surprise-{name}.dump"
        surprise.dump.dump(str(path), algo=algorithm)
        expected = None if name == "knn" else {i: algorithm.predict("u3", i).est for i in sorted(set(frame.item))}
        # A known user and an unknown item, the other way round, and neither known.
        unknown = [("u3", "none"), ("nobody", "film 2"), ("nobody", "none")]
        yield (path, [], ["recommend", "@", "--user", "u3", "-n", "100"], expected,
               expected and [[user, item, algorithm.predict(user, item).est] for user, item in unknown])


def of_implicit(folder):
    matrix = scipy.sparse.csr_matrix((np.ones(160, np.float32), (USERS, ITEMS)))
    (folder / "users.txt").write_text("".join(f"u{u}\n" for u in range(12)))
    (folder / "items.txt").write_text("".join(f"film {i}\tFilm {i}\n" for i in range(15)))
    for name, model in [("als", implicit.als.AlternatingLeastSquares(factors=4, iterations=3, random_state=1, alpha=2.0)),
                        ("bpr", implicit.bpr.BayesianPersonalizedRanking(factors=4, iterations=5, random_state=1)),
                        ("lmf", implicit.lmf.LogisticMatrixFactorization(factors=4, iterations=5, random_state=1))]:
        model.fit(matrix, show_progress=False)
        path = folder / f"implicit-{name}.npz"
        model.save(str(path))
        scores = model.item_factors @ model.user_factors[3]
        yield (path, ["--users", str(folder / "users.txt"), "--items", str(folder / "items.txt")],
               ["recommend", "@", "--user", "u3", "-n", "100"], {f"Film {i}": float(s) for i, s in enumerate(scores)})


def of_libmf(folder):
    table = np.stack([USERS, ITEMS, RATINGS], 1).astype(np.float32)
    for name, loss in [("libmf", 0), ("libmf-absolute", 1), ("libmf-kl", 2), ("libmf-ranking", 10)]:
        engine = libmf.MF(fun=loss, k=4, nr_iters=5, nr_threads=1, quiet=True, do_nmf=loss == 2)
        engine.fit(table)
        path = folder / f"{name}.txt"
        # mf_save_model, which mf-train calls, too; the Python package has no name for it.
        libmf.mf.mf_save_model(ctypes.byref(engine.model), str(path).encode())
        predicted = lambda pairs: engine.predict(np.asfortranarray(np.array(pairs, np.float32)))
        items = range(15)
        unknown = [(3, 99), (99, 2), (99, 99)]
        yield (path, [], ["recommend", "@", "--user", "3", "-n", "100"], {str(i): float(s) for i, s in zip(items, predicted([(3, i) for i in items]))},
               None if loss == 10 else [[str(u), str(i), float(s)] for (u, i), s in zip(unknown, predicted(unknown))])


def of_torch(folder):
    torch.manual_seed(1)
    users, items = torch.nn.Embedding(13, 4), torch.nn.Embedding(16, 4)
    # As RecBole's trainer writes a checkpoint of BPR.
    path = folder / "recbole.pth"
    torch.save({"epoch": 1, "cur_step": 0, "state_dict": {"user_embedding.weight": users.weight.data, "item_embedding.weight": items.weight.data},
                "other_parameter": None, "optimizer": {}}, path)
    (folder / "recbole.json").write_text(json.dumps({"users": ["[PAD]"] + [f"u{u}" for u in range(12)], "items": ["[PAD]"] + [f"film {i}" for i in range(15)]}))
    scores = (items.weight @ users.weight[4]).tolist()[1:]
    yield path, ["--vocab", str(folder / "recbole.json")], ["recommend", "@", "--user", "u3", "-n", "100"], {f"film {i}": s for i, s in enumerate(scores)}
    # A factorisation of one's own, by --map.
    path = folder / "own.pth"
    b = torch.randn(15)
    torch.save({"p.weight": users.weight.data[1:], "q.weight": items.weight.data[1:], "b": b}, path)
    (folder / "own.map").write_text("p.weight = user.weight\nq.weight = item.weight\nb = item_bias.weight\n")
    scores = (items.weight[1:] @ users.weight[4] + b).tolist()
    yield path, ["--map", str(folder / "own.map")], ["recommend", "@", "--user", "3", "-n", "100"], {str(i): s for i, s in enumerate(scores)}


class Model(torch.nn.Module):
    def __init__(self, kind, tokens, embedding, hidden, **options):
        super().__init__()
        self.emb = torch.nn.Embedding(tokens, embedding)
        self.rnn = getattr(torch.nn, kind)(embedding, hidden, batch_first=True, **options)
        self.fc = torch.nn.Linear(hidden, tokens)

    def forward(self, x):
        return self.fc(self.rnn(self.emb(x))[0])


def recurrent(folder):
    characters = list(" abcdefghijklmnopqrstuvwxyz.\n")
    words = ["<unk>", "<eos>"] + "the a king queen saw met and then left again".split()
    for name, kind, tokens, options in [("lstm", "LSTM", characters, dict(num_layers=2)), ("gru", "GRU", words, dict(num_layers=3)),
                                        ("rnn", "RNN", characters, {}), ("rnn-relu", "RNN", words, dict(nonlinearity="relu")),
                                        ("lstm-no-bias", "LSTM", words, dict(bias=False))]:
        torch.manual_seed(3)
        model = Model(kind, len(tokens), 5, 7, **options).eval()
        for p in model.parameters():
            p.data *= 2
        path = folder / f"{name}.pth"
        torch.save(model.state_dict(), path)
        said = {"tokens": tokens} | ({"nonlinearity": options.get("nonlinearity", "tanh")} if kind == "RNN" else {})
        (folder / f"{name}.json").write_text(json.dumps(said))
        prompt = "the king" if tokens is characters else "the king saw"
        read = [tokens.index(t) for t in (prompt if tokens is characters else prompt.split())]
        written, logs = [], []
        with torch.no_grad():
            for _ in range(15):
                scores = torch.log_softmax(model(torch.tensor([read]))[0, -1], -1)
                allowed = scores.clone()
                if tokens is words:
                    allowed[0] = -1e9
                read.append(int(allowed.argmax()))
                written.append(tokens[read[-1]])
                logs.append(float(scores[read[-1]]))
        yield path, ["--vocab", str(folder / f"{name}.json")], ["generate", "@", "--prompt", prompt, "--length", "15", "--temperature", "0"], {"tokens": written, "logs": logs}


def difference(answer, expected, number):
    if "tokens" in answer:
        assert answer["tokens"] == expected["tokens"], (answer["tokens"], expected["tokens"])
        return float(np.abs(np.array(answer["log_probabilities"]) - expected["logs"]).max())
    found = {r["title"]: r[number] for r in answer["items"]}
    assert found.keys() == expected.keys(), (sorted(found), sorted(expected))
    return max(abs(found[k] - v) for k, v in expected.items())


# Who has files of a kind.
PROGRAMS = {"surprise": "Surprise", "implicit": "implicit", "libmf": "LIBMF", "recbole": "RecBole"}


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    folder = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp()).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    home = tempfile.mkdtemp()
    run = lambda *words: subprocess.run([program, *words, "--home", home, "--json"], capture_output=True, text=True)
    failed, records = 0, {}
    for maker in (of_surprise, of_implicit, of_libmf, of_torch, recurrent):
        for path, options, words, expected, *unknown in maker(folder):
            records[path.name] = {
                "unknown": unknown[0] if unknown else None,
                "file": base64.b64encode(path.read_bytes()).decode(), "words": words, "expected": expected,
                "options": {o: pathlib.Path(f).read_text() for o, f in zip(options[::2], options[1::2])}}
            imported = run("models", "import", str(path), *options, "--name", path.stem)
            try:
                if expected is None:
                    assert imported.returncode == 1, imported.stdout
                    outcome, detail = "refused", json.loads(imported.stderr)["error"]["message"][-150:]
                else:
                    assert imported.returncode == 0, imported.stderr
                    answer = run(*[path.stem if w == "@" else w for w in words])
                    assert answer.returncode == 0, answer.stderr
                    # Surprise clips what it says to the scale, as ratings are shown here; the scores before keep the order.
                    worst = difference(json.loads(answer.stdout), expected, "rating" if "surprise" in path.name else "score")
                    outcome, detail = "equal" if worst <= 1e-4 else "OTHER", f"{worst:.1e}"
            except (AssertionError, KeyError, ValueError) as error:
                outcome, detail = "OTHER", f"{type(error).__name__}: {str(error)[:400]}"
            failed += line(PROGRAMS.get(path.stem.split("-")[0], "PyTorch"), path.name, outcome, detail)
    if len(sys.argv) > 3:
        pathlib.Path(sys.argv[3]).write_text(json.dumps({"models": records}))
    sys.exit(1 if failed else 0)


main()
