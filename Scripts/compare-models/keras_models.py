"""Models of Keras, whole and weights alone, imported by zoo: the same answers, or a refusal that names the layer.

Run: KERAS_BACKEND=torch python Scripts/compare-models/keras_models.py .build/release/zoo   (keras 3.15.1, or tensorflow 2.15.1)
Prints one line for each file, and exits with 1 where an answer differs by more than 1e-4 or nothing was said.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image
from report import line

try:
    import tensorflow as tf
    keras, VERSION = tf.keras, tf.keras.__version__ if hasattr(tf.keras, "__version__") else tf.__version__
except ImportError:
    import keras
    VERSION = keras.__version__

L = keras.layers
IS_3 = int(VERSION.split(".")[0]) >= 3


def filled(model, seed=1):
    """The model with random weights whose answers differ from image to image."""
    rng = np.random.default_rng(seed)
    for layer in model._flatten_layers(include_self=False) if hasattr(model, "_flatten_layers") else model.layers:
        if not layer.weights or hasattr(layer, "layers"):
            continue
        values = []
        for w in layer.weights:
            name, shape = w.name.split("/")[-1].split(":")[0], tuple(w.shape)
            if name == "count":
                values.append(np.asarray(10))
            elif name == "mean":
                values.append(rng.uniform(80, 150, shape))
            elif name == "variance":
                values.append(rng.uniform(2000, 5000, shape))
            elif len(shape) == 4:
                fan = shape[0] * shape[1] * (1 if shape[3] == 1 else shape[2])
                values.append(rng.normal(0, (2 / fan) ** 0.5, shape))
            elif len(shape) == 2:
                values.append(rng.normal(0, (4 / shape[0]) ** 0.5, shape))
            elif name in ("gamma", "moving_variance"):
                # What a block adds stays small: 16 blocks in a row would add up to answers of 0 and 1.
                factor = 0.3 if name == "gamma" and layer.name.endswith("_3_bn") else 1
                values.append(factor * rng.uniform(0.6, 1.4, shape))
            else:
                values.append(rng.normal(0, 0.1, shape))
        layer.set_weights(values)
    return model


def mobile(side=64, **options):
    return keras.applications.MobileNetV2(weights=None, input_shape=(side, side, 3), **options)


def resnet(side=64, **options):
    return keras.applications.ResNet50(weights=None, input_shape=(side, side, 3), **options)


def stack(*layers, body=mobile, side=64, **options):
    """Layers in front of a body, and behind it those after None."""
    place = layers.index(None)
    return keras.Sequential([keras.Input((side, side, 3)), *layers[:place],
                             body(side, include_top=False, **options), *layers[place + 1:]])


def joined(front, back, body=mobile, side=64, **options):
    """Functions in front of a body and behind it."""
    inputs = keras.Input((side, side, 3))
    x = body(side, include_top=False, **options)(front(inputs), training=False)
    return keras.Model(inputs, back(x))


def head(activation="softmax", classes=4):
    return lambda x: L.Dense(classes, activation=activation)(L.Dropout(0.2)(L.GlobalAveragePooling2D()(x)))


def changed(body, name, **settings):
    """A body whose layer has other settings."""
    config = body(classes=4).get_config()
    for layer in config["layers"]:
        if layer["config"]["name"] == name:
            layer["config"].update(settings)
    return (keras.Model if not IS_3 else keras.src.models.functional.Functional).from_config(config)


def replaced(body, name, kind, **settings):
    config = body(classes=4).get_config()
    for layer in config["layers"]:
        if layer["config"]["name"] == name:
            layer["class_name"], layer["config"] = kind, {"name": name, **settings}
            layer.pop("module", None), layer.pop("registered_name", None)
    return (keras.Model if not IS_3 else keras.src.models.functional.Functional).from_config(config)


GAP, DENSE = L.GlobalAveragePooling2D, L.Dense
preprocess = keras.applications.mobilenet_v2.preprocess_input
caffe = keras.applications.resnet50.preprocess_input

# Name, network, model, whether its answers are to be the same, side of images.
CASES = [
    ("plain", "mobilenet-v2", lambda: mobile(classes=4), True),
    ("plain-resnet", "resnet50", lambda: resnet(classes=4), True),
    ("logits", "mobilenet-v2", lambda: mobile(classes=4, classifier_activation=None), True),
    ("rescaling-signed", "mobilenet-v2", lambda: stack(L.Rescaling(1 / 127.5, offset=-1), None, GAP(), DENSE(4)), True),
    ("rescaling-unit", "mobilenet-v2", lambda: stack(L.Rescaling(1 / 255), None, GAP(), DENSE(4, "softmax")), True),
    ("rescaling-resnet", "resnet50", lambda: stack(L.Rescaling(1 / 255), None, GAP(), DENSE(4), body=resnet), True),
    ("rescaling-twice", "mobilenet-v2",
     lambda: stack(L.Rescaling(1 / 255), L.Rescaling(2, -1), None, GAP(), DENSE(4)), True),
    ("normalization-learned", "mobilenet-v2", lambda: stack(L.Normalization(), None, GAP(), DENSE(4)), True),
    ("normalization-given", "resnet50",
     lambda: stack(L.Normalization(mean=[120., 110., 100.], variance=[3000., 3100., 3200.]), None, GAP(), DENSE(4),
                   body=resnet), True),
    ("rescaling-normalization", "mobilenet-v2",
     lambda: stack(L.Rescaling(0.5), L.Normalization(), None, GAP(), DENSE(4)), True),
    ("operations", "mobilenet-v2", lambda: joined(preprocess, head()), True),
    ("operations-resnet", "resnet50", lambda: joined(caffe, head(None), body=resnet), True),
    ("operations-own", "mobilenet-v2", lambda: joined(lambda x: (x / 255.0 - 0.5) * 3.0 + 0.1, head()), True),
    ("augmentation", "mobilenet-v2",
     lambda: joined(lambda x: preprocess(keras.Sequential([L.RandomFlip(), L.RandomRotation(0.1)])(x)), head()), True),
    ("pooled-body", "mobilenet-v2", lambda: stack(L.Rescaling(1 / 255), None, L.Dropout(0.1), DENSE(4), pooling="avg"),
     True),
    ("softmax-layer", "mobilenet-v2", lambda: stack(None, GAP(), DENSE(4), L.Softmax()), True),
    ("softmax-activation", "mobilenet-v2", lambda: stack(None, GAP(), DENSE(4), L.Activation("softmax")), True),
    ("sigmoid-labels", "mobilenet-v2", lambda: stack(L.Rescaling(1 / 255), None, GAP(), DENSE(4, "sigmoid")), True),
    ("flatten-pooled", "mobilenet-v2", lambda: stack(None, GAP(), L.Flatten(), DENSE(4)), True),
    ("side-96", "mobilenet-v2", lambda: stack(L.Rescaling(1 / 255), None, GAP(), DENSE(4), side=96), True, 96),
    ("side-75", "mobilenet-v2", lambda: mobile(75, classes=4), True, 75),
    ("reversed-colours", "mobilenet-v2", lambda: joined(lambda x: x[..., ::-1] / 255.0, head()), True),
    ("max-pooling", "mobilenet-v2", lambda: stack(None, L.GlobalMaxPooling2D(), DENSE(4)), False),
    ("pooled-max-body", "mobilenet-v2", lambda: stack(None, DENSE(4), pooling="max"), False),
    ("hidden-dense", "mobilenet-v2", lambda: stack(None, GAP(), DENSE(1280, "relu"), DENSE(4)), False),
    ("norm-before-head", "mobilenet-v2", lambda: stack(None, GAP(), L.BatchNormalization(), DENSE(4)), False),
    ("scaled-features", "mobilenet-v2", lambda: stack(None, GAP(), L.Rescaling(2.0), DENSE(4)), False),
    ("softmax-twice", "mobilenet-v2", lambda: stack(None, GAP(), DENSE(4, "softmax"), L.Softmax()), False),
    ("tanh-head", "mobilenet-v2", lambda: stack(None, GAP(), DENSE(4, "tanh")), False),
    ("resizing", "mobilenet-v2", lambda: keras.Sequential(
        [keras.Input((80, 80, 3)), L.Resizing(64, 64), mobile(include_top=False), GAP(), DENSE(4)]), False),
    ("cropping", "mobilenet-v2", lambda: keras.Sequential(
        [keras.Input((80, 80, 3)), L.CenterCrop(64, 64), mobile(include_top=False), GAP(), DENSE(4)]), False),
    ("relu-8", "mobilenet-v2", lambda: changed(mobile, "block_3_expand_relu", max_value=8.0), False),
    ("relu-open", "mobilenet-v2", lambda: changed(mobile, "out_relu", max_value=None), False),
    ("leaky", "mobilenet-v2", lambda: changed(mobile, "Conv1_relu", negative_slope=0.1), False),
    ("epsilon", "mobilenet-v2", lambda: changed(mobile, "block_5_project_BN", epsilon=1e-2), False),
    ("stride", "mobilenet-v2", lambda: changed(mobile, "Conv_1", strides=(2, 2)), False),
    ("convolution-relu", "mobilenet-v2", lambda: changed(mobile, "block_2_project", activation="relu"), False),
    ("dilation", "mobilenet-v2", lambda: changed(mobile, "block_14_depthwise", dilation_rate=(2, 2)), False),
    ("resnet-tanh", "resnet50", lambda: changed(resnet, "conv3_block2_out", activation="tanh"), False),
    ("resnet-gelu", "resnet50", lambda: changed(resnet, "conv1_relu", activation="gelu"), False),
    ("resnet-epsilon", "resnet50", lambda: changed(resnet, "conv1_bn", epsilon=1e-3), False),
    ("resnet-average-pool", "resnet50", lambda: replaced(
        resnet, "pool1_pool", "AveragePooling2D", pool_size=(3, 3), strides=(2, 2), padding="valid"), False),
    ("resnet-multiply", "resnet50", lambda: replaced(resnet, "conv4_block3_add", "Multiply"), False),
    ("divided-features", "mobilenet-v2", lambda: joined(preprocess, lambda x: head()(x * 0.5)), False),
    ("number-minus-pixels", "mobilenet-v2", lambda: joined(lambda x: 1.0 - x / 255.0, head()), False),
]


def probabilities(model, image, kind):
    output = np.asarray(model.predict(image[None].astype("float32"), verbose=0))[0].astype(np.float64)
    if kind == "softmax":
        e = np.exp(output - output.max())
        return e / e.sum()
    return output


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    rng = np.random.default_rng(7)
    failures = files = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for case, network, build, is_same, *side in CASES:
            if case == "reversed-colours" and keras.backend.backend() == "torch":
                continue  # PyTorch has no slices with a negative step.
            keras.backend.clear_session()
            model = filled(build())
            side = side[0] if side else model.input_shape[1]
            image = (np.kron(rng.uniform(0, 255, (side // 4 + 1, side // 4 + 1, 3)), np.ones((4, 4, 1)))[:side, :side])
            image = np.rint(image).astype(np.uint8)
            Image.fromarray(image).save(folder / "image.png")
            prepared = image.astype(np.float64)
            is_bare = case in ("plain", "logits", "side-75", "plain-resnet")
            if is_bare:
                prepared = (caffe if network == "resnet50" else preprocess)(prepared)
            sums_to_one = abs(float(np.sum(model.predict(prepared[None].astype("float32"), verbose=0))) - 1) < 1e-4
            is_labels = case == "sigmoid-labels"
            wanted = probabilities(model, prepared, "" if sums_to_one or is_labels else "softmax")
            # Without layers that prepare pixels, images come prepared as keras.applications prepares them: not here.
            options = [] if is_bare else ["--pixels", "0,0,0,1,1,1"]
            for ending in (".keras", ".h5"):
                path = folder / f"model{ending}"
                try:
                    model.save(path)
                except TypeError as error:  # Keras 2.15 does not write x[..., ::-1] into .keras files.
                    print("not saved", case + ending, str(error)[:60])
                    continue
                files += 1
                run = lambda *words: subprocess.run(
                    [program, *words, "--home", str(folder / "home"), "--json"], capture_output=True, text=True)
                done = run("models", "import", str(path), "--arch", network, "--name", "m", "--replace", "--class-count",
                           "4", "--resize", str(side), *options)
                if done.returncode != 0:
                    said = json.loads(done.stderr or done.stdout)
                    said = said.get("error", said) if isinstance(said, dict) else said
                    outcome = "refused" if not is_same and done.returncode == 1 else "OTHER"
                    detail = (said if isinstance(said, str) else json.dumps(said))[:230]
                else:
                    answer = json.loads(run("predict", "m", str(folder / "image.png"), "--top", "4").stdout)
                    got = {share["class"]: share["probability"] for share in answer["predictions"][0]["top"]}
                    off = max(abs(got[f"class {k}"] - wanted[k]) for k in range(4))
                    outcome = "equal" if is_same and off <= 1e-4 else "OTHER"
                    detail = f"{off:.1e} (largest probability {max(wanted):.3f})"
                failures += line(f"Keras {VERSION}", case + ending, outcome, detail)
                path.unlink()
    print(f"keras {VERSION}: {files} files, {failures} wrong")
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
