"""Golden values for ZooTabular: metrics by scikit-learn, a training of the network by PyTorch.

Run with torch, numpy and scikit-learn; writes into Tests/ZooTabularTests/Goldens.
"""

import json
import pathlib

import numpy as np
import sklearn
import torch
from sklearn import metrics

SEED = 7
FOLDER = pathlib.Path(__file__).parents[2] / "Tests/ZooTabularTests/Goldens"


def write(name, content):
    content = {"script": "Scripts/goldens/tabular.py", "seed": SEED, **content}
    (FOLDER / f"{name}.json").write_text(json.dumps(content) + "\n")


def golden_metrics():
    rng = np.random.default_rng(SEED)
    actual = np.round(rng.gamma(2, 40, 50), 2)
    predicted = actual * rng.lognormal(0, 0.4, 50)
    labels = rng.integers(0, 2, 60)
    # Rounded, so that scores are tied.
    scores = np.round(np.clip(0.3 * labels + rng.uniform(0, 0.7, 60), 0.01, 0.99), 1).astype(np.float32)
    three = rng.integers(0, 3, 40)
    logits = rng.normal(size=(40, 3))
    chances = (np.exp(logits) / np.exp(logits).sum(1, keepdims=True)).astype(np.float32)
    write("metrics", {
        "library": f"scikit-learn {sklearn.__version__}",
        "actual": actual.tolist(), "predicted": predicted.tolist(),
        "rmse": metrics.root_mean_squared_error(actual, predicted),
        "mae": metrics.mean_absolute_error(actual, predicted),
        "rmsle": metrics.root_mean_squared_log_error(actual, predicted),
        "rmspe": float(np.sqrt(np.mean(((predicted - actual) / actual) ** 2))),
        "r2": metrics.r2_score(actual, predicted),
        "labels": labels.tolist(), "scores": scores.astype(float).tolist(),
        "accuracy": metrics.accuracy_score(labels, scores > 0.5),
        "auc": metrics.roc_auc_score(labels, scores),
        "logLoss": metrics.log_loss(labels, scores.astype(float)),
        "three": three.tolist(), "chances": chances.astype(float).ravel().tolist(),
        "threeAccuracy": metrics.accuracy_score(three, chances.argmax(1)),
        "threeLogLoss": float(-np.mean(np.log(chances[np.arange(40), three].astype(float)))),
    })


class Network(torch.nn.Module):
    """fast.ai's TabularModel: embeddings, BatchNorm of the continuous, Linear > ReLU > BatchNorm."""

    def __init__(self):
        super().__init__()
        self.embeddings = torch.nn.ModuleList([torch.nn.Embedding(5, 3), torch.nn.Embedding(4, 2)])
        self.continuous_norm = torch.nn.BatchNorm1d(2)
        self.linear = torch.nn.Linear(7, 6, bias=False)
        self.norm = torch.nn.BatchNorm1d(6)
        self.output = torch.nn.Linear(6, 3)

    def forward(self, codes, x):
        parts = [e(codes[:, i]) for i, e in enumerate(self.embeddings)] + [self.continuous_norm(x)]
        return self.output(self.norm(torch.relu(self.linear(torch.cat(parts, 1)))))


def golden_network():
    torch.manual_seed(SEED)
    network = Network()

    def state():
        # Ours are [in, out].
        s = {k: v.detach().double() for k, v in network.state_dict().items() if "batches" not in k}
        for key in ("linear.weight", "output.weight"):
            s[key] = s[key].T
        names = {"linear.weight": "layers.0.linear.weight"}
        def name(k):
            return names.get(k, "layers.0." + k if k.startswith("norm.") else k)
        return {name(k): v.flatten().tolist() for k, v in s.items()}

    start = state()
    codes = torch.stack([torch.randint(5, (12,)), torch.randint(4, (12,))], 1)
    x = torch.randn(12, 2) * 3 + 1
    labels = torch.randint(3, (12,))
    plain = [p for n, p in network.named_parameters() if "norm" in n or n.endswith("bias")]
    decayed = [p for n, p in network.named_parameters() if not ("norm" in n or n.endswith("bias"))]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.1}, {"params": plain, "weight_decay": 0}],
        lr=0.01, betas=(0.9, 0.99), eps=1e-3)
    losses = []
    for _ in range(4):
        loss = torch.nn.functional.cross_entropy(network(codes, x), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    network.eval()
    chances = torch.softmax(network(codes, x), 1)
    write("network", {
        "library": f"torch {torch.__version__}", "start": start, "end": state(), "losses": losses,
        "codes": codes.T.flatten().tolist(), "continuous": x.double().flatten().tolist(),
        "labels": labels.tolist(), "chances": chances.detach().double().flatten().tolist(),
    })


golden_metrics()
golden_network()
