//! From names to the files that define them, and the circles files go round in.

use crate::file::Route;
use crate::source::Crate;
use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;
use std::collections::BTreeMap;

/// One file uses what another defines.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrow {
    /// Module that uses.
    pub from: Route,
    /// Module that defines.
    pub to: Route,
    /// The names in question.
    pub names: Vec<String>,
}

/// Longest chain of re-exports that is followed.
const MOST_EXPORTS: usize = 16;

/// All arrows of a crate.
pub fn arrows(house: &Crate) -> Vec<Arrow> {
    let mut found: BTreeMap<(Route, Route), Vec<String>> = BTreeMap::new();
    for (from, file) in &house.files {
        for used in &file.uses {
            let Some((to, name)) = definer(house, used, MOST_EXPORTS) else {
                continue;
            };
            if to != *from {
                let names = found.entry((from.clone(), to)).or_default();
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
    }
    let arrows = found.into_iter();
    arrows
        .map(|((from, to), names)| Arrow { from, to, names })
        .collect()
}

/// The module whose file defines what a route names, and the name.
fn definer(house: &Crate, route: &[String], steps: usize) -> Option<(Route, String)> {
    let mut depth = route.len().min(longest(house));
    while depth > 0 && !house.files.contains_key(&route[..depth]) {
        depth -= 1;
    }
    let (module, rest) = route.split_at(depth);
    let file = house.files.get(module)?;
    let Some((name, below)) = rest.split_first() else {
        return Some((module.to_vec(), "self".to_owned()));
    };
    if steps == 0 || file.defines.contains(name) {
        return Some((module.to_vec(), name.clone()));
    }
    if let Some(to) = file.exports.get(name) {
        return definer(house, &[to.as_slice(), below].concat(), steps - 1);
    }
    for glob in &file.globs {
        let inside = [glob.as_slice(), rest].concat();
        if let Some((to, name)) = definer(house, &inside, steps - 1)
            && house.files[&to].defines.contains(&name)
        {
            return Some((to, name));
        }
    }
    Some((module.to_vec(), name.clone()))
}

fn longest(house: &Crate) -> usize {
    house.files.keys().map(Vec::len).max().unwrap_or(0)
}

/// Sets of modules that use each other in a loop, each with the arrows inside it.
pub fn circles(house: &Crate) -> Vec<Vec<Arrow>> {
    let arrows = arrows(house);
    let number: BTreeMap<&Route, usize> = house
        .files
        .keys()
        .enumerate()
        .map(|(n, r)| (r, n))
        .collect();
    let mut graph = DiGraphMap::<usize, ()>::new();
    for arrow in &arrows {
        graph.add_edge(number[&arrow.from], number[&arrow.to], ());
    }
    let loops = tarjan_scc(&graph).into_iter().filter(|set| set.len() > 1);
    loops
        .map(|set| {
            let inside = |r: &Route| set.contains(&number[r]);
            let within = arrows.iter().filter(|a| inside(&a.from) && inside(&a.to));
            within.cloned().collect()
        })
        .collect()
}
