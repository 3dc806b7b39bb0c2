"""Networks for images of timm and torchvision, imported by zoo: the same probabilities, or a refusal that says why.

Run: python Scripts/compare-models/torch_images.py .build/release/zoo   (torch 2.15.0, timm 1.0.31, torchvision 0.29.2, safetensors 0.8.0)
Weights are random. timm's networks come as safetensors with the config.json that timm writes, torchvision's in the forms that training
programs save. Prints a line for each file, and exits with 1 where an answer differs by more than 1e-4, or nothing was said.
"""
import argparse
import collections
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import safetensors.torch
import timm
import torch
import torchvision
from PIL import Image
from report import line
from timm.models._hub import save_config_for_hf

SIDE, CLASSES = 64, 5
MEAN, DEVIATION = np.array([.485, .456, .406]), np.array([.229, .224, .225])

# The network of timm, --arch, and whether its answers are to be the same; None: refused or the same. All of them get timm's config.json beside them.
TIMM = [(name, name, True) for name in (
    "resnet18", "resnet26", "resnet18d", "resnet26d", "resnet34d", "mobilenetv2_100", "mobilenetv3_small_100",
    "mobilenetv3_large_100", "tf_mobilenetv3_small_100", "efficientnet_b0", "tf_efficientnet_b0", "efficientnet_lite0",
    "tf_efficientnet_lite0", "convnext_atto", "convnext_femto", "convnextv2_atto")] + [
    ("resnetblur50", "resnet50", False), ("resnetaa50", "resnet50", False), ("efficientnet_lite0", "tf_efficientnet_lite0", False),
    ("tf_mobilenetv3_small_100", "mobilenet_v3_small", False), ("tf_efficientnet_b0", "efficientnet_b0", False),
    ("convnext_nano", "convnext_pico", False), ("mobilenetv3_small_075", "mobilenetv3_small_100", False)]

TORCHVISION = ["resnet18", "resnet34", "resnet50", "mobilenet_v2", "mobilenet_v3_small", "mobilenet_v3_large", "efficientnet_b0"]


def filled(network, seed=1):
    """The network with random weights whose answers differ from image to image."""
    rng = np.random.default_rng(seed)
    for path, value in network.state_dict().items():
        if not value.dtype.is_floating_point:
            continue
        shape = tuple(value.shape)
        if len(shape) == 4:
            numbers = rng.normal(0, (2 / np.prod(shape[1:])) ** .5, shape)
        elif len(shape) == 2:
            numbers = rng.normal(0, (4 / shape[1]) ** .5, shape)
        elif path.endswith(("running_var", "weight")):
            numbers = rng.uniform(.6, 1.4, shape)
        else:
            numbers = rng.normal(0, .1, shape)
        value.copy_(torch.from_numpy(np.asarray(numbers)).float())
    network.eval()
    # Logits of about 1: probabilities near 0 and 1 would hide what differs.
    head = [value for value in network.state_dict().values() if value.dim() == 2][-1]
    head /= network(torch.from_numpy(rng.normal(0, 1, (2, 3, SIDE, SIDE))).float()).std()
    return network


def of_timm(folder):
    for name, arch, is_same in TIMM:
        network = filled(timm.create_model(name, num_classes=CLASSES))
        place = folder / f"{name}-as-{arch}"
        place.mkdir()
        safetensors.torch.save_file(network.state_dict(), place / "model.safetensors")
        save_config_for_hf(network, place / "config.json", data_config={
            "input_size": (3, SIDE, SIDE), "crop_pct": 1., "mean": tuple(MEAN), "std": tuple(DEVIATION)})
        title = name if name == arch else f"{name} as {arch}"
        program = f"timm {timm.__version__}"
        if is_same:
            # timm 1.0.31 adds the arguments that the network was made with, which earlier versions and published files do not have.
            written = json.loads((place / "config.json").read_text())
            yield program, f"{title} with model_args", place / "model.safetensors", arch, network, None, []
            (place / "config.json").write_text(json.dumps({k: v for k, v in written.items() if k != "model_args"}))
            safetensors.torch.save_file(network.state_dict(), place / "model.safetensors")
        yield program, title, place / "model.safetensors", arch, network, is_same, []


def of_torchvision(folder):
    options = ["--pixels", "imagenet", "--resize", SIDE]
    forms = {
        "": lambda state: state,
        "parallel": lambda state: {f"module.{k}": v for k, v in state.items()},
        "compiled": lambda state: {"state_dict": {f"_orig_mod.{k}": v for k, v in state.items()}, "epoch": 3},
        "checkpoint": lambda state: {
            "model": state, "optimizer": {"param_groups": [{"lr": .1}]}, "loss": torch.tensor(1.5), "best": np.float64(.5),
            "args": argparse.Namespace(lr=.1, arch=None), "counts": collections.Counter("ab"), "seen": {1, 2}},
        "backbone": lambda state: {f"backbone.{k}": v for k, v in state.items()},
        "wrong-size": lambda state: {k: v[:3] if v.shape[:1] == (CLASSES,) and v.dim() == 2 else v for k, v in state.items()},
        "incomplete": lambda state: {k: v for k, v in state.items() if "layer2.0.conv1" not in k},
        "nan": lambda state: {k: v * float("nan") if k == "conv1.weight" else v for k, v in state.items()},
    }
    program = f"torchvision {torchvision.__version__.split('+')[0]}"
    for name in TORCHVISION:
        network = filled(torchvision.models.get_model(name, weights=None, num_classes=CLASSES))
        for form, made in forms.items():
            if form and name != "resnet18":
                continue
            path = folder / f"{name}{'-' if form else ''}{form}.pth"
            torch.save(made(network.state_dict()), path, _use_new_zipfile_serialization=form != "parallel")
            yield program, path.name, path, name, network, form not in ("wrong-size", "incomplete", "nan"), options
    other = filled(torchvision.models.resnet18(weights=None, num_classes=CLASSES, norm_layer=lambda width: torch.nn.GroupNorm(4, width)))
    torch.save(other.state_dict(), folder / "resnet18-groups.pth")
    yield program, "resnet18-groups.pth", folder / "resnet18-groups.pth", "resnet18", other, False, options
    quantised = torch.quantize_per_tensor(torch.zeros(2, 2), .1, 0, torch.qint8)
    torch.save({"conv1.weight": quantised}, folder / "quantised.pth")
    yield program, "quantised.pth", folder / "quantised.pth", "resnet18", None, False, options
    torch.save(network, folder / "whole-module.pth")
    yield program, "whole-module.pth", folder / "whole-module.pth", "efficientnet_b0", network, False, options


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    rng, failed = np.random.default_rng(7), 0
    with tempfile.TemporaryDirectory() as name, torch.no_grad():
        folder = pathlib.Path(name)
        pixels = np.rint(np.kron(rng.uniform(0, 255, (SIDE // 4, SIDE // 4, 3)), np.ones((4, 4, 1)))).astype(np.uint8)
        Image.fromarray(pixels).save(folder / "image.png")
        given = torch.from_numpy((pixels / 255 - MEAN) / DEVIATION).permute(2, 0, 1)[None].float()
        for maker in (of_timm, of_torchvision):
            for origin, title, path, arch, network, is_same, options in maker(folder):
                run = lambda *words: subprocess.run(
                    [program, *map(str, words), "--home", str(folder / "home"), "--json"], capture_output=True, text=True)
                done = run("models", "import", path, "--arch", arch, "--name", "m", "--replace", "--class-count", CLASSES,
                           "--size", SIDE, *options)
                if done.returncode == 1:
                    said = json.loads(done.stderr or done.stdout)
                    reason = said["error"]["message"] if "error" in said else json.dumps(said)
                    outcome, detail = "OTHER" if is_same else "refused", reason.replace(f"{path.parent}/", "")[:230]
                else:
                    answer = run("predict", "m", folder / "image.png", "--top", CLASSES)
                    wanted = torch.softmax(network(given)[0], 0).tolist()
                    got = {share["class"]: share["probability"] for share in json.loads(answer.stdout)["predictions"][0]["top"]}
                    off = max(abs(got[f"class {k}"] - wanted[k]) for k in range(CLASSES))
                    outcome = "equal" if is_same is not False and off <= 1e-4 else "OTHER"
                    detail = f"{off:.1e} (largest probability {max(wanted):.3f})"
                failed += line(origin, title, outcome, detail)
                path.unlink()
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
