"""Keras models of texts imported by zoo: the same answers, or a refusal that names the layer.

Run: KERAS_BACKEND=torch python Scripts/compare-models/keras_text_models.py .build/release/zoo [FOLDER [GOLDENS]]
(keras 3.15.1, or tensorflow 2.15.1)
Saves each model as .keras and .h5, prints a line for each file, and exits with 1 where an answer differs by more than 1e-4. With
GOLDENS the .keras files and the answers are written for the tests.
"""
import base64
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import zipfile

import numpy as np
from report import line

try:
    import tensorflow as tf
    keras = tf.keras
except ImportError:
    import keras

L = keras.layers
VERSION = getattr(keras, "__version__", None) or tf.__version__
CHARACTERS = list(" abcdefghijklmnopqrstuvwxyz.")
WORDS = ["", "[UNK]"] + "the a king queen saw met and then left again".split()
TEXTS = ["The king saw the queen, and left.", "a queen", "then the unknown king met a king again!"]


def filled(model):
    rng = np.random.default_rng(1)
    model.set_weights([rng.normal(0, .6, w.shape).astype(np.float32) for w in model.get_weights()])
    return model


def language(*layers, tokens=CHARACTERS):
    return filled(keras.Sequential([keras.Input((None,)), L.Embedding(len(tokens), 5), *layers]))


def classifier(*layers, mask=True):
    return filled(keras.Sequential([keras.Input((None,)), L.Embedding(len(WORDS), 5, mask_zero=mask), *layers]))


def functional(*layers, length=None, mask=True):
    x = keras.Input((length,))
    y = L.Embedding(len(WORDS), 4, mask_zero=mask, name="words")(x)
    for layer in layers:
        y = layer(y)
    return filled(keras.Model(x, L.Dense(3, activation="softmax", name="classes")(L.Dropout(.2)(y))))


def vectorized(length, *layers):
    """A model that takes the texts themselves; only with TensorFlow."""
    cut = L.TextVectorization(vocabulary=WORDS[2:], output_sequence_length=length)
    return filled(keras.Sequential([keras.Input((1,), dtype="string"), cut, L.Embedding(len(WORDS), 5, mask_zero=True), *layers]))


def both(layer, merge="concat"):
    return L.Bidirectional(layer, merge_mode=merge)


def every(kind, units, **options):
    return kind(units, return_sequences=True, **options)


V = len(CHARACTERS)
MODELS = {
    "lstm": (lambda: language(L.LSTM(6, return_sequences=True), L.LSTM(7, return_sequences=True), L.Dense(V)), CHARACTERS, None),
    "gru": (lambda: language(L.GRU(6, return_sequences=True), L.Dense(V, activation="softmax")), CHARACTERS, None),
    "rnn": (lambda: language(L.SimpleRNN(6, return_sequences=True), L.Dense(V)), CHARACTERS, None),
    "last-step": (lambda: language(L.LSTM(6), L.Dense(V, activation="softmax")), CHARACTERS, None),
    "words": (lambda: language(L.GRU(6, return_sequences=True), L.Dense(len(WORDS)), tokens=WORDS), WORDS, None),
    "yes-or-no": (lambda: classifier(L.LSTM(6), L.Dense(1, activation="sigmoid")), WORDS, ["bad", "good"]),
    "classes": (lambda: classifier(L.LSTM(6), L.Dense(8, activation="relu"), L.Dropout(.3), L.Dense(3, activation="softmax")), WORDS, list("abc")),
    "mean": (lambda: classifier(L.GRU(6, return_sequences=True), L.GlobalAveragePooling1D(), L.Dense(3)), WORDS, list("abc")),
    "greatest": (lambda: classifier(L.GRU(6, return_sequences=True), L.GlobalMaxPooling1D(), L.Dense(3), mask=False), WORDS, list("abc")),
    "functional-mask": (lambda: functional(every(L.GRU, 6, name="lower"), L.GRU(6, name="upper")), WORDS, list("abc")),
    "functional-both-ways": (lambda: functional(both(every(L.LSTM, 5)), L.GlobalAveragePooling1D()), WORDS, list("abc")),
    "filled": (lambda: functional(L.LSTM(6), length=20), WORDS, list("abc")),
    "filled-both-ways": (lambda: functional(both(every(L.GRU, 4)), both(L.GRU(5), "mul"), length=20), WORDS, list("abc")),
    "both-ways": (lambda: classifier(both(L.LSTM(6)), L.Dense(3, activation="softmax")), WORDS, list("abc")),
    "both-ways-sum": (lambda: classifier(both(L.GRU(6), "sum"), L.Dense(1, activation="sigmoid")), WORDS, ["bad", "good"]),
    "both-ways-stacked": (lambda: classifier(both(every(L.LSTM, 6)), L.Dropout(.2), both(L.LSTM(4)), L.Dense(8, activation="relu"), L.Dense(3)), WORDS, list("abc")),
    "both-ways-below": (lambda: classifier(both(every(L.GRU, 5), "ave"), L.GRU(6), L.Dense(3)), WORDS, list("abc")),
    "both-ways-above": (lambda: classifier(every(L.LSTM, 4), both(L.LSTM(6), "sum"), L.Dense(3), mask=False), WORDS, list("abc")),
    "both-ways-mean": (lambda: classifier(both(every(L.LSTM, 6), "mul"), L.GlobalAveragePooling1D(), L.Dense(3)), WORDS, list("abc")),
    "both-ways-greatest": (lambda: classifier(both(every(L.GRU, 6)), L.GlobalMaxPooling1D(), L.Dense(3), mask=False), WORDS, list("abc")),
    "both-ways-plain": (lambda: classifier(both(L.SimpleRNN(5)), L.Dense(3)), WORDS, list("abc")),
    "refused-both-ways-language": (lambda: language(both(every(L.LSTM, 6)), L.Dense(V)), CHARACTERS, None),
    "refused-filled-without-mask": (lambda: functional(L.LSTM(6), length=20, mask=False), WORDS, list("abc")),
    "refused-first-token": (lambda: filled(keras.Sequential([keras.Input((None,)), L.Embedding(V, 5, mask_zero=True), every(L.LSTM, 6), L.Dense(V)])), CHARACTERS, None),
    "refused-greatest-mask": (lambda: classifier(every(L.GRU, 6), L.GlobalMaxPooling1D(), L.Dense(3)), WORDS, list("abc")),
    "refused-reset-before": (lambda: classifier(L.GRU(6, reset_after=False), L.Dense(3)), WORDS, list("abc")),
    "refused-activation": (lambda: classifier(L.LSTM(6, activation="relu"), L.Dense(3)), WORDS, list("abc")),
    "refused-attention": (lambda: classifier(L.LSTM(6, return_sequences=True), L.LayerNormalization(), L.LSTM(4), L.Dense(3)), WORDS, list("abc")),
    "refused-softsign": (lambda: classifier(L.LSTM(6), L.Dense(4, activation="softsign"), L.Dense(3)), WORDS, list("abc")),
}


if "tf" in globals():
    MODELS["texts"] = lambda: vectorized(None, L.LSTM(6), L.Dense(3, activation="softmax")), WORDS, list("abc")
    MODELS["texts-cut"] = lambda: vectorized(4, both(L.LSTM(6)), L.Dense(3, activation="softmax")), WORDS, list("abc")

GOLDENS = ["lstm", "gru", "rnn", "words", "yes-or-no", "classes", "mean", "functional-mask", "functional-both-ways", "filled-both-ways",
           "both-ways", "both-ways-sum", "both-ways-stacked", "both-ways-below", "both-ways-above", "both-ways-mean", "both-ways-greatest",
           "refused-reset-before", "refused-both-ways-language", "refused-filled-without-mask", "refused-first-token"]


def packed(path):
    """The archive with its members deflated, for the tests."""
    result = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return result.getvalue()


def answers(model, tokens, labels):
    if labels is None:
        prompt = "the king" if tokens is CHARACTERS else "the king saw"
        read = [tokens.index(t) for t in (prompt if tokens is CHARACTERS else prompt.split())]
        written, logs = [], []
        for _ in range(12):
            scores = np.asarray(model.predict(np.array([read]), verbose=0))[0]
            scores = scores if scores.ndim == 1 else scores[-1]
            if not np.allclose(scores.sum(), 1, atol=1e-4) or scores.min() < 0:
                scores = np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum()
            allowed = scores.copy()
            if tokens is WORDS:
                allowed[:2] = -1
            read.append(int(allowed.argmax()))
            written.append(tokens[read[-1]])
            logs.append(float(np.log(scores[read[-1]])))
        return ["generate", "@", "--prompt", prompt, "--length", "12", "--temperature", "0"], {"tokens": written, "logs": logs}
    rows = []
    for text in TEXTS:
        bare = "".join(c for c in text.lower() if c not in "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'")
        ids = [WORDS.index(w) if w in WORDS else 1 for w in bare.split()]
        ids += [0] * ((model.input_shape[1] or 0) - len(ids))  # filled up behind
        given = np.array([[text]], object) if model.input_shape[1] == 1 else np.array([ids])
        out = np.asarray(model.predict(tf.constant(given) if given.dtype == object else given, verbose=0))[0].astype(float)
        if len(out) == 1:
            out = np.array([1 - out[0], out[0]])
        elif not np.allclose(out.sum(), 1, atol=1e-4) or out.min() < 0:
            out = np.exp(out - out.max()) / np.exp(out - out.max()).sum()
        rows.append(out.tolist())
    return ["predict", "@", *[w for t in TEXTS for w in ("--text", t)]], {"labels": labels, "answers": rows}


def difference(answer, expected):
    if "tokens" in answer:
        assert answer["tokens"] == expected["tokens"], (answer["tokens"], expected["tokens"])
        return float(np.abs(np.array(answer["log_probabilities"]) - expected["logs"]).max())
    found = [{p["label"]: p["probability"] for p in row["probabilities"]} for row in answer["predictions"]]
    return max(abs(f[label] - p) for f, row in zip(found, expected["answers"], strict=True) for label, p in zip(expected["labels"], row, strict=True))


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    folder = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp()).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    home = tempfile.mkdtemp()
    run = lambda *words: subprocess.run([program, *words, "--home", home, "--json"], capture_output=True, text=True)
    failed, records = 0, {}
    for name, (make, tokens, labels) in MODELS.items():
        keras.backend.clear_session()
        model = make()
        said = {"tokens": tokens, "tokenizer": "char" if tokens is CHARACTERS else "bare-words", "labels": labels}
        (folder / "said.json").write_text(json.dumps(said))
        words, expected = answers(model, tokens, labels)
        if name.startswith("refused"):
            expected = None
        for ending in ("keras", "h5"):
            path = folder / f"{name}.{ending}"
            try:
                model.save(path)
            except NotImplementedError as error:  # Keras 2.15 has no TextVectorization in .h5.
                print("not saved", path.name, str(error)[:60])
                continue
            if ending == "keras" and name in GOLDENS:
                records[path.name] = {"file": base64.b64encode(packed(path)).decode(), "vocabulary": said, "words": words, "expected": expected}
            imported = run("models", "import", str(path), "--vocab", str(folder / "said.json"), "--name", name, "--replace")
            try:
                if expected is None:
                    assert imported.returncode == 1, imported.stdout
                    outcome, detail = "refused", json.loads(imported.stderr)["error"]["message"][-150:]
                else:
                    assert imported.returncode == 0, imported.stderr
                    answer = run(*[name if w == "@" else w for w in words])
                    assert answer.returncode == 0, answer.stderr
                    worst = difference(json.loads(answer.stdout), expected)
                    outcome, detail = "equal" if worst <= 1e-4 else "OTHER", f"{worst:.1e}"
            except (AssertionError, KeyError, ValueError) as error:
                outcome, detail = "OTHER", f"{type(error).__name__}: {str(error)[:400]}"
            failed += line(f"Keras {VERSION}", path.name, outcome, detail)
    if len(sys.argv) > 3:
        pathlib.Path(sys.argv[3]).write_text(json.dumps({"keras": VERSION, "models": records}))
    sys.exit(1 if failed else 0)


main()
