"""Models of every kind, written by zoo as ONNX, in onnxruntime: the same answers to 1e-4 on 100 inputs each.

Run: python Scripts/compare-models/onnx_models.py .build/release/zoo   (onnx 1.23.2, onnxruntime 1.32.0, numpy, Pillow)
Trains small models on generated data in a folder of its own. Prints one line a model, and exits with 1 where an answer differs
by more than 1e-4 (of the largest, where it is above 1), or onnx.checker refuses a file.
"""
import base64
import calendar
import csv
import datetime
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime
from PIL import Image

PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
GOLDENS = pathlib.Path(__file__).parents[2] / "Tests/ZooWorkflowsTests/Goldens"
RNG = np.random.default_rng(5)
COUNT = 100


class Home:
    def __init__(self, folder):
        self.folder = folder
        self.failures = self.models = 0

    def run(self, *words):
        done = subprocess.run([PROGRAM, *map(str, words), "--home", str(self.folder / "home"), "--quiet"],
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"zoo {' '.join(map(str, words))}: {done.stderr}{done.stdout}")
        return done.stdout

    def json(self, *words):
        return json.loads(self.run(*words, "--json"))

    def session(self, model, *options):
        path = self.folder / f"{model}.onnx"
        self.run("models", "export", model, "--output", path, "--replace", *options)
        loaded = onnx.load(path)
        onnx.checker.check_model(loaded, full_check=True)
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        session.about = session.get_modelmeta().custom_metadata_map
        return session

    def compare(self, what, wanted, found, inputs):
        wanted, found = np.asarray(wanted, np.float64), np.asarray(found, np.float64)
        off = np.abs(wanted - found) / np.maximum(1, np.abs(wanted))
        worst = float(off.max()) if off.size and off.shape == found.shape else float("nan")
        is_right = worst <= 1e-4
        self.models += 1
        self.failures += not is_right
        print("right" if is_right else "WRONG", f"{what}: {inputs} inputs, off by {worst:.1e}", flush=True)


def ratings(home, model, *options):
    """Pairs of users and items, unknown ones among them."""
    session = home.session(model, *options)
    users, items = (json.loads(session.about[f"vocab.{side}"]) for side in ("user", "item"))
    home.run("recommend", model, "--all", "--seen", "none", "-n", len(items), "--output", home.folder / "lists.csv", "--replace")
    known = {}
    with open(home.folder / "lists.csv", newline="") as file:
        for row in csv.DictReader(file):
            known[row["user"], row["item"]] = float(row["rating"])
    pairs = [list(known)[k] for k in RNG.choice(len(known), COUNT, replace=False)]
    found = session.run(["rating"], {"user": np.array([users.index(u) for u, _ in pairs]),
                                     "item": np.array([items.index(i) for _, i in pairs])})[0]
    home.compare(f"{model} {' '.join(options)}", [known[pair] for pair in pairs], found, COUNT)


def scores(home, model, low, high, *options):
    """Histories of people whom training did not see."""
    session = home.session(model, *options)
    items = json.loads(session.about["vocab.item"])
    history = np.zeros((COUNT, len(items)), np.float32)
    wanted = np.zeros(history.shape)
    for person in range(COUNT):
        rated = RNG.choice(len(items), RNG.integers(1, 30), replace=False)
        history[person, rated] = RNG.integers(low, high + 1, len(rated))
        path = home.folder / "own.csv"
        path.write_text("item,rating\n" + "".join(f'"{items[k]}",{history[person, k]:g}\n' for k in rated))
        answer = home.json("recommend", model, "--ratings", path, "--seen", "none", "-n", len(items))
        for entry in answer["items"]:
            wanted[person, items.index(entry["item"])] = entry["score"]
    home.compare(f"{model} {' '.join(options)}", wanted, session.run(["scores"], {"history": history})[0], COUNT)


def user_scores(home, model):
    session = home.session(model)
    users, items = (json.loads(session.about[f"vocab.{side}"]) for side in ("user", "item"))
    chosen = RNG.choice(len(users), COUNT, replace=False)
    wanted = np.zeros((COUNT, len(items)))
    for row, user in enumerate(chosen):
        for entry in home.json("recommend", model, "--user", users[user], "--seen", "none", "-n", len(items))["items"]:
            wanted[row, items.index(entry["item"])] = entry["score"]
    home.compare(model, wanted, session.run(["scores"], {"user": chosen})[0], COUNT)


def shops_and_people(path):
    """A table with every kind of column, some values of it missing or new."""
    with open(path, "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["id", "city", "day", "rooms", "height", "grade", "member", "price", "kind"])
        for row in range(3000):
            rooms, height = int(RNG.integers(1, 9)), float(RNG.normal(1.7, 0.2))
            city, grade = RNG.choice(["Ulm", "Köln", "Gera", "Bonn"]), RNG.choice([0.5, 1.5, 2.25])
            day = datetime.date(1999, 12, 20) + datetime.timedelta(int(RNG.integers(0, 9000)))
            member = bool(RNG.integers(2))
            price = np.exp(0.3 * rooms + height + 0.2 * (day.month == 12) + len(city) / 9 + RNG.normal(0, 0.1))
            kind = ["low", "middle", "high"][min(2, int(price / 40))]
            hide = lambda value: "" if RNG.random() < 0.03 else value
            out.writerow([row, hide(city), hide(day.isoformat()), hide(rooms), hide(f"{height:.4f}"), grade,
                          str(member).lower(), f"{price:.2f}", kind])


def columns(session, rows):
    """The values of rows as the graph takes them."""
    def number(text):
        if text.lower() in ("", "true", "false"):
            return float("nan") if text == "" else float(text.lower() == "true")
        if text[4:5] == "-":
            return float(calendar.timegm(datetime.date.fromisoformat(text).timetuple()))
        return float(text)
    values = {port.name: [row[port.name] for row in rows] for port in session.get_inputs()}
    return {port.name: np.array(values[port.name], object)[:, None] if port.type == "tensor(string)"
            else np.array([number(text) for text in values[port.name]])[:, None] for port in session.get_inputs()}


def table(home, model, path):
    session = home.session(model)
    rows = list(csv.DictReader(open(path, newline="")))
    rows = [rows[k] for k in RNG.choice(len(rows), COUNT, replace=False)]
    for row in rows[:10]:  # beyond what training had
        row.update(city="Oz", rooms="77", height="9.5", day="2031-02-28", grade="7")
    small = home.folder / "small.csv"
    with open(small, "w", newline="") as file:
        out = csv.DictWriter(file, rows[0])
        out.writeheader()
        out.writerows(rows)
    feeds = columns(session, rows)
    result = home.folder / "result.csv"
    home.run("predict", model, "--input", small, "--output", result, "--replace")
    answers = list(csv.DictReader(open(result, newline="")))
    if "classes" in session.about:
        classes = json.loads(session.about["classes"])
        wanted = [[float(row[f"p({name})"]) for name in classes] for row in answers]
        labels, found = session.run(["label", "probabilities"], feeds)
        assert [row[list(answers[0])[0]] for row in answers] == list(labels), "labels"
    else:
        wanted = [[float(list(row.values())[0])] for row in answers]
        found = session.run(["prediction"], feeds)[0]
    home.compare(model, wanted, found, COUNT)


def images(home, model, count=COUNT):
    session = home.session(model)
    prepared = json.loads(session.about["preprocessing"])
    classes, size = json.loads(session.about["vocab.class"]), prepared["size"]
    side = max(size, round(size * prepared["resize"]))
    start = (side - size) // 2 if (side - size) % 2 == 0 else None
    folder = home.folder / "images"
    folder.mkdir(exist_ok=True)
    [path.unlink() for path in folder.iterdir()]
    pixels = []
    for number in range(count):
        small = RNG.uniform(0, 255, (side // 4 + 1, side // 4 + 1, 3))
        image = np.rint(np.kron(small, np.ones((4, 4, 1)))[:side, :side]).astype(np.uint8)
        Image.fromarray(image).save(folder / f"{number:03}.png")
        assert start is not None, "an odd border"
        pixels.append(image[start:start + size, start:start + size].transpose(2, 0, 1))
    answers = home.json("predict", model, folder, "--top", len(classes))["predictions"]
    answers.sort(key=lambda answer: answer["file"])
    wanted = [[{share["class"]: share["probability"] for share in answer["top"]}[c] for c in classes] for answer in answers]
    pixels = np.array(pixels, np.float32)
    found = np.concatenate([session.run(["probabilities"], {"images": pixels[k:k + 10]})[0] for k in range(0, count, 10)])
    home.compare(model, wanted, found, count)


def language_model(home, model, prompt="the "):
    """The likeliest token after each, one step at a time, and the text read at once."""
    session = home.session(model)
    tokens = json.loads(session.about["vocab.token"])
    text = home.json("generate", model, "--prompt", prompt, "--temperature", "0", "--length", COUNT)["text"]
    text = text if text.startswith(prompt) else prompt + text
    numbers = [tokens.index(c) for c in text]
    states = {port.name: np.zeros([1, 1, port.shape[2]], np.float32) for port in session.get_inputs()[1:]}
    start, written, steps = dict(states), [], []
    for place, token in enumerate(numbers[:-1]):
        results = dict(zip([o.name for o in session.get_outputs()],
                           session.run(None, {"tokens": np.array([[token]]), **states})))
        states = {name: results["next_" + name] for name in states}
        steps.append(results["logits"][0, 0])
        if place + 1 >= len(prompt):
            written.append(int(np.argmax(steps[-1])))
    assert written == numbers[len(prompt):], (model, "another text")
    whole = session.run(["logits"], {"tokens": np.array([numbers[:-1]] * 2), **{k: np.repeat(v, 2, 1) for k, v in start.items()}})[0]
    home.compare(f"{model}: greedy text equal; steps against whole", steps, whole[1], len(written))


def text_classifier(home, model, texts):
    session = home.session(model)
    tokens, labels = (json.loads(session.about[f"vocab.{field}"]) for field in ("token", "label"))
    numbers = [[tokens.index(c) for c in text if c in tokens] for text in texts]
    batch = np.zeros((len(texts), max(map(len, numbers))), np.int64)
    for row, line in enumerate(numbers):
        batch[row, :len(line)] = line
    answers = []
    for text in texts:
        answer = home.json("predict", model, "--text", text)["predictions"][0]["probabilities"]
        answers.append([{share["label"]: share["probability"] for share in answer}[label] for label in labels])
    found = session.run(["probabilities"], {"tokens": batch, "lengths": np.array(list(map(len, numbers)))})[0]
    home.compare(model, answers, found, len(texts))


def recommenders(home):
    home.run("data", "import", "demo")
    for model in ["dot-bias", "neural", "bayesian", "features", "ease", "ials", "item-knn", "bpr", "blend"]:
        home.run("train", "collab", "--data", "demo", "--model", model, "--save", model)
    for model in ["dot-bias", "neural", "bayesian", "features"]:
        ratings(home, model)
    ratings(home, "blend", "--answer", "ratings")
    for model in ["ease", "ials", "item-knn", "blend"]:
        scores(home, model, 1, 5)
    user_scores(home, "bpr")


def tables(home):
    path = home.folder / "homes.csv"
    shops_and_people(path)
    home.run("data", "import", "csv", path, "--name", "homes")
    for target, drop, options in [("price", "kind", []), ("price", "kind", ["--log-target"]),
                                  ("price", "kind", ["--range", "0,500", "--members", "1"]), ("kind", "price", []),
                                  ("kind", "price", ["--members", "1"]), ("member", "id", [])]:
        model = "-".join(["table", target, *[o.strip("-").replace(",", "-") for o in options]])
        home.run("train", "tabular", "--data", "homes", "--target", target, "--ignore", f"{drop},id", "--epochs", "3",
                 "--categorical", "grade,rooms", "--save", model, *options)
        table(home, model, path)


def pictures(home):
    home.run("data", "import", "demo-images")
    for arch, side in [("resnet20-cifar", 32), ("resnet18", 64), ("resnet34", 64), ("resnet50", 64), ("resnet50-v1", 64),
                       ("mobilenet-v2", 64), ("mobilenet-v2-tf", 64), ("efficientnet-lite0", 64),
                       ("efficientnet-lite1", 64), ("efficientnet-lite2", 64), ("efficientnet-lite4", 64),
                       ("efficientnet-lite0-timm", 64), ("efficientnet-b0", 64), ("efficientnet-b0-tf", 64),
                       ("mobilenet-v3-small", 64), ("mobilenet-v3-large-timm", 64), ("mobilenet-v3-small-tf", 64),
                       ("convnext-atto", 64), ("convnextv2-femto", 64), ("resnet18d", 72), ("resnet26d", 72),
                       ("resnet18-fastai", 64), ("resnet50-fastai", 64)]:
        home.run("train", "vision", "--data", "shapes", "--arch", arch, "--size", side, "--epochs", "1", "--batch-size", "64",
                 "--lr", "0.001", "--save", arch)
        images(home, arch)
    images(home, "cifar10-resnet")


def texts(home):
    home.run("data", "import", "demo-text", "--name", "tales")
    for cell in ["lstm", "gru", "rnn"]:
        home.run("train", "text", "--data", "tales", "--cell", cell, "--hidden", "48", "--epochs", "1", "--save", cell)
        language_model(home, cell)
    language_model(home, "nietzsche-lstm", "what is truth")

    words = {"good": "bright kind warm merry".split(), "bad": "dark cold grim bitter".split()}
    labelled = [(label, " ".join(RNG.choice(list(words[label]) + ["the", "day", "was"], RNG.integers(2, 12))))
             for label in RNG.choice(["good", "bad"], 400)]
    path = home.folder / "texts.csv"
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows([["label", "text"], *labelled])
    home.run("data", "import", "csv", path, "--name", "moods")
    for cell in ["lstm", "gru"]:
        home.run("train", "text-classifier", "--encoder", cell, "--sql", "SELECT text, label FROM zoo_data_moods",
                 "--epochs", "2", "--save", "classifier-" + cell)
        text_classifier(home, "classifier-" + cell, [text for _, text in labelled[:COUNT]])


def others(home):
    """Models of other programs, as the tests have them, against what those programs answered."""
    for golden in ("fastai", "keras-text", "recommender"):
        for name, model in json.loads((GOLDENS / f"{golden}-models.json").read_text())["models"].items():
            if model["expected"]:
                other(home, name, model)


def other(home, name, model):
    path = home.folder / (name if "." in name else name + ".pth")
    path.write_bytes(base64.b64decode(model["file"]))
    options = []
    for option, text in {**model.get("options", {}), "--vocab": model.get("options", {}).get("--vocab")
                         or model.get("vocabulary") and json.dumps(model["vocabulary"])}.items():
        if text:
            (home.folder / f"for{option}").write_text(text)
            options += [option, home.folder / f"for{option}"]
    home.run("models", "import", path, "--name", "other", "--replace", *options)
    session, expected, words = home.session("other"), model["expected"], model["words"]
    config, inputs = json.loads(session.about["config"]), [port.name for port in session.get_inputs()]
    if inputs[0] == "history":
        users, items = (json.loads(session.about[f"vocab.{side}"]) for side in ("user", "item_label"))
        feeds = {"history": np.zeros((1, len(items)), np.float32), "user": np.array([users.index(words[words.index("--user") + 1])])}
        found = session.run(["scores"], feeds)[0][0]
        home.compare(name, list(expected.values()), [found[items.index(title)] for title in expected], len(expected))
    elif inputs[0] == "user":
        users, items = (json.loads(session.about[f"vocab.{side}"]) for side in ("user", "item"))
        titles = [title for title in items if title in expected] or sorted(expected)
        found = session.run(["rating"], {"user": np.full(len(titles), users.index(words[words.index("--user") + 1])),
                                         "item": np.array([items.index(title) for title in titles])})[0]
        wanted = np.clip([expected[title] for title in titles], config["ratingMinimum"], config["ratingMaximum"])
        home.compare(name, wanted, found, len(titles))
        for user, item, rating in model.get("unknown") or []:
            place = {"user": np.array([users.index(user) if user in users else -1]),
                     "item": np.array([items.index(item) if item in items else -1])}
            home.compare(f"{name}: {user}, {item}", [rating], session.run(["rating"], place)[0], 1)
    elif model.get("rows"):
        rows = list(csv.DictReader(model["rows"].splitlines()))
        found = session.run(["probabilities" if "classes" in session.about else "prediction"], columns(session, rows))[0]
        home.compare(name, expected, found, len(rows))
    else:
        tokens = json.loads(session.about["vocab.token"])

        def numbers(text):
            if session.about["tokenizer"] == "char":
                return [tokens.index(c) for c in text]
            found = re.findall(r"\w+" if session.about["tokenizer"] == "bare-words" else r"\w+|[.,!]", text.lower())
            unknown = [tokens.index(token) for token in ("xxunk", "[UNK]", "<unk>") if token in tokens]
            start = [tokens.index("xxbos")] if "xxbos" in tokens else []
            return start + [tokens.index(word) if word in tokens else unknown[0] for word in found]

        if inputs[1] == "lengths":
            texts = [numbers(words[k + 1]) for k, word in enumerate(words) if word == "--text"]
            batch = np.zeros((len(texts), max(map(len, texts))), np.int64)
            for row, text in enumerate(texts):
                batch[row, :len(text)] = text
            found = session.run(["probabilities"], {"tokens": batch, "lengths": np.array(list(map(len, texts)))})[0]
            order = [json.loads(session.about["vocab.label"]).index(label) for label in expected["labels"]]
            home.compare(name, expected["answers"], found[:, order], len(texts))
            return
        prompt = numbers(words[words.index("--prompt") + 1])
        text = prompt + [tokens.index(token) for token in expected["tokens"]]
        states = {port.name: np.zeros([1, 1, port.shape[2]], np.float32) for port in session.get_inputs()[1:]}
        logits = session.run(["logits"], {"tokens": np.array([text[:-1]]), **states})[0][0, len(prompt) - 1:]
        logs = logits - np.log(np.exp(logits).sum(1, keepdims=True))
        home.compare(name, expected["logs"], logs[range(len(logs)), text[len(prompt):]], len(logs))


def main():
    with tempfile.TemporaryDirectory() as name:
        home = Home(pathlib.Path(name))
        for part in (recommenders, tables, pictures, texts, others):
            if len(sys.argv) < 3 or part.__name__ in sys.argv[2:]:
                part(home)
        print(f"onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__}: {home.models} models, {home.failures} wrong")
        sys.exit(home.failures > 0)


if __name__ == "__main__":
    main()
