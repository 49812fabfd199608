//! Comparing machines, and saying what a machine's figures rest on.

mod common;

use common::{crosscut, json, stderr, text};

#[test]
fn two_machines_are_compared() {
    let v = json(&["arch", "diff", "isaac-ce", "isaac-8b"]);
    let keys = v["diff"]["keys"].as_array().expect("a list");
    let bits = keys.iter().find(|k| k["key"] == "format.weight_bits");
    assert_eq!(
        bits.map(|k| (&k["a"], &k["b"])),
        Some((&16.into(), &8.into()))
    );
    // A quarter of the cycles a product takes (half the steps, half the columns a weight).
    let figures = v["diff"]["figures"].as_array().expect("a list");
    let peak = figures.iter().find(|f| f["figure"] == "peak_gops");
    assert_eq!(peak.map(|f| f["ratio"].as_f64()), Some(Some(4.0)));

    let set_b = ["--set-b", "crossbar.rows=256"];
    let shown = text(&[["arch", "diff", "isaac-ce", "isaac-ce"].as_slice(), &set_b].concat());
    assert!(
        shown.contains("isaac-ce (A)") && shown.contains("crossbar.rows"),
        "{shown}"
    );
    let same = text(&["arch", "diff", "isaac-ce", "isaac-ce"]);
    assert!(same.contains("are the same machine"), "{same}");
}

#[test]
fn recalled_figures_are_announced() {
    let output = crosscut(&["map", "--arch", "isaac-ce", "--network", "lenet5"]);
    let note = stderr(&output);
    assert!(
        note.contains("note: `isaac-ce` rests in part on recalled"),
        "{note}"
    );
}
