"""Goldens of the vision operations and layers, from PyTorch: forwards and gradients, channels last.

Run: python Scripts/goldens/vision.py operations Tests/ZooTensorTests/Goldens
     python Scripts/goldens/vision.py layers Tests/ZooNNTests/Goldens
     python Scripts/goldens/vision.py networks Tests/ZooVisionTests/Goldens FOLDER_OF_TVSHIM
The networks are torchvision's and those of efficientnet_lite_pytorch, their weights given by a formula.
"""
import json
import pathlib
import sys

import torch
import torch.nn.functional as F

SEED = 20263


def normal(*shape):
    return torch.randn(shape).round(decimals=2).double()


def entry(t, digits=7):
    t = t.detach()
    return {"shape": list(t.shape), "values": [float(f"{x:.{digits}g}") for x in t.flatten().tolist()]}


def last(t):
    return t.permute(0, 2, 3, 1) if t.dim() == 4 else t


def write(folder, name, cases):
    head = {"script": "Scripts/goldens/vision.py", "seed": SEED, "library": f"torch {torch.__version__}"}
    file = pathlib.Path(folder) / f"{name}.json"
    file.write_text(json.dumps({**head, "cases": cases}, separators=(",", ":")) + "\n")


def case(function, *inputs):
    """The images come first, channels first for PyTorch; they are written channels last."""
    tracked = [x.clone().requires_grad_() for x in inputs]
    y = function(*tracked)
    push = normal(*y.shape)
    gradients = torch.autograd.grad((y * push).sum(), tracked)
    # Weights have four axes too: only what has the images' first axis is turned.
    images = [True] + [x.dim() == 4 and x.shape == y.shape for x in inputs[1:]]
    turn = [last if i else (lambda t: t) for i in images]
    return {
        "inputs": [entry(f(x)) for f, x in zip(turn, inputs)], "output": entry(last(y)), "cotangent": entry(last(push)),
        "gradients": [entry(f(g)) for f, g in zip(turn, gradients)],
    }


def convolution(x, w, **kw):
    return case(lambda x, w: F.conv2d(x, w, **kw), normal(*x), normal(*w))


def operations(folder):
    write(folder, "vision", {
        "convolved/plain": convolution((2, 3, 6, 5), (4, 3, 3, 3)),
        "convolved/padded": convolution((1, 16, 7, 6), (16, 16, 3, 3), padding=1),
        "convolved/strided": convolution((2, 3, 9, 8), (5, 3, 3, 3), stride=2, padding=1),
        "convolved/oblong": convolution((1, 2, 9, 8), (3, 2, 3, 2), stride=(1, 3), padding=(2, 1), dilation=(2, 1)),
        "convolved/point": convolution((2, 6, 3, 4), (9, 6, 1, 1)),
        "convolved/stridedPoint": convolution((1, 4, 5, 5), (3, 4, 1, 1), stride=2),
        "convolved/grouped": convolution((1, 6, 5, 5), (9, 2, 3, 3), padding=1, groups=3),
        "convolved/depthwise": convolution((1, 18, 6, 6), (18, 1, 3, 3), padding=1, groups=18),
        "convolved/depthwiseWide": convolution((1, 16, 7, 7), (16, 1, 5, 5), stride=2, padding=2, groups=16),
        "convolved/multiplied": convolution((1, 3, 5, 5), (6, 1, 3, 3), groups=3),
        "convolved/stem": convolution((1, 3, 13, 13), (4, 3, 7, 7), stride=2, padding=3),
        "maxPooled": case(lambda x: F.max_pool2d(x, 3, 2, 1), normal(2, 3, 8, 7)),
        "averagePooled": case(lambda x: F.avg_pool2d(x, (2, 3), (2, 1), (1, 1)), normal(2, 3, 6, 5)),
        "globallyAveraged": case(lambda x: x.mean(dim=(2, 3)), normal(2, 3, 4, 5)),
        "relu6": case(F.relu6, normal(1, 2, 3, 4) * 4),
        "hardSwish": case(F.hardswish, normal(1, 2, 3, 4) * 3),
        "channelsNormalized": case(
            lambda x, w, b, a: F.relu(F.batch_norm(x, None, None, w, b, True, 0.1, 1e-5) + a),
            normal(2, 3, 4, 3), normal(3), normal(3), normal(2, 3, 4, 3)),
        "channelsNormalized6": case(
            lambda x, w, b: F.relu6(F.batch_norm(x, None, None, w, b, True, 0.1, 1e-5)),
            normal(2, 3, 4, 3), normal(3) * 5, normal(3)),
    })


def layers(folder):
    d = torch.float64
    norm = torch.nn.BatchNorm2d(3, dtype=d)
    batches = [normal(2, 3, 4, 3) * 2 + 1 for _ in range(2)]
    with torch.no_grad():
        norm.weight.copy_(normal(3))
        norm.bias.copy_(normal(3))
    for batch in batches:
        norm(batch)
    norm.eval()
    x, reduce, expand = normal(2, 4, 3, 3), torch.nn.Conv2d(4, 2, 1, dtype=d), torch.nn.Conv2d(2, 4, 1, dtype=d)
    squeezed = x * torch.sigmoid(expand(F.relu(reduce(x.mean(dim=(2, 3), keepdim=True)))))
    cases = {
        "batchNorm2d": {
            "inputs": [entry(norm.weight), entry(norm.bias)] + [entry(last(b)) for b in batches]
            + [entry(norm.running_mean, 12), entry(norm.running_var, 12)],
            "output": entry(last(norm(batches[0]))),
        },
        "squeezeExcitation": {
            "inputs": [entry(last(x))] + [entry(p, 12) for m in (reduce, expand) for p in (m.weight, m.bias)],
            "output": entry(last(squeezed)),
        },
    }
    write(folder, "vision", cases)


def spread(count, phase):
    """Numbers in -1/2 ..< 1/2 that both sides can compute: a Weyl sequence, mixed up by a square."""
    i = torch.arange(count, dtype=torch.float64) + 1
    x = i * 0.6180339887498949 + phase * 0.7548776662466927
    x = (x - x.floor()) * 97.0
    return (x * x) % 1.0 - 0.5


def fill(network):
    """Weights by formula, from the shape and the number of the tensor in the order of the state."""
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
    return network.double()


def photographs(count, size):
    return (spread(count * 3 * size * size, 0.5) * 2).reshape(count, size, size, 3).permute(0, 3, 1, 2)


def networks(folder):
    sys.path.insert(0, str(pathlib.Path(sys.argv[3])))
    import tvshim  # noqa: F401  torchvision without its compiled part
    import torchvision
    from efficientnet_lite_pytorch import EfficientNet

    def resnet(block, depths, small=False):
        r = torchvision.models.resnet
        m = r.ResNet(getattr(r, block), depths, num_classes=10)
        if small:
            m.conv1, m.maxpool = torch.nn.Conv2d(3, 64, 3, 1, 1, bias=False), torch.nn.Identity()
        return m

    made = {
        "resnet18": (resnet("BasicBlock", [2, 2, 2, 2]), 2, 70),
        "resnet34": (resnet("BasicBlock", [3, 4, 6, 3]), 1, 64),
        "resnet50": (resnet("Bottleneck", [3, 4, 6, 3]), 1, 64),
        "resnet18-cifar": (resnet("BasicBlock", [2, 2, 2, 2], small=True), 2, 32),
    }
    for n, size in ((0, 224), (1, 240), (2, 260)):
        name = f"efficientnet-lite{n}"
        made[name] = (EfficientNet.from_name(name, num_classes=10), 1, size)
    cases = {}
    for name, (network, count, size) in made.items():
        with torch.no_grad():
            y = fill(network).eval()(photographs(count, size))
        cases[name] = {"inputs": [], "output": entry(y)}
        print(name, y[0, :4].tolist(), y.std().item())
    network, x = made["resnet18-cifar"][0].train(), photographs(8, 32)
    loss = F.cross_entropy(network(x), torch.arange(8))
    wanted = [network.conv1.weight, network.layer2[0].downsample[0].weight, network.layer4[1].bn2.weight]
    gradients = torch.autograd.grad(loss, wanted)
    cases["training"] = {
        "inputs": [], "output": entry(loss), "gradients": [entry(g.flatten()[:60]) for g in gradients]}
    write(folder, "networks", cases)


torch.manual_seed(SEED)
{"operations": operations, "layers": layers, "networks": networks}[sys.argv[1]](sys.argv[2])
