//! Are the window rules those of the pictures they stand for? Every tap of every output position is looked at.

use super::draw::Draw;
use super::plans::blocks;
use crosscut_sim::graph::{Blocks, Window};

/// Row and column of every position of firing `n`.
fn positions(b: &Blocks, n: u64) -> Vec<[usize; 2]> {
    let across = b.width.div_ceil(b.columns);
    let (y, x) = (
        n as usize / across * b.rows,
        n as usize % across * b.columns,
    );
    let rows = y..(y + b.rows).min(b.height);
    rows.flat_map(|y| (x..(x + b.columns).min(b.width)).map(move |x| [y, x]))
        .collect()
}

/// The firing that yields a position.
fn firing(b: &Blocks, at: [usize; 2]) -> u64 {
    let holds = |&n: &u64| positions(b, n).contains(&at);
    (0..b.count())
        .find(holds)
        .expect("every position is yielded")
}

#[test]
fn need_first_and_free_are_those_of_the_taps() {
    for seed in 0..3000 {
        let d = &mut Draw::new(seed);
        let size = [d.size(6), d.size(6)];
        let stride = [d.size(3), d.size(3)];
        let pad = [d.below(2) as usize, d.below(2) as usize];
        // A window lies in the padding with less than all of its taps.
        let reach = [0, 1].map(|a| (pad[a] + d.size(3)).min(size[a] + pad[a]));
        let out = [0, 1].map(|a| (size[a] + 2 * pad[a] - reach[a]) / stride[a] + 1);
        let p = blocks(size[0], size[1], d.size(3), d.size(3));
        let c = blocks(out[0], out[1], d.size(3), d.size(3));
        let window = Window::Sliding { reach, stride, pad };
        // First and last block that each firing looks at.
        let looks: Vec<(u64, u64)> = (0..c.count())
            .map(|n| {
                let taps = positions(&c, n).into_iter().flat_map(|[y, x]| {
                    let taps = (0..reach[0]).flat_map(move |i| (0..reach[1]).map(move |j| [i, j]));
                    taps.map(move |[i, j]| [y * stride[0] + i, x * stride[1] + j])
                });
                let inside = taps.filter_map(|[y, x]| {
                    let at = [y.checked_sub(pad[0])?, x.checked_sub(pad[1])?];
                    (at[0] < size[0] && at[1] < size[1]).then(|| firing(&p, at))
                });
                let seen: Vec<u64> = inside.collect();
                (*seen.iter().min().unwrap(), *seen.iter().max().unwrap())
            })
            .collect();
        for (n, &(first, last)) in looks.iter().enumerate() {
            let later = looks[n + 1..].iter().map(|l| l.0).min();
            let (n, case) = (
                n as u64,
                format!("seed {seed}, firing {n}: {window:?} {p:?} {c:?}"),
            );
            assert_eq!(window.need(&p, &c, n), last + 1, "{case}");
            assert_eq!(window.first(&p, &c, n), first, "{case}");
            let free = later.unwrap_or(p.yielding());
            assert_eq!(window.free(&p, &c, n), free, "{case}");
        }
    }
}
