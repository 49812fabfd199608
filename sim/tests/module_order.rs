//! Do the modules of this crate depend on each other in one direction only?
//!
//! `kind < map < graph < {place, func}`, `place < cycle < record < estimate < time < optimise < reload`, `cycle` and `func` apart, `counts` and
//! `units` below all. Read off the sources.

use std::fs;
use std::path::Path;

/// Each module with the modules it may use.
const ORDER: &[(&str, &[&str])] = &[
    ("counts", &[]),
    ("units", &[]),
    ("kind", &[]),
    ("map", &["kind"]),
    ("graph", &["units", "kind", "map"]),
    ("cycle", &["counts", "units", "kind", "map", "graph"]),
    ("place", &["kind", "map", "graph"]),
    ("func", &["counts", "map", "graph"]),
    ("record", &["graph", "cycle"]),
    ("estimate", &["counts", "map", "graph", "cycle", "record"]),
    ("time", &["graph", "cycle", "estimate"]),
    (
        "optimise",
        &[
            "counts", "kind", "map", "graph", "place", "cycle", "estimate", "time",
        ],
    ),
    (
        "reload",
        &[
            "counts", "map", "graph", "place", "cycle", "time", "optimise",
        ],
    ),
];

fn sources(path: &Path, out: &mut Vec<String>) {
    if path.is_dir() {
        let mut entries: Vec<_> = fs::read_dir(path)
            .unwrap()
            .map(|e| e.unwrap().path())
            .collect();
        entries.sort();
        entries.iter().for_each(|p| sources(p, out));
    } else if path.extension().is_some_and(|e| e == "rs") {
        out.push(fs::read_to_string(path).unwrap());
    }
}

#[test]
fn modules_use_only_what_is_below_them() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut checked = 0;
    for (module, allowed) in ORDER {
        let mut texts = Vec::new();
        for path in [src.join(module), src.join(format!("{module}.rs"))] {
            if path.exists() {
                sources(&path, &mut texts);
            }
        }
        assert!(!texts.is_empty(), "module {module} exists");
        for used in texts.iter().flat_map(|t| t.split("crate::").skip(1)) {
            let name: String = used
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            if ORDER.iter().any(|(m, _)| *m == name) && name != *module {
                assert!(allowed.contains(&name.as_str()), "{module} uses {name}");
                checked += 1;
            }
        }
    }
    assert!(checked > 5, "the test must see dependences at all");
}
