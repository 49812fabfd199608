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
    let recalled = "on recalled or assumed figures";
    let no_costs = "gives no costs";
    let fitted = "on figures fitted to a published total";
    for (machine, counts) in [
        ("isaac-ce", (1, 0, 0)),
        ("prime", (1, 1, 0)),
        // Its power is a fit to read figures.
        ("truenorth", (0, 0, 1)),
    ] {
        let words = [recalled, no_costs, fitted].map(|words| said(machine, words));
        let found = (words[0], words[1], words[2]);
        assert_eq!(found, counts, "{machine}");
    }
}

#[test]
fn costs_without_a_source_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("mine.toml");
    let described =
        "extends = \"prime\"\nname = \"mine\"\n[cost.adc]\narea = \"1 um2\"\nenergy = \"1 pJ\"\n";
    std::fs::write(&file, described).expect("written");
    let file = file.to_str().expect("a plain path");
    let shown = text(&["arch", "check", file]);
    let warning = "warning: no `source` says where these figures come from: adc";
    assert!(shown.contains(warning), "{shown}");
    // And counts as recalled.
    let v = json(&["arch", "check", file]);
    let parts = v["check"]["parts"].as_array().expect("a list");
    assert_eq!(parts[0]["confidence"], "recalled", "{}", parts[0]);
}

#[test]
fn confidence_and_source_of_every_part_reach_the_report() {
    let v = json(&["run", "--arch", "isaac-ce", "--network", "digits"]);
    let parts = v["machine"]["parts"].as_array().expect("a list");
    let of = |kind: &str| {
        let part = parts.iter().find(|p| p["kind"] == kind).expect("the part");
        (part["confidence"].clone(), part["source"].clone())
    };
    // Marks of the reference: Table I was read, the energy of a byte derived from it, the router's activity assumed.
    for (kind, confidence) in [
        ("adc", "read"),
        ("buffer", "derived"),
        ("router", "recalled"),
    ] {
        let (found, source) = of(kind);
        assert_eq!(found, confidence, "{kind}");
        assert!(source.as_str().is_some_and(|s| s.contains("ISAAC Table I")));
    }
    assert_eq!(v["machine"]["confidence"], "recalled");
}

/// Of a machine without costs no energy, area or power is 0 in any report: it is not known.
#[test]
fn what_is_not_known_is_never_zero() {
    fn zeros(value: &serde_json::Value, path: &str, found: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(map) => {
                for (key, inner) in map {
                    zeros(inner, &format!("{path}.{key}"), found);
                }
            }
            serde_json::Value::Array(all) => all.iter().for_each(|v| zeros(v, path, found)),
            serde_json::Value::Number(n) if n.as_f64() == Some(0.0) => {
                let unit = ["_pj", "_mm2", "_um2", "_mw", "per_w", "per_mm2"];
                if unit.iter().any(|u| path.ends_with(u)) {
                    found.push(path.to_owned());
                }
            }
            _ => {}
        }
    }
    let on = ["--arch", "prime", "--network", "lenet5"];
    for verb in [
        &["run"][..],
        &["run", "--estimate", "--write-weights"],
        &["map"],
        &["map", "--objective", "interval", "--budget-chips", "1"],
    ] {
        let mut found = Vec::new();
        zeros(&common::json(&[verb, &on].concat()), "", &mut found);
        assert!(found.is_empty(), "{verb:?}: {found:?}");
    }
    let mut found = Vec::new();
    zeros(&common::json(&["arch", "check", "prime"]), "", &mut found);
    assert!(found.is_empty(), "{found:?}");
}
