"""Reads what Zoo wrote with the programs that others use, and writes a model file the way they would.

    python Scripts/goldens/weights.py check FOLDER   # model.h5, model.safetensors, model.npz of one model: do they agree?
    python Scripts/goldens/weights.py make FILE.h5   # a model file as h5py writes it
    python Scripts/goldens/weights.py hostile FILE.json   # files that promise what they do not hold

Needs h5py, numpy and safetensors. The tests of ZooWeights run `check` where Python has them (ZOO_PYTHON names another);
`make` and `hostile` made Tests/ZooWeightsTests/Goldens with h5py 3.16.0 (HDF5 2.0.0), nothing random in it.
"""

import base64
import io
import json
import re
import sys

import h5py
import numpy as np


def check(folder):
    from safetensors import safe_open

    arrays, texts = {}, {}
    with h5py.File(folder + "/model.h5") as file:
        assert int(file.attrs["format_version"]) == 1
        for group, prefix in (("weights", ""), ("statistics", "statistics."), ("optimizer", "optimizer.")):
            if group in file:
                file[group].visititems(
                    lambda name, node: arrays.update({prefix + name: node[()]}) if isinstance(node, h5py.Dataset) else None
                )
        for name in ("kind", "architecture", "created", "zoo_version"):
            texts[name] = file.attrs[name]
        texts["config"] = file["config"].asstr()[()]
        vocabularies = {name: list(node.asstr()[:]) for name, node in file["vocab"].items()}
        for name, node in file["weights"].items():
            assert node.shape == () or node.size == 0 or (node.chunks and node.fletcher32), name

    with safe_open(folder + "/model.safetensors", "numpy") as file:
        assert set(file.keys()) == set(arrays)
        for name, array in arrays.items():
            other = file.get_tensor(name)
            assert other.dtype == array.dtype and np.array_equal(other, array), name
        metadata = file.metadata()
        assert {name: metadata[name] for name in texts} == texts
        for field, entries in vocabularies.items():
            assert json.loads(metadata["vocab." + field]) == entries, field

    with np.load(folder + "/model.npz", allow_pickle=False) as file:
        assert set(file.files) == set(arrays) | set(texts) | {"vocab." + field for field in vocabularies}
        for name, array in arrays.items():
            assert file[name].dtype == array.dtype and np.array_equal(file[name], array), name
        for name, text in texts.items():
            assert file[name][()] == text, name
        for field, entries in vocabularies.items():
            assert list(file["vocab." + field]) == entries, field
    print(f"agree: {len(arrays)} arrays, {len(texts)} texts, {len(vocabularies)} vocabularies")


def make(path):
    with h5py.File(path, "w") as file:
        file.attrs["format_version"] = 1
        for name in ("kind", "architecture", "created", "zoo_version"):
            file.attrs[name] = "h5py's " + name
        file["config"] = '{"factors": 2}'
        file["weights/half"] = np.array([0.5, -2], dtype=np.float16)
        file["weights/layers.0.weight"] = np.arange(6, dtype=np.float32).reshape(2, 3)
        file["weights/big_endian"] = np.array([1, 2, 3], dtype=">f8")
        file["weights/bytes"] = np.array([0, 255], dtype=np.uint8)
        file["weights/unsigned"] = np.array([0, 4294967295], dtype=np.uint32)
        file.create_dataset("weights/packed", data=np.zeros((100, 10), dtype=np.float32), compression="gzip", shuffle=True)
        file["vocab/item"] = ["Amélie (2001)", "七人の侍 (1954)"]
        file["vocab/fixed"] = np.array([b"one", b"three"])


def hostile(path):
    def file(change):
        memory = io.BytesIO()
        with h5py.File(memory, "w", libver="v110") as file:
            file.attrs["format_version"] = 1
            for name in ("kind", "architecture", "created", "zoo_version"):
                file.attrs[name] = name
            file["config"] = "{}"
            file.create_group("weights")
            change(file)
        # Long runs of zeros as their length between stars; the rest in base64.
        parts = re.split(rb"(\x00{64,})", memory.getvalue())
        return "*".join(str(len(part)) if i % 2 else base64.b64encode(part).decode() for i, part in enumerate(parts))

    def ring(file):
        file["weights/down"] = file["weights"]

    def virtual():
        layout = h5py.VirtualLayout(shape=(4,), dtype="f4")
        layout[:] = h5py.VirtualSource("/etc/other.h5", "w", shape=(4,))
        return layout

    def newer(file):
        file.attrs["format_version"] = 99

    def text_version(file):
        file.attrs["format_version"] = "one"

    def many_kinds(file):
        file.attrs["kind"] = ["a", "b"]

    def no_config(file):
        del file["config"]

    def no_version(file):
        del file.attrs["format_version"]

    cases = {
        "claims 10^12 numbers": lambda f: f.create_dataset("weights/w", shape=(10**12,), dtype="f4", chunks=(1 << 20,)),
        "sizes overflow": lambda f: f.create_dataset("weights/w", shape=(1 << 40, 1 << 40), dtype="f4", chunks=(1, 1)),
        "claims 10^9 texts": lambda f: f.create_dataset("vocab/v", shape=(10**9,), dtype=h5py.string_dtype(), chunks=(1 << 10,)),
        "external link": lambda f: f.__setitem__("weights/w", h5py.ExternalLink("/etc/hostname", "/w")),
        "external storage": lambda f: f.create_dataset("weights/w", shape=(4,), dtype="f4", external=[("/etc/hostname", 0, 16)]),
        "virtual data set": lambda f: f.create_virtual_dataset("weights/w", virtual()),
        "soft link": lambda f: f.__setitem__("weights/w", h5py.SoftLink("/config")),
        "ring of groups": ring,
        "pairs of numbers": lambda f: f.__setitem__("weights/w", np.zeros(2, dtype=[("a", "f4"), ("b", "f4")])),
        "text as weights": lambda f: f.__setitem__("weights/w", "text"),
        "numbers as vocabulary": lambda f: f.__setitem__("vocab/v", np.arange(3)),
        "vocabulary not UTF-8": lambda f: f.__setitem__("vocab/v", np.array([b"caf\xe9"])),
        "weights is no group": lambda f: (f.__delitem__("weights"), f.__setitem__("weights", 1)),
        "newer format": newer,
        "version is text": text_version,
        "kind is a list": many_kinds,
        "no config": no_config,
        "no version": no_version,
    }
    files = {"made_by": "Scripts/goldens/weights.py hostile, h5py 3.16.0 (HDF5 2.0.0)"}
    files.update({name: file(change) for name, change in cases.items()})
    with open(path, "w") as out:
        json.dump(files, out, indent=1)


if __name__ == "__main__":
    {"check": check, "make": make, "hostile": hostile}[sys.argv[1]](sys.argv[2])
