//! `--reload` as a user runs it.

mod common;

use common::{has, json, refused, text};

const SMALL: [&str; 10] = [
    "--arch",
    "isaac-8b",
    "--network",
    "vgg8",
    "--set",
    "chip.tiles_x=24",
    "--set",
    "chip.tiles_y=1",
    "--set",
    "system.chips=1",
];

fn with<'a>(verb: &'a str, rest: &[&'a str]) -> Vec<&'a str> {
    [&[verb][..], &SMALL, rest].concat()
}

#[test]
fn a_network_larger_than_the_chip_runs_in_groups() {
    let hint = refused(&with("run", &[]));
    assert!(hint.contains("--reload"), "{hint}");
    let r = json(&with("run", &["--reload", "--batch", "16"]));
    has(
        &r,
        &[
            "write_share",
            "pass_ns",
            "interval_ns",
            "latency_ns",
            "energy_pj",
            "passes_until_worn",
        ],
    );
    assert_eq!(r["kind"], "reload");
    let groups = r["groups"].as_array().unwrap();
    assert!(groups.len() > 1);
    let number = |v: &serde_json::Value| v.as_f64().unwrap();
    let sum: f64 = groups
        .iter()
        .map(|g| number(&g["write_ns"]) + number(&g["batch_ns"]))
        .sum();
    assert!((sum / number(&r["pass_ns"]) - 1.0).abs() < 1e-9);
    let share = number(&r["write_share"]);
    assert!(share > 0.0 && share < 1.0, "{share}");
    // More images hide the writing.
    let more = json(&with("run", &["--reload", "--batch", "64"]));
    assert!(number(&more["write_share"]) < share);
    assert!(number(&more["interval_ns"]) < number(&r["interval_ns"]));
    // The same by the machine's own key.
    let by_key = json(&with(
        "run",
        &["--set", "mapping.reload=true", "--batch", "16"],
    ));
    assert_eq!(by_key["pass_ns"], r["pass_ns"]);
    let shown = text(&with("run", &["--reload"]));
    assert!(
        shown.contains("writing weights") && shown.contains("until cells wear out"),
        "{shown}"
    );
    let mapped = text(&with("map", &["--reload"]));
    assert!(mapped.contains("reloaded one after the other"), "{mapped}");
}

#[test]
fn a_network_that_fits_is_not_reloaded() {
    let r = json(&[
        "run",
        "--arch",
        "isaac-8b",
        "--network",
        "lenet5",
        "--reload",
    ]);
    assert_eq!(r["kind"], "run");
}

#[test]
fn what_does_not_go_with_reloading_is_refused() {
    let fits = |args: &[&str]| refused(&with("run", args));
    assert!(fits(&["--batch", "4"]).contains("--reload"));
    assert!(fits(&["--reload", "--images", "4"]).contains("--images"));
    assert!(fits(&["--set", "mapping.reload=true", "--images", "4"]).contains("--images"));
    assert!(fits(&["--reload", "--objective", "energy"]).contains("--objective"));
    // 1,152 rows are nine arrays, however few outputs a piece has.
    let one = ["chip.tiles_x=1", "tile.pes=1", "pe.crossbars=1"];
    let mut args = vec!["--reload"];
    args.extend(one.iter().flat_map(|set| ["--set", set]));
    let large = fits(&args);
    assert!(large.contains("cannot be cut into pieces"), "{large}");
    let small = fits(&["--reload", "--set", "dram.capacity=1 KiB"]);
    assert!(small.contains("dram.capacity"), "{small}");
    let none = refused(&[
        "run",
        "--arch",
        "nor-flash-256",
        "--network",
        "vgg8",
        "--reload",
    ]);
    assert!(
        none.contains("does not say how its cells are written"),
        "{none}"
    );
}

/// Values do not depend on when weights are written.
#[test]
fn values_of_a_network_that_is_reloaded() {
    let chip = [
        "--set",
        "chip.tiles_x=1",
        "--set",
        "chip.tiles_y=1",
        "--set",
        "system.chips=1",
        "--set",
        "tile.pes=1",
    ];
    let args = ["exec", "--images", "8", "--calibration-images", "8"];
    assert!(refused(&[&args[..], &chip].concat()).contains("--reload"));
    let small = json(&[&args[..], &chip, &["--reload"]].concat());
    let large = json(&args);
    assert_eq!(small["accuracy"], large["accuracy"]);
}
