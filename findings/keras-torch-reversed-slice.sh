#!/bin/sh
# Keras 3 on PyTorch: a model with x[..., ::-1] is built, saved and loaded, and fails only when it answers.
#
# One would expect a reversal of the colours (RGB to BGR, as ResNet's and VGG's weights want it) to work as on the other backends, or to be
# refused when the model is built: Keras knows the shape of the result, shows it in summary() and writes it into config.json. The first
# prediction raises ValueError, since PyTorch has no slices with a negative step. keras.ops.flip(x, -1) works, and so does
# keras.applications.resnet50.preprocess_input, which stacks the colours one by one.
#
# Needs: sh, python3 with venv, a package index that pip can reach. PyTorch's build for the CPU is enough.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check keras==3.15.1 torch==2.15.0 jax==0.10.2
cat > "$folder/run.py" <<'PYTHON'
import sys

import keras
import numpy as np

x = np.arange(6.0).reshape(1, 1, 2, 3)
inputs = keras.Input((1, 2, 3))
path = sys.argv[1] + "/model.keras"
for name, reverse in (("x[..., ::-1]", lambda t: t[..., ::-1]), ("ops.flip(x, -1)", lambda t: keras.ops.flip(t, -1))):
    model = keras.Model(inputs, reverse(inputs))
    model.save(path)
    model = keras.models.load_model(path)
    try:
        result = model.predict(x, verbose=0).ravel().tolist()
    except ValueError as error:
        result = "ValueError: " + ("step must be greater than zero" if "step must be greater than zero" in str(error) else "another")
    print(keras.backend.backend(), keras.__version__, name, "shape", model.output_shape, result)
PYTHON
for backend in jax torch; do
    KERAS_BACKEND=$backend "$folder/venv/bin/python" "$folder/run.py" "$folder"
done > "$folder/seen.txt"
cat "$folder/seen.txt"
grep -q 'jax .*::-1.* \[2.0, 1.0, 0.0, 5.0, 4.0, 3.0\]' "$folder/seen.txt"
grep -q 'torch .*::-1.* ValueError: step must be greater than zero' "$folder/seen.txt"
grep -q 'torch .*flip.* \[2.0, 1.0, 0.0, 5.0, 4.0, 3.0\]' "$folder/seen.txt"
# Seen:
# jax 3.15.1 x[..., ::-1] shape (None, 1, 2, 3) [2.0, 1.0, 0.0, 5.0, 4.0, 3.0]
# jax 3.15.1 ops.flip(x, -1) shape (None, 1, 2, 3) [2.0, 1.0, 0.0, 5.0, 4.0, 3.0]
# torch 3.15.1 x[..., ::-1] shape (None, 1, 2, 3) ValueError: step must be greater than zero
# torch 3.15.1 ops.flip(x, -1) shape (None, 1, 2, 3) [2.0, 1.0, 0.0, 5.0, 4.0, 3.0]
