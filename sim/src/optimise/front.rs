//! Copies of one layer with one slice width: firings against crossbars.

use crate::map::{LayerMap, roles};
use crosscut_arch::Arch;

/// Copies along and across rows, and what they take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Copies {
    /// rx, ry.
    pub(super) replicas: [usize; 2],
    /// Firings of one image.
    pub(super) firings: u64,
    /// Crossbars of the layer, all roles.
    pub(super) crossbars: u64,
    /// Of these: adders and buffers of a many-crossbar machine.
    pub(super) reduce: u64,
    pub(super) buffer: u64,
}

/// Choices by rising firings and falling crossbars: none is beaten in both.
#[derive(Debug, Clone, Default)]
pub(super) struct Front(Vec<Copies>);

impl Front {
    /// All numbers of copies worth considering. `rx` is the number of slices where each has its own hardware.
    pub(super) fn new(
        layer: &LayerMap,
        arch: &Arch,
        fixed: Option<[usize; 2]>,
        every_slice: bool,
        copies: usize,
    ) -> Front {
        let slices = layer.geometry.output.w.div_ceil(layer.unroll);
        let across = match fixed {
            Some([rx, _]) => vec![rx],
            None if every_slice => vec![slices],
            None => distinct(slices),
        };
        let down = fixed.map_or_else(|| distinct(layer.geometry.output.h), |[_, ry]| vec![ry]);
        let mut all = Vec::with_capacity(across.len() * down.len());
        let mut layer = layer.clone();
        for &rx in &across {
            // Copies across rows repeat those along the row.
            layer.replicas = [rx, 1];
            let row = roles::of_layer(&layer, arch, copies);
            for &ry in &down {
                layer.replicas = [rx, ry];
                let n = ry as u64;
                all.push(Copies {
                    replicas: [rx, ry],
                    firings: layer.firings(),
                    crossbars: row.total() * n,
                    reduce: row.reduce * n,
                    buffer: row.buffer * n,
                });
            }
        }
        // Copies along the row are preferred among equals: rows are streamed, so they are wanted at the same time.
        all.sort_by_key(|c| (c.firings, c.crossbars, c.replicas[1]));
        let mut best = u64::MAX;
        all.retain(|c| {
            let better = c.crossbars < best;
            best = best.min(c.crossbars);
            better
        });
        Front(all)
    }

    /// The fewest crossbars with at most `firings` firings, of those that are allowed; the fewest firings if copies that are
    /// fixed fire more often.
    pub(super) fn within(
        &self,
        firings: u64,
        allowed: impl Fn(&Copies) -> bool,
    ) -> Option<&Copies> {
        let end = self.0.partition_point(|c| c.firings <= firings);
        self.0[..end.max(1)].iter().rev().find(|c| allowed(c))
    }

    /// Every choice.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Copies> {
        self.0.iter()
    }
}

/// The fewest copies for each number of turns that `n` things can take: any other number of copies idles.
fn distinct(n: usize) -> Vec<usize> {
    let mut copies: Vec<usize> = (1..=n).map(|turns| n.div_ceil(turns)).collect();
    copies.dedup();
    copies
}

#[cfg(test)]
mod tests {
    use super::distinct;

    #[test]
    fn copies_that_would_idle_are_left_out() {
        // 7 rows: 7 turns with 1 copy, 4 with 2, 3 with 3, 2 with 4, 1 with 7.
        assert_eq!(distinct(7), [7, 4, 3, 2, 1]);
        assert_eq!(distinct(1), [1]);
    }
}
