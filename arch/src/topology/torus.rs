//! Torus: a mesh whose rows and columns are closed to rings on each chip.
//!
//! Within a chip a message goes the shorter way round, x first (to higher numbers if both ways are as long); from chip to
//! chip it goes as on a mesh. A ring of queues could fill up with packets that wait for each other, so a packet uses a
//! second queue of each link from the ring's closing link on (Dally and Seitz, IEEE Trans. Computers C-36, 1987).

use super::grid::Grid;
use super::mesh::toward;
use super::route::{Router, Step, Topology};
use super::table::NocParams;

/// Routers of a torus.
#[derive(Debug, Clone)]
pub struct Torus {
    grid: Grid,
}

impl Torus {
    /// The routers of a machine's chips.
    pub fn new(grid: Grid, _: &NocParams) -> Torus {
        Torus { grid }
    }
}

impl Topology for Torus {
    fn router(&self, slot: u64) -> Router {
        self.grid.router(slot)
    }

    fn route(&self, from: Router, to: Router) -> Vec<Step> {
        let mut steps = Vec::new();
        if self.grid.chip(from) != self.grid.chip(to) {
            let mut at = from;
            while at != to {
                let next = toward(at, to);
                steps.push(Step {
                    from: at,
                    to: next,
                    class: 0,
                    chip_link: self.grid.chip(at) != self.grid.chip(next),
                });
                at = next;
            }
            return steps;
        }
        let first = self.grid.chip(from) * self.grid.columns();
        for (x, class) in round(from.0 - first, to.0 - first, self.grid.columns()) {
            let at = steps.last().map_or(from, |s: &Step| s.to);
            steps.push(on_chip(at, (first + x, from.1), class));
        }
        for (y, class) in round(from.1, to.1, self.grid.rows()) {
            let at = steps.last().map_or(from, |s: &Step| s.to);
            steps.push(on_chip(at, (to.0, y), class));
        }
        steps
    }
}

fn on_chip(from: Router, to: Router, class: u32) -> Step {
    Step {
        from,
        to,
        class,
        chip_link: false,
    }
}

/// Places on a ring of `n` from `from` (left out) to `to`, the shorter way, each with the queue used behind its link.
fn round(from: u64, to: u64, n: u64) -> Vec<(u64, u32)> {
    let up = (to + n - from) % n;
    let (length, ahead) = if up <= n - up {
        (up, 1)
    } else {
        (n - up, n - 1)
    };
    let (mut at, mut class) = (from, 0);
    (0..length)
        .map(|_| {
            let next = (at + ahead) % n;
            if next.abs_diff(at) > 1 {
                class = 1;
            }
            at = next;
            (at, class)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shorter_way_round_and_the_second_queue_behind_the_border() {
        // On a ring of 5: 1 to 3 upwards, 0 to 4 over the border, 3 to 1 downwards, 4 to 1 upwards over the border.
        assert_eq!(round(1, 3, 5), [(2, 0), (3, 0)]);
        assert_eq!(round(0, 4, 5), [(4, 1)]);
        assert_eq!(round(3, 1, 5), [(2, 0), (1, 0)]);
        assert_eq!(round(4, 1, 5), [(0, 1), (1, 1)]);
        assert_eq!(round(2, 2, 5), []);
        // As long either way on a ring of 4: upwards.
        assert_eq!(round(3, 1, 4), [(0, 1), (1, 1)]);
    }

    #[test]
    fn corners_of_a_chip_are_neighbours() {
        let set = ["noc.mesh.tiles_per_router=1".to_string()];
        let arch = crate::load("reram-64", &set).expect("valid");
        let torus = Torus::new(arch.grid(), &arch.noc.params);
        // 8 x 8 routers: from (0, 0) to (7, 7) one link back in x, one in y, both over the border.
        let route = torus.route((0, 0), (7, 7));
        let places: Vec<Router> = route.iter().map(|s| s.to).collect();
        assert_eq!(places, [(7, 0), (7, 7)]);
        assert!(route.iter().all(|s| s.class == 1));
        // Another chip: as on a mesh, one link between chips.
        let route = torus.route((0, 0), (9, 1));
        assert_eq!(route.len(), 10);
        assert_eq!(route.iter().filter(|s| s.chip_link).count(), 1);
    }
}
