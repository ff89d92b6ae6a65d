# The peer of bench/engine.ts: the same training steps in PyTorch. Reads one JSON command a line, answers one JSON line.
import json
import resource
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(int(sys.argv[1]))


class Unet(nn.Module):
    def __init__(self, dimensions, channels, classes, width, depth):
        super().__init__()
        conv = {2: nn.Conv2d, 3: nn.Conv3d}[dimensions]
        up = {2: nn.ConvTranspose2d, 3: nn.ConvTranspose3d}[dimensions]
        norm = {2: nn.InstanceNorm2d, 3: nn.InstanceNorm3d}[dimensions]
        self.pool = {2: F.max_pool2d, 3: F.max_pool3d}[dimensions]

        def stage(inputs, outputs):
            layers = []
            for first in (inputs, outputs):
                layers += [conv(first, outputs, 3, padding=1, bias=False), norm(outputs, affine=True), nn.LeakyReLU(0.01)]
            return nn.Sequential(*layers)

        widths = [width * 2**n for n in range(depth + 1)]
        self.encoder = nn.ModuleList(stage(a, b) for a, b in zip([channels] + widths, widths[:-1]))
        self.bottleneck = stage(widths[-2], widths[-1])
        self.up = nn.ModuleList(up(2 * n, n, 2, 2) for n in reversed(widths[:-1]))
        self.decoder = nn.ModuleList(stage(2 * n, n) for n in reversed(widths[:-1]))
        self.head = conv(width, classes, 1)

    def forward(self, x):
        skips = []
        for stage in self.encoder:
            x = stage(x)
            skips.append(x)
            x = self.pool(x, 2)
        x = self.bottleneck(x)
        for up, stage in zip(self.up, self.decoder):
            x = stage(torch.cat([up(x), skips.pop()], 1))
        return self.head(x)


def dice_cross_entropy(logits, target):
    space = [0] + list(range(2, logits.dim()))
    p = logits.softmax(1)
    truth = F.one_hot(target, logits.shape[1]).movedim(-1, 1).float()
    both, total = (p * truth).sum(space), p.sum(space) + truth.sum(space)
    dice = 1 - ((2 * both + 1e-5) / (total + 1e-5))[1:].mean()
    return dice + F.cross_entropy(logits, target)


class Coder(nn.Module):
    """Dense autoencoder, or VAE with a diagonal covariance."""

    def __init__(self, pixels, width, code, variational):
        super().__init__()
        self.down, self.up = nn.Linear(pixels, width), nn.Linear(code, width)
        self.mean, self.out = nn.Linear(width, code), nn.Linear(width, pixels)
        self.log_variance = nn.Linear(width, code) if variational else None

    def loss(self, x):
        hidden = F.relu(self.down(x))
        code, divergence = self.mean(hidden), 0
        if self.log_variance is not None:
            mean, log_variance = code, self.log_variance(hidden)
            divergence = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum(1)
            code = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        y = torch.sigmoid(self.out(F.relu(self.up(code))))
        return (((y - x) ** 2).sum(1) + divergence).mean()


def build(case):
    if case["kind"] == "unet":
        patch = case["patch"]
        model = Unet(len(patch), case["channels"], case["classes"], case["width"], case["depth"])
        x = torch.randn(case["batch"], case["channels"], *patch)
        target = torch.randint(0, case["classes"], (case["batch"], *patch))
        return model, lambda: dice_cross_entropy(model(x), target)
    model = Coder(case["pixels"], case["width"], case["code"], case["kind"] == "vae")
    x = torch.rand(case["batch"], case["pixels"])
    return model, lambda: model.loss(x)


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def answer(value):
    print(json.dumps(value), flush=True)


def openblas():
    torch.rand(64, 64) @ torch.rand(64, 64)
    with open("/proc/self/maps") as maps:
        return "openblas" in maps.read()


answer({"torch": torch.__version__, "openblas": openblas()})
for line in sys.stdin:
    command = json.loads(line)
    if "case" in command:
        model, loss = build(command["case"])
        optimizer = torch.optim.Adam(model.parameters(), 1e-3)
        answer({"parameters": sum(p.numel() for p in model.parameters())})
        continue
    start, cpu = time.perf_counter(), cpu_seconds()
    optimizer.zero_grad()
    loss().backward()
    optimizer.step()
    answer({"ms": 1e3 * (time.perf_counter() - start), "cpuMs": 1e3 * (cpu_seconds() - cpu)})
