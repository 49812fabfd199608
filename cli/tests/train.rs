//! Training from the command line: files that come out, masks, checkpoints, and the way to another tool and back.

mod common;

use common::{json, refused, text};
use std::path::Path;

/// Few images, so that an epoch takes little.
const SMALL: [&str; 6] = ["--train-images", "128", "--images", "60", "--batch", "32"];

fn path(folder: &tempfile::TempDir, name: &str) -> String {
    folder.path().join(name).display().to_string()
}

fn train(more: &[&str]) -> Vec<String> {
    let all = [&["train"], &SMALL[..], more].concat();
    all.into_iter().map(String::from).collect()
}

fn same(a: &str, b: &str, files: &[&str]) {
    for file in files {
        let read = |folder: &str| std::fs::read(Path::new(folder).join(file)).expect("written");
        assert!(read(a) == read(b), "{file} of {a} and {b}");
    }
}

const FILES: [&str; 3] = ["network.onnx", "weights.safetensors", "training.json"];

#[test]
fn threads_and_stops_leave_no_trace() {
    let folder = tempfile::tempdir().expect("a folder");
    let [one, two, stopped, points] = ["one", "two", "stopped", "points"].map(|n| path(&folder, n));
    let run = |out: &str, more: &[&str]| {
        let args = train(&[&["--epochs", "2", "--add-norms", "--out", out], more].concat());
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        json(&args)
    };
    let record = run(&one, &["--threads", "1"]);
    assert_eq!(record["epochs"].as_array().expect("a list").len(), 2);
    assert_eq!(record["train_images"], 128);
    assert_eq!(record["before"]["images"], 60);
    run(&two, &["--threads", "2"]);
    same(&one, &two, &FILES);
    // All epochs are in the checkpoint, so a second run only reads it.
    run(&stopped, &["--checkpoint", &points]);
    std::fs::remove_dir_all(&stopped).expect("removed");
    run(&stopped, &["--checkpoint", &points, "--resume"]);
    same(&one, &stopped, &FILES);
    let other = [
        "--checkpoint",
        &points,
        "--resume",
        "--lr",
        "0.02",
        "--epochs",
        "2",
    ];
    let args = train(&[&other[..], &["--add-norms", "--out", &stopped]].concat());
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let error = refused(&args);
    assert!(
        error.contains("the option `lr` differs (checkpoint 0.01, this run 0.02)"),
        "{error}"
    );
}

#[test]
fn pruned_networks_are_tuned_with_their_masks_and_come_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let [pruned, onnx, masks, tuned, back] =
        ["pruned", "p.onnx", "m.safetensors", "tuned", "back"].map(|n| path(&folder, n));
    let small = ["--calibration-images", "64", "--images", "60"];
    let finetune = [
        "--finetune",
        "1",
        "--finetune-images",
        "128",
        "--finetune-batch",
        "32",
    ];
    let export = [
        "--export-onnx",
        &onnx,
        "--export-masks",
        &masks,
        "--out",
        &pruned,
    ];
    let report = json(&[&["prune"], &small[..], &finetune, &export].concat());
    let record = &report["provenance"]["finetune"];
    assert_eq!(record["train_images"], 128);
    assert_eq!(record["epochs"].as_array().expect("a list").len(), 1);
    let kept = record["weights_kept"].as_u64().expect("a count");
    assert!(kept < record["weights"].as_u64().expect("a count"));

    // The exported network and masks come back as they were, and run.
    let record = json(&[
        "network", "import", &onnx, "--masks", &masks, "--out", &back,
    ]);
    let sum = |key: &str| {
        let layers = record["layers"].as_array().expect("a list");
        layers
            .iter()
            .map(|l| l[key].as_u64().expect("a count"))
            .sum::<u64>()
    };
    assert_eq!((sum("kept"), sum("zeroed")), (kept, 0));
    assert_eq!(sum("crossbars"), {
        let totals = &report["mapping"]["totals"];
        totals["total"].as_u64().expect("a count")
    });
    let [net, map] = ["network.onnx", "mapping.json"].map(|n| format!("{back}/{n}"));
    let exec = |network: &[&str], mapping: &str| {
        let args = [
            &["exec", "--data", "digits", "--mapping", mapping],
            &small[..],
            network,
        ];
        json(&args.concat())["accuracy"].clone()
    };
    let weights = format!("{pruned}/weights.safetensors");
    let before = exec(&["--weights", &weights], &format!("{pruned}/mapping.json"));
    assert_eq!(exec(&["--network", &net], &map), before);

    // Training the exported network with its masks keeps them; without, they are broken.
    let more = [
        "--network",
        &onnx,
        "--data",
        "digits",
        "--epochs",
        "1",
        "--out",
        &tuned,
    ];
    let with = |masks: &[&str]| {
        let args = train(&[&more[..], masks].concat());
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        json(&args);
    };
    let tuned = format!("{tuned}/network.onnx");
    let import = [
        "network", "import", &tuned, "--masks", &masks, "--out", &back,
    ];
    with(&["--masks", &masks]);
    json(&import);
    with(&[]);
    let error = refused(&import);
    assert!(
        error.contains("set them to zero with --apply-masks"),
        "{error}"
    );
    let record = json(&[&import[..], &["--apply-masks"]].concat());
    assert_eq!(record["kind"], "import");
    let zeroed = |l: &serde_json::Value| l["zeroed"].as_u64().expect("a count");
    assert!(
        record["layers"]
            .as_array()
            .expect("a list")
            .iter()
            .any(|l| zeroed(l) > 0)
    );
    let error = refused(&["network", "import", &weights, "--masks", &masks]);
    assert!(
        error.contains("say with --network which network"),
        "{error}"
    );
    let error = refused(&[
        "network",
        "import",
        &weights,
        "--network",
        "lenet5",
        "--masks",
        &masks,
    ]);
    assert!(error.contains("do not fit the network `lenet5`"), "{error}");
}

#[test]
fn compare_reports_fine_tuning_without_times() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |out: &str| {
        text(&[
            "compare",
            "--calibration-images",
            "64",
            "--images",
            "40",
            "--finetune",
            "1",
            "--finetune-images",
            "64",
            "--out",
            out,
        ])
    };
    let [a, b] = ["a", "b"].map(|n| path(&folder, n));
    assert!(run(&a).contains("fine-tuned for 1 epochs on 64 images, masks held"));
    run(&b);
    same(&a, &b, &["report.json", "summary.txt"]);
}

#[test]
fn wrong_requests_say_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = path(&folder, "out");
    let masks = path(&folder, "masks.safetensors");
    json(&[
        "prune",
        "--calibration-images",
        "8",
        "--images",
        "8",
        "--export-masks",
        &masks,
        "--out",
        &out,
    ]);
    std::fs::remove_dir_all(&out).expect("removed");
    for (more, expected) in [
        (
            &["--lr", "0"][..],
            "the training option `lr` is 0, but must be above 0",
        ),
        (&["--lr", "-1"], "the training option `lr` is -1"),
        (
            &["--epochs", "0"],
            "the training option `epochs` is 0, but must be at least 1",
        ),
        (
            &["--batch", "2000"],
            "a batch of 2000 needs at least as many training images",
        ),
        (
            &["--train-images", "9999"],
            "9999 images of `digits-train` are asked for, but it has 1437",
        ),
        (
            &["--augment", "flop"],
            "`flop` is not known: flip, or crop=N",
        ),
        (
            &["--schedule", "step:x"],
            "must be constant, cosine, or step:E,E",
        ),
        (&["--dropout", "conv9=0.5"], "no layer is named `conv9`"),
        (
            &["--network", "lenet5", "--data", "digits"],
            "takes images of 1x28x28",
        ),
        (
            &["--network", "lenet5", "--data", "digits", "--masks", &masks],
            "takes images of 1x28x28",
        ),
        (
            &["--masks", "nothing.safetensors"],
            "cannot read `nothing.safetensors`",
        ),
        (&["--resume"], "--checkpoint"),
    ] {
        let error = refused(&[&["train", "--out", &out], more].concat());
        assert!(error.contains(expected), "{error}");
        assert!(!Path::new(&out).exists(), "{more:?} left something behind");
    }
    let error = refused(&[
        "compare",
        "--finetune",
        "1",
        "--finetune-images",
        "10",
        "--out",
        &out,
    ]);
    assert!(
        error.contains("a batch of 64 needs at least as many"),
        "{error}"
    );
}
