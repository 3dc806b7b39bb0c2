"""Goldens of ZooNN: losses and normalisations with their gradients, from PyTorch.

Run: python Scripts/goldens/nn.py Tests/ZooNNTests/Goldens
"""

import json
import pathlib
import sys

import torch
import torch.nn.functional as F

SEED = 20262
out = pathlib.Path(sys.argv[1])
torch.manual_seed(SEED)


def flat(t):
    return [round(x, 12) if isinstance(x, float) else x for x in t.detach().flatten().tolist()]


def write(name, data):
    head = {"script": "Scripts/goldens/nn.py", "seed": SEED, "library": f"torch {torch.__version__}"}
    (out / f"{name}.json").write_text(json.dumps({**head, **data}, separators=(",", ":")) + "\n")


def gradients(value, *inputs):
    return [flat(g) for g in torch.autograd.grad(value, inputs)]


def loss(function, prediction, target):
    p = prediction.clone().requires_grad_()
    value = function(p, target)
    return {"prediction": flat(p), "target": flat(target), "value": value.item(), "gradient": gradients(value, p)[0]}


d = torch.float64
logits = torch.randn(4, 3, dtype=d) * 3
binary = torch.cat([torch.randn(5, dtype=d) * 4, torch.tensor([0.0, 100.0, -100.0], dtype=d)])
binary_targets = torch.tensor([0.0, 1.0, 0.3, 1.0, 0.0, 1.0, 1.0, 0.0], dtype=d)
values, wanted = torch.randn(2, 3, dtype=d), torch.randn(2, 3, dtype=d)
wanted[1, 1] = values[1, 1]
write("losses", {
    "crossEntropy": loss(F.cross_entropy, logits, torch.tensor([2, 0, 1, 2])),
    "meanSquaredError": loss(F.mse_loss, values, wanted),
    "meanAbsoluteError": loss(F.l1_loss, values, wanted),
    "binaryCrossEntropyWithLogits": loss(F.binary_cross_entropy_with_logits, binary, binary_targets),
})

norm = torch.nn.BatchNorm1d(3, dtype=d)
with torch.no_grad():
    norm.weight.copy_(torch.tensor([0.5, 1.5, -1.0]))
    norm.bias.copy_(torch.tensor([0.1, -0.2, 0.3]))
batches = [torch.randn(4, 3, dtype=d) * 2 + 1 for _ in range(2)]
push = torch.randn(4, 3, dtype=d)
x = batches[0].clone().requires_grad_()
y = norm(x)
g = gradients((y * push).sum(), x, norm.weight, norm.bias)
norm(batches[1])
mean, var = norm.running_mean.clone(), norm.running_var.clone()
norm.eval()
write("batch-norm", {
    "weight": flat(norm.weight), "bias": flat(norm.bias), "batches": [flat(b) for b in batches], "push": flat(push),
    "output": flat(y), "gradients": g, "runningMean": flat(mean), "runningVar": flat(var),
    "inference": flat(norm(batches[0])),
})

norm = torch.nn.LayerNorm(5, dtype=d)
with torch.no_grad():
    norm.weight.copy_(torch.randn(5))
    norm.bias.copy_(torch.randn(5))
x = (torch.randn(3, 5, dtype=d) * 2 - 1).requires_grad_()
push = torch.randn(3, 5, dtype=d)
y = norm(x)
write("layer-norm", {
    "weight": flat(norm.weight), "bias": flat(norm.bias), "input": flat(x), "push": flat(push), "output": flat(y),
    "gradients": gradients((y * push).sum(), x, norm.weight, norm.bias),
})
