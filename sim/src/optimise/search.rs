//! The search: one choice per layer with the least weight among those that fire seldom enough.

use super::budget::{Cap, InUse, Measure};
use super::error::OptimiseError;
use super::front::{Copies, Front};
use super::space::{Space, Width, spaces};
use crate::map::{MapOptions, units};
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

/// Choices of every layer, and the budget.
pub(super) struct Search<'a> {
    net: &'a Network,
    arch: &'a Arch,
    pub(super) cap: Cap,
    pub(super) spaces: Vec<Space>,
    /// The layer whose adders depend on this one's slices.
    previous: Vec<Option<usize>>,
    /// Crossbars of layers that no choice changes.
    constant: Vec<u64>,
    limit: Option<u64>,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        net: &'a Network,
        arch: &'a Arch,
        options: &MapOptions,
        cap: Cap,
    ) -> Result<Search<'a>, OptimiseError> {
        let spaces = spaces(net, arch, options, &cap)?;
        let mut previous = vec![None; spaces.len()];
        for (i, space) in spaces.iter().enumerate() {
            if let Some(next) = space.next {
                previous[next] = Some(i);
            }
        }
        let mut constant = Vec::new();
        if units::possible(arch) {
            let unfed = net.layers().map(|(id, _)| id);
            let unfed = unfed.filter(|&id| units::feeder(net, id).is_none());
            constant.extend(unfed.map(|id| {
                let roles = units::of_layer(net, arch, id, 1);
                roles.total()
            }));
        }
        Ok(Search {
            net,
            arch,
            cap,
            spaces,
            previous,
            constant,
            limit: options.max_firings,
        })
    }

    /// The lightest picks that fire at most so often; `weigh` is asked by layer, width and copies. Layers whose copies are fixed fire as often as they do.
    pub(super) fn lightest(
        &self,
        firings: u64,
        weigh: &dyn Fn(usize, usize, &Copies) -> Weight,
    ) -> Picks {
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
                    let weight = weigh(i, w, front.within(firings));
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
            let copies = *space.widths[width].front(next).within(firings);
            picks[i] = Some(Pick { width, copies });
        }
        picks.into_iter().flatten().collect()
    }

    /// The fewest crossbars (or PEs, then crossbars) with at most `firings` firings.
    pub(super) fn smallest(&self, firings: u64) -> Picks {
        self.lightest(firings, &|layer, width, copies| {
            let width = &self.spaces[layer].widths[width];
            let amount = self.cap.measure.of(self.arch, copies.crossbars) + width.units;
            [
                amount as f64,
                (copies.crossbars + width.unit_crossbars) as f64,
            ]
        })
    }

    /// The fewest crossbars whatever the budget counts, if that fits; else as `fewest`.
    ///
    /// # Errors
    /// With what the smallest mapping needs.
    pub(super) fn fewest_crossbars(&self, firings: u64) -> Result<Picks, OptimiseError> {
        let picks = self.lightest(firings, &|layer, width, copies| {
            let width = &self.spaces[layer].widths[width];
            [(copies.crossbars + width.unit_crossbars) as f64, 0.0]
        });
        if self.fits(&picks) {
            Ok(picks)
        } else {
            self.fewest(firings)
        }
    }

    /// As `smallest`, if it fits the budget.
    ///
    /// # Errors
    /// With what the smallest mapping needs.
    pub(super) fn fewest(&self, firings: u64) -> Result<Picks, OptimiseError> {
        let picks = self.smallest(firings);
        if self.fits(&picks) {
            Ok(picks)
        } else {
            Err(self.too_small(&picks))
        }
    }

    /// The fewest firings per layer that fit the budget.
    pub(super) fn least_firings(&self) -> Result<u64, OptimiseError> {
        let most = self.most_firings();
        self.fewest(most)?;
        let (mut too_few, mut enough) = (0, most);
        while too_few + 1 < enough {
            let middle = too_few.midpoint(enough);
            if self.fits(&self.smallest(middle)) {
                enough = middle;
            } else {
                too_few = middle;
            }
        }
        Ok(enough)
    }

    /// Firings of one copy of the layer that then fires most, or the limit set by the user.
    pub(super) fn most_firings(&self) -> u64 {
        let most = self.firing_counts().last().copied().unwrap_or(1);
        self.limit.map_or(most, |limit| limit.clamp(1, most))
    }

    /// Every number of firings that some choice of some layer has, rising.
    pub(super) fn firing_counts(&self) -> Vec<u64> {
        let widths = self.spaces.iter().flat_map(|s| &s.widths);
        let copies = widths.flat_map(Width::fronts).flat_map(|f| f.iter());
        let mut counts: Vec<u64> = copies.map(|c| c.firings).collect();
        counts.sort_unstable();
        counts.dedup();
        counts
    }

    /// What the picks count for, with what `units` says of the pools they feed.
    fn amount(&self, picks: &Picks, measure: Measure, units: fn(&Width) -> u64) -> u64 {
        let of = |crossbars| measure.of(self.arch, crossbars);
        let constant: u64 = self.constant.iter().map(|&n| of(n)).sum();
        let chosen = self.spaces.iter().zip(picks);
        let chosen = chosen.map(|(s, p)| of(p.copies.crossbars) + units(&s.widths[p.width]));
        constant + chosen.sum::<u64>()
    }

    /// Whether the picks fit the budget.
    pub(super) fn fits(&self, picks: &Picks) -> bool {
        let amount = self.amount(picks, self.cap.measure, |w| w.units);
        self.cap.allows(amount, self.pes(picks))
    }

    /// PEs of the picks.
    pub(super) fn pes(&self, picks: &Picks) -> u64 {
        self.amount(picks, Measure::Pes, |w| w.unit_pes)
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

    fn too_small(&self, picks: &Picks) -> OptimiseError {
        let crossbars = self.amount(picks, Measure::Crossbars, |w| w.unit_crossbars);
        let used = InUse::by_pes(self.arch, self.pes(picks));
        let area = used.area_mm2(self.arch);
        let count = |n: u64, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
        let limit = self.limit.map_or_else(String::new, |n| {
            format!(" (with at most {n} firings per layer)")
        });
        OptimiseError::TooSmall {
            network: self.net.name.clone(),
            machine: self.arch.name.clone(),
            needs: format!(
                "{} in {} on {}, {area:.4} mm2{limit}",
                count(crossbars, "crossbar"),
                count(used.tiles, "tile"),
                count(used.chips, "chip"),
            ),
            budget: self.cap.to_string(),
        }
    }
}
