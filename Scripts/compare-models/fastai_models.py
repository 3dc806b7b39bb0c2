"""Models of fastai, as learn.save writes them, imported by zoo: the same answers, or a refusal that says why.

Run: python Scripts/compare-models/fastai_models.py .build/release/zoo [FOLDER [GOLDENS]]   (fastai 2.8.12, torch 2.15.0)
Trains small models on generated data, saves each, and compares ratings, predictions, classes, and tokens written greedily.
Prints a line for each file, and exits with 1 where an answer differs by more than 1e-4. With FOLDER the files are kept there; with
GOLDENS the models without the optimiser's state, and the answers, are written for the tests.
"""
import base64
import contextlib
import io
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import pandas as pd
import torch
import fastai
from fastai.collab import CollabDataLoaders, collab_learner
from fastai.tabular.all import (Categorify, CategoryBlock, FillMissing, Normalize, RegressionBlock, TabularDataLoaders,
                                TabularPandas, tabular_config, tabular_learner)
from fastai.text.all import AWD_LSTM, awd_lstm_clas_config, awd_lstm_lm_config, language_model_learner, text_classifier_learner
from fastai.text.data import TextDataLoaders
from fastai.vision.all import ImageDataLoaders, resnet18, resnet34, vision_learner
from PIL import Image
from report import line

plain = lambda value: value.item() if hasattr(value, "item") else list(value)  # numbers of NumPy, lists of fastcore


def saved(learn, folder, name, vocabulary):
    """What learn.save writes, and beside it the JSON that the weights leave out."""
    path = folder / f"{name}.pth"
    learn.path, learn.model_dir = folder, "."
    learn.save(name)
    (folder / f"{name}.json").write_text(json.dumps(vocabulary, default=plain))
    return path


def collab(folder):
    rng = np.random.default_rng(1)
    users, items = rng.integers(100, 130, 1500), rng.integers(0, 25, 1500)
    frame = pd.DataFrame({"user": users, "title": [f"Film {i}" for i in items],
                          "rating": np.clip(np.round(3 + np.sin(users) + np.cos(items) + rng.normal(0, .5, 1500)), 1, 5)})
    dls = CollabDataLoaders.from_df(frame, item_name="title", bs=64, seed=1)
    for name, options, epochs in [("collab-new", dict(n_factors=3, y_range=(0, 5.5)), 0),
                                  ("collab", dict(n_factors=3, y_range=(0, 5.5)), 2),
                                  ("collab-linear", dict(n_factors=3), 1),
                                  ("collab-nn", dict(use_nn=True, layers=[6, 4], y_range=(0.5, 5.5)), 2),
                                  ("collab-nn-linear", dict(use_nn=True, layers=[5]), 1)]:
        torch.manual_seed(2)
        learn = collab_learner(dls, **options)
        if epochs:
            learn.fit(epochs, 5e-3)
        users, items = learn.dls.classes.values()
        path = saved(learn, folder, name, {"users": users, "items": items, "y_range": options.get("y_range"), "scale": [1, 5]})
        learn.model.eval()
        with torch.no_grad():
            pairs = torch.tensor([[1, i] for i in range(1, len(items))])
            scores = learn.model(pairs).flatten().tolist()
        yield path, ["recommend", "@", "--user", str(users[1]), "-n", "100"], dict(zip(list(items)[1:], scores))


def tabular(folder):
    rng = np.random.default_rng(3)
    n = 600
    frame = pd.DataFrame({"shop": rng.choice(["north", "south", "west"], n), "day": rng.integers(1, 8, n),
                          "open": rng.choice([True, False], n), "price": rng.normal(20, 5, n), "area": rng.normal(300, 80, n)})
    frame["sales"] = frame.price * 2 + frame.day * 3 + 10 * frame.open + rng.normal(0, 1, n)
    frame["size"] = np.where(frame.area > 320, "large", np.where(frame.area > 250, "middle", "small"))
    frame.loc[rng.random(n) < .1, "price"] = np.nan
    rows = frame.head(40).copy()
    rows.loc[3, "shop"] = "east"
    for name, config, layers, target, procs in [
            ("table", {}, [6, 4], "sales", [Categorify, FillMissing, Normalize]),
            ("table-range", dict(y_range=(0, 120)), [6], "sales", [Categorify, FillMissing, Normalize]),
            ("table-classes", dict(ps=.1, embed_p=.05), [6, 4], "size", [Categorify, FillMissing, Normalize]),
            ("table-norm-first", dict(lin_first=False), [6, 4], "size", [Categorify, FillMissing, Normalize]),
            ("table-without-norm", dict(use_bn=False, bn_cont=False), [6, 4], "sales", [Categorify, FillMissing]),
            ("table-norm-last", dict(bn_final=True), [6, 4], "sales", [Categorify, FillMissing, Normalize]),
            ("table-linear", {}, [], "sales", [Categorify, FillMissing, Normalize])]:
        torch.manual_seed(4)
        to = TabularPandas(frame, procs, cat_names=["shop", "day", "open"], cont_names=["price", "area"], y_names=target,
                           y_block=CategoryBlock() if target == "size" else RegressionBlock(), splits=(list(range(500)), list(range(500, n))))
        dls = to.dataloaders(bs=64)
        learn = tabular_learner(dls, layers=layers, config=tabular_config(**config))
        learn.fit(2, 5e-3)
        d = learn.dls
        said = {"classes": dict(d.classes), "cat_names": d.cat_names, "cont_names": d.cont_names, "target": d.y_names[0],
                "medians": d.procs.fill_missing.na_dict, "y_range": config.get("y_range")}
        if Normalize in procs:
            said |= {"means": d.procs.normalize.means, "stds": d.procs.normalize.stds}
        if target == "size":
            said["labels"] = d.vocab
        path = saved(learn, folder, name, said)
        rows.drop(columns=["sales", "size"]).to_csv(folder / f"{name}.csv", index=False)
        dl = learn.dls.test_dl(rows)
        answers, _ = learn.get_preds(dl=dl)
        yield path, ["predict", "@", "--input", str(folder / f"{name}.csv")], answers.tolist()


WORDS = "the a old young king queen man woman saw met loved left house river forest day night and then again".split()


def texts(count):
    rng = np.random.default_rng(5)
    made = [" ".join(rng.choice(WORDS, rng.integers(8, 30))) + "." for _ in range(count)]
    return [text for text in made if not text.endswith(" a.")]  # spaCy takes "a." for one word


def text(folder):
    frame = pd.DataFrame({"text": texts(300)})
    frame["label"] = ["royal" if "king" in t or "queen" in t else "plain" for t in frame.text]
    torch.manual_seed(6)
    dls = TextDataLoaders.from_df(frame, text_col="text", is_lm=True, seq_len=20, bs=16, seed=1)
    for name, config, epochs in [("language", dict(emb_sz=6, n_hid=8, n_layers=3), 3),
                                 ("language-new", dict(emb_sz=6, n_hid=8, n_layers=2), 0),
                                 ("language-untied", dict(emb_sz=6, n_hid=9, n_layers=2, tie_weights=False), 2),
                                 ("language-one", dict(emb_sz=6, n_hid=6, n_layers=1, out_bias=False), 2)]:
        torch.manual_seed(7)
        learn = language_model_learner(dls, AWD_LSTM, config={**awd_lstm_lm_config, **config}, pretrained=False, drop_mult=.2)
        if epochs:
            learn.fit(epochs, 2e-2)
        path = saved(learn, folder, name, learn.dls.vocab)
        tokens = [learn.dls.vocab.index(t) for t in ["xxbos", "the", "king"]]
        learn.model.eval()
        learn.model.reset()
        written, logs = [], []
        with torch.no_grad():
            state = torch.tensor([tokens])
            for _ in range(20):
                scores = torch.log_softmax(learn.model(state)[0][0, -1], -1)
                allowed = scores.clone()
                for i, t in enumerate(learn.dls.vocab):
                    if t in ("xxunk", "xxpad", "xxbos") or t.startswith("xxfake"):
                        allowed[i] = -1e9
                best = int(allowed.argmax())
                written.append(learn.dls.vocab[best])
                logs.append(float(scores[best]))
                state = torch.tensor([[best]])
        yield path, ["generate", "@", "--prompt", "the king", "--length", "20", "--temperature", "0"], {"tokens": written, "logs": logs}
    dls = TextDataLoaders.from_df(frame, text_col="text", label_col="label", seq_len=20, bs=16, seed=1)
    for name, options, epochs in [("classifier", {}, 3), ("classifier-new", {}, 0), ("classifier-head", dict(lin_ftrs=[10, 7], ps=[.1, .1]), 2)]:
        torch.manual_seed(8)
        learn = text_classifier_learner(dls, AWD_LSTM, config={**awd_lstm_clas_config, "emb_sz": 6, "n_hid": 8, "n_layers": 2},
                                        pretrained=False, seq_len=20, **options)
        if epochs:
            learn.fit(epochs, 2e-2)
        path = saved(learn, folder, name, learn.dls.vocab)
        given = texts(320)[300:]
        answers, _ = learn.get_preds(dl=learn.dls.test_dl(given))
        yield path, ["predict", "@", *[w for t in given for w in ("--text", t)]], {"labels": list(learn.dls.vocab[1]), "answers": answers.tolist()}


def vision(folder):
    rng = np.random.default_rng(9)
    files, labels = [], []
    for n in range(24):
        label = ["circle", "line", "noise"][n % 3]
        pixels = rng.integers(0, 255, (64, 64, 3)) * (.3 if label != "noise" else 1)
        pixels[20:44, 20:44] += 120 if label == "circle" else 0
        files.append(f"{label}{n}.png")
        labels.append(label)
        Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(folder / files[-1])
    dls = ImageDataLoaders.from_lists(folder, [folder / f for f in files], labels, valid_pct=.3, seed=1, bs=8, num_workers=0)
    (folder / "classes.txt").write_text("\n".join(dls.vocab))
    for name, arch, epochs in [("vision-resnet18", resnet18, 1), ("vision-resnet34-new", resnet34, 0)]:
        torch.manual_seed(10)
        learn = vision_learner(dls, arch, pretrained=False)
        if epochs:
            learn.fit(epochs, 1e-3)
        path = saved(learn, folder, name, dls.vocab)
        shown = [folder / f for f in files[:6]]
        probabilities, _ = learn.get_preds(dl=learn.dls.test_dl(shown))
        options = ["--arch", arch.__name__, "--classes", str(folder / "classes.txt"), "--pixels", "unit", "--size", "64"]
        yield path, ["predict", "@", "--top", "3", *map(str, shown)], {"labels": list(dls.vocab), "answers": probabilities.tolist()}, options


def exported(folder):
    """learn.export() writes a program."""
    frame = pd.DataFrame({"user": [1, 2, 3] * 20, "title": ["a", "b", "c", "d"] * 15, "rating": [1., 2, 3, 4, 5] * 12})
    learn = collab_learner(CollabDataLoaders.from_df(frame, item_name="title", bs=16), n_factors=3)
    learn.export(folder / "export.pkl")
    yield folder / "export.pkl", [], None, []


def difference(answer, expected):
    """The largest difference between what zoo says, as JSON, and what fastai says."""
    if "recommendations" in answer or "items" in answer:
        found = {r["title"]: r["score"] for r in answer.get("items", answer.get("recommendations"))}
        assert found.keys() == expected.keys(), (len(found), len(expected))
        return max(abs(found[k] - v) for k, v in expected.items())
    if "tokens" in answer:
        assert answer["tokens"] == expected["tokens"], (answer["tokens"], expected["tokens"])
        return float(np.abs(np.array(answer["log_probabilities"]) - expected["logs"]).max())
    if isinstance(expected, dict):
        found = [{p.get("label", p.get("class")): p["probability"] for p in row.get("probabilities") or row["top"]} for row in answer["predictions"]]
        return max(abs(f[label] - p) for f, row in zip(found, expected["answers"], strict=True)
                   for label, p in zip(expected["labels"], row, strict=True))
    width = len(expected[0])
    rows = [[float(p) for p in row[-width:]] for row in answer["predictions"]]
    return float(np.abs(np.array(rows) - np.array(expected)).max() / max(1, np.abs(expected).max()))


def golden(path, words, expected):
    """A model for the tests: without what the optimiser knows, which makes most of the file."""
    state = torch.load(path, weights_only=False)
    small = path.with_suffix(".small")
    # The older form takes a third of the room.
    torch.save({"model": state["model"], "opt": {}} if "opt" in state else state, small, _use_new_zipfile_serialization="new" in path.stem)
    table = path.with_suffix(".csv")
    return {"file": base64.b64encode(small.read_bytes()).decode(), "vocabulary": json.loads(path.with_suffix(".json").read_text()),
            "rows": table.read_text() if table.exists() else None, "expected": expected,
            "words": ["rows.csv" if w == str(table) else w for w in words]}


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    folder = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp()).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    home = tempfile.mkdtemp()
    run = lambda *words: subprocess.run([program, *words, "--home", home, "--json"], capture_output=True, text=True)
    failed, records = 0, {}
    print(f"fastai {fastai.__version__}, torch {torch.__version__}")
    for maker in (collab, tabular, text, vision, exported):
        made = maker(folder)
        while True:
            with contextlib.redirect_stdout(io.StringIO()):  # the tables of training
                path, words, expected, *options = next(made, (None, None, None))
            if path is None:
                break
            if not options:
                records[path.stem] = golden(path, words, expected)
            options = options[0] if options else ["--vocab", str(path.with_suffix(".json"))]
            imported = run("models", "import", str(path), *options, "--name", path.stem)
            if expected is None:
                reason = json.loads(imported.stderr)["error"]["message"]
                failed += line("fastai", path.name, "refused" if "learn.save" in reason else "OTHER", reason[-150:])
                continue
            answer = run(*[path.stem if w == "@" else w for w in words])
            try:
                assert imported.returncode == 0, imported.stderr
                assert answer.returncode == 0, answer.stderr
                worst = difference(json.loads(answer.stdout), expected)
                outcome, detail = "equal" if worst <= 1e-4 else "OTHER", f"{worst:.1e}"
            except (AssertionError, KeyError, ValueError) as error:
                outcome, detail = "OTHER", f"{type(error).__name__}: {str(error)[:300]}"
            failed += line("fastai", path.name, outcome, detail)
    if len(sys.argv) > 3:
        pathlib.Path(sys.argv[3]).write_text(json.dumps({"fastai": fastai.__version__, "torch": torch.__version__, "models": records}))
    sys.exit(1 if failed else 0)


main()
