#!/usr/bin/env python3
"""Fine-tune a pruned network in PyTorch with its masks held, and bring it back to Crosscut.

    crosscut prune --network net.onnx --data DIR --out pruned/
    python3 tools/finetune_torch.py --onnx net.onnx --weights pruned/weights.safetensors --data DIR --out tuned.safetensors
    crosscut exec --network net.onnx --weights tuned.safetensors --mapping pruned/mapping.json --data DIR

The network is read from the ONNX file (Conv, Gemm, BatchNormalization, Relu, pools, Add, Flatten, ...), its weights from
Crosscut's file (`LAYER.weight`, `LAYER.bias`; batch norm already folded). Weights that are zero there stay zero, or those
that --masks says. While training, every convolution is followed by a batch norm that starts as the identity and is folded
away at the end: it scales whole outputs, so masks are not touched by it. DIR holds CIFAR-10 binary or idx files (.gz or not).

Needs torch, onnx, safetensors and numpy; runs on a GPU if there is one. Results differ in the last digits between devices.
"""
import argparse
import gzip
import json
import math
import time
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from safetensors.numpy import load_file, save_file

CIFAR = ([0.4914, 0.4822, 0.4465], [0.2470, 0.2435, 0.2616])
MNIST = ([0.1307], [0.3081])


def read(path):
    data = Path(path).read_bytes()
    return gzip.decompress(data) if str(path).endswith(".gz") else data


def cifar(files):
    rows = np.concatenate([np.frombuffer(read(f), np.uint8).reshape(-1, 3073) for f in sorted(files)])
    return rows[:, 1:].reshape(-1, 3, 32, 32), rows[:, 0].astype(np.int64)


def idx(images, labels):
    x, y = read(images), read(labels)
    n, h, w = (int.from_bytes(x[4 * i : 4 * i + 4], "big") for i in (1, 2, 3))
    return np.frombuffer(x, np.uint8, offset=16).reshape(n, 1, h, w), np.frombuffer(y, np.uint8, offset=8).astype(np.int64)


def load_data(folder, device):
    """((train images, labels), (test images, labels)), normalised, on the device."""
    folder = Path(folder)
    if list(folder.glob("*.bin*")):
        parts, (mean, std) = [cifar(folder.glob(f"{m}*.bin*")) for m in ("data_batch", "test_batch")], CIFAR
    else:
        one = lambda mark, kind: next(iter(sorted(folder.glob(f"*{mark}*{kind}*"))))
        parts, (mean, std) = [idx(one(m, "idx3"), one(m, "idx1")) for m in ("train", "t10k")], MNIST
    mean = torch.tensor(mean, device=device).view(1, -1, 1, 1)
    std = torch.tensor(std, device=device).view(1, -1, 1, 1)
    put = lambda x: (torch.from_numpy(x.copy()).to(device).float() / 255 - mean) / std
    return [(put(x), torch.from_numpy(y).to(device)) for x, y in parts]


class Net(torch.nn.Module):
    """An ONNX graph as a module; batch norms of the file are dropped, since Crosscut's weights have them folded in."""

    def __init__(self, path, weights, masks):
        super().__init__()
        model = onnx.load(path)
        self.constants = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
        self.nodes, self.output = list(model.graph.node), model.graph.output[0].name
        self.input = next(i.name for i in model.graph.input if i.name not in self.constants)
        self.params, self.masks = torch.nn.ParameterDict(), {}
        self.norms, self.names = torch.nn.ModuleDict(), {}
        for node in self.nodes:
            if node.op_type in ("Conv", "Gemm"):
                key = str(len(self.names))
                self.names[node.name] = key
                weight = torch.tensor(weights[f"{node.name}.weight"])
                self.params[key + "w"] = torch.nn.Parameter(weight)
                self.params[key + "b"] = torch.nn.Parameter(torch.tensor(weights[f"{node.name}.bias"]))
                mask = masks.get(f"{node.name}.weight")
                self.masks[key] = weight != 0 if mask is None else torch.tensor(mask != 0)
                if node.op_type == "Conv":
                    self.norms[key] = torch.nn.BatchNorm2d(weight.shape[0])
        self.normalise = False
        self.record = None

    def to(self, device):
        self.masks = {k: m.to(device) for k, m in self.masks.items()}
        return super().to(device)

    @torch.no_grad()
    def hold(self):
        for key, mask in self.masks.items():
            self.params[key + "w"].mul_(mask)

    def forward(self, x):
        values = {self.input: x}
        for node in self.nodes:
            a = {t.name: onnx.helper.get_attribute_value(t) for t in node.attribute}
            get = lambda i: values[node.input[i]] if node.input[i] in values else self.constants[node.input[i]]
            kind = node.op_type
            if kind == "Constant":
                self.constants[node.output[0]] = numpy_helper.to_array(a["value"])
                continue
            if kind in ("Conv", "Gemm"):
                key = self.names[node.name]
                w, b = self.params[key + "w"], self.params[key + "b"]
                if kind == "Gemm":
                    y = F.linear(get(0), w, b)
                else:
                    p = a.get("pads", [0, 0, 0, 0])
                    assert p[:2] == p[2:], "asymmetric padding"
                    y = F.conv2d(get(0), w, b, a.get("strides", 1), p[:2], a.get("dilations", 1), a.get("group", 1))
                    if self.record is not None:
                        self.record[key] = y
                    if self.normalise:
                        y = self.norms[key](y)
            elif kind in ("BatchNormalization", "Identity", "Dropout"):
                y = get(0)
            elif kind == "Relu":
                y = F.relu(get(0))
            elif kind == "MaxPool":
                y = F.max_pool2d(get(0), a["kernel_shape"], a.get("strides"), a.get("pads", [0, 0])[:2])
            elif kind == "AveragePool":
                y = F.avg_pool2d(get(0), a["kernel_shape"], a.get("strides"), a.get("pads", [0, 0])[:2])
            elif kind == "GlobalAveragePool":
                y = get(0).mean((2, 3), keepdim=True)
            elif kind == "ReduceMean":
                y = get(0).mean((2, 3), keepdim=bool(a.get("keepdims", 1)))
            elif kind in ("Flatten", "Reshape"):
                y = get(0).flatten(1)
            elif kind == "Add":
                y = get(0) + get(1)
            else:
                raise SystemExit(f"operator {kind} ({node.name}) is not supported here")
            values[node.output[0]] = y
        return values[self.output]

    @torch.no_grad()
    def insert_norms(self, x):
        """Batch norms that change nothing on the statistics of `x`."""
        self.eval()
        self.record = {}
        self.forward(x)
        for key, y in self.record.items():
            norm, mean, var = self.norms[key], y.mean((0, 2, 3)), y.var((0, 2, 3), unbiased=False)
            norm.running_mean.copy_(mean)
            norm.running_var.copy_(var)
            norm.weight.copy_((var + norm.eps).sqrt())
            norm.bias.copy_(mean)
        self.record, self.normalise = None, True

    @torch.no_grad()
    def fold_norms(self):
        if not self.normalise:
            return
        for key, norm in self.norms.items():
            scale = norm.weight / (norm.running_var + norm.eps).sqrt()
            self.params[key + "w"].mul_(scale.view(-1, 1, 1, 1))
            bias = self.params[key + "b"]
            bias.copy_((bias - norm.running_mean) * scale + norm.bias)
        self.normalise = False


def augment(x):
    """Random flip, and crop after padding by 4."""
    n, _, h, w = x.shape
    flip = torch.rand(n, device=x.device) < 0.5
    x = torch.where(flip.view(-1, 1, 1, 1), x.flip(3), x)
    x = F.pad(x, (4, 4, 4, 4))
    rows = torch.randint(0, 9, (n, 1), device=x.device) + torch.arange(h, device=x.device)
    columns = torch.randint(0, 9, (n, 1), device=x.device) + torch.arange(w, device=x.device)
    i = torch.arange(n, device=x.device).view(-1, 1, 1)
    return x.permute(0, 2, 3, 1)[i, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


@torch.no_grad()
def accuracy(net, data):
    net.eval()
    x, y = data
    right = sum((net(x[i : i + 1000]).argmax(1) == y[i : i + 1000]).sum().item() for i in range(0, len(y), 1000))
    return right / len(y)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--onnx", required=True)
    p.add_argument("--weights", required=True, help="weights.safetensors of `crosscut prune`")
    p.add_argument("--masks", help="masks of `crosscut prune --export-masks`; default: what is zero stays zero")
    p.add_argument("--data", required=True)
    p.add_argument("--out", required=True)
    p.add_argument("--epochs", type=int, default=60)
    p.add_argument("--batch", type=int, default=128)
    p.add_argument("--lr", type=float, default=0.02)
    p.add_argument("--weight-decay", type=float, default=5e-4)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--no-augment", action="store_true")
    a = p.parse_args()
    torch.manual_seed(a.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    (x, y), test = load_data(a.data, device)
    net = Net(a.onnx, load_file(a.weights), load_file(a.masks) if a.masks else {}).to(device)
    net.hold()
    before = accuracy(net, test)
    net.insert_norms(x[torch.randperm(len(y), device=device)[:2048]])
    steps = math.ceil(len(y) / a.batch)
    optimiser = torch.optim.SGD(net.parameters(), a.lr, momentum=0.9, weight_decay=a.weight_decay, nesterov=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, a.lr, total_steps=a.epochs * steps, pct_start=0.1)
    start = time.time()
    for epoch in range(a.epochs):
        net.train()
        order, total = torch.randperm(len(y), device=device), 0.0
        for i in range(0, len(y), a.batch):
            pick = order[i : i + a.batch]
            images = x[pick] if a.no_augment else augment(x[pick])
            loss = F.cross_entropy(net(images), y[pick], label_smoothing=0.05)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            net.hold()
            schedule.step()
            total += loss.detach() * len(pick)
        if epoch % 10 == 9 or epoch + 1 == a.epochs:
            print(f"{a.out}: epoch {epoch + 1}: loss {total.item() / len(y):.4f}, held back {accuracy(net, test):.4f}", flush=True)
    seconds = time.time() - start
    net.eval()
    net.fold_norms()
    net.hold()
    after = accuracy(net, test)
    tensors = {}
    for name, key in net.names.items():
        tensors[f"{name}.weight"] = net.params[key + "w"].detach().cpu().contiguous().numpy()
        tensors[f"{name}.bias"] = net.params[key + "b"].detach().cpu().contiguous().numpy()
    save_file(tensors, a.out)
    report = {"out": a.out, "before": before, "after": after, "epochs": a.epochs, "seconds": round(seconds, 1), "device": device}
    print(json.dumps(report), flush=True)


if __name__ == "__main__":
    main()
