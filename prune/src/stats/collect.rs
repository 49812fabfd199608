//! Reads samples in chunks and adds up their moments.

use super::moments::{BLOCK, Form, Moments};
use super::sample::window;
use crosscut_sim::map::Geometry;
use crosscut_traces::Tensor;
use ndarray::{Array1, Array2, ArrayView2, ArrayViewMut1, Axis, s};
use rayon::prelude::*;

/// Samples multiplied at once: long enough for fast products, short enough for single precision.
const CHUNK: usize = 512;

/// One sampled output position.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    pub image: usize,
    pub position: usize,
    /// Row of the targets.
    pub row: usize,
}

/// Moments of every channel group over the given samples (at least one).
pub fn moments(
    geometry: &Geometry,
    inputs: &[&Tensor],
    targets: &Array2<f32>,
    samples: &[Sample],
) -> Vec<Moments> {
    let (rows, outputs) = (geometry.rows(), geometry.output.c);
    let (k, per_group) = (rows / geometry.groups, outputs / geometry.groups);
    let mut sums: Vec<Sums> = (0..geometry.groups)
        .map(|_| Sums::new(k, per_group, samples.len()))
        .collect();
    let mut shifts: Option<(Array1<f32>, Array1<f32>)> = None;
    for chunk in samples.chunks(CHUNK) {
        let mut x = Array2::<f32>::zeros((chunk.len(), rows));
        let lines: Vec<ArrayViewMut1<'_, f32>> = x.rows_mut().into_iter().collect();
        lines.into_par_iter().zip(chunk).for_each(|(line, sample)| {
            window(geometry, inputs[sample.image], sample.position, line)
        });
        let at: Vec<usize> = chunk.iter().map(|sample| sample.row).collect();
        let mut y = targets.select(Axis(0), &at);
        let mean = |m: &Array2<f32>| m.mean_axis(Axis(0)).expect("chunks are not empty");
        let (x_shift, y_shift) = shifts.get_or_insert_with(|| (mean(&x), mean(&y)));
        x -= &x_shift.view().insert_axis(Axis(0));
        y -= &y_shift.view().insert_axis(Axis(0));
        for (g, sums) in sums.iter_mut().enumerate() {
            sums.add(
                x.slice(s![.., g * k..(g + 1) * k]),
                y.slice(s![.., g * per_group..(g + 1) * per_group]),
            );
        }
    }
    let (x_shift, y_shift) = shifts.expect("there is a sample");
    sums.into_iter()
        .enumerate()
        .map(|(g, sums)| {
            let x = x_shift.slice(s![g * k..(g + 1) * k]).mapv(f64::from);
            let y = y_shift
                .slice(s![g * per_group..(g + 1) * per_group])
                .mapv(f64::from);
            sums.centred(x, y)
        })
        .collect()
}

/// Sums over shifted samples.
struct Sums {
    samples: usize,
    /// X'X up to the diagonal, or the samples themselves.
    form: Form,
    xy: Array2<f64>,
    yy: Array1<f64>,
    x: Array1<f64>,
    y: Array1<f64>,
}

impl Sums {
    fn new(rows: usize, outputs: usize, samples: usize) -> Sums {
        Sums {
            samples: 0,
            form: if samples < rows {
                Form::Samples(Array2::zeros((samples, rows)))
            } else {
                Form::Gram(Array2::zeros((rows, rows)))
            },
            xy: Array2::zeros((rows, outputs)),
            yy: Array1::zeros(outputs),
            x: Array1::zeros(rows),
            y: Array1::zeros(outputs),
        }
    }

    fn add(&mut self, x: ArrayView2<'_, f32>, y: ArrayView2<'_, f32>) {
        match &mut self.form {
            Form::Gram(gram) => add_blocks(gram, x, x, true),
            Form::Samples(all) => {
                let end = self.samples + x.nrows();
                all.slice_mut(s![self.samples..end, ..]).assign(&x);
            }
        }
        add_blocks(&mut self.xy, x, y, false);
        self.samples += x.nrows();
        for row in x.rows() {
            self.x.zip_mut_with(&row, |s, &v| *s += f64::from(v));
        }
        for row in y.rows() {
            self.y.zip_mut_with(&row, |s, &v| *s += f64::from(v));
            self.yy
                .zip_mut_with(&row, |s, &v| *s += f64::from(v) * f64::from(v));
        }
    }

    /// Moments about the mean; `x` and `y` are what was taken off before.
    fn centred(mut self, x: Array1<f64>, y: Array1<f64>) -> Moments {
        let n = self.samples as f64;
        let (mx, my) = (&self.x / n, &self.y / n);
        match &mut self.form {
            Form::Gram(gram) => {
                for i in 0..gram.nrows() {
                    for j in 0..=i {
                        let value = gram[[i, j]] - n * mx[i] * mx[j];
                        gram[[i, j]] = value;
                        gram[[j, i]] = value;
                    }
                }
            }
            Form::Samples(all) => *all -= &mx.mapv(|v| v as f32).insert_axis(Axis(0)),
        }
        for ((i, q), v) in self.xy.indexed_iter_mut() {
            *v -= n * mx[i] * my[q];
        }
        let yy = &self.yy - &(&my * &my * n);
        Moments {
            samples: self.samples,
            form: self.form,
            xy: self.xy,
            x_mean: x + mx,
            y_mean: y + my,
            // Not `max`, which would hide what is not a number.
            yy: yy.mapv(|v| if v < 0.0 { 0.0 } else { v }),
        }
    }
}

/// Adds `a'b` in blocks of rows, side by side; with `lower` only up to the diagonal block.
fn add_blocks(to: &mut Array2<f64>, a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>, lower: bool) {
    let columns = to.ncols();
    let blocks: Vec<_> = to.axis_chunks_iter_mut(Axis(0), BLOCK).collect();
    blocks
        .into_par_iter()
        .enumerate()
        .for_each(|(block, mut out)| {
            let start = block * BLOCK;
            let end = start + out.nrows();
            let width = if lower { end } else { columns };
            let product = a
                .slice(s![.., start..end])
                .t()
                .dot(&b.slice(s![.., ..width]));
            out.slice_mut(s![.., ..width])
                .zip_mut_with(&product, |o, &p| *o += f64::from(p));
        });
}
