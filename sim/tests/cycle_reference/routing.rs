//! Are routes those that meshes, tori, rings and trees are said to take? Worked out here from coordinates alone.

use super::draw::Draw;
use super::machines::random_arch_and_plan;
use crosscut_arch::{Arch, TopologyKind};
use crosscut_sim::cycle::Plan;
use crosscut_sim::cycle::plan::RoutePlan;

type Router = (u64, u64);

/// Routers from the source of a route to each of its destinations; paths between chips are left out.
fn paths(plan: &Plan, route: &RoutePlan) -> Vec<Vec<Router>> {
    let destinations = (0..route.hops.len()).filter(|&i| route.hops[i].destination);
    let path = |destination: usize| {
        let mut back = vec![plan.links[route.hops[destination].link].to];
        let mut at = Some(destination);
        while let Some(i) = at {
            let link = &plan.links[route.hops[i].link];
            if link.chip_link {
                return None;
            }
            back.push(link.from);
            at = route.hops[i].parent;
        }
        back.reverse();
        Some(back)
    };
    destinations.filter_map(path).collect()
}

/// Steps between two places of a row or column, of a ring of `n` if it is closed.
fn distance(a: u64, b: u64, closed: Option<u64>) -> u64 {
    let d = a.abs_diff(b);
    closed.map_or(d, |n| d.min(n - d))
}

/// First all steps along x, then all along y, as few as there can be.
fn goes_x_first(path: &[Router], rings: Option<[u64; 2]>) -> bool {
    let (from, to) = (path[0], path[path.len() - 1]);
    let x = distance(from.0, to.0, rings.map(|r| r[0]));
    let y = distance(from.1, to.1, rings.map(|r| r[1]));
    let turn = path[x as usize];
    path.len() as u64 == x + y + 1 && turn == (to.0, from.1)
}

/// Along the snake of a chip's routers, at most half of the ring of `n`.
fn goes_the_shorter_direction(path: &[Router], columns: u64, n: u64) -> bool {
    let number = |r: &Router| {
        let along = if r.1.is_multiple_of(2) {
            r.0
        } else {
            columns - 1 - r.0
        };
        r.1 * columns + along
    };
    let numbers: Vec<u64> = path.iter().map(number).collect();
    let links = distance(numbers[0], numbers[numbers.len() - 1], Some(n));
    let neighbours = |w: &[u64]| distance(w[0], w[1], Some(n)) == 1;
    path.len() as u64 == links + 1 && numbers.windows(2).all(neighbours)
}

/// Links between two routers of an H-tree on a grid: twice the joins, two by two along x and y in turn, until both are in one.
fn links_of_an_htree(mut a: [u64; 2], mut b: [u64; 2], mut grid: [u64; 2]) -> usize {
    let (mut joins, mut side) = (0, 0);
    while a != b {
        if grid[side] == 1 {
            side = 1 - side;
        }
        for place in [&mut a, &mut b] {
            place[side] /= 2;
        }
        grid[side] = grid[side].div_ceil(2);
        (joins, side) = (joins + 1, 1 - side);
    }
    2 * joins
}

/// Up as many levels as down; only the topmost router is above both ends.
fn goes_over_the_common_parent(path: &[Router], radix: u64) -> bool {
    let up = path.len() / 2;
    let parent = |r: Router| (r.0 / radix, r.1 + 1);
    let mut sides = (0..up).map(|i| {
        (
            path[i],
            path[i + 1],
            path[path.len() - 1 - i],
            path[path.len() - 2 - i],
        )
    });
    path.len() % 2 == 1
        && sides.all(|(a, above, b, other)| a != b && parent(a) == above && parent(b) == other)
}

#[test]
fn paths_are_the_shortest_of_their_topology() {
    let (mut mesh, mut torus, mut tree, mut ring, mut htree) = (0, 0, 0, 0, 0);
    for seed in 60_000..61_500 {
        let Some((arch, plan)) = random_arch_and_plan(&mut Draw::new(seed)) else {
            continue;
        };
        // One tile a router and chip 0 alone: routers are where their coordinates say.
        if arch.noc.params.tiles_per_router > 1 {
            continue;
        }
        let rings = on_chip(&arch);
        for route in &plan.routes {
            for path in paths(&plan, route) {
                let inside = |r: &Router| r.0 < rings[0] && r.1 < rings[1];
                let case = format!("{:?}, seed {seed}: {path:?}", arch.noc);
                match arch.noc.kind {
                    TopologyKind::Mesh => {
                        assert!(goes_x_first(&path, None), "{case}");
                        mesh += 1;
                    }
                    TopologyKind::Torus if path.iter().all(inside) => {
                        assert!(goes_x_first(&path, Some(rings)), "{case}");
                        torus += usize::from(path.windows(2).any(|w| w[0].0.abs_diff(w[1].0) > 1));
                    }
                    TopologyKind::Tree if path.iter().all(|r| r.0 < rings[0] * rings[1]) => {
                        assert!(
                            goes_over_the_common_parent(&path, u64::from(arch.noc.params.radix)),
                            "{case}"
                        );
                        tree += 1;
                    }
                    TopologyKind::Ring if path.iter().all(inside) => {
                        let [columns, rows] = rings;
                        assert!(
                            goes_the_shorter_direction(&path, columns, columns * rows),
                            "{case}"
                        );
                        ring += 1;
                    }
                    TopologyKind::Htree if path.iter().all(|r| r.0 < rings[0] * rings[1]) => {
                        let place = |r: Router| [r.0 % rings[0], r.0 / rings[0]];
                        let (from, to) = (place(path[0]), place(path[path.len() - 1]));
                        let links = links_of_an_htree(from, to, rings);
                        assert_eq!(path.len(), links + 1, "{case}");
                        htree += 1;
                    }
                    _ => {}
                }
            }
        }
    }
    // For tori: paths over the border.
    assert!(
        mesh > 100 && torus > 5 && tree > 100 && ring > 100 && htree > 100,
        "{mesh} {torus} {tree} {ring} {htree}"
    );
}

fn on_chip(arch: &Arch) -> [u64; 2] {
    [u64::from(arch.chip.tiles_x), u64::from(arch.chip.tiles_y)]
}
