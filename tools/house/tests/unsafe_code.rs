//! Unsafe code stands in the list of docs/reliability.md, file by file, and says why it is sound.

use proc_macro2::{TokenStream, TokenTree};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Lines of unsafe blocks and implementations, as tokens: words in comments and texts do not count. An `unsafe fn` asks its
/// callers; what it does itself stands in blocks.
fn places(tokens: TokenStream, found: &mut Vec<usize>) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(group) => places(group.stream(), found),
            TokenTree::Ident(word) if word == "unsafe" => {
                let unsafe_fn =
                    matches!(tokens.peek(), Some(TokenTree::Ident(next)) if next == "fn");
                if !unsafe_fn {
                    found.push(word.span().start().line);
                }
            }
            _ => {}
        }
    }
}

fn walk(folder: &Path, found: &mut BTreeMap<String, usize>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            walk(&path, found);
        } else if name.ends_with(".rs") {
            let text = std::fs::read_to_string(&path).expect("a file");
            let mut lines = Vec::new();
            places(text.parse().expect("Rust"), &mut lines);
            let written: Vec<&str> = text.lines().collect();
            for line in &lines {
                // Above it, an attribute or the start of its statement between them.
                let above = &written[line.saturating_sub(6)..*line];
                let reason = above.iter().any(|l| l.contains("SAFETY:"));
                assert!(reason, "{}:{line}: no `SAFETY:` above", path.display());
            }
            if !lines.is_empty() {
                let short = path
                    .strip_prefix(root())
                    .expect("below")
                    .display()
                    .to_string();
                found.insert(short, lines.len());
            }
        }
    }
}

#[test]
fn unsafe_code_is_listed() {
    let mut found = BTreeMap::new();
    walk(&root(), &mut found);
    let page = std::fs::read_to_string(root().join("docs/reliability.md")).expect("the page");
    let list = page.split_once("## Unsafe code").expect("the list").1;
    let list = list.split("\n## ").next().expect("its end");
    let mut listed = BTreeMap::new();
    for line in list.lines().filter(|l| l.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [file, count, reason] = cells[..] else {
            panic!("`{line}` should have three cells");
        };
        assert!(reason.len() > 20, "{line}");
        listed.insert(
            file.trim_matches('`').to_string(),
            count.parse().expect("a number"),
        );
    }
    assert_eq!(found, listed, "in the code and in the list");
}
