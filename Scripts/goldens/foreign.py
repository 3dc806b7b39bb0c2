"""Small weights files of other programs, good and hostile, and what is in them.

Run: python Scripts/goldens/foreign.py files Tests/ZooWeightsTests/Goldens
     python Scripts/goldens/foreign.py checkpoints Tests/ZooWeightsTests/Goldens
     python Scripts/goldens/foreign.py lite0 Tests/ZooWorkflowsTests/Goldens WEIGHTS.pth
`lite0` runs the reference network of efficientnet_lite_pytorch on images that a formula makes.
"""
import base64
import io
import json
import pathlib
import pickle
import struct
import sys
import zipfile
from collections import OrderedDict

import torch


def b64(data):
    return base64.b64encode(data).decode()


def saved(value, zipped):
    memory = io.BytesIO()
    torch.save(value, memory, _use_new_zipfile_serialization=zipped)
    return memory.getvalue()


def state():
    """Every type, and every way in which a tensor can lie in its storage."""
    base = torch.arange(12, dtype=torch.float32).reshape(3, 4)
    tied = torch.tensor([1.5, -2.5])
    return OrderedDict([
        ("plain", base.clone()), ("turned", base.t()), ("row", base[1]), ("column", base[:, 2]), ("steps", base[::2, 1::2]),
        ("tied.a", tied), ("tied.b", tied), ("scalar", torch.tensor(7)), ("empty", torch.zeros(0, 4)),
        ("double", torch.tensor([0.1], dtype=torch.float64)), ("half", torch.tensor([0.5, -2.0], dtype=torch.float16)),
        ("brain", torch.tensor([1.0, -3.5], dtype=torch.bfloat16)), ("long", torch.tensor([1 << 40, -1])),
        ("int", torch.tensor([5, -5], dtype=torch.int32)), ("short", torch.tensor([300, -300], dtype=torch.int16)),
        ("char", torch.tensor([-1, 1], dtype=torch.int8)), ("byte", torch.tensor([255, 0], dtype=torch.uint8)),
        ("bool", torch.tensor([True, False])), ("parameter", torch.nn.Parameter(torch.tensor([4.0]))),
    ])


class Call:
    def __init__(self, function, *arguments, state=None):
        self.function, self.arguments, self.state = function, arguments, state

    def __reduce__(self):
        return (self.function, self.arguments) + ((self.state,) if self.state else ())


def legacy(pickled):
    """A legacy file around the bytes of one pickle."""
    head = [pickle.dumps(0x1950a86a20f9469cfc6c, 2), pickle.dumps(1001, 2), pickle.dumps({"little_endian": True}, 2)]
    return b"".join(head) + pickled + pickle.dumps([], 2)


def archive(members, method=zipfile.ZIP_STORED):
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", method) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return memory.getvalue()


def hostile():
    import os
    bad = {
        "reduce": legacy(pickle.dumps(Call(os.system, "touch /tmp/zoo-was-here"), 2)),
        "nested": legacy(pickle.dumps(OrderedDict(a=[({"b": Call(os.system, "true")},)]), 2)),
        "stack global": legacy(pickle.dumps(Call(os.system, "true"), 4)),
        "inst": legacy(b"(S'true'\nios\nsystem\n."),
        "inst of eval": legacy(b"(S'1'\ni__builtin__\neval\n."),
        "object": legacy(b"(cposix\nsystem\nS'true'\no."),
        "build": legacy(b"ctorch.nn.modules.linear\nLinear\n)R}b."),
        "newobj": legacy(b"\x80\x02cbuiltins\nexec\n)\x81."),
        "extension": legacy(b"\x80\x02\x82\x05."),
        "memo": legacy(b"\x80\x04\x8c\x02os\x94\x8c\x06system\x94h\x00h\x01\x93\x8c\x04true\x85R."),
        "torch function": legacy(b"\x80\x02ctorch.hub\nload\nX\x01\x00\x00\x00a\x85R."),
        "load from bytes": legacy(b"\x80\x02ctorch.storage\n_load_from_bytes\nC\x00\x85R."),
        "zip": archive({"a/data.pkl": pickle.dumps(Call(eval, "1"), 2), "a/version": b"3"}),
    }
    pkl = zipfile.ZipFile(io.BytesIO(saved(state(), True))).read("archive/data.pkl")
    others = {
        "deflated zip": archive({"a/data.pkl": pkl, "a/data/0": b"\0" * 1_000_000}, zipfile.ZIP_DEFLATED),
        "keras archive": archive({"model.weights.h5": b"", "config.json": b"{}"}),
        "numpy archive": archive({"a.npy": b""}),
        "big endian": archive({"a/data.pkl": pkl, "a/byteorder": b"big"}),
        "torchscript": archive({"a/data.pkl": pkl, "a/code/x.py": b"x = 1\n" * 99}, zipfile.ZIP_DEFLATED),
        "missing storage": archive({"a/data.pkl": pkl, "a/byteorder": b"little"}),
        "pickle": pickle.dumps([1, 2], 2),
        "no tensors": saved({"epoch": 3}, False),
        "two sets": saved({"teacher": {"w": torch.ones(2)}, "student": {"w": torch.ones(2)}}, True),
        "a list": saved([1, 2, 3], False),
    }
    # A list that holds one pair 3,000 times, and 2,000 dictionaries of it.
    many = b"\x80\x02]q\x64(" + (b"X\x01\x00\x00\x00aK\x01\x86q\x65" + b"h\x65" * 2999) + b"e0"
    again = b"ccollections\nOrderedDict\nq\x660" + b"h\x66h\x64\x85R0" * 2000 + b"}."
    others["copies"] = archive({"a/data.pkl": many + again})
    others["expanded"] = saved({"w": torch.zeros(1).expand(1 << 40)}, True)
    return bad, others


def safetensors(header, data, length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def far_stride():
    """A tensor whose axis of one has a stride that leads out of any memory."""
    storage = object()

    class Pickler(pickle.Pickler):
        def persistent_id(self, value):
            return ("storage", torch.FloatStorage, "0", "cpu", 8) if value is storage else None

    memory = io.BytesIO()
    rebuilt = Call(torch._utils._rebuild_tensor_v2, storage, 1, (1, 2, 2), ((1 << 63) - 1, 1, 2), False, OrderedDict())
    Pickler(memory, 2).dump(OrderedDict(w=rebuilt))
    return archive({"a/data.pkl": memory.getvalue(), "a/data/0": struct.pack("<8f", *range(8))})


def files(folder):
    def one(dtype="F32", shape=(2,), offsets=(0, 8)):
        return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}
    eight = struct.pack("<2f", 1, 2)
    bad, others = hostile()
    expected = {}
    for name, value in state().items():
        value = value.detach()
        expected[name] = {"shape": list(value.shape), "values": value.to(torch.float64).flatten().tolist()}
    wrapped = OrderedDict(("module." + k, v) for k, v in state().items())
    good = {
        "zip": saved(state(), True), "legacy": saved(state(), False),
        "checkpoint zip": saved({"epoch": 3, "optimizer": {"m": torch.ones(3, dtype=torch.float64)},
                                 "state_dict": wrapped}, True),
        "checkpoint legacy": saved({"optimizer": {"m": torch.ones(3, dtype=torch.float64)}, "model": wrapped}, False),
        "loss beside it zip": saved({"epoch": 4, "state_dict": wrapped, "loss": torch.tensor(0.4375)}, True),
        "accuracy beside it legacy": saved({"net": state(), "acc": torch.tensor(83.25), "epoch": 4}, False),
        "averaged zip": saved({"epoch": 4, "model_ema": wrapped}, True),
    }
    zip64 = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good["zip"])) as source, zipfile.ZipFile(zip64, "w") as target:
        for member in source.infolist():
            with target.open(member.filename, "w", force_zip64=True) as out:
                out.write(source.read(member))
    good["zip64"] = zip64.getvalue()
    tensors = {
        "good": safetensors({"__metadata__": {"a": "b"}, "w": one(), "v": one("BF16", (1,), (8, 10))},
                            eight + b"\x80\x3f"),
        "overlap": safetensors({"a": one(), "b": one(offsets=(4, 12))}, eight + b"\0" * 4),
        "hole": safetensors({"a": one(offsets=(4, 12))}, b"\0" * 12),
        "beyond": safetensors({"a": one(shape=(200,), offsets=(0, 800))}, eight),
        "rest": safetensors({"a": one()}, eight + b"\0"),
        "other size": safetensors({"a": one(shape=(3,))}, eight),
        "overflow": safetensors({"a": one(shape=(1 << 62, 1 << 62))}, eight),
        "negative": safetensors({"a": one(shape=(-2,))}, eight),
        "unknown type": safetensors({"a": one("F8_E4M3", (8,))}, eight),
        "no json": safetensors(b"{nothing}", eight),
        "huge header": safetensors({"a": one()}, eight, length=1 << 62),
        "deep": safetensors(b'{"a":' * 2000, b""),
        "nothing in offsets": safetensors({"a": one(offsets=())}, eight),
    }
    made = {"made_by": f"Scripts/goldens/foreign.py files, torch {torch.__version__}", "expected": expected}
    for key, group in (("good", good), ("odd", {"far stride": far_stride()}), ("refused", bad), ("others", others), ("safetensors", tensors)):
        made[key] = {name: b64(data) for name, data in group.items()}
    (pathlib.Path(folder) / "foreign.json").write_text(json.dumps(made, indent=0) + "\n")


def checkpoints(folder):
    """Checkpoints as training programs write them: what lies beside the weights is of many kinds."""
    import argparse
    import collections
    import random
    import numpy as np
    from fastcore.foundation import L
    random.seed(1)
    np.random.seed(1)
    torch.manual_seed(1)
    weights = lambda k: OrderedDict(w=torch.arange(6.).reshape(2, 3) * k, b=torch.tensor([1., 2.]) * k)
    default = collections.defaultdict(list)
    default["losses"].append(0.5)
    beside = {
        "loss": {"loss": torch.tensor(0.5), "acc": torch.tensor(83.25)},
        "namespace": {"args": argparse.Namespace(lr=0.1, layers=[1, 2], name="a")},
        "counter": {"counts": collections.Counter("abracadabra"), "history": default},
        "numpy": {"best": np.float64(0.93), "mean": np.arange(3.0), "type": np.dtype("int32"), "step": np.int64(7)},
        "sets": {"classes": {"cat", "dog"}, "frozen": frozenset([1, 2]), "complex": 1 + 2j, "bytes": b"ab", "slice": slice(1, 2)},
        "random": {"random": random.getstate(), "numpy": np.random.get_state(), "torch": torch.get_rng_state()},
        "fastcore": {"metrics": L([1.0, 2.0]), "path": pathlib.PurePosixPath("models/a")},
        "device": {"device": torch.device("cpu"), "dtype": torch.float16, "size": torch.Size([1, 2])},
        "generator": {"class_weights": torch.tensor([1., 2., 3.]), "optimizer": {"state": {0: {"m": torch.ones(2, 3)}}}},
    }
    good = {}
    for name, extra in beside.items():
        good[name + " zip"] = saved({"epoch": 3, "state_dict": weights(1), **extra}, True)
        good[name + " legacy"] = saved({**extra, "model": weights(1)}, False)
    for place in ("state_dict", "model", "model_state_dict", "net", "network", "module", "params"):
        good[f"place {place}"] = saved({"epoch": 3, place: weights(1)}, True)
    for place in ("ema", "model_ema", "state_dict_ema"):
        good[f"averaged {place}"] = saved({"epoch": 3, place: weights(1)}, True)
    good["nested"] = saved({"model": {"state_dict": weights(1), "epoch": 1}}, True)
    good["shadow"] = saved({"ema": {"decay": 0.99, "shadow": weights(1)}}, True)
    for protocol in (2, 3, 4, 5):
        memory = io.BytesIO()
        torch.save({"state_dict": weights(1), "classes": {"a"}, "n": np.float32(2)}, memory, pickle_protocol=protocol)
        good[f"protocol {protocol}"] = memory.getvalue()
    both = {name: saved({"state_dict": weights(1), name: weights(2)}, True) for name in ("ema", "model_ema", "state_dict_ema")}
    quantized = torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8)
    refused = {
        "quantised": saved({"state_dict": {"w": quantized, "b": torch.ones(2)}}, True),
        "sparse": saved({"state_dict": {"w": torch.eye(2).to_sparse(), "b": torch.ones(2)}}, True),
        "whole module": saved(torch.nn.Linear(2, 2), True),
        "system beside": saved({"state_dict": weights(1), "run": Call(__import__("os").system, "true")}, True),
    }
    expected = {k: {"shape": list(v.shape), "values": v.flatten().tolist()} for k, v in weights(1).items()}
    made = {"made_by": f"Scripts/goldens/foreign.py checkpoints, torch {torch.__version__}, numpy {np.__version__}",
            "expected": expected}
    for key, group in (("good", good), ("both", both), ("refused", refused)):
        made[key] = {name: b64(data) for name, data in group.items()}
    (pathlib.Path(folder) / "checkpoints.json").write_text(json.dumps(made, indent=0) + "\n")


def spread(count, phase):
    """Numbers in -1/2 ..< 1/2 that both sides can compute: a Weyl sequence, mixed up by a square."""
    i = torch.arange(count, dtype=torch.float64) + 1
    x = i * 0.6180339887498949 + phase * 0.7548776662466927
    x = (x - x.floor()) * 97.0
    return (x * x) % 1.0 - 0.5


def lite0(folder):
    from efficientnet_lite_pytorch import EfficientNet
    network = EfficientNet.from_name("efficientnet-lite0")
    network.load_state_dict(torch.load(sys.argv[3], map_location="cpu"))
    names = [f"{k} {','.join(map(str, v.shape))}" for k, v in network.state_dict().items()]
    (pathlib.Path(folder) / "lite0-names.txt").write_text("\n".join(names) + "\n")
    x = (spread(2 * 224 * 224 * 3, 0.5) * 2).reshape(2, 224, 224, 3).permute(0, 3, 1, 2).float()
    with torch.no_grad():
        y = network.eval()(x)
    print(y.argmax(1).tolist(), y.std().item())
    values = [float(f"{v:.7g}") for v in y.flatten().tolist()]
    case = {"inputs": [], "output": {"shape": list(y.shape), "values": values}}
    head = {"script": "Scripts/goldens/foreign.py lite0", "seed": 0, "library": f"torch {torch.__version__}"}
    file = pathlib.Path(folder) / "lite0.json"
    file.write_text(json.dumps({**head, "cases": {"lite0": case}}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    {"files": files, "checkpoints": checkpoints, "lite0": lite0}[sys.argv[1]](sys.argv[2])
