#!/usr/bin/env python3
"""Pruned networks, fine-tuned elsewhere with their masks held, back on the machine: one row of a Markdown table each.

    crosscut prune --network NET.onnx --arch ARCH --data DIR --keep-share 0.5 --method ours --out CASE
    python3 tools/finetune_torch.py --onnx NET.onnx --weights CASE/weights.safetensors --data DIR --out CASE/tuned.safetensors
    python3 studies/finetuned.py --network NET.onnx --arch ARCH --data DIR --images 2000 CASE...

A case is a folder that `prune` wrote, with tuned.safetensors beside it; `dense` stands for the network as it is.
CROSSCUT names the program.
"""
import argparse
import json
import os
import subprocess
from pathlib import Path

PROGRAM = os.environ.get("CROSSCUT", "target/release/crosscut")


def ask(verb, common, *more):
    run = subprocess.run([PROGRAM, verb, *common, *more, "--json"], capture_output=True, text=True)
    if run.returncode not in (0, 1):
        raise SystemExit(f"crosscut {verb} failed:\n{run.stderr}")
    return json.loads(run.stdout)


def row(name, args, weights, mapping):
    common = ["--network", args.network, "--arch", args.arch]
    if mapping:
        common += ["--mapping", str(mapping)]
    data = ["--data", args.data, "--images", str(args.images), "--calibration-images", "256"]
    accuracy = lambda w: ask("exec", common, *data, *(["--weights", str(w)] if w else []))
    tuned = accuracy(weights[-1])
    before = accuracy(weights[0]) if len(weights) > 1 else None
    run = ask("run", common, *(["--weights", str(weights[-1])] if weights[-1] else []))
    totals = run["totals"]
    percent = lambda v: f"{100 * v:.2f} %"
    cells = [
        name, totals["total"], totals["compute"], f"{run['energy_pj'] / 1e6:.3f}", f"{run['area_mm2']:.2f}",
        f"{run['latency_ns'] / 1e3:.1f}", percent(before["accuracy"]) if before else "-",
        percent(tuned["float_accuracy"]), percent(tuned["reference_accuracy"]), percent(tuned["accuracy"]),
    ]
    print("| " + " | ".join(str(c) for c in cells) + " |", flush=True)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("network", "arch", "data"):
        p.add_argument(f"--{name}", required=True)
    p.add_argument("--images", type=int, default=2000)
    p.add_argument("cases", nargs="+")
    args = p.parse_args()
    titles = ["case", "crossbars", "compute", "energy uJ", "area mm2", "latency us", "crossbars, refit only",
              "tuned, float", "tuned, integer", "tuned, crossbars"]
    print("| " + " | ".join(titles) + " |\n" + "|---" * len(titles) + "|")
    for case in args.cases:
        if case == "dense":
            row(case, args, [None], None)
            continue
        folder = Path(case)
        weights = [w for w in (folder / "weights.safetensors", folder / "tuned.safetensors") if w.exists()]
        mapping = folder / "mapping.json"
        row(folder.name, args, weights, mapping if mapping.exists() else None)


if __name__ == "__main__":
    main()
