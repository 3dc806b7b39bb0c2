"""Goldens of ZooLearn: schedules and ten-step curves of the optimisers, from PyTorch.

Run: python Scripts/goldens/learn.py Tests/ZooLearnTests/Goldens
"""

import json
import pathlib
import sys

import torch

SEED = 20261
out = pathlib.Path(sys.argv[1])


def write(name, data):
    head = {"script": "Scripts/goldens/learn.py", "seed": SEED, "library": f"torch {torch.__version__}"}
    (out / f"{name}.json").write_text(json.dumps({**head, **data}, separators=(",", ":")) + "\n")


def scheduled(make, steps, base, key="lr"):
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=base, momentum=0.9)
    schedule = make(optimiser)
    values = []
    for step in range(steps):
        values.append(optimiser.param_groups[0][key])
        optimiser.step()
        if step + 1 < steps:
            schedule.step()
    return values


def schedules():
    s = torch.optim.lr_scheduler
    one_cycle = lambda total: lambda o: s.OneCycleLR(o, max_lr=0.4, total_steps=total)
    return {
        "step": scheduled(lambda o: s.StepLR(o, 4, 0.5), 15, 0.4),
        "cosine": scheduled(lambda o: s.CosineAnnealingLR(o, 15, 0.01), 15, 0.4),
        "restarts": scheduled(lambda o: s.CosineAnnealingWarmRestarts(o, 5, 1, 0.01), 15, 0.4),
        "restartsDoubling": scheduled(lambda o: s.CosineAnnealingWarmRestarts(o, 3, 2, 0.01), 25, 0.4),
        "oneCycleRate": scheduled(one_cycle(20), 20, 0.1),
        "oneCycleMomentum": scheduled(one_cycle(20), 20, 0.1, "momentum"),
        "oneCycleShort": scheduled(one_cycle(5), 5, 0.1),
    }


OPTIMISERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.05),
    "sgdL2": lambda p: torch.optim.SGD(p, lr=0.05, weight_decay=0.1),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9),
    "momentumL2": lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9, weight_decay=0.1),
    "nesterov": lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9, nesterov=True, weight_decay=0.1),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.05),
    "rmspropMomentum": lambda p: torch.optim.RMSprop(p, lr=0.02, alpha=0.9, momentum=0.8, weight_decay=0.1),
    "adam": lambda p: torch.optim.Adam(p, lr=0.1),
    "adamL2": lambda p: torch.optim.Adam(p, lr=0.1, betas=(0.8, 0.95), weight_decay=0.1),
    "adamW": lambda p: torch.optim.AdamW(p, lr=0.1, weight_decay=0.1),
}


def curves():
    """Minimise sum((scale * (w - target))^2) / 2 for ten steps, in Float64; the gradient is scale^2 * (w - target)."""
    torch.manual_seed(SEED)
    start, target = torch.randn(6, dtype=torch.float64), torch.randn(6, dtype=torch.float64)
    scale = torch.tensor([0.1, 0.5, 1.0, 1.5, 2.0, 3.0], dtype=torch.float64)
    result = {}
    for name, make in OPTIMISERS.items():
        w = start.clone().requires_grad_()
        optimiser = make([w])
        rows = []
        for _ in range(10):
            optimiser.zero_grad()
            ((scale * (w - target)) ** 2).sum().div(2).backward()
            optimiser.step()
            rows.append([round(x, 10) for x in w.tolist()])
        result[name] = rows
    return {"start": start.tolist(), "target": target.tolist(), "scale": scale.tolist(), "curves": result}


def cycled():
    """AdamW under OneCycleLR, whose momentum is Adam's beta 1."""
    torch.manual_seed(SEED + 1)
    start, target = torch.randn(4, dtype=torch.float64), torch.randn(4, dtype=torch.float64)
    w = start.clone().requires_grad_()
    optimiser = torch.optim.AdamW([w], lr=0.1, weight_decay=0.1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=0.3, total_steps=10)
    rows = []
    for step in range(10):
        optimiser.zero_grad()
        ((w - target) ** 2).sum().div(2).backward()
        optimiser.step()
        rows.append([round(x, 10) for x in w.tolist()])
        if step < 9:
            schedule.step()
    return {"start": start.tolist(), "target": target.tolist(), "curve": rows}


write("schedules", schedules())
write("optimizers", curves())
write("one-cycle-adamw", cycled())
