"""Goldens of the recurrent layers: outputs, states and all gradients, from PyTorch in Float64.

Run: python Scripts/goldens/text.py Tests/ZooNNTests/Goldens
"""

import json
import pathlib
import sys

import torch

SEED = 20264
out = pathlib.Path(sys.argv[1])
torch.manual_seed(SEED)
STEPS, BATCH, INPUT, HIDDEN, LAYERS = 4, 3, 3, 4, 2


def flat(t):
    return [round(x, 9) for x in t.detach().flatten().tolist()]


def case(name, **options):
    layer = getattr(torch.nn, name)(INPUT, HIDDEN, LAYERS, bidirectional=True, dtype=torch.float64, **options)
    with torch.no_grad():
        for p in layer.parameters():
            p.copy_((p * 2).round(decimals=5))
    draw = lambda *shape: torch.randn(*shape, dtype=torch.float64).round(decimals=5)
    x = draw(STEPS, BATCH, INPUT).requires_grad_()
    states = [draw(2 * LAYERS, BATCH, HIDDEN).requires_grad_() for _ in range(2 if name == "LSTM" else 1)]
    y, after = layer(x, tuple(states) if name == "LSTM" else states[0])
    after = after if name == "LSTM" else (after,)
    results = [y, *after]
    pushes = [draw(*r.shape) for r in results]
    value = sum((r * p).sum() for r, p in zip(results, pushes))
    named = list(layer.named_parameters())
    gradients = torch.autograd.grad(value, [x, *states, *(p for _, p in named)])
    return {
        "x": flat(x), "states": [flat(s) for s in states], "weights": {n: flat(p) for n, p in named},
        "results": [flat(r) for r in results], "pushes": [flat(p) for p in pushes],
        "gradients": [flat(g) for g in gradients[:1 + len(states)]],
        "weightGradients": {n: flat(g) for (n, _), g in zip(named, gradients[1 + len(states):])},
    }


content = {
    "script": "Scripts/goldens/text.py", "seed": SEED, "library": f"torch {torch.__version__}",
    "sizes": [STEPS, BATCH, INPUT, HIDDEN, LAYERS],
    "cases": {
        "rnn": case("RNN"), "rnn-relu": case("RNN", nonlinearity="relu"), "gru": case("GRU"), "lstm": case("LSTM"),
    },
}
(out / "recurrent.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")
