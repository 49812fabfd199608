//! Ring: the routers of a chip on a circle, in the order of their numbers.
//!
//! A message goes the shorter way round (to higher numbers if both ways are as long). Chips are joined at their first
//! routers, in a line: a message to another chip goes to the first router, along the line, and round from there.
//!
//! A ring of queues could fill up with packets that wait for each other. So there is a border between the last router and the
//! first: a packet uses the second queue of each link from the border on (Dally and Seitz, IEEE Trans. Computers C-36,
//! 1987). A packet from another chip begins at the border and uses second queues throughout.

use super::grid::Grid;
use super::route::{Router, Step, Topology};
use super::table::NocParams;

/// Routers of a ring.
#[derive(Debug, Clone)]
pub struct Ring {
    grid: Grid,
}

impl Ring {
    /// The routers of a machine's chips.
    pub fn new(grid: Grid, _: &NocParams) -> Ring {
        Ring { grid }
    }

    /// Goes round on one chip; returns whether it went over the border.
    fn round(&self, chip: u64, from: u64, to: u64, mut second: bool, steps: &mut Vec<Step>) {
        let n = self.grid.routers_per_chip();
        let up = (to + n - from) % n;
        let (length, ahead, last_before_border) = if up <= n - up {
            (up, 1, n - 1)
        } else {
            (n - up, n - 1, 0)
        };
        let mut at = from;
        for _ in 0..length {
            let next = (at + ahead) % n;
            second |= at == last_before_border;
            steps.push(Step {
                from: self.grid.router_at(chip, at),
                to: self.grid.router_at(chip, next),
                class: u32::from(second),
                chip_link: false,
            });
            at = next;
        }
    }
}

impl Topology for Ring {
    fn router(&self, slot: u64) -> Router {
        self.grid.router(slot)
    }

    fn route(&self, from: Router, to: Router) -> Vec<Step> {
        let [(mut chip, start), (last_chip, end)] = [from, to].map(|r| self.grid.number(r));
        let mut steps = Vec::new();
        if chip == last_chip {
            self.round(chip, start, end, false, &mut steps);
            return steps;
        }
        self.round(chip, start, 0, false, &mut steps);
        while chip != last_chip {
            let next = if last_chip > chip { chip + 1 } else { chip - 1 };
            steps.push(Step {
                from: self.grid.router_at(chip, 0),
                to: self.grid.router_at(next, 0),
                class: 0,
                chip_link: true,
            });
            chip = next;
        }
        self.round(chip, 0, end, true, &mut steps);
        steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A chip of `tiles` tiles in one row, one a router, so that router n stands at (n, 0).
    fn ring(tiles: u32) -> Ring {
        let set = [
            "noc=ring".to_string(),
            "noc.ring.tiles_per_router=1".to_string(),
            format!("chip.tiles_x={tiles}"),
            "chip.tiles_y=1".to_string(),
        ];
        let arch = crate::load("reram-64", &set).expect("valid");
        Ring::new(arch.grid(), &arch.noc.params)
    }

    /// Routers passed after the first, each with the queue used behind its link.
    fn route(ring: &Ring, from: u64, to: u64) -> Vec<(u64, u32)> {
        let steps = ring.route((from, 0), (to, 0));
        steps.iter().map(|s| (s.to.0, s.class)).collect()
    }

    #[test]
    fn the_shorter_way_round_and_the_second_queue_from_the_border_on() {
        let ring = ring(5);
        assert_eq!(route(&ring, 1, 3), [(2, 0), (3, 0)]);
        assert_eq!(route(&ring, 4, 1), [(0, 1), (1, 1)]);
        assert_eq!(route(&ring, 1, 4), [(0, 0), (4, 1)]);
        assert_eq!(route(&ring, 2, 2), []);
        // As long either way on a ring of 4: upwards.
        assert_eq!(route(&self::ring(4), 3, 1), [(0, 1), (1, 1)]);
    }

    #[test]
    fn chips_are_joined_at_their_first_routers() {
        // Chips begin at routers 0, 5 and 10.
        let ring = ring(5);
        let steps = ring.route((2, 0), (14, 0));
        let passed: Vec<_> = steps
            .iter()
            .map(|s| (s.to.0, s.class, s.chip_link))
            .collect();
        assert_eq!(
            passed,
            [
                (1, 0, false),
                (0, 0, false),
                (5, 0, true),
                (10, 0, true),
                (14, 1, false)
            ]
        );
    }
}
