//! Gram matrices of partial sums, for mask solvers: sub-blocks of the layer's moments between two weight vectors.

use crate::matrix::LayerMatrix;
use crate::select::gram::Gram;
use crate::select::units::Unit;
use crate::stats::{Form, LayerMoments, Moments};
use crosscut_sim::map::RowGroup;
use ndarray::{Array1, Array2, ArrayView2, Axis, s};
use rayon::prelude::*;

impl LayerMoments {
    /// The Gram matrix of every unit over all samples. `centred`: about the means, as a refit with a free constant
    /// sees them.
    pub fn grams(
        &self,
        matrix: &LayerMatrix,
        row_groups: &[RowGroup],
        units: &[Unit],
        centred: bool,
    ) -> Vec<Gram> {
        let per_group = matrix.weights.nrows() / matrix.groups;
        let of_channel_group = |g: usize| -> (Vec<usize>, Vec<Gram>) {
            let positions: Vec<usize> = (0..row_groups.len())
                .filter(|&i| row_groups[i].group == g)
                .collect();
            let columns: Vec<Vec<usize>> = positions
                .iter()
                .map(|&i| {
                    row_groups[i]
                        .rows
                        .iter()
                        .map(|r| matrix.column(r))
                        .collect()
                })
                .collect();
            let w = matrix
                .weights
                .slice(s![g * per_group..(g + 1) * per_group, ..]);
            let sets: Vec<Raw> = self.groups[g]
                .all()
                .map(|m| Raw::of(m, w, &columns))
                .collect();
            (positions, pool(&sets, centred))
        };
        let all: Vec<(Vec<usize>, Vec<Gram>)> = (0..matrix.groups).map(of_channel_group).collect();
        units
            .par_iter()
            .map(|unit| {
                let mut sum = Gram::zeros(unit.groups.len());
                for &q in &unit.outputs {
                    let (positions, grams) = &all[q / per_group];
                    let at: Vec<usize> = unit
                        .groups
                        .iter()
                        .map(|g| positions.binary_search(g).expect("a group of this output"))
                        .collect();
                    let gram = &grams[q % per_group];
                    sum.xx += &gram.xx.select(Axis(0), &at).select(Axis(1), &at);
                    sum.xy += &gram.xy.select(Axis(0), &at);
                    sum.yy += gram.yy;
                }
                sum
            })
            .collect()
    }
}

/// Per output: sums over the samples of products of partial sums, and of partial sums themselves, not centred.
struct Raw {
    samples: f64,
    grams: Vec<Gram>,
    /// outputs x row groups.
    means: Array2<f64>,
    y_means: Array1<f64>,
}

impl Raw {
    /// `columns`: rows of each row group, within the channel group.
    fn of(m: &Moments, w: ArrayView2<'_, f64>, columns: &[Vec<usize>]) -> Raw {
        let (outputs, groups) = (w.nrows(), columns.len());
        let parts: Vec<Array2<f64>> = columns.iter().map(|c| w.select(Axis(1), c)).collect();
        let mut grams = vec![Gram::zeros(groups); outputs];
        match &m.form {
            Form::Gram(_) => {
                let rows: Vec<Vec<Array1<f64>>> = (0..groups)
                    .into_par_iter()
                    .map(|i| {
                        let with = |j: usize| {
                            let block = m.gram(&columns[i], &columns[j]);
                            let product = block.dot(&parts[j].t());
                            (&product * &parts[i].t()).sum_axis(Axis(0))
                        };
                        (0..=i).map(with).collect()
                    })
                    .collect();
                for (q, gram) in grams.iter_mut().enumerate() {
                    for (i, row) in rows.iter().enumerate() {
                        for (j, of_outputs) in row.iter().enumerate() {
                            let v = of_outputs[q];
                            gram.xx[[i, j]] = v;
                            gram.xx[[j, i]] = v;
                        }
                    }
                }
            }
            Form::Samples(x) => {
                let sums: Vec<Array2<f32>> = columns
                    .par_iter()
                    .zip(&parts)
                    .map(|(c, p)| x.select(Axis(1), c).dot(&p.mapv(|v| v as f32).t()))
                    .collect();
                grams.par_iter_mut().enumerate().for_each(|(q, gram)| {
                    let mut of_output = Array2::zeros((x.nrows(), groups));
                    for (i, s) in sums.iter().enumerate() {
                        let column = s.column(q).mapv(f64::from);
                        of_output.column_mut(i).assign(&column);
                    }
                    gram.xx = of_output.t().dot(&of_output);
                });
            }
        }
        let mut means = Array2::zeros((outputs, groups));
        for (i, (c, part)) in columns.iter().zip(&parts).enumerate() {
            let (xy, mean) = (m.xy.select(Axis(0), c), m.x_mean.select(Axis(0), c));
            means.column_mut(i).assign(&part.dot(&mean));
            let linear = (&xy * &part.t()).sum_axis(Axis(0));
            for (gram, v) in grams.iter_mut().zip(linear) {
                gram.xy[i] = v;
            }
        }
        let n = m.samples as f64;
        for (q, gram) in grams.iter_mut().enumerate() {
            let mean = means.row(q);
            gram.yy = m.yy[q] + n * m.y_mean[q] * m.y_mean[q];
            gram.xy.scaled_add(n * m.y_mean[q], &mean);
            add_outer(&mut gram.xx, n, mean);
        }
        Raw {
            samples: n,
            grams,
            means,
            y_means: m.y_mean.clone(),
        }
    }
}

fn add_outer(to: &mut Array2<f64>, factor: f64, v: ndarray::ArrayView1<'_, f64>) {
    for ((i, j), x) in to.indexed_iter_mut() {
        *x += factor * v[i] * v[j];
    }
}

/// All sets together.
fn pool(sets: &[Raw], centred: bool) -> Vec<Gram> {
    let outputs = sets.first().map_or(0, |s| s.grams.len());
    (0..outputs)
        .map(|q| {
            let mut sum = Gram::zeros(sets[0].means.ncols());
            let (mut n, mut y) = (0.0, 0.0);
            let mut mean = Array1::<f64>::zeros(sum.len());
            for set in sets {
                sum.xx += &set.grams[q].xx;
                sum.xy += &set.grams[q].xy;
                sum.yy += set.grams[q].yy;
                n += set.samples;
                y += set.samples * set.y_means[q];
                mean.scaled_add(set.samples, &set.means.row(q));
            }
            if centred && n > 0.0 {
                y /= n;
                mean /= n;
                add_outer(&mut sum.xx, -n, mean.view());
                sum.xy.scaled_add(-n * y, &mean);
                sum.yy -= n * y * y;
            }
            sum
        })
        .collect()
}
