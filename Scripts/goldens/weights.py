"""Reads what Zoo wrote with the programs that others use, and writes a model file the way they would.

    python Scripts/goldens/weights.py check FOLDER   # model.h5, model.safetensors, model.npz of one model: do they agree?
    python Scripts/goldens/weights.py make FILE.h5   # a model file as h5py writes it

Needs h5py, numpy and safetensors. The tests of ZooWeights run `check` where Python has them; `make` made
Tests/ZooWeightsTests/Goldens/h5py.h5 with h5py 3.16.0 (HDF5 2.0.0), nothing random in it.
"""

import json
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


if __name__ == "__main__":
    {"check": check, "make": make}[sys.argv[1]](sys.argv[2])
