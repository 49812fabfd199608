//! The search: one choice per layer with the least weight among those that fire seldom enough.

use super::bans::Bans;
use super::budget::Measure;
use super::error::OptimiseError;
use super::front::{Copies, Front};
use super::space::{Space, Width, spaces};
use crate::map::MapOptions;
use crosscut_arch::Arch;
use crosscut_traces::Network;

/// What one layer takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pick {
    pub(super) width: usize,
    pub(super) copies: Copies,
}

/// One pick per compute layer, in network order.
pub(super) type Picks = Vec<Pick>;

/// Weight of a choice: the first number decides, the second between equals. Both add up over layers; counts stay exact
/// (below 2^53).
pub(super) type Weight = [f64; 2];

fn lighter(a: Weight, b: Weight) -> bool {
    a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])).is_lt()
}

/// Choices of every layer.
pub(super) struct Search<'a> {
    arch: &'a Arch,
    pub(super) measure: Measure,
    pub(super) spaces: Vec<Space>,
    /// The layer whose adders depend on this one's slices.
    previous: Vec<Option<usize>>,
    limit: Option<u64>,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        net: &Network,
        arch: &'a Arch,
        options: &MapOptions,
        measure: Measure,
    ) -> Result<Search<'a>, OptimiseError> {
        let spaces = spaces(net, arch, options)?;
        let mut previous = vec![None; spaces.len()];
        for (i, space) in spaces.iter().enumerate() {
            if let Some(next) = space.next {
                previous[next] = Some(i);
            }
        }
        Ok(Search {
            arch,
            measure,
            spaces,
            previous,
            limit: options.max_firings,
        })
    }

    /// The lightest picks that fire at most `firings` times, of those that are allowed; `weigh` is asked by layer, width and
    /// copies. Layers whose copies are fixed fire as often as they do.
    pub(super) fn lightest(
        &self,
        firings: u64,
        bans: &Bans,
        weigh: &dyn Fn(usize, usize, &Copies) -> Weight,
    ) -> Option<Picks> {
        // Layers come in network order, so the one before in a chain is done when its follower is looked at: for each
        // width of the follower, the lightest choice of all layers up to here, and the width that it takes.
        let mut upto: Vec<Vec<(Weight, usize)>> = Vec::with_capacity(self.spaces.len());
        for (i, space) in self.spaces.iter().enumerate() {
            let nexts = space.next.map_or(1, |n| self.spaces[n].widths.len());
            let before = self.previous[i].map(|before| &upto[before]);
            let mut best: Vec<(Weight, usize)> = vec![([f64::INFINITY; 2], 0); nexts];
            for (w, width) in space.widths.iter().enumerate() {
                let base = before.map_or([0.0; 2], |before| before[w].0);
                let of_front = |front: &Front| {
                    let copies = front.within(firings, |c| bans.allow(i, w, c));
                    let weight = copies.map_or([f64::INFINITY; 2], |c| weigh(i, w, c));
                    [base[0] + weight[0], base[1] + weight[1]]
                };
                let weights: Vec<Weight> = width.fronts().map(of_front).collect();
                for (best, &front) in best.iter_mut().zip(&width.of_next) {
                    if lighter(weights[front], best.0) {
                        *best = (weights[front], w);
                    }
                }
            }
            upto.push(best);
        }
        let mut picks: Vec<Option<Pick>> = vec![None; self.spaces.len()];
        for (i, space) in self.spaces.iter().enumerate().rev() {
            let next = space.next.and_then(|n| picks[n]).map_or(0, |p| p.width);
            let width = upto[i][next].1;
            let front = space.widths[width].front(next);
            let copies = *front.within(firings, |c| bans.allow(i, width, c))?;
            picks[i] = Some(Pick { width, copies });
        }
        picks.into_iter().collect()
    }

    /// The fewest crossbars, or PEs and then crossbars, with at most `firings` firings.
    pub(super) fn fewest(&self, firings: u64, of: Measure, bans: &Bans) -> Option<Picks> {
        self.lightest(firings, bans, &|layer, width, copies| {
            let w = &self.spaces[layer].widths[width];
            let crossbars = (copies.crossbars + w.unit_crossbars) as f64;
            match of {
                Measure::Crossbars => [crossbars, 0.0],
                Measure::Pes => [self.amount(of, w, copies), crossbars],
            }
        })
    }

    /// What a choice counts for, the pools it feeds included.
    pub(super) fn amount(&self, measure: Measure, width: &Width, copies: &Copies) -> f64 {
        let units = match measure {
            Measure::Crossbars => width.unit_crossbars,
            Measure::Pes => width.unit_pes,
        };
        (measure.of(self.arch, copies.crossbars) + units) as f64
    }

    /// Firings of one copy of the layer that then fires most, or the limit set by the user.
    pub(super) fn most_firings(&self) -> u64 {
        let most = self.every_count().last().copied().unwrap_or(1);
        self.limit.map_or(most, |limit| limit.clamp(1, most))
    }

    /// Every number of firings that some choice of some layer has, rising, up to the limit set by the user.
    pub(super) fn firing_counts(&self) -> Vec<u64> {
        let most = self.most_firings();
        let mut counts = self.every_count();
        counts.retain(|&n| n <= most);
        if counts.last() != Some(&most) {
            counts.push(most);
        }
        counts
    }

    fn every_count(&self) -> Vec<u64> {
        let widths = self.spaces.iter().flat_map(|s| &s.widths);
        let copies = widths.flat_map(Width::fronts).flat_map(|f| f.iter());
        let mut counts: Vec<u64> = copies.map(|c| c.firings).collect();
        counts.sort_unstable();
        counts.dedup();
        counts
    }

    /// The picks as choices for every layer.
    pub(super) fn options(&self, base: &MapOptions, picks: &Picks) -> MapOptions {
        let mut options = MapOptions {
            max_firings: None,
            ..base.clone()
        };
        for (space, pick) in self.spaces.iter().zip(picks) {
            let unroll = space.widths[pick.width].map.unroll;
            options.unroll.insert(space.name.clone(), unroll);
            let replicas = pick.copies.replicas;
            options.replicas.insert(space.name.clone(), replicas);
        }
        options
    }
}
