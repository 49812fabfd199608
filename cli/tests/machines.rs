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

/// Once each, on standard error: what is not founded on a text, and that no energy is published.
#[test]
fn what_figures_rest_on_is_said_once() {
    let said = |machine: &str, words: &str| {
        let output = crosscut(&["map", "--arch", machine, "--network", "lenet5"]);
        assert_eq!(output.status.code(), Some(0), "{machine}");
        stderr(&output).matches(words).count()
    };
    let recalled = "rests in part on recalled or assumed figures";
    let no_costs = "gives no costs";
    for (machine, counts) in [
        ("isaac-ce", (1, 0)),
        ("prime", (1, 1)),
        // Its power is a fit to read figures.
        ("truenorth", (0, 0)),
    ] {
        let found = (said(machine, recalled), said(machine, no_costs));
        assert_eq!(found, counts, "{machine}");
    }
}
