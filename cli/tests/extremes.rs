//! Figures at the edge of what a machine can have: refused with the place, or run to the end, never an overflow.

mod common;

use common::{crosscut, json, refused, stderr};

#[test]
fn figures_that_overflow_time_are_refused() {
    for (set, words) in [
        ("tile.bus_bytes_per_tick=1e-300", "1e-3"),
        ("tile.digital_values_per_tick=1e-300", "1e-3"),
        ("clock=\"1e-300 Hz\"", "1e0 to 1e12 Hz"),
        ("adc.sar.rate=\"1e-300 GS/s\"", "1e-6 to 1e18 S/s"),
    ] {
        let error = refused(&["run", "--set", set]);
        assert!(error.contains(words), "{set}: {error}");
        assert!(error.lines().all(|l| l.len() < 200), "short lines: {error}");
    }
}

#[test]
fn the_slowest_machine_that_is_accepted_runs() {
    for set in [
        "tile.bus_bytes_per_tick=1e-3",
        "tile.digital_values_per_tick=1e-3",
        "clock=\"1 Hz\"",
        "noc.mesh.hop_ticks=1000000000",
        "noc.mesh.flit_ticks=1000000000",
        "crossbar.read=\"0.8 s\"",
    ] {
        let report = json(&["run", "--set", set]);
        assert!(report["latency_ns"].as_f64().is_some_and(f64::is_finite));
    }
}

#[test]
fn a_layer_that_works_beyond_the_end_of_the_image_is_booked_to_the_end() {
    // Its second convolution makes 11 rows and the pool behind it uses 10: it is still at work, or waiting for
    // input, when the image is done. The consistency checks (exit code 1) add busy, waiting and idle ticks up.
    let near = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared");
    let shared = std::env::var("CROSSCUT_SHARED").unwrap_or(near.to_string());
    let model = format!("{shared}/data/onnx/llf_mnist.onnx");
    if !std::path::Path::new(&model).exists() {
        eprintln!("skipped: no {model}");
        return;
    }
    for machine in ["isaac-ce", "isaac-8b", "semimap", "reram-64"] {
        let output = crosscut(&["run", "--arch", machine, "--network", &model]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    }
}

#[test]
fn pruning_that_saves_a_chip_is_drawn() {
    // Two chips before, one after: links between chips are on one side only.
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().to_str().expect("a plain path");
    let report = json(&[
        "compare",
        "--images=2",
        "--calibration-images=3",
        "--ratio=0.999",
        "--set=chip.tiles_x=2",
        "--set=crossbar.columns=8",
        "--out",
        out,
    ]);
    let chips = |side: &str| report[side]["run"]["totals"]["chips"].as_u64();
    assert!(chips("before") > Some(1) && chips("after") == Some(1));
    let parts = |side: &str| report[side]["run"]["components"].as_array().map(Vec::len);
    assert_ne!(parts("before"), parts("after"));
    let saved = folder.path().join("report.json");
    common::text(&["plot", saved.to_str().expect("a plain path"), "--out", out]);
}

#[test]
fn a_wrong_layer_ratio_is_found_before_the_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    let out = out.to_str().expect("a plain path");
    let error = refused(&["compare", "--layer-ratio", "conv9=0.5", "--out", out]);
    assert!(error.contains("conv9"), "{error}");
    // A folder of images that is not there leaves no output folder behind.
    let other = folder.path().join("other");
    let other = other.to_str().expect("a plain path");
    for verb in ["compare", "prune", "exec"] {
        refused(&[verb, "--data", "no/such", "--out", other]);
        assert!(!std::path::Path::new(other).exists(), "{verb}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_named() {
    use std::process::{Command, Stdio};
    let full = std::fs::File::create("/dev/full").expect("it is there");
    let output = Command::new(env!("CARGO_BIN_EXE_crosscut"))
        .args(["arch", "list"])
        .stdout(Stdio::from(full))
        .stderr(Stdio::piped())
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("standard output"));
}
