//! The files of a crate.

use crate::collect;
use crate::file::{File, Route};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// One crate: its files by module route. The root is the empty route.
#[derive(Debug)]
pub struct Crate {
    /// Files by module.
    pub files: BTreeMap<Route, File>,
}

impl Crate {
    /// Reads all files under `src`. The root is `lib.rs`; `main.rs`, where both are there, is the module `main`.
    ///
    /// # Errors
    /// If a file cannot be read or is no Rust.
    pub fn read(src: &Path) -> Result<Crate, String> {
        let mut paths = Vec::new();
        walk(src, &mut paths).map_err(|e| format!("{}: {e}", src.display()))?;
        paths.sort();
        let has_lib = paths.contains(&src.join("lib.rs"));
        let routes: Vec<Route> = paths.iter().map(|p| route(src, p, has_lib)).collect();
        let modules: BTreeSet<Route> = routes.iter().cloned().collect();
        let mut files = BTreeMap::new();
        for (path, route) in paths.into_iter().zip(routes) {
            let text =
                std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            let tree = syn::parse_file(&text).map_err(|e| format!("{}: {e}", path.display()))?;
            let mut file = collect::file(&tree, &route, &modules);
            file.lines = text.lines().count() - collect::test_lines(&tree);
            file.path = path;
            files.insert(route, file);
        }
        Ok(Crate { files })
    }
}

fn walk(folder: &Path, out: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if path.file_name().is_none_or(|n| n != "tests") {
                walk(&path, out)?;
            }
        } else if path.extension().is_some_and(|e| e == "rs")
            && path.file_name().is_none_or(|n| n != "tests.rs")
        {
            out.push(path);
        }
    }
    Ok(())
}

fn route(src: &Path, path: &Path, has_lib: bool) -> Route {
    let inside = path.strip_prefix(src).expect("found under src");
    let mut route: Route = inside
        .with_extension("")
        .iter()
        .map(|p| p.to_string_lossy().into_owned())
        .collect();
    let root = match route.as_slice() {
        [one] => one == "lib" || (one == "main" && !has_lib),
        _ => false,
    };
    if root || route.last().is_some_and(|l| l == "mod") {
        route.pop();
    }
    route
}
