#!/bin/sh
# Keras 3: a model with augmentation layers answers at random when it is called as a function, and not in predict().
#
# One would expect model(x) to be inference, as it is for Dropout and BatchNormalization, which do nothing and use their running
# statistics there: training is False unless it is said. The Random… layers have training=True as the default of their call, and a
# functional model writes that default into its calls (config.json says "training": true). So model(x) changes brightness, turns and
# flips the image, each time otherwise, also after saving and loading; model.predict(x) and model(x, training=False) do not.
#
# Needs: sh, python3 with venv, a package index that pip can reach.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check keras==3.15.1 jax==0.10.2
KERAS_BACKEND=jax "$folder/venv/bin/python" - "$folder" <<'PYTHON'
import json
import sys

import jax
import keras
import numpy as np

x = np.full((1, 4, 4, 1), 100.0, dtype="float32")
inputs = keras.Input((4, 4, 1))
augmented = keras.Model(inputs, keras.layers.RandomBrightness(0.5, seed=1)(inputs))
dropped = keras.Model(inputs, keras.layers.Dropout(0.5, seed=1)(inputs))
path = sys.argv[1] + "/model.keras"
augmented.save(path)
loaded = keras.models.load_model(path)


def means(call):
    return {round(float(np.asarray(call()).mean()), 3) for _ in range(8)}


print("keras", keras.__version__, "jax", jax.__version__)
call = json.loads(augmented.to_json())["config"]["layers"][1]["inbound_nodes"][0]["kwargs"]
print("kwargs of the layer's call:", call)
seen = {
    "Dropout, model(x)": means(lambda: dropped(x)),
    "RandomBrightness, model.predict(x)": means(lambda: augmented.predict(x, verbose=0)),
    "RandomBrightness, model(x, training=False)": means(lambda: augmented(x, training=False)),
    "RandomBrightness, model(x)": means(lambda: augmented(x)),
    "RandomBrightness, loaded model(x)": means(lambda: loaded(x)),
}
for name, found in seen.items():
    print(f"{name}: {'100 each time' if found == {100.0} else 'another answer each time'}")
assert call == {"training": True}
assert [found == {100.0} for found in seen.values()] == [True, True, True, False, False]
PYTHON
# Seen:
# keras 3.15.1 jax 0.10.2
# kwargs of the layer's call: {'training': True}
# Dropout, model(x): 100 each time
# RandomBrightness, model.predict(x): 100 each time
# RandomBrightness, model(x, training=False): 100 each time
# RandomBrightness, model(x): another answer each time
# RandomBrightness, loaded model(x): another answer each time
