"""Goldens of networks in Keras's files: the names and shapes of their arrays, and logits of images.

Run: KERAS_BACKEND=torch python Scripts/goldens/keras_files.py Tests/ZooWorkflowsTests/Goldens
The weights and the images are given by a formula, so that only names, shapes and logits are kept.
"""
import json
import pathlib
import sys
import tempfile

import h5py
import keras
import numpy as np

KINDS = {"Conv2D": "conv2d", "DepthwiseConv2D": "depthwise_conv2d", "BatchNormalization": "batch_normalization",
         "Dense": "dense"}


def spread(count, phase):
    """Numbers in -1/2 ..< 1/2 that both sides can compute."""
    x = (np.arange(count, dtype=np.float64) + 1) * 0.6180339887498949 + phase * 0.7548776662466927
    x = (x - np.floor(x)) * 97.0
    return (x * x) % 1.0 - 0.5


def value(name, shape, phase):
    v = spread(int(np.prod(shape)), phase).reshape(shape)
    if len(shape) == 4:
        fan = shape[0] * shape[1] * (1 if shape[3] == 1 else shape[2])
        return v * (24 / fan) ** 0.5
    if len(shape) == 2:
        return v * (12 / shape[0]) ** 0.5
    return 1 + 0.5 * v if name in ("gamma", "moving_variance") else 0.2 * v


def arrays(file):
    found = {}
    with h5py.File(file) as f:
        f.visititems(lambda n, o: found.__setitem__(n, o[()]) if isinstance(o, h5py.Dataset) else None)
    return found


def described(model, preprocess, folder, name):
    """Fills the model, writes its names down, checks them against both kinds of files, and gives logits."""
    lines, number, counts, wanted = [], 0, {}, {}
    for layer in model.layers:
        if not layer.weights:
            continue
        kind = KINDS[type(layer).__name__]
        place = counts.get(kind, 0)
        counts[kind] = place + 1
        counted = kind if place == 0 else f"{kind}_{place}"
        values = []
        for index, w in enumerate(layer.weights):
            number += 1
            values.append(value(w.name, tuple(w.shape), number))
            path = f"model_weights/{layer.name}/{layer.name}/{w.name}"
            lines.append(f"{path} layers/{counted}/vars/{index} {','.join(map(str, w.shape))}")
            wanted[path] = wanted[f"layers/{counted}/vars/{index}"] = values[-1]
        layer.set_weights(values)
    with tempfile.TemporaryDirectory() as temporary:
        model.save(f"{temporary}/a.h5")
        model.save_weights(f"{temporary}/a.weights.h5")
        files = arrays(f"{temporary}/a.h5") | arrays(f"{temporary}/a.weights.h5")
    assert files.keys() == wanted.keys(), files.keys() ^ wanted.keys()
    assert all(np.allclose(files[k], wanted[k], rtol=1e-6) for k in wanted)
    (folder / f"keras-{name}.txt").write_text("\n".join(lines) + "\n")
    images = np.floor((spread(2 * 64 * 64 * 3, 0.5) + 0.5) * 256).reshape(2, 64, 64, 3)
    logits = np.asarray(model(preprocess(images.copy())).detach().cpu())
    print(name, logits[0, :4], logits.std())
    return {"inputs": [], "output": {"shape": list(logits.shape), "values": [float(f"{x:.7g}") for x in logits.ravel()]}}


def main():
    folder = pathlib.Path(sys.argv[1])
    keras.config.set_floatx("float64")
    a = keras.applications
    options = {"weights": None, "classes": 10, "input_shape": (64, 64, 3), "classifier_activation": None}
    cases = {
        "resnet50": described(a.ResNet50(**options), a.resnet50.preprocess_input, folder, "resnet50"),
        "mobilenet-v2": described(a.MobileNetV2(**options), a.mobilenet_v2.preprocess_input, folder, "mobilenet-v2"),
    }
    head = {"script": "Scripts/goldens/keras_files.py", "seed": 0, "library": f"keras {keras.__version__}"}
    (folder / "keras.json").write_text(json.dumps({**head, "cases": cases}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
