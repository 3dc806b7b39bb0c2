"""Goldens of the vision operations and layers, from PyTorch: forwards and gradients, channels last.

Run: python Scripts/goldens/vision.py operations Tests/ZooTensorTests/Goldens
     python Scripts/goldens/vision.py layers Tests/ZooNNTests/Goldens
     python Scripts/goldens/vision.py networks Tests/ZooVisionTests/Goldens FOLDER_OF_TVSHIM
     python Scripts/goldens/vision.py training Tests/ZooVisionTests/Goldens
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
        "silu": case(F.silu, normal(1, 2, 3, 4) * 4),
        "hardSigmoid": case(F.hardsigmoid, normal(1, 2, 3, 4) * 4),
        "gelu": case(F.gelu, normal(1, 2, 3, 4) * 2),
        "convolved/depthwise7": convolution((1, 17, 6, 9), (17, 1, 7, 7), padding=3, groups=17),
        "rowsNormalized": case(
            lambda x, w, b: F.layer_norm(x.permute(0, 2, 3, 1), (5,), w, b, 1e-6).permute(0, 3, 1, 2),
            normal(2, 5, 3, 4), normal(5), normal(5)),
    })


def layers(folder):
    from timm.layers.grn import GlobalResponseNorm

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
    response = GlobalResponseNorm(6, channels_last=False).double()
    with torch.no_grad():
        response.weight.copy_(normal(6))
        response.bias.copy_(normal(6))
    cases["globalResponseNorm"] = case(lambda x, w, b: torch.func.functional_call(
        response, {"weight": w, "bias": b}, x), normal(2, 6, 4, 3), response.weight, response.bias)
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
    made["mobilenet-v2"] = (torchvision.models.mobilenet_v2(num_classes=10), 1, 96)
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


class Block(torch.nn.Module):
    """torchvision's BasicBlock."""

    def __init__(self, inputs, width, stride):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(inputs, width, 3, stride, 1, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(width)
        self.conv2 = torch.nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = torch.nn.BatchNorm2d(width)
        self.downsample = None
        if stride > 1:
            self.downsample = torch.nn.Sequential(
                torch.nn.Conv2d(inputs, width, 1, stride, bias=False), torch.nn.BatchNorm2d(width))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + (self.downsample(x) if self.downsample else x))


class TinyResNet(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = torch.nn.Conv2d(3, 4, 3, 1, 1, bias=False), torch.nn.BatchNorm2d(4)
        self.layer1 = torch.nn.Sequential(Block(4, 4, 1))
        self.layer2 = torch.nn.Sequential(Block(4, 8, 2))
        self.fc = torch.nn.Linear(8, 3)

    def forward(self, x):
        x = self.layer2(self.layer1(F.relu(self.bn1(self.conv1(x)))))
        return self.fc(x.mean(dim=(2, 3)))


def trained(rule, epochs, ratio=1.0, trained_groups=3, frozen_statistics=False, cycle=False, multi=False, clip=None,
            smoothing=0.0, average=0):
    """Whole batches of nine images; the losses of the epochs and the trained network."""
    network = TinyResNet()
    with torch.no_grad():
        fill(network)
    pixels = ((spread(9 * 8 * 8 * 3, 0.25) + 0.5) * 256).floor().reshape(9, 8, 8, 3).permute(0, 3, 1, 2)
    x = (pixels - 128) / 64
    sets = [[0], [1], [2], [0, 1], [], [2], [0, 2], [1], [0, 1, 2]]
    classes = torch.arange(9) % 3
    targets = torch.tensor([[float(c in s) for c in range(3)] for s in sets]).double()
    targets = targets * (1 - smoothing) + smoothing / 2
    layers = [[network.conv1, network.bn1, network.layer1], [network.layer2], [network.fc]]
    groups, norms = [], []
    decay = 0.02
    for index, modules in enumerate(layers):
        below = 2 - index
        parameters = [p for m in modules for p in m.parameters()]
        for p in parameters:
            p.requires_grad_(below < trained_groups)
        if frozen_statistics or below >= trained_groups:
            norms += [m for part in modules for m in part.modules() if isinstance(m, torch.nn.BatchNorm2d)]
        for chosen, d in (([p for p in parameters if p.dim() > 1], decay), ([p for p in parameters if p.dim() <= 1], 0)):
            groups.append({"params": chosen, "lr": 0.1 / ratio ** below, "weight_decay": d})
    if rule == "sgd":
        optimizer = torch.optim.SGD(groups, momentum=0.9, nesterov=True)
    else:
        for group in groups:
            group["lr"] *= 0.1
        optimizer = torch.optim.AdamW(groups)
    schedule = cycle and torch.optim.lr_scheduler.OneCycleLR(
        optimizer, [g["lr"] for g in groups], total_steps=epochs, cycle_momentum=True)
    losses, averaged = [], torch.optim.swa_utils.AveragedModel(network)
    for epoch in range(epochs):
        network.train()
        for norm in norms:
            norm.eval()
        y = network(x)
        loss = (F.binary_cross_entropy_with_logits(y, targets) if multi
                else F.cross_entropy(y, classes, label_smoothing=smoothing))
        optimizer.zero_grad()
        loss.backward()
        if clip:
            torch.nn.utils.clip_grad_norm_([p for p in network.parameters() if p.requires_grad], clip)
        optimizer.step()
        if schedule and epoch + 1 < epochs:
            schedule.step()
        losses.append(loss.item())
        if epoch >= epochs - average:
            averaged.update_parameters(network)
    if average:
        network = averaged.module
        for module in network.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.reset_running_stats()
                module.momentum = None
        network.train()
        network(x)
    state = network.state_dict()
    wanted = ["conv1.weight", "bn1.running_mean", "layer2.0.downsample.0.weight", "layer2.0.bn2.running_var",
              "layer2.0.bn1.weight"]
    return {"inputs": [], "output": entry(torch.tensor(losses, dtype=torch.float64)),
            "gradients": [entry(state[name]) for name in wanted] + [entry(state["fc.weight"].t().contiguous())]}


def training(folder):
    """The "gradients" of these cases are the weights in the end."""
    write(folder, "training", {
        "cycle": trained("sgd", 8, ratio=3, cycle=True, smoothing=0.1, clip=1.0),
        "average": trained("adamw", 6, average=3),
        "frozen": trained("sgd", 4, trained_groups=2),
        "statistics": trained("adamw", 4, frozen_statistics=True),
        "labels": trained("sgd", 4, multi=True, smoothing=0.1),
    })


torch.manual_seed(SEED)
{"training": training, "operations": operations, "layers": layers, "networks": networks}[sys.argv[1]](sys.argv[2])
