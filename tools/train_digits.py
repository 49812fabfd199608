#!/usr/bin/env python3
"""Makes the embedded default: the digits data set and the network trained on it.

Needs: pip install torch scikit-learn safetensors numpy. Runs on two CPU cores in a few minutes.
Writes to traces/data/: digits-{train,heldout}-{images-idx3,labels-idx1}-ubyte.gz and digits-cnn.safetensors.

Split: NumPy's PCG64 with seed 0 shuffles the 1,797 images; the first 360 are held back, the rest train. The last
epoch's weights are kept, whatever their held-back accuracy; nothing is selected on held-back images.
"""

import gzip
import struct
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from sklearn.datasets import load_digits
from torch import nn

SEED, HELD_BACK, EPOCHS, BATCH = 0, 360, 120, 64
OUT = Path(__file__).resolve().parent.parent / "traces" / "data"


def write_idx(path, array):
    """Bytes in idx format, gzip without a time stamp so that the file is reproducible."""
    header = struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    path.write_bytes(gzip.compress(header + array.astype(np.uint8).tobytes(), 9, mtime=0))


def split():
    digits = load_digits()
    images, labels = digits.images.astype(np.uint8), digits.target.astype(np.uint8)
    order = np.random.Generator(np.random.PCG64(SEED)).permutation(len(images))
    parts = {"heldout": order[:HELD_BACK], "train": order[HELD_BACK:]}
    for name, index in parts.items():
        write_idx(OUT / f"digits-{name}-images-idx3-ubyte.gz", images[index])
        write_idx(OUT / f"digits-{name}-labels-idx1-ubyte.gz", labels[index])
    tensor = lambda i: (torch.tensor(images[i] / 16.0, dtype=torch.float32)[:, None], torch.tensor(labels[i]).long())
    return tensor(parts["train"]), tensor(parts["heldout"])


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        widths = [1, 32, 64, 96, 96]
        for i in range(4):
            setattr(self, f"conv{i + 1}", nn.Conv2d(widths[i], widths[i + 1], 3, padding=1))
            setattr(self, f"bn{i + 1}", nn.BatchNorm2d(widths[i + 1]))
        self.fc1, self.fc2 = nn.Linear(96 * 4, 128), nn.Linear(128, 10)
        self.drop = nn.Dropout(0.3)

    def forward(self, x):
        for i in range(1, 5):
            x = torch.relu(getattr(self, f"bn{i}")(getattr(self, f"conv{i}")(x)))
            if i % 2 == 0:
                x = torch.max_pool2d(x, 2)
        return self.fc2(self.drop(torch.relu(self.fc1(x.flatten(1)))))


def shifted(x):
    """Each image moved by up to one pixel in each direction, zeros coming in."""
    padded = nn.functional.pad(x, (1, 1, 1, 1))
    dy, dx = torch.randint(0, 3, (2, len(x)))
    return torch.stack([p[:, a : a + 8, b : b + 8] for p, a, b in zip(padded, dy, dx)])


def folded(net):
    """Weights with batch norm folded in, as 16-bit floats."""
    out = {}
    for i in range(1, 5):
        conv, bn = getattr(net, f"conv{i}"), getattr(net, f"bn{i}")
        factor = bn.weight / torch.sqrt(bn.running_var + bn.eps)
        out[f"conv{i}.weight"] = conv.weight * factor[:, None, None, None]
        out[f"conv{i}.bias"] = (conv.bias - bn.running_mean) * factor + bn.bias
    for name in ("fc1", "fc2"):
        layer = getattr(net, name)
        out[f"{name}.weight"], out[f"{name}.bias"] = layer.weight, layer.bias
    return {k: v.detach().numpy().astype(np.float16) for k, v in out.items()}


def main():
    torch.manual_seed(SEED)
    torch.set_num_threads(2)
    torch.use_deterministic_algorithms(True)
    (x, y), (hx, hy) = split()
    net = Net()
    optimiser = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4, nesterov=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, EPOCHS)
    for epoch in range(EPOCHS):
        net.train()
        order = torch.randperm(len(x))
        for batch in order.split(BATCH):
            loss = nn.functional.cross_entropy(net(shifted(x[batch])), y[batch])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        schedule.step()
        if epoch % 10 == 9:
            net.eval()
            with torch.no_grad():
                right = (net(hx).argmax(1) == hy).float().mean().item()
            print(f"epoch {epoch + 1}: loss {loss.item():.4f}, held-back accuracy {right:.4f}")
    net.eval()
    save_file(folded(net), OUT / "digits-cnn.safetensors")


if __name__ == "__main__":
    main()
