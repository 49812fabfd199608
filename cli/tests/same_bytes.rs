//! Every verb prints and writes the same bytes whatever the threads, the instruction set, the working folder and the
//! locale.

mod common;

use common::text;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// Work of each verb, small. `OUT` is a folder beside the working folder.
const VERBS: [&[&str]; 19] = [
    &["arch", "list"],
    &["arch", "show", "isaac-ce", "--json"],
    &["arch", "check", "isaac-ce", "--json"],
    &["arch", "diff", "isaac-ce", "isaac-8b"],
    &["arch", "schema"],
    &["network", "list"],
    &["network", "show", "digits"],
    &["completions", "bash"],
    &["map", "--json", "--out", "OUT"],
    &["run", "--json", "--out", "OUT"],
    &["run", "--json", "--estimate", "--arch", "isaac-8b"],
    &["why", "energy", "--json", "--estimate"],
    &["validate", "wang-vlsi22", "--json"],
    &[
        "sweep",
        "--network",
        "lenet5",
        "--estimate",
        "--set",
        "crossbar.rows=64,128",
        "--json",
        "--out",
        "OUT",
    ],
    &[
        "exec",
        "--arch",
        "pcm-256",
        "--json",
        "--seeds",
        "2",
        "--images",
        "8",
        "--calibration-images",
        "16",
        "--out",
        "OUT",
    ],
    &[
        "profile",
        "--json",
        "--images",
        "8",
        "--calibration-images",
        "16",
        "--profile-images",
        "16",
        "--out",
        "OUT",
    ],
    &[
        "prune",
        "--json",
        "--ratio",
        "0.5",
        "--images",
        "8",
        "--calibration-images",
        "16",
        "--out",
        "OUT",
    ],
    &[
        "compare",
        "--json",
        "--ratio",
        "0.5",
        "--methods",
        "none",
        "--images",
        "4",
        "--calibration-images",
        "8",
        "--points",
        "4",
        "--out",
        "OUT",
    ],
    &[
        "train",
        "--json",
        "--epochs",
        "1",
        "--train-images",
        "128",
        "--images",
        "32",
        "--out",
        "OUT",
    ],
];

/// What must change nothing.
struct Around {
    threads: &'static str,
    instructions: &'static str,
    locale: &'static str,
    folder: &'static str,
}

const AROUND: [Around; 3] = [
    Around {
        threads: "1",
        instructions: "portable",
        locale: "C",
        folder: "plain",
    },
    Around {
        threads: "2",
        instructions: "avx2",
        locale: "tr_TR.UTF-8",
        folder: "ein Ordner, öfter",
    },
    Around {
        threads: "16",
        instructions: "avx512",
        locale: "de_DE.ISO-8859-1",
        folder: "third",
    },
];

/// Standard output and all files.
fn done(root: &Path, verb: &[&str], around: &Around) -> BTreeMap<String, Vec<u8>> {
    let folder = root.join(around.folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    let mut args: Vec<&str> = verb
        .iter()
        .map(|a| if *a == "OUT" { "out" } else { a })
        .collect();
    // Lists and pictures of descriptions compute nothing.
    if !["arch", "network", "completions"].contains(&verb[0]) {
        args.extend([
            "--threads",
            around.threads,
            "--instructions",
            around.instructions,
        ]);
    }
    let output = Command::new(assert_cmd::cargo::cargo_bin("crosscut"))
        .args(&args)
        .current_dir(&folder)
        .env("LC_ALL", around.locale)
        .env("LANG", around.locale)
        .output()
        .expect("the program runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {said}");
    let mut found = BTreeMap::from([("standard output".to_string(), output.stdout)]);
    let out = folder.join("out");
    if out.is_dir() {
        for entry in std::fs::read_dir(&out).expect("a folder") {
            let path = entry.expect("an entry").path();
            // The log of a sweep holds rows as they are done; its table is in order.
            if path.ends_with("log.jsonl") {
                continue;
            }
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            found.insert(name, std::fs::read(&path).expect("a file"));
        }
        std::fs::remove_dir_all(&out).expect("removed");
    }
    found
}

#[test]
fn nothing_around_a_run_changes_its_bytes() {
    let root = tempfile::tempdir().expect("a folder");
    for verb in VERBS {
        let first = done(root.path(), verb, &AROUND[0]);
        assert!(
            !first["standard output"].is_empty(),
            "{verb:?} says nothing"
        );
        assert_eq!(
            first.len() > 2,
            verb.contains(&"OUT"),
            "{verb:?}: {:?}",
            first.keys()
        );
        for around in &AROUND[1..] {
            let again = done(root.path(), verb, around);
            for (name, bytes) in &first {
                let same = again.get(name).is_some_and(|b| b == bytes);
                assert!(
                    same,
                    "{verb:?}: {name} differs with {} threads",
                    around.threads
                );
            }
            assert_eq!(again.len(), first.len(), "{verb:?}");
        }
    }
}

/// A verb that is added is added above.
#[test]
fn no_verb_is_left_out() {
    let help = text(&["--help"]);
    let listed = help.split_once("Commands:").expect("a list of verbs").1;
    let verbs: BTreeSet<&str> = listed
        .lines()
        .take_while(|l| !l.starts_with("Options"))
        .filter(|l| l.starts_with("  ") && !l.starts_with("   "))
        .filter_map(|l| l.split_whitespace().next())
        // `plot` draws the files of others: `reload.rs` and `verbs.rs` compare them. `help` prints a text.
        .filter(|v| !["help", "plot"].contains(v))
        .collect();
    let tried: BTreeSet<&str> = VERBS.iter().map(|v| v[0]).collect();
    assert_eq!(verbs, tried);
}
