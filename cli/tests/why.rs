//! Where a figure comes from: what is said of a change is what a run of the changed machine says.

mod common;

use common::{json, refused};

#[test]
fn a_change_that_was_tried_is_what_a_run_says() {
    let machine = ["--arch", "reram-64", "--estimate"];
    let why = json(&[&["why", "energy"], &machine[..]].concat());
    assert_eq!(why["kind"], "why");
    let run = json(&[&["run"], &machine[..]].concat());
    assert_eq!(why["value"], run["energy_pj"]);
    let parts = why["contributors"].as_array().expect("a list");
    let sum: f64 = parts.iter().filter_map(|c| c["value"].as_f64()).sum();
    assert!((sum / run["energy_pj"].as_f64().expect("a figure") - 1.0).abs() < 1e-9);
    let trials = why["trials"].as_array().expect("a list");
    let done = trials.iter().filter(|t| t.get("value").is_some());
    let done: Vec<&serde_json::Value> = done.collect();
    let of = |t: &&serde_json::Value| t["value"].as_f64().expect("a figure");
    let values: Vec<f64> = done.iter().map(of).collect();
    assert!(values.is_sorted(), "{values:?}");
    for t in [done.first(), done.last()] {
        let t = t.expect("some were run");
        let to = t["to"].as_f64().expect("a number");
        let set = format!("{}={to}", t["key"].as_str().expect("a key"));
        let again = json(&[&["run", "--set", &set], &machine[..]].concat());
        assert_eq!(t["value"], again["energy_pj"], "{set}");
    }
    let other = trials.iter().filter(|t| t.get("value").is_none());
    assert!(other.clone().count() > 0);
    assert!(other.into_iter().all(|t| t["refused"].is_string()));
}

#[test]
fn what_cannot_be_asked_is_refused() {
    assert!(refused(&["why", "beauty"]).contains("accuracy"));
    assert!(refused(&["why", "energy", "--arch", "prime", "--network", "vgg8"]).contains("cost"));
    let saved = refused(&["why", "energy", "--mapping", "mapping.json"]);
    assert!(saved.contains("--mapping"), "{saved}");
}
