"""Weights that zoo exports, loaded into plain modules of PyTorch: the same answers to 1e-4 on 100 inputs each.

Run: python Scripts/compare-models/exports.py .build/release/zoo   (torch 2.15.0, torchvision 0.29.2, timm 1.0.31, safetensors
0.8.0, h5py 3.16.0, onnx 1.23.2, onnxruntime 1.32.0). The answers of zoo are those of its ONNX files, which onnx_models.py
compares with the program. Every model is read from .safetensors, .npz and .h5, which hold the same arrays.
"""
import json
import sys
import tempfile
import pathlib

import h5py
import numpy as np
import safetensors.numpy
import safetensors.torch
import timm
import torch
import torchvision
from torch import nn

from onnx_models import COUNT, RNG, Home, shops_and_people


def arrays(home, model):
    """The weights by name, from each of the three formats."""
    folder = home.folder / "export"
    folder.mkdir(exist_ok=True)
    for ending in ("safetensors", "npz", "h5"):
        home.run("models", "export", model, "--output", folder / f"weights.{ending}", "--replace")
    found = safetensors.numpy.load_file(folder / "weights.safetensors")
    found = {name: value for name, value in found.items() if not name.startswith("statistics.")}
    other = np.load(folder / "weights.npz")
    with h5py.File(folder / "weights.h5") as file:
        stored = {}
        file["weights"].visititems(lambda name, item: stored.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    assert set(stored) == set(found), set(stored) ^ set(found)
    for name, value in found.items():
        assert np.array_equal(value, other[name]) and np.array_equal(value, stored[name]), name
    return {name: torch.from_numpy(value.copy()) for name, value in found.items()}


def check(home, model, module, state, feeds, output, run, strict=True):
    """Loads a module and compares its answers with those of the model's ONNX file."""
    module.load_state_dict(state, strict=strict)
    module.eval()
    wanted = home.session(model).run([output], feeds)[0]
    with torch.no_grad():
        found = run(module).numpy()
    home.compare(f"{model} in {type(module).__name__}", wanted, found, COUNT)


class Residual(nn.Module):
    """torchvision's ResNet with the stem and the depths that zoo's networks for small images have."""
    def __init__(self, depths, widths, classes):
        super().__init__()
        block = torchvision.models.resnet.BasicBlock
        self.conv1, self.bn1 = nn.Conv2d(3, widths[0], 3, padding=1, bias=False), nn.BatchNorm2d(widths[0])
        inputs = widths[0]
        for stage, (depth, width) in enumerate(zip(depths, widths), 1):
            blocks = []
            for index in range(depth):
                stride = 2 if stage > 1 and index == 0 else 1
                around = None if stride == 1 and inputs == width else nn.Sequential(
                    nn.Conv2d(inputs, width, 1, stride, bias=False), nn.BatchNorm2d(width))
                blocks.append(block(inputs, width, stride, around))
                inputs = width
            setattr(self, f"layer{stage}", nn.Sequential(*blocks))
        self.stages, self.fc = len(depths), nn.Linear(inputs, classes)

    def forward(self, x):
        x = self.bn1(self.conv1(x)).relu()
        for stage in range(1, self.stages + 1):
            x = getattr(self, f"layer{stage}")(x)
        return self.fc(x.mean((2, 3)))


class Ratings(nn.Module):
    """A dot-bias model; fastai's EmbeddingDotBias is the same with row 0 for others and no global_bias."""
    def __init__(self, state, low, high):
        super().__init__()
        size = lambda name: nn.Embedding(*state[name + ".weight"].shape)
        self.user, self.item, self.user_bias, self.item_bias = map(size, ["user", "item", "user_bias", "item_bias"])
        self.global_bias, self.low, self.high = nn.Parameter(torch.zeros(1)), low, high

    def forward(self, user, item):
        z = (self.user(user) * self.item(item)).sum(1) + self.user_bias(user)[:, 0] + self.item_bias(item)[:, 0]
        return self.low + (self.high - self.low) * torch.sigmoid(z + self.global_bias)


class Neural(nn.Module):
    def __init__(self, state, low, high):
        super().__init__()
        self.user, self.item = (nn.Embedding(*state[f"{side}.weight"].shape) for side in ("user", "item"))
        sizes = [state[f"layers.{k}.weight"].shape for k in range(sum(name.endswith("bias") for name in state))]
        self.layers = nn.ModuleList([nn.Linear(inputs, outputs) for outputs, inputs in sizes])
        self.low, self.high = low, high

    def forward(self, user, item):
        x = torch.cat([self.user(user), self.item(item)], 1)
        for layer in self.layers[:-1]:
            x = layer(x).relu()
        return self.low + (self.high - self.low) * torch.sigmoid(self.layers[-1](x)[:, 0])


class Hidden(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.linear, self.norm = nn.Linear(inputs, outputs, bias=False), nn.BatchNorm1d(outputs)

    def forward(self, x):
        return self.norm(self.linear(x).relu())


class Table(nn.Module):
    """The first network of a model of a table: codes of categories, and numbers as zoo standardises them."""
    def __init__(self, sizes):
        super().__init__()
        self.embeddings = nn.ModuleList([nn.Embedding(t["count"], t["width"]) for t in sizes["tables"]])
        width = sum(t["width"] for t in sizes["tables"]) + sizes["continuous"]
        self.continuous_norm = nn.BatchNorm1d(sizes["continuous"])
        hidden = [width, *sizes["hidden"]]
        self.layers = nn.ModuleList([Hidden(*pair) for pair in zip(hidden, hidden[1:])])
        self.output = nn.Linear(hidden[-1], sizes["outputs"])

    def forward(self, codes, numbers):
        x = torch.cat([table(codes[:, k]) for k, table in enumerate(self.embeddings)] + [self.continuous_norm(numbers)], 1)
        for layer in self.layers:
            x = layer(x)
        return self.output(x)


class Text(nn.Module):
    def __init__(self, kind, sizes):
        super().__init__()
        self.encoder = nn.Embedding(sizes["vocabularySize"], sizes["embeddingSize"])
        inputs, self.layers = sizes["embeddingSize"], nn.ModuleList()
        for _ in range(sizes["layerCount"]):
            self.layers.append(kind(inputs, sizes["hiddenSize"]))
            inputs = sizes["hiddenSize"]
        self.decoder = nn.Linear(inputs, sizes["vocabularySize"])

    def outputs(self, tokens):
        x = self.encoder(tokens)
        for layer in self.layers:
            x = layer(x)[0]
        return x

    def forward(self, tokens):  # [time, batch]
        return self.decoder(self.outputs(tokens))


class Classifier(nn.Module):
    def __init__(self, kind, sizes, classes):
        super().__init__()
        self.encoder = Text(kind, sizes)
        size = 3 * sizes["hiddenSize"]
        self.head = nn.Sequential(nn.BatchNorm1d(size), nn.Dropout(), nn.Linear(size, 50), nn.ReLU(), nn.BatchNorm1d(50),
                                  nn.Dropout(), nn.Linear(50, classes))

    def forward(self, texts):
        pooled = []
        for text in texts:
            x = self.encoder.outputs(torch.tensor(text)[:, None])[:, 0]
            pooled.append(torch.cat([x[-1], x.max(0).values, x.mean(0)]))
        return self.head(torch.stack(pooled)).softmax(1)


KINDS = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


def images(home):
    home.run("data", "import", "demo-images")
    timm_names = {"efficientnet-lite0": "tf_efficientnet_lite0", "efficientnet-lite1": "tf_efficientnet_lite1",
                  "efficientnet-lite2": "tf_efficientnet_lite2", "efficientnet-lite4": "tf_efficientnet_lite4",
                  "efficientnet-lite0-timm": "efficientnet_lite0", "resnet26": "resnet26", "resnet18d": "resnet18d",
                  "resnet26d": "resnet26d", "convnext-atto": "convnext_atto"}
    makers = {"resnet18": torchvision.models.resnet18, "resnet34": torchvision.models.resnet34,
              "resnet50": torchvision.models.resnet50, "mobilenet-v2": torchvision.models.mobilenet_v2,
              **timm_names}
    without_folder = {
        "resnet20-cifar": lambda num_classes: Residual([3, 3, 3], [16, 32, 64], num_classes),
        "efficientnet-b0": torchvision.models.efficientnet_b0, "mobilenet-v3-small": torchvision.models.mobilenet_v3_small,
        "convnextv2-atto": lambda num_classes: timm.create_model("convnextv2_atto", conv_mlp=True, num_classes=num_classes)}
    for arch, maker in {**makers, **without_folder}.items():
        home.run("train", "vision", "--data", "shapes", "--arch", arch, "--size", 64, "--epochs", 1, "--batch-size", 64,
                 "--lr", "0.001", "--save", arch)
        state = arrays(home, arch)
        home.run("models", "export", arch, "--output", home.folder / "export/model.safetensors", "--replace")
        session = home.session(arch)
        normalization = json.loads(session.about["preprocessing"])["normalization"]
        classes = len(json.loads(session.about["vocab.class"]))
        pixels = RNG.uniform(0, 255, (COUNT, 3, 64, 64)).astype(np.float32)
        mean, deviation = (np.array(normalization[key], np.float32)[:, None, None] for key in ("mean", "deviation"))
        prepared = torch.from_numpy((pixels - mean) / deviation)
        module = timm.create_model(maker, num_classes=classes) if isinstance(maker, str) else maker(num_classes=classes)
        if isinstance(maker, str):
            state = dict(safetensors.torch.load_file(home.folder / "export/model.safetensors"))
        check(home, arch, module, state, {"images": pixels}, "logits", lambda m: m(prepared))
        if arch in makers:
            whole = timm.create_model(f"local-dir:{home.folder / 'export'}", pretrained=True).eval()
            with torch.no_grad():
                home.compare(f"{arch} by timm's config.json", session.run(["logits"], {"images": pixels})[0],
                             whole(prepared).numpy(), COUNT)
            config = timm.data.resolve_data_config(model=whole)
            assert np.allclose(np.array(config["mean"]) * 255, normalization["mean"], atol=1e-3), config
            assert whole.pretrained_cfg["label_names"] == json.loads(session.about["vocab.class"])


def recommenders(home):
    home.run("data", "import", "demo")
    for name, kind in [("dot-bias", Ratings), ("neural", Neural)]:
        home.run("train", "collab", "--data", "demo", "--model", name, "--save", name)
        state = arrays(home, name)
        deviations = state.pop("item_bias.deviation", None)
        assert (deviations is not None) == (name == "dot-bias")
        session = home.session(name)
        limits = json.loads(session.about["config"])["range"]
        user = RNG.integers(0, len(state["user.weight"]), COUNT)
        item = RNG.integers(0, len(state["item.weight"]), COUNT)
        low, high = (json.loads(session.about["config"])[key] for key in ("ratingMinimum", "ratingMaximum"))
        check(home, name, kind(state, limits["lower"], limits["upper"]), state, {"user": user, "item": item}, "rating",
              lambda m: m(torch.from_numpy(user), torch.from_numpy(item)).clip(low, high))


def tables(home):
    path = home.folder / "homes.csv"
    shops_and_people(path)
    home.run("data", "import", "csv", path, "--name", "homes")
    home.run("train", "tabular", "--data", "homes", "--target", "kind", "--ignore", "price,id,day,member", "--epochs", "2",
             "--members", "1", "--save", "table")
    state = arrays(home, "table")
    session = home.session("table")
    about = json.loads(session.about["config"])
    features = about["features"]
    # One value of each category and number: what the code of a value is, the vocabularies say.
    feeds, codes, numbers = {}, [], []
    for category in features["categories"]:
        if "missing" in category["values"]:
            codes.append(np.ones(COUNT, int))  # nothing is missing below
            continue
        labels = json.loads(session.about[f"vocab.{category['name']}"])
        chosen = RNG.integers(2 if category["hasMissing"] else 1, len(labels), COUNT)
        codes.append(chosen)
        is_text = next(p.type for p in session.get_inputs() if p.name == category["column"]) == "tensor(string)"
        values = [labels[k] for k in chosen]
        feeds[category["column"]] = np.array(values, object if is_text else float)[:, None]
    for number in features["continuous"]:
        column = number["column"]
        values = feeds[column][:, 0] if column in feeds else RNG.uniform(number["minimum"], number["maximum"], COUNT)
        feeds[column] = values[:, None]
        standard = (values - number["mean"]) / number["deviation"]
        limit = number.get("limit")
        numbers.append(standard / np.sqrt(1 + (standard / limit) ** 2) if limit else standard)
    temperature = about.get("calibration", {}).get("temperature") or 1
    check(home, "table", Table(about["architecture"]), state, feeds, "probabilities",
          lambda m: (m(torch.from_numpy(np.stack(codes, 1)), torch.from_numpy(np.stack(numbers, 1)).float())
                     / temperature).softmax(1))


def texts(home):
    home.run("data", "import", "demo-text", "--name", "tales")
    words = {"good": "bright kind warm merry".split(), "bad": "dark cold grim bitter".split()}
    path = home.folder / "texts.csv"
    path.write_text("label,text\n" + "".join(
        f"{label},{' '.join(RNG.choice(words[label], 5))}\n" for label in RNG.choice(["good", "bad"], 300)))
    home.run("data", "import", "csv", path, "--name", "moods")
    for cell, kind in KINDS.items():
        home.run("train", "text", "--data", "tales", "--cell", cell, "--hidden", "32", "--epochs", "1", "--save", cell)
        state = arrays(home, cell)
        session = home.session(cell)
        sizes = json.loads(session.about["config"])["network"]
        tokens = RNG.integers(0, sizes["vocabularySize"], (COUNT, 12))
        feeds = {p.name: np.zeros((1, COUNT, 32), np.float32) for p in session.get_inputs()[1:]}
        check(home, cell, Text(kind, sizes), state, {"tokens": tokens, **feeds}, "logits",
              lambda m: m(torch.from_numpy(tokens).T).transpose(0, 1))
        home.run("train", "text-classifier", "--encoder", cell, "--sql", "SELECT text, label FROM zoo_data_moods",
                 "--epochs", "1", "--save", f"{cell}-classifier")
        state = arrays(home, f"{cell}-classifier")
        lengths = RNG.integers(1, 13, COUNT)
        check(home, f"{cell}-classifier", Classifier(kind, sizes, 2), state, {"tokens": tokens, "lengths": lengths},
              "probabilities", lambda m: m([line[:n] for line, n in zip(tokens, lengths)]))


def main():
    torch.set_num_threads(2)
    with tempfile.TemporaryDirectory() as name:
        home = Home(pathlib.Path(name))
        for part in (recommenders, tables, texts, images):
            part(home)
        print(f"torch {torch.__version__}, timm {timm.__version__}: {home.models} models, {home.failures} wrong")
        sys.exit(home.failures > 0)


if __name__ == "__main__":
    main()
