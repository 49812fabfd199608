//! No file of the workspace takes part in a circle of imports, and none is long.

use crosscut_house::{Crate, circles};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Longest file, tests in it left out.
const MOST_LINES: usize = 500;

/// Longest median file.
const MOST_MEDIAN: usize = 150;

fn crates() -> Vec<(String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = std::fs::read_to_string(root.join("Cargo.toml")).expect("the workspace's manifest");
    let members = text.split_once("members = [").expect("members").1;
    let members = members.split_once(']').expect("end of members").0;
    let names = members.split(',').map(|m| m.trim().trim_matches('"'));
    let mut found: Vec<(String, PathBuf)> = names
        .filter(|m| !m.is_empty())
        .map(|m| (m.to_owned(), root.join(m).join("src")))
        .collect();
    // In a program beside a library, `crate` is the program.
    found.push((
        "the program crosscut".to_owned(),
        root.join("cli/src/bin/crosscut"),
    ));
    found
}

#[test]
fn no_file_takes_part_in_a_circle_of_imports() {
    let mut told = String::new();
    for (name, src) in crates() {
        let house = Crate::read(&src).unwrap_or_else(|e| panic!("{e}"));
        for (n, circle) in circles(&house).iter().enumerate() {
            writeln!(told, "{name}, circle {}:", n + 1).expect("a string");
            for a in circle {
                let [from, to] = [&a.from, &a.to].map(|r| house.files[r].path.clone());
                let short =
                    |p: PathBuf| p.strip_prefix(&src).expect("in src").display().to_string();
                writeln!(
                    told,
                    "  {} -> {}: {}",
                    short(from),
                    short(to),
                    a.names.join(", ")
                )
                .expect("a string");
            }
        }
    }
    assert!(told.is_empty(), "\n{told}");
}

#[test]
fn files_are_short() {
    for (name, src) in crates() {
        let house = Crate::read(&src).unwrap_or_else(|e| panic!("{e}"));
        let mut lines: Vec<usize> = house.files.values().map(|f| f.lines).collect();
        lines.sort_unstable();
        for file in house.files.values() {
            let path = file.path.display();
            assert!(file.lines <= MOST_LINES, "{path} has {} lines", file.lines);
        }
        let median = lines[lines.len() / 2];
        assert!(
            median <= MOST_MEDIAN,
            "the median file of {name} has {median} lines"
        );
    }
}

/// The reader sees through re-exports, module aliases, macros and `super`, and a facade ties nothing.
#[test]
fn circles_are_found_and_facades_are_none() {
    let folder = std::env::temp_dir().join(format!("crosscut-house-{}", std::process::id()));
    let write = |files: &[(&str, &str)]| {
        std::fs::remove_dir_all(&folder).ok();
        std::fs::create_dir_all(folder.join("a")).expect("a folder");
        for (name, text) in files {
            std::fs::write(folder.join(name), text).expect("a file");
        }
        circles(&Crate::read(&folder).expect("Rust")).len()
    };
    let facade = [
        ("lib.rs", "mod a; mod b; pub use a::A;"),
        ("a/mod.rs", "mod one; pub use one::A;"),
        ("a/one.rs", "pub struct A;"),
        ("b.rs", "use crate::A; pub fn f(_: A) {}"),
    ];
    assert_eq!(write(&facade), 0);
    let mut through_export = facade;
    through_export[2].1 = "pub struct A; fn g() { crate::b::f(A) }";
    assert_eq!(write(&through_export), 1);
    let mut in_macro = facade;
    in_macro[2].1 = "pub struct A; fn g() { println!(\"{:?}\", crate::b::f(A)) }";
    assert_eq!(write(&in_macro), 1);
    let mut in_tests = facade;
    in_tests[2].1 = "pub struct A; #[cfg(test)] mod tests { fn g() { crate::b::f(crate::A) } }";
    assert_eq!(write(&in_tests), 0);
    let mut by_alias = facade;
    by_alias[2].1 = "use crate::b; pub struct A; fn g() { b::f(A) }";
    assert_eq!(write(&by_alias), 1);
    let mut parent = facade;
    parent[1].1 = "mod one; pub use one::A; pub struct P; fn h() { one::k() }";
    parent[2].1 = "pub struct A; pub fn k() { let _ = super::P; }";
    assert_eq!(write(&parent), 1);
    std::fs::remove_dir_all(&folder).expect("made above");
}
