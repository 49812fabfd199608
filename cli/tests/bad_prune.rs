//! What a user can get wrong when pruning: one clear error, exit code 2, and nothing left behind.

mod common;

use common::{refused, text};
use crosscut_traces::export::onnx;
use crosscut_traces::zoo;
use std::path::Path;
use tempfile::TempDir;

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Place {
        Place {
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    fn path(&self, name: &str) -> String {
        let path = self.folder.path().join(name);
        path.to_str().expect("a plain path").to_string()
    }

    /// Runs with a report folder two levels deep; the error holds all of `parts` and the place is as empty as before.
    fn refuses(&self, args: &[&str], parts: &[&str]) {
        let out = self.path("new/out");
        let error = refused(&[args, &["--out", &out]].concat());
        for part in parts {
            assert!(error.contains(part), "{args:?}: no `{part}` in {error}");
        }
        let new = Path::new(&out).parent().expect("a folder");
        assert!(!new.exists(), "{args:?} left something behind");
    }
}

/// A budget needs little calibration to be refused.
const FEW: [&str; 6] = [
    "--calibration-images",
    "16",
    "--points",
    "2",
    "--probe-images",
    "8",
];

#[test]
fn ratios_and_shares_out_of_range() {
    let place = Place::new();
    let ratio = "must be a number of at least 0 and below 1";
    for wrong in ["1", "1.5", "-0.1", "nan", "inf", "half"] {
        place.refuses(&["prune", &format!("--ratio={wrong}")], &[wrong, ratio]);
        let layer = format!("--layer-ratio=conv3={wrong}");
        place.refuses(&["prune", &layer], &[wrong, ratio]);
    }
    place.refuses(&["prune", "--layer-ratio", "conv3"], &["LAYER=RATIO"]);
    let share = "must be a number above 0 and at most 1";
    for wrong in ["0", "1.01", "-0.5", "nan", "half"] {
        let (one, list) = (
            format!("--keep-share={wrong}"),
            format!("--keep=0.5,{wrong}"),
        );
        place.refuses(&["prune", &one], &[wrong, share]);
        place.refuses(&["compare", &one], &[wrong, share]);
        place.refuses(&["compare", &list], &[wrong, share]);
    }
    let both = ["prune", "--ratio", "0.5", "--keep-share", "0.5"];
    place.refuses(&both, &["cannot be used with"]);
}

#[test]
fn names_that_are_unknown() {
    let place = Place::new();
    let expected = ["no compute layer is named `cnov3`", "did you mean `conv3`?"];
    let wrong = ["--layer-ratio", "cnov3=0.5"];
    for way in [&[][..], &["--method", "paper"], &["--case", "1"]] {
        place.refuses(&[&["prune"], &wrong[..], &FEW, way].concat(), &expected);
    }
    place.refuses(&[&["compare"], &wrong[..], &FEW].concat(), &expected);
    // A layer without weights has nothing to prune.
    let expected = ["no compute layer is named `x`"];
    place.refuses(&["prune", "--layer-ratio", "x=0.5"], &expected);

    let expected = ["'paperr'", "possible values: ours, paper", "'paper'"];
    place.refuses(&["prune", "--method", "paperr"], &expected);
    place.refuses(&["compare", "--methods", "ours,paperr"], &expected);
}

#[test]
fn budgets_that_cannot_be_reached() {
    let place = Place::new();
    let prune = |more: &[&str], parts: &[&str]| {
        place.refuses(&[&["prune"], &FEW[..], more].concat(), parts);
    };
    // Of conv2, every one of 64 outputs has five row groups and keeps at least one: 0.8 and no more.
    prune(
        &["--ratio", "0.95", "--budget", "per-layer"],
        &[
            "`conv2`",
            "would empty outputs",
            "highest possible ratio is 0.8000",
        ],
    );
    // 1 % of the 216 crossbars that `map` counts.
    prune(
        &["--keep-share", "0.01"],
        &["`ours` cannot come down to 2 crossbars", "of 216 are left"],
    );
    prune(
        &["--keep-share", "0.01", "--keep-of", "energy"],
        &[
            "`ours` cannot come down to 1.0 % of the dense energy",
            "% are left",
        ],
    );
    // Single weights free hardly a crossbar.
    prune(
        &["--keep-share", "0.3", "--method", "magnitude"],
        &[
            "`magnitude` cannot come down to a share of 0.3",
            "of 216 crossbars are left",
        ],
    );
    let side_by_side = [
        "compare",
        "--images",
        "5",
        "--keep",
        "0.01",
        "--methods",
        "ours",
    ];
    place.refuses(
        &[&side_by_side[..], &FEW].concat(),
        &["`ours` cannot come down to 2 crossbars"],
    );
}

#[test]
fn too_few_calibration_images() {
    let place = Place::new();
    for verb in ["prune", "compare"] {
        let args = [verb, "--calibration-images", "5000"];
        place.refuses(
            &args,
            &["5000 images of `digits-train` are asked for, but it has 1437"],
        );
    }
    place.refuses(&["prune", "--calibration-images", "0"], &["'0'"]);
    place.refuses(
        &["prune", "--refit-points", "11"],
        &["11", "at most `points`"],
    );
}

#[test]
fn masks_of_another_network() {
    let place = Place::new();
    let (pruned, masks, own) = (
        place.path("pruned"),
        place.path("masks.safetensors"),
        place.path("own.onnx"),
    );
    let write = [
        "--out",
        &pruned,
        "--export-masks",
        &masks,
        "--export-onnx",
        &own,
    ];
    text(&[&["prune"], &write[..], &FEW].concat());
    let other = place.path("other.onnx");
    let net = zoo::build("lenet5", 1).expect("in the zoo");
    std::fs::write(&other, onnx::save(&net).expect("saved")).expect("written");
    place.refuses(
        &["network", "import", &other, "--masks", &masks],
        &[
            "were made for the network `digits-cnn`",
            "belong to another network than",
        ],
    );
    // Weights are no masks, and half a file is neither.
    let weights = format!("{pruned}/weights.safetensors");
    place.refuses(
        &["network", "import", &own, "--masks", &weights],
        &["not a mask file"],
    );
    let bytes = std::fs::read(&masks).expect("masks");
    let half = place.path("half.safetensors");
    std::fs::write(&half, &bytes[..bytes.len() / 2]).expect("written");
    place.refuses(
        &["network", "import", &own, "--masks", &half],
        &["half.safetensors"],
    );
    // Without its zeros, the network is not the pruned one.
    let dense = place.path("dense.onnx");
    let net = crosscut_traces::embedded::digits_network();
    std::fs::write(&dense, onnx::save(&net).expect("saved")).expect("written");
    place.refuses(
        &["network", "import", &dense, "--masks", &masks],
        &[
            "weights that the masks do not keep are not zero",
            "--apply-masks",
        ],
    );
    let fits = ["network", "import", &own, "--masks", &masks];
    text(&[&fits[..], &["--out", &place.path("back")]].concat());
}
