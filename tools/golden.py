#!/usr/bin/env python3
"""Record what a fixed list of commands prints, and compare two recordings.

    cargo build --release
    python3 tools/golden.py record before/ --binary target/release/crosscut
    ... change the code, build again ...
    python3 tools/golden.py record after/ --binary target/release/crosscut
    python3 tools/golden.py compare before/ after/

Every machine runs every verb it can on a few networks, and every verb runs with its main options. A restructuring
should leave the comparison empty; a change of behaviour shows as the keys that differ.
"""

import argparse
import concurrent.futures as futures
import json
import os
import subprocess
import sys

TIMED_OUT = 120


def commands(binary):
    """The list: every preset x networks x verbs, then options by themselves."""
    listed = json.loads(subprocess.check_output([binary, "arch", "list", "--json"]))
    rows = listed if isinstance(listed, list) else next(v for v in listed.values() if isinstance(v, list))
    names = [row["name"] for row in rows]
    out = []
    for name in names:
        out.append(["arch", "show", name])
        out.append(["arch", "check", name])
        for network in ["lenet5", "vgg8", "resnet20"]:
            out.append(["map", "--arch", name, "--network", network])
        out.append(["run", "--arch", name, "--network", "lenet5"])
        out.append(["run", "--arch", name, "--network", "resnet20", "--estimate"])
        out.append(["exec", "--arch", name, "--images", "10", "--calibration-images", "16"])
    small = ["--images", "20", "--calibration-images", "16"]
    prune = small + ["--points", "4"]
    for text in [
        "map --arch isaac-ce --network vgg16 --budget-chips 8",
        "map --arch semimap --network vgg8 --slices published",
        "map --arch semimap --network vgg8 --explain conv4",
        "map --arch isaac-ce --network resnet18 --replicas conv1=4x2",
        "run --arch isaac-ce --network vgg16 --estimate",
        "run --arch isaac-8b --network resnet18 --estimate --set noc=tree",
        "run --arch isaac-8b --network resnet18 --estimate --set noc=torus",
        "run --arch isaac-8b --network resnet18 --estimate --set noc=ideal",
        "run --arch isaac-8b --network lenet5 --set noc=tree",
        "run --arch isaac-8b --network lenet5 --set noc=torus",
        "run --arch semimap --network vgg8",
        "run --arch pimsim --network vgg8",
        "run --arch reram-128 --network vgg8",
        "run --write-weights --arch isaac-ce --network lenet5",
        "run --images 10",
        "run --until 20000",
        "run --network vgg8 --layers conv2..conv4 --set crossbar.rows=128",
        "run --placement in-order --network vgg8",
        "exec --set adc.sar.bits=5",
        "exec --set adc.sar.bits=5 --set adc.sar.range=calibrated",
        "exec --set adc.sar.bits=4 --compare conv3",
        "exec --set adc.sar.bits=5 --ablate",
        "exec --arch hermes-core --seeds 3",
        "exec --set adc.sar.errors.offset_spread=1.0 --seeds 3",
    ]:
        words = text.split()
        out.append(words + (small if words[0] == "exec" else []))
    for text in [
        "compare --methods none",
        "compare --methods all --keep 0.4",
        "compare --ratio 0.6 --grain crossbar --methods none",
        "compare --arch semimap --case opt --methods none",
        "compare --keep-share 0.4 --keep-of energy --methods none",
        "prune --ratio 0.5",
        "prune --keep-share 0.3 --method ours",
        "profile --set adc.sar.bits=5",
        "train --epochs 1 --train-images 128",
    ]:
        words = text.split()
        out.append(words + {"train": ["--images", "20"], "profile": small}.get(words[0], prune))
    return out


def record(args):
    binary = os.path.abspath(args.binary)
    folder = os.path.abspath(args.folder)
    os.makedirs(folder, exist_ok=True)

    def one(words):
        name = "_".join(words).replace("/", "-").replace("--", "").replace("=", "-")
        where = os.path.join(folder, name)
        call = [binary, *words]
        if words[:2] != ["arch", "check"]:
            call.append("--json")
        if words[0] in ("compare", "prune", "profile", "train"):
            call += ["--out", where + ".out"]
        done = subprocess.run(call, capture_output=True, text=True, timeout=TIMED_OUT)
        text = done.stdout.replace(folder, "")
        with open(where + ".txt", "w") as f:
            f.write(f"exit {done.returncode}\n{text}\n--- stderr\n{done.stderr.replace(folder, '')}")
        return done.returncode

    todo = commands(binary)
    with futures.ThreadPoolExecutor(args.jobs) as pool:
        codes = list(pool.map(one, todo))
    print(f"{len(codes)} commands, exit codes {sorted(set(codes))}")


def split(path):
    with open(path) as f:
        text = f.read()
    head, _, rest = text.partition("\n")
    body, _, err = rest.partition("\n--- stderr\n")
    try:
        body = json.loads(body)
    except ValueError:
        pass
    return head, body, err


def differences(a, b, path=""):
    if isinstance(a, dict) and isinstance(b, dict):
        for key in list(a) + [k for k in b if k not in a]:
            if key not in a or key not in b:
                yield f"{path}.{key}", "absent" if key not in a else "there", "absent" if key not in b else "there"
            else:
                yield from differences(a[key], b[key], f"{path}.{key}")
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for n, (x, y) in enumerate(zip(a, b)):
            yield from differences(x, y, f"{path}[{n}]")
    elif a != b:
        yield path, a, b


def compare(args):
    names = sorted(set(os.listdir(args.before)) | set(os.listdir(args.after)))
    differ = 0
    for name in (n for n in names if n.endswith(".txt")):
        paths = [os.path.join(d, name) for d in (args.before, args.after)]
        if not all(map(os.path.exists, paths)):
            print(f"{name}: recorded once only")
            differ += 1
            continue
        (ha, ba, ea), (hb, bb, eb) = map(split, paths)
        found = list(differences({"exit": ha, "out": ba}, {"exit": hb, "out": bb}))
        if args.stderr and ea != eb:
            found.append(("stderr", ea, eb))
        if found:
            differ += 1
            print(f"{name[:-4]}: {len(found)}")
            for path, x, y in found[: args.show]:
                print(f"    {path}: {str(x)[:90]} -> {str(y)[:90]}")
    print(f"{differ} of {len([n for n in names if n.endswith('.txt')])} differ")
    return 1 if differ else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(required=True)
    p = verbs.add_parser("record")
    p.add_argument("folder")
    p.add_argument("--binary", default="target/release/crosscut")
    p.add_argument("--jobs", type=int, default=2)
    p.set_defaults(run=record)
    p = verbs.add_parser("compare")
    p.add_argument("before")
    p.add_argument("after")
    p.add_argument("--show", type=int, default=5, help="differences shown for one command")
    p.add_argument("--stderr", action="store_true", help="compare what is said on standard error too")
    p.set_defaults(run=compare)
    args = parser.parse_args()
    sys.exit(args.run(args) or 0)


if __name__ == "__main__":
    main()
