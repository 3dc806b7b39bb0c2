"""Writes Tests/ZooTensorTests/Goldens/tensor.json: forwards and gradients of every operation, by PyTorch."""
import json
import pathlib

import torch
import torch.nn.functional as F

SEED = 7
torch.manual_seed(SEED)


def normal(*shape):
    return torch.randn(shape).round(decimals=3)


def positive(*shape):
    return (torch.rand(shape) + 0.5).round(decimals=3)


def indices(count, *shape):
    return torch.randint(0, count, shape)


BINARY = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "maximum": torch.maximum,
    "minimum": torch.minimum,
}
SHAPES = {
    "same": ((3, 5), (3, 5)),
    "row": ((3, 5), (5,)),
    "column": ((3, 5), (3, 1)),
    "both": ((3, 1), (1, 5)),
    "scalar": ((2, 3), ()),
    "inner": ((2, 1, 3, 2), (4, 1, 2)),
    "wide": ((2, 37), (37,)),
}
UNARY = {
    "exp": torch.exp,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    "gelu": F.gelu,
    "erf": torch.erf,
    "abs": torch.abs,
    "negate": torch.neg,
    "pow0": lambda x: x**0,
    "pow1": lambda x: x**1,
    "pow2": lambda x: x**2,
    "pow3": lambda x: x**3,
    "scalarLeftDivide": lambda x: 2 / x,
    "scalarLeftSubtract": lambda x: 2 - x,
    "scalarAffine": lambda x: (x * 3 + 1 - 0.5) / 7,
}
POSITIVE = {
    "log": torch.log,
    "sqrt": torch.sqrt,
    "pow0.5": lambda x: x**0.5,
    "pow-1.5": lambda x: x**-1.5,
}
REDUCE = {
    "sum": lambda x, **k: x.sum(**k),
    "mean": lambda x, **k: x.mean(**k),
    "max": lambda x, **k: x.amax(**k),
    "min": lambda x, **k: x.amin(**k),
    "variance": lambda x, **k: x.var(correction=0, **k),
}
AXES = {"0": (0,), "1": (1,), "-1": (-1,), "0,2": (0, 2), "1,2": (1, 2), "all": (0, 1, 2)}

cases = {}


def flat(t):
    return {"shape": list(t.shape), "values": [float(f"{v:.7g}") for v in t.detach().reshape(-1).tolist()]}


def case(name, function, inputs, where=None):
    inputs = [x.clone().requires_grad_() for x in inputs]
    output = function(*inputs) if where is None else function(*inputs, where)
    cotangent = normal(*output.shape)
    gradients = torch.autograd.grad(output, inputs, cotangent)
    cases[name] = {
        "inputs": [flat(x) for x in inputs],
        "output": flat(output),
        "cotangent": flat(cotangent),
        "gradients": [flat(g) for g in gradients],
    }
    if where is not None:
        cases[name]["indices"] = flat(where)


for name, f in BINARY.items():
    for kind, (a, b) in SHAPES.items():
        case(f"{name}/{kind}", f, [normal(*a), positive(*b)])
case("power/row", torch.pow, [positive(3, 5), normal(5)])
for name, f in UNARY.items():
    case(name, f, [normal(3, 7)])
for name, f in POSITIVE.items():
    case(name, f, [positive(3, 7)])
for name, f in REDUCE.items():
    for kind, axes in AXES.items():
        case(f"{name}/{kind}", lambda x: f(x, dim=axes), [normal(2, 3, 4)])
    case(f"{name}/kept", lambda x: f(x, dim=(1,), keepdim=True), [normal(2, 3, 4)])
    case(f"{name}/long", lambda x: f(x, dim=(-1,)), [normal(2, 71)])
for axis in (0, 1, -1):
    case(f"softmax/{axis}", lambda x: torch.softmax(x, axis), [normal(2, 3, 5)])
    case(f"logSoftmax/{axis}", lambda x: torch.log_softmax(x, axis), [normal(2, 3, 5)])
for ta in (False, True):
    for tb in (False, True):
        t = lambda x, yes: x.transpose(-1, -2) if yes else x
        f = lambda a, b: t(a, ta) @ t(b, tb)
        suffix = f"{'t' if ta else 'n'}{'t' if tb else 'n'}"
        a, b = ((4, 3) if ta else (3, 4)), ((2, 4) if tb else (4, 2))
        case(f"matmul/{suffix}", f, [normal(*a), normal(*b)])
        case(f"matmul/batched/{suffix}", f, [normal(2, *a), normal(2, *b)])
        case(f"matmul/shared/{suffix}", f, [normal(2, *a), normal(*b)])
        case(f"matmul/broadcast/{suffix}", f, [normal(2, 1, *a), normal(3, *b)])
case("gather", lambda t, i: t[i], [normal(5, 3)], indices(5, 2, 4))
case("scatteredAdd", lambda r, i: torch.zeros(5, 3).index_add(0, i, r), [normal(6, 3)], indices(5, 6))
for axis in (0, 1, 2):
    case(f"concatenate/{axis}", lambda a, b: torch.cat([a, b], axis), [normal(2, 3, 4), normal(2, 3, 4)])
    case(f"slice/{axis}", lambda x: x.narrow(axis, 1, 2), [normal(3, 4, 5)])
for order in ([1, 0, 2], [2, 1, 0], [0, 2, 1], [1, 2, 0], [2, 0, 1]):
    case(f"transpose/{''.join(map(str, order))}", lambda x: x.permute(order), [normal(2, 3, 4)])
case("reshape", lambda x: x.reshape(4, 3), [normal(2, 6)])
case("expand", lambda x: x.expand(2, 3, 4), [normal(3, 1)])
case("pad", lambda x: F.pad(x, (1, 2)), [normal(2, 3)])
case("where", lambda a, b: torch.where(a > b, a * 2, b), [normal(3, 4), normal(4)])

folder = pathlib.Path(__file__).resolve().parents[2] / "Tests/ZooTensorTests/Goldens"
folder.mkdir(parents=True, exist_ok=True)
document = {
    "script": "Scripts/goldens/tensor.py",
    "seed": SEED,
    "library": f"PyTorch {torch.__version__}",
    "cases": cases,
}
(folder / "tensor.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")
