//! Files that know where they belong: on another machine or network they are refused with both names, and nothing is
//! written.

mod common;

use common::{json, refused, text};
use crosscut_traces::import::safetensors;
use crosscut_traces::zoo;
use serde_json::Value;
use std::path::Path;
use tempfile::TempDir;

const SMALL: [&str; 4] = ["--images", "20", "--calibration-images", "64"];

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

    /// A copy of a JSON file with something changed.
    fn changed(&self, file: &str, change: impl Fn(&mut Value)) -> String {
        let text = std::fs::read_to_string(file).expect("the file");
        let mut value = serde_json::from_str(&text).expect("JSON");
        change(&mut value);
        let changed = self.path("changed.json");
        std::fs::write(&changed, value.to_string()).expect("written");
        changed
    }

    /// Runs with a report folder; the error holds all of `parts` and nothing is left behind.
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

#[test]
fn a_mapping_is_refused_on_other_machines_and_networks() {
    let place = Place::new();
    let out = place.path("mapped");
    text(&["map", "--arch", "isaac-8b", "--out", &out]);
    let file = format!("{out}/mapping.json");
    for verb in ["map", "run", "exec", "profile", "prune", "compare"] {
        let words = ["`isaac-8b`", "`reram-64`", "there a crossbar has 128 rows"];
        place.refuses(&[verb, "--arch", "reram-64", "--mapping", &file], &words);
        let on = [verb, "--arch", "isaac-8b", "--mapping", &file];
        let smaller = ["--set", "tile.pes=6"];
        place.refuses(
            &[&on[..], &smaller].concat(),
            &["`isaac-8b`", "here a tile has 6 PEs"],
        );
    }
    let on = ["--arch", "isaac-8b", "--mapping", &file];
    let other = [&["run", "--network", "vgg8"], &on[..]].concat();
    place.refuses(&other, &["`digits-cnn`", "`vgg8`", "conv1"]);
    // Another ADC is no other machine to a mapping.
    let narrow = [&["map", "--set", "adc.sar.bits=5"], &on[..]].concat();
    let dense = json(&["map", "--arch", "isaac-8b"]);
    assert_eq!(json(&narrow)["layers"], dense["layers"]);
}

#[test]
fn files_of_another_kind_or_of_earlier_versions_are_refused() {
    let place = Place::new();
    let (mapped, profiled) = (place.path("mapped"), place.path("profiled"));
    text(&["map", "--out", &mapped]);
    text(&[&["profile", "--out", &profiled], &SMALL[2..]].concat());
    let mapping = format!("{mapped}/mapping.json");
    let limits = format!("{profiled}/limits.json");
    let old = place.changed(&mapping, |v| {
        v.as_object_mut().expect("an object").remove("kind");
    });
    place.refuses(
        &["run", "--mapping", &old],
        &["for which machine", "write it again"],
    );
    let old = place.changed(&limits, |v| v["version"] = 1.into());
    place.refuses(
        &["exec", "--limits", &old],
        &["version 1", "version 2", "`profile`"],
    );
    let report = format!("{mapped}/report.json");
    place.refuses(
        &["run", "--mapping", &report],
        &["a `map`, not a `mapping`"],
    );
    place.refuses(
        &["run", "--mapping", &limits],
        &["a `limits`, not a `mapping`"],
    );
    place.refuses(
        &["exec", "--limits", &mapping],
        &["a `mapping`, not a `limits`"],
    );
}

#[test]
fn limits_are_refused_on_other_machines_and_networks() {
    let place = Place::new();
    let out = place.path("profiled");
    text(&[&["profile", "--out", &out], &SMALL[2..]].concat());
    let file = format!("{out}/limits.json");
    let exec = |file: &str, more: &[&str], words: &[&str]| {
        let args = [&["exec", "--limits", file], &SMALL[..], more].concat();
        place.refuses(&args, words);
    };
    exec(
        &file,
        &["--arch", "isaac-8b"],
        &["`reram-64`", "`isaac-8b`", "there a crossbar has 64 rows"],
    );
    exec(
        &file,
        &["--set", "crossbar.active_rows=32"],
        &["another machine", "here 32 rows are active"],
    );
    let other = place.changed(&file, |v| {
        v["network"]["name"] = "vgg8".into();
        v["network"]["layers"][0]["output"][0] = 128.into();
    });
    exec(
        &other,
        &[],
        &[
            "`vgg8`",
            "`digits-cnn`",
            "there `conv1` is 1 x 8 x 8 -> 128 x 8 x 8",
        ],
    );
    // Another converter is what limits are for.
    let fits = ["exec", "--limits", &file, "--set", "adc.sar.bits=5"];
    json(&[&fits[..], &SMALL].concat());
}

#[test]
fn a_mapping_that_drops_weights_is_refused_unless_asked_for() {
    let place = Place::new();
    let out = place.path("pruned");
    let ratio = ["--ratio", "0.6", "--out", &out];
    text(&[&["prune"], &ratio[..], &SMALL].concat());
    let [mapping, weights] = ["mapping.json", "weights.safetensors"].map(|n| format!("{out}/{n}"));
    for verb in ["map", "run", "exec", "compare"] {
        let words = [
            "drops weights of the network `digits-cnn`",
            "conv2",
            "--drop-weights",
        ];
        place.refuses(&[verb, "--mapping", &mapping], &words);
    }
    let with = |more: &[&str]| json(&[&["exec", "--mapping", &mapping], more, &SMALL].concat());
    let own = with(&["--weights", &weights]);
    let dropped = with(&["--drop-weights"]);
    assert_ne!(own["accuracy"], Value::Null);
    assert_ne!(own["layers"], dropped["layers"]);
    place.refuses(&["run", "--drop-weights"], &["--mapping"]);
}

#[test]
fn weights_of_another_network_are_refused_with_both_names() {
    let place = Place::new();
    let file = place.path("lenet5.safetensors");
    let net = zoo::build("lenet5", 1).expect("in the zoo");
    std::fs::write(&file, safetensors::save(&net).expect("saved")).expect("written");
    place.refuses(
        &["run", "--weights", &file],
        &[
            "of the network `lenet5`",
            "the network `digits-cnn`",
            "the network needs",
        ],
    );
}
