//! How long do masks and refits take?

use crosscut_arch::{Arch, load};
use crosscut_prune::matrix::LayerMatrix;
use crosscut_prune::refit::{RefitMethod, refit_by};
use crosscut_prune::select::gram::Gram;
use crosscut_prune::select::pairs::Pairs;
use crosscut_prune::select::solve::MaskSolver;
use crosscut_prune::select::solve::exact::Exact;
use crosscut_prune::select::solve::greedy::Greedy;
use crosscut_prune::select::solve::lgd::Lgd;
use crosscut_prune::stats::LayerMoments;
use crosscut_prune::stats::targets::Targets;
use crosscut_prune::{LayerContext, Method, PruneOptions};
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_traces::net::Builder;
use crosscut_traces::random::Key;
use crosscut_traces::{LayerId, Network, Shape, Tensor};
use divan::Bencher;
use ndarray::{Array2, Array3, Axis};
use rand_distr::StandardNormal;

fn main() {
    divan::main();
}

/// Gram matrices of partial sums with a common part, 200 samples.
fn grams(groups: usize, units: usize) -> Vec<Gram> {
    let gram = |u: usize| {
        let key = Key::new(1).bits(u as u64);
        let x = Array2::from_shape_fn((200, groups), |(s, i)| {
            let common = Key::new(key ^ 9).draw::<f64, _>(s as u64, StandardNormal);
            0.4 * common + Key::new(key).draw::<f64, _>((s * groups + i) as u64, StandardNormal)
        });
        let mut gram = Gram::zeros(groups);
        gram.add(x.view(), x.sum_axis(Axis(1)).view());
        gram
    };
    (0..units).map(gram).collect()
}

fn all(bencher: Bencher<'_, '_>, solver: &dyn MaskSolver, groups: usize, units: usize) {
    let grams = grams(groups, units);
    bencher.bench_local(|| {
        let masks = grams.iter().enumerate();
        masks
            .map(|(u, g)| solver.solve(g, groups / 2, Key::new(u as u64)))
            .collect::<Vec<_>>()
    });
}

/// 512 outputs of 64 row groups, half kept, one thread.
#[divan::bench]
fn greedy_64_groups_512_outputs(bencher: Bencher<'_, '_>) {
    all(bencher, &Greedy, 64, 512);
}

/// The same by LGD with random projection.
#[divan::bench]
fn lgd_64_groups_512_outputs(bencher: Bencher<'_, '_>) {
    all(bencher, &Lgd::default(), 64, 512);
}

/// The published method without its random draw: nothing beyond r takes part.
#[divan::bench]
fn lgd_64_groups_512_outputs_without_draw(bencher: Bencher<'_, '_>) {
    let lgd = Lgd {
        relaxation: 0,
        ..Lgd::default()
    };
    all(bencher, &lgd, 64, 512);
}

/// 512 outputs of 12 row groups, half kept, one thread.
#[divan::bench]
fn exact_12_groups_512_outputs(bencher: Bencher<'_, '_>) {
    all(bencher, &Exact, 12, 512);
}

struct Layer {
    net: Network,
    arch: Arch,
    mapping: Mapping,
    id: LayerId,
    stats: LayerMoments,
}

/// A 3x3 convolution of 128 maps to 128 on 8x8 (1,152 rows), 500 images of 10 points.
fn layer() -> Layer {
    let (mut b, x) = Builder::new("layer", Shape::new(128, 8, 8), 1);
    let x = b.conv("conv", x, 128, 3, 1, 1);
    b.gemm("fc", x, 2);
    let net = b.finish();
    let arch = load("isaac-8b", &[]).expect("a preset");
    let mapping = Mapping::build(&net, &arch, &MapOptions::default()).expect("maps");
    let id = net.find("conv").expect("a layer");
    let image = |i: usize| {
        Array3::from_shape_fn((128, 8, 8), |(c, y, x)| {
            Key::new(i as u64)
                .draw::<f32, _>(((c * 8 + y) * 8 + x) as u64, StandardNormal)
                .max(0.0)
        })
    };
    let images: Vec<Tensor> = (0..500).map(image).collect();
    let targets = Targets::new(&net, &images, &[id], 10, 1);
    let map = mapping.layer(id).expect("mapped");
    let inputs: Vec<&Tensor> = images.iter().collect();
    let of = targets.layer(id).expect("asked for");
    let stats = LayerMoments::collect(&map.geometry, &inputs, of, 10);
    Layer {
        net,
        arch,
        mapping,
        id,
        stats,
    }
}

fn refit_half(bencher: Bencher<'_, '_>, method: RefitMethod) {
    let l = layer();
    let map = l.mapping.layer(l.id).expect("mapped");
    let matrix = LayerMatrix::of(&l.net.layer(l.id).op).expect("weights");
    let context = LayerContext {
        layer: map,
        arch: &l.arch,
        matrix: &matrix,
        moments: &l.stats,
        key: Key::new(1),
    };
    let pairs = Pairs {
        options: PruneOptions::default(),
        name: "pairs".into(),
    };
    let selection = pairs.decide(&context, 0.5).expect("selects");
    bencher.bench_local(|| {
        refit_by(
            &l.stats,
            &matrix,
            &selection.row_groups,
            None,
            1e-2,
            Some(method),
        )
    });
}

/// 128 masks of half of 1,152 rows, all cores.
#[divan::bench(sample_count = 5)]
fn refit_by_conjugate_gradients(bencher: Bencher<'_, '_>) {
    refit_half(bencher, RefitMethod::ConjugateGradients);
}

#[divan::bench(sample_count = 2)]
fn refit_by_factors(bencher: Bencher<'_, '_>) {
    refit_half(bencher, RefitMethod::Cholesky);
}
