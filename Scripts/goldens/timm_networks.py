"""Goldens of networks of timm and torchvision with weights by a formula: answers, and the names of the arrays.

Run: python Scripts/goldens/timm_networks.py Tests/ZooVisionTests/Goldens Tests/ZooWorkflowsTests/Goldens
Nothing is drawn. Made with timm 1.0.31, torch 2.15.0, torchvision 0.29.2.
"""
import json
import pathlib
import sys

import timm
import torch
import torchvision


def spread(count, phase):
    """Numbers in -1/2 ..< 1/2 that both sides can compute: a Weyl sequence, mixed up by a square."""
    i = torch.arange(count, dtype=torch.float64) + 1
    x = i * 0.6180339887498949 + phase * 0.7548776662466927
    x = (x - x.floor()) * 97.0
    return (x * x) % 1.0 - 0.5


def fill(network):
    state = {k: v for k, v in network.state_dict().items() if not k.endswith("num_batches_tracked")}
    for number, (path, value) in enumerate(state.items()):
        v = spread(value.numel(), number + 1).reshape(value.shape)
        if value.dim() == 4:
            v = v * (12 * 2 / (value.shape[1] * value.shape[2] * value.shape[3])) ** 0.5
        elif value.dim() == 2:
            v = v * (12 / value.shape[1]) ** 0.5
        elif path.endswith("running_var") or path.endswith("weight"):
            v = 1 + 0.5 * v
        else:
            v = 0.2 * v
        value.copy_(v)
    return network.double().eval(), [[k, list(v.shape)] for k, v in state.items()]


def photographs(count, size):
    height, width = size
    return (spread(count * 3 * height * width, 0.5) * 2).reshape(count, height, width, 3).permute(0, 3, 1, 2)


def numbers(t):
    return {"shape": list(t.shape), "values": [float(f"{x:.7g}") for x in t.flatten().tolist()]}


# Network here, who has it, its name there, sizes of images.
NETWORKS = [
    ("efficientnet-b0", "torchvision", "efficientnet_b0", [(64, 64), (70, 96)]),
    ("efficientnet-b0", "timm", "efficientnet_b0", [(64, 64), (70, 96)]),
    ("efficientnet-b0-tf", "timm", "tf_efficientnet_b0", [(64, 64), (71, 96)]),
    ("efficientnet-lite0", "timm", "tf_efficientnet_lite0", [(64, 64), (71, 96)]),
    ("efficientnet-lite0-timm", "timm", "efficientnet_lite0", [(64, 64), (71, 96)]),
    ("efficientnet-lite3", "timm", "tf_efficientnet_lite3", [(64, 64)]),
    ("mobilenet-v2", "timm", "mobilenetv2_100", [(64, 64), (71, 96)]),
    ("mobilenet-v3-large", "torchvision", "mobilenet_v3_large", [(64, 64), (71, 96)]),
    ("mobilenet-v3-large-timm", "timm", "mobilenetv3_large_100", [(64, 64), (71, 96)]),
    ("mobilenet-v3-large-tf", "timm", "tf_mobilenetv3_large_100", [(64, 64), (71, 96)]),
    ("mobilenet-v3-small", "torchvision", "mobilenet_v3_small", [(64, 64), (71, 96)]),
    ("mobilenet-v3-small-timm", "timm", "mobilenetv3_small_100", [(64, 64), (71, 96)]),
    ("mobilenet-v3-small-tf", "timm", "tf_mobilenetv3_small_100", [(64, 64), (71, 96)]),
    ("convnext-atto", "timm", "convnext_atto", [(64, 64), (71, 96)]),
    ("convnext-femto", "timm", "convnext_femto", [(64, 64)]),
    ("convnext-pico", "timm", "convnext_pico", [(64, 64)]),
    ("convnextv2-atto", "timm", "convnextv2_atto", [(64, 64), (71, 96)]),
    ("convnextv2-pico", "timm", "convnextv2_pico", [(64, 64)]),
    ("resnet18d", "timm", "resnet18d", [(64, 64), (71, 89)]),
    ("resnet26", "timm", "resnet26", [(64, 64)]),
    ("resnet50d", "timm", "resnet50d", [(70, 65)]),
]


# Those whose files the tests of the import make.
IMPORTED = {
    "efficientnet_b0", "tf_efficientnet_b0", "efficientnet_lite0", "mobilenetv2_100", "mobilenetv3_large_100",
    "mobilenetv3_small_100", "tf_mobilenetv3_small_100", "mobilenet_v3_small", "convnextv2_atto", "convnext_atto"}


def main(vision, workflows):
    answers, names = {}, {}
    for network, home, name, sizes in NETWORKS:
        made = (torchvision.models.get_model(name, weights=None, num_classes=10) if home == "torchvision"
                else timm.create_model(name, num_classes=10))
        with torch.no_grad():
            filled, arrays = fill(made)
            outputs = [{"size": list(s), "output": numbers(filled(photographs(1, s)))} for s in sizes]
        # timm has the layer behind the mean as a convolution: the names alone tell it apart.
        if not (home == "timm" and (f"torchvision/{network}" in answers or "mobilenetv3" in name)):
            answers[f"{home}/{network}"] = outputs
        if name in IMPORTED:
            names[name] = {"network": network, "arrays": arrays, **outputs[0]}
        print(home, name, sum(p.numel() for p in made.parameters()), outputs[0]["output"]["values"][:3])
    head = {"script": "Scripts/goldens/timm_networks.py",
            "library": f"timm {timm.__version__}, torchvision {torchvision.__version__}, torch {torch.__version__}"}
    for folder, file, cases in ((vision, "modern", answers), (workflows, "timm", names)):
        text = json.dumps({**head, "cases": cases}, separators=(",", ":"))
        (pathlib.Path(folder) / f"{file}.json").write_text(text + "\n")


main(*sys.argv[1:])
