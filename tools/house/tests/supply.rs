//! What the workspace is built of: licences that go with its own, and no package twice without a reason. Asks cargo for
//! what is locked; no network is needed.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Licences that a package may be used under, as SPDX names them.
const ACCEPTED: [&str; 9] = [
    "MIT",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "Zlib",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "0BSD",
    "Unlicense",
    "Unicode-3.0",
];

/// Packages that come in several versions. Other packages ask for them; none of ours does.
const TWICE: [&str; 4] = ["foldhash", "hashbrown", "miniz_oxide", "syn"];

fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--locked"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .output()
        .expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    metadata["packages"].as_array().expect("packages").clone()
}

/// Whether an expression offers an accepted licence. `A/B` is an old way to write `A OR B`.
fn accepted(expression: &str) -> bool {
    let plain = expression.replace(['(', ')'], "").replace('/', " OR ");
    // Alternatives bind less than what is asked for together.
    let whole = |all: &str| all.split(" AND ").all(|one| ACCEPTED.contains(&one.trim()));
    match expression
        .strip_prefix('(')
        .and_then(|e| e.split_once(") AND "))
    {
        Some((first, second)) => accepted(first) && accepted(second),
        None => plain.split(" OR ").any(whole),
    }
}

#[test]
fn licences_are_accepted() {
    let mut refused = Vec::new();
    for package in packages() {
        let licence = package["license"].as_str().unwrap_or("none");
        if !accepted(licence) {
            refused.push(format!("{}: {licence}", package["name"]));
        }
    }
    assert!(refused.is_empty(), "{refused:#?}");
    for bad in [
        "GPL-3.0",
        "none",
        "",
        "MIT AND GPL-2.0",
        "(MIT OR Apache-2.0) AND GPL-2.0",
    ] {
        assert!(!accepted(bad), "{bad}");
    }
}

#[test]
fn no_package_comes_twice_unknown() {
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in packages() {
        let text = |key: &str| package[key].as_str().expect("text").to_string();
        versions
            .entry(text("name"))
            .or_default()
            .insert(text("version"));
    }
    let twice = versions.iter().filter(|(_, v)| v.len() > 1);
    let names: Vec<&str> = twice.map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, TWICE, "packages with several versions");
}
