//! Which nodes the output needs, and in which order to visit them.

use super::super::error::Fault;
use super::node::NodeView;
use crate::onnx::proto::Graph;
use std::collections::{BTreeMap, BTreeSet};

/// Indices of the nodes `output` depends on, operands first; among the ready ones the file's order is kept (petgraph's
/// `toposort` keeps none, and layers are numbered in this order).
///
/// # Errors
/// Two producers of one tensor; a cycle.
pub(crate) fn order(graph: &Graph, output: &str) -> Result<Vec<usize>, Fault> {
    let mut producer: BTreeMap<&str, usize> = BTreeMap::new();
    for (i, node) in graph.node.iter().enumerate() {
        for out in node.output.iter().filter(|o| !o.is_empty()) {
            if producer.insert(out, i).is_some() {
                return Err(Fault::Graph(format!(
                    "tensor '{out}' is produced by two nodes"
                )));
            }
        }
    }
    let needs = |i: usize| -> BTreeSet<usize> {
        let node = &graph.node[i];
        node.input
            .iter()
            .filter_map(|t| producer.get(t.as_str()).copied())
            .collect()
    };
    // Reachable nodes, with the number of operands still missing and the users to tell.
    let mut missing: BTreeMap<usize, usize> = BTreeMap::new();
    let mut users: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut todo: Vec<usize> = producer.get(output).copied().into_iter().collect();
    while let Some(i) = todo.pop() {
        if missing.contains_key(&i) {
            continue;
        }
        let operands = needs(i);
        missing.insert(i, operands.len());
        for p in operands {
            users.entry(p).or_default().push(i);
            todo.push(p);
        }
    }
    let mut ready: BTreeSet<usize> = missing
        .iter()
        .filter(|&(_, &n)| n == 0)
        .map(|(&i, _)| i)
        .collect();
    let mut order = Vec::with_capacity(missing.len());
    while let Some(i) = ready.pop_first() {
        missing.remove(&i);
        order.push(i);
        for user in users.get(&i).into_iter().flatten() {
            if let Some(n) = missing.get_mut(user) {
                *n -= 1;
                if *n == 0 {
                    ready.insert(*user);
                }
            }
        }
    }
    if missing.is_empty() {
        Ok(order)
    } else {
        let names = missing
            .keys()
            .map(|&i| NodeView::new(i, &graph.node[i]).name);
        Err(Fault::Cycle(names.collect()))
    }
}
