//! Question: do the moments of a layer say what the samples say, and do all ways to solve the refit agree with the
//! normal equations written out?

use crosscut_arch::{Arch, load};
use crosscut_prune::Grain;
use crosscut_prune::matrix::LayerMatrix;
use crosscut_prune::refit::{RefitMethod, refit, refit_by};
use crosscut_prune::select::units::{recombine, units};
use crosscut_prune::stats::sample::window;
use crosscut_prune::stats::targets::{LayerTargets, Targets};
use crosscut_prune::stats::{Form, LayerMoments};
use crosscut_sim::map::{LayerMap, MapOptions, Mapping, RowGroup};
use crosscut_traces::net::Builder;
use crosscut_traces::random::Key;
use crosscut_traces::{Conv, LayerId, Network, Op, Shape, Tensor, Weights};
use ndarray::{Array1, Array2, Array3, Axis, s};
use rand_distr::StandardNormal;

struct Case {
    net: Network,
    arch: Arch,
    id: LayerId,
    images: Vec<Tensor>,
    targets: LayerTargets,
}

/// A convolution with `groups` channel groups on random images whose channels share a common part.
fn case(images: usize, points: usize, groups: usize) -> Case {
    let (mut b, x) = Builder::new("random", Shape::new(6 * groups, 6, 6), 3);
    let conv = Conv {
        weight: Weights::Seeded {
            seed: 9,
            shape: vec![8 * groups, 6, 3, 3],
            std: 0.3,
        },
        bias: Some(Array1::from_elem(8 * groups, 0.25)),
        stride: [1, 1],
        pad: [1; 4],
        dilation: [1; 2],
        groups,
    };
    let x = b.push("conv", Op::Conv(conv), &[x]);
    b.gemm("fc", x, 3);
    let net = b.finish();
    let arch = load("reram-64", &["crossbar.rows=16".into()]).expect("a preset");
    let image = |i: usize| {
        Array3::from_shape_fn((6 * groups, 6, 6), |(c, y, x)| {
            let at = ((i * 6 + y) * 6 + x) as u64;
            0.5 + 0.7 * Key::new(1).draw::<f32, _>(at, StandardNormal)
                + 0.5 * Key::new(2 + c as u64).draw::<f32, _>(at, StandardNormal)
        })
    };
    let images: Vec<Tensor> = (0..images).map(image).collect();
    let id = net.find("conv").expect("a layer");
    let targets = Targets::new(&net, &images, &[id], points, 5);
    let targets = targets.layer(id).expect("asked for").clone();
    Case {
        net,
        arch,
        id,
        images,
        targets,
    }
}

impl Case {
    fn mapping(&self) -> Mapping {
        Mapping::build(&self.net, &self.arch, &MapOptions::default()).expect("maps")
    }

    fn matrix(&self) -> LayerMatrix {
        LayerMatrix::of(&self.net.layer(self.id).op).expect("a compute layer")
    }

    fn stats(&self, layer: &LayerMap, refit_points: usize) -> LayerMoments {
        let inputs: Vec<&Tensor> = self.images.iter().collect();
        LayerMoments::collect(&layer.geometry, &inputs, &self.targets, refit_points)
    }

    /// All samples in double precision: image, point within it, inputs, targets.
    fn samples(&self, layer: &LayerMap) -> Vec<(usize, usize, Array1<f64>, Array1<f64>)> {
        let mut all = Vec::new();
        for (image, points) in self.targets.points.iter().enumerate() {
            for (k, &position) in points.iter().enumerate() {
                let mut line = Array1::<f32>::zeros(layer.geometry.rows());
                window(
                    &layer.geometry,
                    &self.images[image],
                    position,
                    line.view_mut(),
                );
                let y = self.targets.sums.row(all.len()).mapv(f64::from);
                all.push((image, k, line.mapv(f64::from), y));
            }
        }
        all
    }
}

fn thinned(layer: &LayerMap, arch: &Arch, seed: u64) -> Vec<RowGroup> {
    let units = units(layer, arch, Grain::Column, 1);
    let mask = |u: usize| {
        let n = units[u].groups.len();
        let bit = |i: usize| {
            i == u % n
                || Key::new(Key::new(seed).bits(u as u64))
                    .bits(i as u64)
                    .is_multiple_of(2)
        };
        (0..n).map(bit).collect()
    };
    let masks: Vec<Vec<bool>> = (0..units.len()).map(mask).collect();
    recombine(layer, &units, &masks)
}

/// Gaussian elimination with pivots.
fn solve(mut a: Array2<f64>, mut b: Array1<f64>) -> Array1<f64> {
    let n = b.len();
    for i in 0..n {
        let p = (i..n)
            .max_by(|&x, &y| a[[x, i]].abs().total_cmp(&a[[y, i]].abs()))
            .expect("a row");
        for c in 0..n {
            a.swap([i, c], [p, c]);
        }
        b.swap(i, p);
        for r in i + 1..n {
            let f = a[[r, i]] / a[[i, i]];
            for c in i..n {
                a[[r, c]] -= f * a[[i, c]];
            }
            b[r] -= f * b[i];
        }
    }
    for i in (0..n).rev() {
        let known: f64 = (i + 1..n).map(|c| a[[i, c]] * b[c]).sum();
        b[i] = (b[i] - known) / a[[i, i]];
    }
    b
}

/// Weights and bias change of one output, from the definition: ridge towards the old weights, free constant.
fn by_hand(x: &Array2<f64>, y: &Array1<f64>, w0: &Array1<f64>, ridge: f64) -> (Array1<f64>, f64) {
    let (mx, my) = (x.mean_axis(Axis(0)).unwrap(), y.mean().unwrap());
    let xc = x - &mx.view().insert_axis(Axis(0));
    let yc = y - my;
    let mut a = xc.t().dot(&xc);
    let lambda = ridge * a.diag().sum() / a.nrows() as f64;
    a.diag_mut().mapv_inplace(|d| d + lambda);
    let b = xc.t().dot(&yc) + lambda * w0;
    let w = solve(a, b);
    let shift = my - mx.dot(&w);
    (w, shift)
}

/// Distance of the refitted weights from those by hand, relative to how far the refit moves them.
fn distance(case: &Case, groups: usize, ridge: f64, method: Option<RefitMethod>) -> f64 {
    let mapping = case.mapping();
    let layer = mapping.layer(case.id).expect("mapped");
    let (matrix, stats) = (case.matrix(), case.stats(layer, usize::MAX));
    let row_groups = thinned(layer, &case.arch, 1);
    let got = refit_by(&stats, &matrix, &row_groups, None, ridge, method);
    assert!(got.unsolved.is_empty());
    let samples = case.samples(layer);
    let fit: Vec<_> = samples.iter().filter(|s| s.0 % 5 != 4).collect();
    let (mut miss, mut moved) = (0.0, 0.0);
    let per_group = matrix.weights.nrows() / groups;
    for q in 0..matrix.weights.nrows() {
        let rows: Vec<usize> = row_groups
            .iter()
            .filter(|g| g.outputs.iter().any(|o| o == q))
            .flat_map(|g| g.rows.iter().collect::<Vec<_>>())
            .collect();
        let x = Array2::from_shape_fn((fit.len(), rows.len()), |(s, r)| fit[s].2[rows[r]]);
        let y = Array1::from_shape_fn(fit.len(), |s| fit[s].3[q]);
        let w0 = Array1::from_shape_fn(rows.len(), |r| matrix.weights[[q, matrix.column(rows[r])]]);
        let (w, shift) = by_hand(&x, &y, &w0, ridge);
        for (r, &row) in rows.iter().enumerate() {
            let column = matrix.column(row);
            miss += (got.matrix.weights[[q, column]] - w[r]).powi(2);
            moved += (w[r] - w0[r]).powi(2);
        }
        let bias = got.matrix.bias[q] - matrix.bias[q];
        assert!(
            (bias - shift).abs() < 1e-2 * (1.0 + shift.abs()),
            "{q}: {bias} {shift}"
        );
        assert!(q / per_group < groups);
    }
    (miss / moved).sqrt()
}

#[test]
fn every_method_gives_the_weights_of_the_normal_equations() {
    for groups in [1, 2] {
        let many = case(40, 8, groups);
        assert!(distance(&many, groups, 1e-2, Some(RefitMethod::Cholesky)) < 1e-4);
        assert!(distance(&many, groups, 1e-2, Some(RefitMethod::ConjugateGradients)) < 5e-3);
        // 32 samples for 54 rows: the samples themselves are held.
        let few = case(10, 4, groups);
        let stats = few.stats(few.mapping().layer(few.id).expect("mapped"), usize::MAX);
        assert!(matches!(stats.groups[0].fit.form, Form::Samples(_)));
        assert!(distance(&few, groups, 1e-2, Some(RefitMethod::DualCholesky)) < 1e-4);
        assert!(
            distance(
                &few,
                groups,
                1e-2,
                Some(RefitMethod::DualConjugateGradients)
            ) < 5e-3
        );
        assert!(distance(&few, groups, 1e-2, None) < 5e-3);
    }
}

#[test]
fn single_weights_can_be_masked_within_pairs() {
    let case = case(40, 8, 1);
    let mapping = case.mapping();
    let layer = mapping.layer(case.id).expect("mapped");
    let (matrix, stats) = (case.matrix(), case.stats(layer, usize::MAX));
    let keep = Array2::from_shape_fn(matrix.weights.dim(), |(q, r)| {
        !Key::new(q as u64).bits(r as u64).is_multiple_of(3)
    });
    let run = |method| {
        refit_by(
            &stats,
            &matrix,
            &layer.row_groups,
            Some(&keep),
            1e-2,
            Some(method),
        )
        .matrix
    };
    let (a, b) = (
        run(RefitMethod::Cholesky),
        run(RefitMethod::ConjugateGradients),
    );
    let scale = (&a.weights - &matrix.weights)
        .iter()
        .map(|d| d * d)
        .sum::<f64>();
    let miss = (&a.weights - &b.weights).iter().map(|d| d * d).sum::<f64>();
    assert!(miss < 1e-4 * scale, "{miss} of {scale}");
    for (at, &k) in keep.indexed_iter() {
        assert!(k || (a.weights[at] == 0.0 && b.weights[at] == 0.0));
    }
}

#[test]
fn errors_and_grams_are_those_of_the_samples() {
    for (images, points) in [(40, 8), (10, 4), (3, 4)] {
        let case = case(images, points, 2);
        let mapping = case.mapping();
        let layer = mapping.layer(case.id).expect("mapped");
        let (matrix, stats) = (case.matrix(), case.stats(layer, 2));
        let samples = case.samples(layer);
        let few = images < 5;

        let row_groups = thinned(layer, &case.arch, 2);
        let new = refit(&stats, &matrix, &row_groups, None, 1e-2).matrix;
        let got = stats.errors(&new, &matrix);
        let mut slow = Array1::<f64>::zeros(16);
        let mut norm = 0.0;
        for (image, _, x, y) in &samples {
            if few || image % 5 == 4 {
                norm += y.dot(y);
                for q in 0..16 {
                    let g = q / 8;
                    let own = x.slice(s![g * 54..(g + 1) * 54]);
                    let sum = new.weights.row(q).dot(&own) + new.bias[q] - matrix.bias[q];
                    slow[q] += (y[q] - sum).powi(2);
                }
            }
        }
        assert!((stats.norm() - norm).abs() < 1e-4 * norm);
        for q in 0..16 {
            let difference = (got[q] - slow[q]).abs();
            assert!(
                difference < 1e-4 * norm / 16.0,
                "{q}: {} {}",
                got[q],
                slow[q]
            );
        }

        let units = units(layer, &case.arch, Grain::Column, 1);
        for centred in [false, true] {
            let grams = stats.grams(&matrix, &layer.row_groups, &units, centred);
            for (unit, gram) in units.iter().zip(&grams) {
                let q = unit.outputs[0];
                let mut x = Array2::<f64>::zeros((samples.len(), unit.groups.len()));
                let mut y = Array1::<f64>::zeros(samples.len());
                for (n, (_, _, input, target)) in samples.iter().enumerate() {
                    y[n] = target[q];
                    for (c, &g) in unit.groups.iter().enumerate() {
                        let rows = layer.row_groups[g].rows.iter();
                        x[[n, c]] = rows
                            .map(|r| input[r] * matrix.weights[[q, matrix.column(r)]])
                            .sum();
                    }
                }
                if centred {
                    x -= &x.mean_axis(Axis(0)).unwrap().insert_axis(Axis(0));
                    y -= y.mean().unwrap();
                }
                let scale = y.dot(&y);
                let xx = x.t().dot(&x);
                let worst = (&gram.xx - &xx).iter().fold(0.0f64, |w, d| w.max(d.abs()));
                assert!(worst < 1e-4 * scale, "{worst} of {scale}");
                let worst = (&gram.xy - &x.t().dot(&y))
                    .iter()
                    .fold(0.0f64, |w, d| w.max(d.abs()));
                assert!(worst < 1e-4 * scale && (gram.yy - scale).abs() < 1e-4 * scale);
            }
        }
    }
}

/// Without anything removed the old weights are already best, so a refit changes nothing.
#[test]
fn a_refit_of_everything_changes_nothing() {
    let case = case(40, 8, 1);
    let mapping = case.mapping();
    let layer = mapping.layer(case.id).expect("mapped");
    let (matrix, stats) = (case.matrix(), case.stats(layer, usize::MAX));
    for method in [RefitMethod::Cholesky, RefitMethod::ConjugateGradients] {
        let got = refit_by(&stats, &matrix, &layer.row_groups, None, 1e-2, Some(method)).matrix;
        let worst = (&got.weights - &matrix.weights)
            .iter()
            .fold(0.0f64, |w, d| w.max(d.abs()));
        assert!(worst < 1e-4, "{method:?}: {worst}");
    }
    assert_eq!(matrix.masked(&layer.row_groups, None), matrix);
}
