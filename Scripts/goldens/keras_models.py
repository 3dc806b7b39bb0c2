"""Goldens of whole Keras models around MobileNetV2 and ResNet50: their layers as Keras describes them, and logits of an image.

Run: KERAS_BACKEND=torch python Scripts/goldens/keras_models.py Tests/ZooWorkflowsTests/Goldens   (keras 3.15.1)
And again with tensorflow 2.15.1, whose Keras 2 describes calls otherwise. The models are those of
Scripts/compare-models/keras_models.py, the weights those of Scripts/goldens/keras_files.py, given by a formula. What does
not change an answer (initialisers, types, shapes) is left out of the descriptions, and what two have in common is kept once.
"""
import json
import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "compare-models")]
import keras_models as models  # noqa: E402
from keras_files import spread, value  # noqa: E402
from keras_models import keras  # noqa: E402

NAMES = {"mobilenet-v2": models.mobile, "resnet50": models.resnet}


def leaves(model):
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from leaves(layer)
        elif layer.weights:
            yield layer


def fill(model):
    """Weights by the formula in the order of the layers; returns the statistics of layers of the class Normalization."""
    number, statistics = 0, {}
    for layer in leaves(model):
        if type(layer).__name__ == "Normalization":
            mean, variance = np.array([120.5, 110.25, 99.0]), np.array([3000.0, 3600.0, 4100.0])
            shape = tuple(layer.weights[0].shape)
            layer.set_weights([mean.reshape(shape), variance.reshape(shape), np.asarray(10)])
            if hasattr(layer, "finalize_state"):
                layer.finalize_state()
            statistics[layer.name] = [mean.tolist(), variance.tolist()]
            continue
        values = []
        for w in layer.weights:
            number += 1
            values.append(value(w.name.split("/")[-1].split(":")[0], tuple(w.shape), number))
        layer.set_weights(values)
    return statistics


def slim(node):
    if isinstance(node, list):
        return [slim(n) for n in node]
    if not isinstance(node, dict):
        return node
    if node.get("class_name") == "__keras_tensor__":
        return {"class_name": "__keras_tensor__", "config": {"keras_history": node["config"]["keras_history"]}}
    left_out = ("initializer", "regularizer", "constraint", "module", "registered_name", "build_config", "dtype",
                "trainable", "shared_object_id", "synchronized", "build_input_shape", "compile_config", "seed")
    return {k: slim(v) for k, v in node.items() if not k.endswith(left_out) and not k.startswith("renorm")}


def renamed(node, old, new):
    if isinstance(node, list):
        return [renamed(n, old, new) for n in node]
    if isinstance(node, dict):
        return {k: renamed(v, old, new) for k, v in node.items()}
    return new if node == old else node


def body_layers(layers):
    """The layers of a body under a common name of its input."""
    layers = slim(layers)
    return renamed(layers, layers[0]["config"]["name"], "image")


def shared(node, bodies):
    """A description in which a body that is known is given by its name."""
    if isinstance(node, list):
        return [shared(n, bodies) for n in node]
    if not isinstance(node, dict):
        return node
    layers = node.get("layers")
    if layers and layers[0]["class_name"] == "InputLayer" and len(layers) > 100:
        own = body_layers(layers)
        for name, known in bodies.items():
            for cut in (0, 1, 2):
                if own == known[:len(known) - cut]:
                    rest = {k: shared(v, bodies) for k, v in node.items() if k != "layers"}
                    return renamed({**rest, "$body": name, "$left_out": cut}, layers[0]["config"]["name"], "image")
            changes = [(a, b) for a, b in zip(own, known) if a != b] if len(own) == len(known) else []
            if len(changes) == 1:
                rest = {k: shared(v, bodies) for k, v in node.items() if k != "layers"}
                return renamed({**rest, "$body": name, "$left_out": 0, "$changed": changes[0][0]},
                               layers[0]["config"]["name"], "image")
        raise ValueError("another body")
    return {k: shared(v, bodies) for k, v in node.items()}


def main():
    bodies, cases = {}, []
    for name, build in NAMES.items():
        keras.backend.clear_session()
        bodies[name] = body_layers(json.loads(build(classes=4).to_json())["config"]["layers"])
    image = np.floor((spread(64 * 64 * 3, 0.5) + 0.5) * 256).reshape(1, 64, 64, 3)
    wanted = None if models.IS_3 else {"rescaling-unit", "operations", "operations-resnet", "normalization-learned",
                                       "reversed-colours", "max-pooling", "relu-8", "resnet-multiply"}
    for case, network, build, is_same, *side in models.CASES:
        is_bare = case in ("plain", "logits", "plain-resnet")
        if side or is_bare or case in ("resizing", "cropping", "pooled-max-body") or wanted and case not in wanted:
            continue
        if case == "reversed-colours" and models.IS_3:
            continue
        keras.backend.clear_session()
        model = build()
        statistics = fill(model)
        config = shared(slim(json.loads(model.to_json())), bodies)
        entry = {"name": case, "network": network, "configuration": config, "statistics": statistics}
        if is_same:
            output = np.asarray(model.predict(image.astype("float32"), verbose=0))[0].astype(float)
            entry["output"] = [float(f"{x:.7g}") for x in output]
        cases.append(entry)
        print(case, entry.get("output"))
    file = pathlib.Path(sys.argv[1]) / ("keras-models.json" if models.IS_3 else "keras-2-models.json")
    head = {"script": "Scripts/goldens/keras_models.py", "seed": 0, "library": f"keras {models.VERSION}"}
    file.write_text(json.dumps({**head, "bodies": bodies, "cases": cases}, separators=(",", ":")) + "\n")
    print(file.stat().st_size)


main()
