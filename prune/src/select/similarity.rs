//! Groups of equal size of things with alike profiles.

use super::context::LayerContext;
use super::power::PowerIteration;
use ndarray::{Array1, Array2, Axis, s};

/// Rounds of the assignment.
const ROUNDS: usize = 12;

/// Steps to the first principal direction: it only has to be near, since the assignment goes on from there.
const DIRECTION_STEPS: usize = 30;

/// Period of the starting vector, so that it is at right angles to no likely direction.
const UNEVEN: usize = 7;

/// Per input feature map of a channel group, how much it adds to each output: `sqrt of w'(X'X)w` over its own rows.
pub fn profiles(context: &LayerContext<'_>, group: usize) -> Array2<f64> {
    let taps = context.layer.geometry.taps();
    let m = &context.moments.groups[group].fit;
    let outputs = context.matrix.weights.nrows() / context.matrix.groups;
    let own = group * outputs..(group + 1) * outputs;
    let w = context.matrix.weights.slice(s![own, ..]);
    let inputs = m.rows() / taps;
    let diagonal = (taps == 1).then(|| m.diagonal());
    let mut out = Array2::zeros((inputs, outputs));
    for p in 0..inputs {
        let rows: Vec<usize> = (p * taps..(p + 1) * taps).collect();
        let part = w.select(Axis(1), &rows);
        let energy = match &diagonal {
            Some(d) => part.column(0).mapv(|w| w * w * d[p]),
            None => (&part.dot(&m.gram(&rows, &rows)) * &part).sum_axis(Axis(1)),
        };
        out.row_mut(p).assign(&energy.mapv(|e| e.max(0.0).sqrt()));
    }
    out
}

/// Input feature maps of a channel group, those of like profile side by side.
pub fn order(context: &LayerContext<'_>, group: usize) -> Vec<usize> {
    let profiles = profiles(context, group);
    let per_channel_group = context.layer.row_groups.iter().filter(|g| g.group == group);
    let clusters = per_channel_group.count();
    let size = profiles.nrows().div_ceil(clusters.max(1));
    balanced(&profiles, size).concat()
}

/// Cuts the rows of `profiles` into clusters of `size` (the last may be smaller): k-means on normalised profiles in
/// which every cluster takes the rows nearest to its centre until it is full, the most decided rows first. Starts from
/// the rows in order of their first principal direction, so nothing is random.
pub fn balanced(profiles: &Array2<f64>, size: usize) -> Vec<Vec<usize>> {
    let n = profiles.nrows();
    let unit = {
        let mut unit = profiles.clone();
        for mut row in unit.rows_mut() {
            let norm = row.dot(&row).sqrt();
            if norm > 0.0 {
                row /= norm;
            }
        }
        unit
    };
    let mean = unit.mean_axis(Axis(0)).unwrap_or_else(|| Array1::zeros(0));
    let centred = &unit - &mean.view().insert_axis(Axis(0));
    let start = Array1::from_shape_fn(unit.ncols(), |i| 1.0 + (i % UNEVEN) as f64 / UNEVEN as f64);
    let by = PowerIteration {
        steps: DIRECTION_STEPS,
        tolerance: None,
    };
    let direction = by.run(start, |v| centred.t().dot(&centred.dot(v))).vector;
    let along = centred.dot(&direction);
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| along[b].total_cmp(&along[a]).then(a.cmp(&b)));
    let size = size.max(1);
    let mut clusters: Vec<Vec<usize>> = order.chunks(size).map(<[usize]>::to_vec).collect();
    let room: Vec<usize> = clusters.iter().map(Vec::len).collect();
    for _ in 0..ROUNDS {
        let mut centres = Array2::zeros((clusters.len(), unit.ncols()));
        for (c, members) in clusters.iter().enumerate() {
            let sum = unit.select(Axis(0), members).sum_axis(Axis(0));
            let norm = sum.dot(&sum).sqrt().max(f64::MIN_POSITIVE);
            centres.row_mut(c).assign(&(sum / norm));
        }
        let near = unit.dot(&centres.t());
        let mut pairs: Vec<(f64, usize, usize)> = (near.indexed_iter())
            .map(|((p, c), &v)| (v, p, c))
            .collect();
        pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let mut next = vec![Vec::new(); clusters.len()];
        let mut placed = vec![false; n];
        for (_, p, c) in pairs {
            if !placed[p] && next[c].len() < room[c] {
                placed[p] = true;
                next[c].push(p);
            }
        }
        next.iter_mut().for_each(|c| c.sort_unstable());
        if next == clusters {
            break;
        }
        clusters = next;
    }
    clusters
}
