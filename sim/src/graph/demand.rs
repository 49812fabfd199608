//! How many blocks each stream must be able to hold so that the network can run at all.
//!
//! For a plain chain that is [`Window::demand`]. Where paths part and meet again, the blocks that one path asks for pile
//! up on the other. The graph is cut at the stations that every path passes (no edge leads over them); between two cuts,
//! the lower one is the *target*. `req_n(s)` is how often station s must have fired for firing n of the target (stations
//! the target does not need: how often they then can fire). An edge u -> v must hold
//! - the plain demand of its window,
//! - `req_n(u) - free(req_n(v) - 1)` for every n,
//! - and, if v has several inputs, `req_n(u) - free(req_(n-1)(v) - 1)`.
//!
//! With these capacities nothing locks up. Suppose everything is stuck while the target waits for firing n, its cut
//! above having fired often enough. Let w be the first station, in network order, that has fired less often than
//! `req_n`. What it needs has been sent, so it must lack room on an edge to some v. If v has fired `req_n` times, the
//! second rule leaves room. If v has several inputs, it has fired `req_(n-1)` times and the third rule leaves room. Else v
//! is behind, too, and its only window is full enough by the first rule, so v lacks room itself; going on from v
//! ends at one of the other two cases. So the cut above has fired less often than needed; none of its edges is full, for the
//! same reasons; it waits for its own window, hence is a target that is stuck, and so on up to the source, which never is.

use super::{Blocks, DataflowGraph, Window};
use petgraph::visit::EdgeRef;

/// An edge between two stations of a part.
struct Edge {
    id: usize,
    from: usize,
    to: usize,
    window: Window,
    alone: bool,
}

impl DataflowGraph {
    /// Blocks each edge must hold, by index.
    pub fn demands(&self) -> Vec<u64> {
        let blocks: Vec<Blocks> = self.graph.node_weights().map(|s| s.blocks).collect();
        let mut inputs = vec![0; blocks.len()];
        self.graph
            .edge_references()
            .for_each(|e| inputs[e.target().index()] += 1);
        let edges = self.graph.edge_references().map(|e| Edge {
            id: e.id().index(),
            from: e.source().index(),
            to: e.target().index(),
            window: e.weight().window,
            alone: inputs[e.target().index()] == 1,
        });
        let edges: Vec<Edge> = edges.collect();
        let mut demands = vec![0; edges.len()];
        for e in &edges {
            demands[e.id] = e.window.demand(&blocks[e.from], &blocks[e.to]);
        }
        let mut cut = 0;
        for at in 1..blocks.len() {
            let leads_over = |e: &Edge| e.from < at && e.to > at;
            if edges.iter().any(leads_over) {
                continue;
            }
            let inside = |e: &&Edge| e.from >= cut && e.to <= at;
            let part: Vec<&Edge> = edges.iter().filter(inside).collect();
            if part.len() > 1 {
                Part::new(&blocks, &part, cut, at).raise(&mut demands);
            }
            cut = at;
        }
        demands
    }
}

/// The stations from one cut to the next.
struct Part<'a> {
    blocks: &'a [Blocks],
    edges: &'a [&'a Edge],
    cut: usize,
    target: usize,
    /// Whether the target needs a station, from the cut on.
    needed: Vec<bool>,
}

impl<'a> Part<'a> {
    fn new(blocks: &'a [Blocks], edges: &'a [&'a Edge], cut: usize, target: usize) -> Part<'a> {
        let mut needed = vec![false; target - cut + 1];
        needed[target - cut] = true;
        for s in (cut..target).rev() {
            let mut outputs = edges.iter().filter(|e| e.from == s);
            needed[s - cut] = outputs.any(|e| needed[e.to - cut]);
        }
        Part {
            blocks,
            edges,
            cut,
            target,
            needed,
        }
    }

    /// Goes through the firings of the target, and once more with everything fired.
    fn raise(&self, demands: &mut [u64]) {
        let mut before = vec![0; self.needed.len()];
        for n in 0..=self.blocks[self.target].count() {
            let now = self.required(n, &before);
            for e in self.edges {
                let (from, to) = (&self.blocks[e.from], &self.blocks[e.to]);
                let free = |fired: u64| match fired {
                    0 => 0,
                    n => e.window.free(from, to, n - 1),
                };
                let consumer = e.to - self.cut;
                let least = if e.alone { &now } else { &before };
                let held = from.yielded(now[e.from - self.cut]);
                let most = held.saturating_sub(free(least[consumer]));
                demands[e.id] = demands[e.id].max(most);
            }
            before = now;
        }
    }

    /// Firings of every station for firing `n` of the target.
    fn required(&self, n: u64, before: &[u64]) -> Vec<u64> {
        if n == self.blocks[self.target].count() {
            let stations = &self.blocks[self.cut..=self.target];
            return stations.iter().map(Blocks::count).collect();
        }
        let mut required = before.to_vec();
        required[self.target - self.cut] = n + 1;
        for s in (self.cut..self.target).rev() {
            let outputs = self.edges.iter().filter(|e| e.from == s);
            for e in outputs.filter(|e| self.needed[e.to - self.cut]) {
                let (fired, known) = (required[e.to - self.cut], before[e.to - self.cut]);
                // Every firing on the way counts: in the last row a window may need less than at the end of the one above.
                let needs = (known..fired).map(|n| {
                    let (from, to) = (&self.blocks[e.from], &self.blocks[e.to]);
                    e.window.need(from, to, n)
                });
                if let Some(most) = needs.max() {
                    let firings = self.blocks[e.from].lead as u64 + most;
                    required[s - self.cut] = required[s - self.cut].max(firings);
                }
            }
        }
        for s in self.cut + 1..self.target {
            if !self.needed[s - self.cut] {
                while self.can_fire(s, &required) {
                    required[s - self.cut] += 1;
                }
            }
        }
        required
    }

    fn can_fire(&self, s: usize, fired: &[u64]) -> bool {
        let next = fired[s - self.cut];
        let mut inputs = self.edges.iter().filter(|e| e.to == s);
        next < self.blocks[s].count()
            && inputs.all(|e| {
                let (from, to) = (&self.blocks[e.from], &self.blocks[e.to]);
                e.window.need(from, to, next) <= from.yielded(fired[e.from - self.cut])
            })
    }
}
