# A small U-Net as PyTorch users export it, with an input and its answer: `torchModel.py FOLDER HEAD OPSET`, HEAD softmax or sigmoid.
import json
import sys

import torch
from torch import nn


def block(inputs, outputs):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU())


class Net(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.first = block(1, 8)
        self.down = nn.MaxPool2d(2)
        self.below = block(8, 16)
        self.up = nn.ConvTranspose2d(16, 8, 2, stride=2)
        self.last = block(16, 8)
        self.head = nn.Conv2d(8, classes, 1)

    def forward(self, x):
        skip = self.first(x)
        return self.head(self.last(torch.cat([skip, self.up(self.below(self.down(skip)))], 1)))


folder, head, opset = sys.argv[1], sys.argv[2], int(sys.argv[3])
torch.manual_seed(7)
net = Net(3)
with torch.no_grad():
    for _ in range(3):
        net(torch.randn(4, 1, 32, 32))
net.eval()
x = torch.randn(2, 1, 32, 48)
with torch.no_grad():
    y = net(x)
axes = {0: "batch", 2: "height", 3: "width"}
torch.onnx.export(
    net, x, f"{folder}/net.onnx", opset_version=opset,
    input_names=["x"], output_names=["y"], dynamic_axes={"x": axes, "y": axes},
)
answer = torch.softmax(y, 1) if head == "softmax" else torch.sigmoid(y)
json.dump({"x": x.flatten().tolist(), "answer": answer.flatten().tolist()}, open(f"{folder}/answer.json", "w"))
