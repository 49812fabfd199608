//! Question: does the recombined mapping compute exactly what the masked dense mapping computes?

use crosscut_arch::{Arch, load};
use crosscut_prune::matrix::LayerMatrix;
use crosscut_prune::refit::{FitQuality, Fitted};
use crosscut_prune::rewrite::rewrite;
use crosscut_prune::select::units::{recombine, units};
use crosscut_prune::{Decision, Grain, PruneOptions};
use crosscut_sim::map::{Adders, Indices, LayerMap, MapOptions, Mapping, RowGroup};
use crosscut_traces::exec::int;
use crosscut_traces::net::Builder;
use crosscut_traces::op::Flatten;
use crosscut_traces::quant::{QuantSpec, quantise};
use crosscut_traces::random::Key;
use crosscut_traces::{
    Accumulate, Conv, LayerId, Network, Op, QuantNetwork, Shape, Tensor, Weights,
};
use ndarray::{Array2, Array3, ArrayView2};
use proptest::prelude::*;
use rand_distr::StandardNormal;
use std::collections::BTreeMap;

/// Multiplies array by array as the mapping places them, with converters that never clip, and keeps what it saw.
struct ByArrays<'a> {
    net: &'a QuantNetwork,
    mapping: &'a Mapping,
    arch: &'a Arch,
    seen: Vec<Array2<i64>>,
}

impl Accumulate for ByArrays<'_> {
    fn accumulate(
        &mut self,
        id: LayerId,
        group: usize,
        patches: ArrayView2<'_, i32>,
    ) -> Array2<i64> {
        let layer = self
            .mapping
            .layer(id)
            .expect("every compute layer is mapped");
        let weights = &self.net.layers[&id].weights;
        let per_group = weights.nrows() / layer.geometry.groups;
        let kout = layer.kout(self.arch, layer.unroll);
        let mut out = Array2::zeros((patches.nrows(), per_group));
        for rows in layer.row_groups.iter().filter(|g| g.group == group) {
            let outputs: Vec<usize> = rows.outputs.iter().collect();
            for array in outputs.chunks(kout) {
                for (position, x) in patches.rows().into_iter().enumerate() {
                    for &q in array {
                        let sum: i64 = rows
                            .rows
                            .iter()
                            .map(|r| r % weights.ncols())
                            .map(|k| i64::from(weights[[q, k]]) * i64::from(x[k]))
                            .sum();
                        out[[position, q % per_group]] += sum;
                    }
                }
            }
        }
        self.seen.push(out.clone());
        out
    }
}

fn network(channels: usize, hidden: usize, groups: usize, seed: u64) -> Network {
    let (mut b, x) = Builder::new("random", Shape::new(channels * groups, 5, 5), seed);
    let q = hidden * groups;
    let weight = Weights::Seeded {
        seed,
        shape: vec![q, channels, 3, 3],
        std: 0.3,
    };
    let conv = Conv {
        weight,
        bias: None,
        stride: [1, 1],
        pad: [1; 4],
        dilation: [1; 2],
        groups,
    };
    let x = b.push("grouped", Op::Conv(conv), &[x]);
    let x = b.relu(x);
    let x = b.conv("conv", x, 10, 3, 2, 0);
    let x = b.relu(x);
    b.gemm("fc", x, 7);
    b.finish()
}

fn image(net: &Network, seed: u64) -> Tensor {
    let s = net.layer(net.input()).shape;
    Array3::from_shape_fn((s.c, s.h, s.w), |(c, y, x)| {
        Key::new(seed).draw::<f32, _>(((c * s.h + y) * s.w + x) as u64, StandardNormal)
    })
}

/// A layer that keeps these row groups, its weights as they were.
fn fitted(matrix: LayerMatrix, row_groups: Vec<RowGroup>) -> Fitted {
    Fitted {
        matrix: matrix.masked(&row_groups, None),
        decision: Decision::prune(row_groups),
        quality: FitQuality::default(),
    }
}

fn random_pruning(
    net: &Network,
    mapping: &Mapping,
    arch: &Arch,
    grain: Grain,
    seed: u64,
) -> BTreeMap<LayerId, Fitted> {
    mapping
        .layers
        .iter()
        .map(|layer| {
            // With an odd seed, input feature maps in random order.
            let reordered = LayerMap {
                row_groups: match seed % 2 {
                    0 => layer.row_groups.clone(),
                    _ => {
                        let mut order: Vec<usize> = (0..layer.geometry.input.c).collect();
                        order.sort_by_key(|&p| Key::new(seed ^ 77).bits(p as u64));
                        layer.packed(arch, &order)
                    }
                },
                ..layer.clone()
            };
            let layer = &reordered;
            let units = units(layer, arch, grain, 1);
            // A third of the pairs stay, so some outputs and groups may lose everything.
            let bit = |u: usize, i: usize| {
                Key::new(Key::new(seed).bits((layer.layer.0 * 1000 + u) as u64))
                    .bits(i as u64)
                    .is_multiple_of(3)
            };
            let masks: Vec<Vec<bool>> = units
                .iter()
                .enumerate()
                .map(|(u, unit)| (0..unit.groups.len()).map(|i| bit(u, i)).collect())
                .collect();
            let row_groups = recombine(layer, &units, &masks);
            let matrix = LayerMatrix::of(&net.layer(layer.layer).op).expect("a compute layer");
            (layer.layer, fitted(matrix, row_groups))
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn masked_and_recombined_agree_bit_for_bit(
        channels in 1usize..6, hidden in 1usize..12, groups in 1usize..3, seed in 0u64..1000,
        machine in 0usize..2, coarse: bool,
    ) {
        let net = network(channels, hidden, groups, seed);
        let arch = match machine {
            0 => load("reram-64", &["crossbar.rows=16".into()]),
            _ => load("reram-64", &["crossbar.rows=20".into(), "crossbar.columns=12".into()]),
        }.expect("a preset");
        let grain = if coarse { Grain::Crossbar } else { Grain::Column };
        let mapping = Mapping::build(&net, &arch, &MapOptions::default()).expect("maps");
        let choices = random_pruning(&net, &mapping, &arch, grain, seed);
        let (pruned, recombined) = rewrite(&net, &mapping, &arch, &choices, &PruneOptions::default()).expect("fits");

        let input = image(&net, seed);
        let spec = QuantSpec { weight_bits: 8, input_bits: 8 };
        let quantised = quantise(&pruned, std::slice::from_ref(&input), spec).expect("quantises");
        let run = |mapping: &Mapping| {
            let mut acc = ByArrays { net: &quantised, mapping, arch: &arch, seen: Vec::new() };
            let y = int::run(&quantised, &input, &mut acc).expect("runs");
            (acc.seen, y)
        };
        let (dense, sparse) = (run(&mapping), run(&recombined));
        prop_assert_eq!(&dense, &sparse);
        let mut exact = crosscut_traces::exec::exact::ExactAccumulator::new(&quantised);
        prop_assert_eq!(dense.1, int::run(&quantised, &input, &mut exact).expect("runs"));
        prop_assert!(recombined.totals().compute <= mapping.totals().compute);
        for layer in &recombined.layers {
            prop_assert_eq!(crosscut_sim::map::held::no_weight_twice(layer), Ok(()));
        }

        // Taking out what is zero or unread, sizing adders and choosing slices again change no value either.
        let options = PruneOptions { dead: true, reslice: true, adders: Adders::Arriving, ..PruneOptions::default() };
        let (less, small) = rewrite(&net, &mapping, &arch, &choices, &options).expect("fits");
        let quantised = quantise(&less, std::slice::from_ref(&input), spec).expect("quantises");
        let run = |mapping: &Mapping| {
            let mut acc = ByArrays { net: &quantised, mapping, arch: &arch, seen: Vec::new() };
            let y = int::run(&quantised, &input, &mut acc).expect("runs");
            (acc.seen, y)
        };
        prop_assert_eq!(run(&mapping), run(&small));
        let float = |net: &Network| crosscut_traces::exec::float::run(net, &input).expect("runs");
        let (a, b) = (float(&pruned), float(&less));
        let worst = a.iter().zip(&b).fold(0.0f32, |w, (a, b)| w.max((a - b).abs()));
        prop_assert!(worst <= 1e-4, "{}", worst);
        prop_assert!(small.totals().total() <= recombined.totals().total());
    }
}

/// Slices on the phased machine: a random pruning, whatever the slice widths, with adders for what arrives.
#[test]
fn slices_chosen_again_save_crossbars_and_keep_values() {
    let net = network(24, 40, 1, 4);
    let arch = load("semimap", &[]).expect("a preset");
    let mapping = Mapping::build(&net, &arch, &MapOptions::default()).expect("maps");
    let choices = random_pruning(&net, &mapping, &arch, Grain::Column, 2);
    let total = |reslice, adders| {
        let options = PruneOptions {
            reslice,
            adders,
            dead: true,
            ..PruneOptions::default()
        };
        let (pruned, small) = rewrite(&net, &mapping, &arch, &choices, &options).expect("fits");
        let input = image(&net, 1);
        let spec = QuantSpec {
            weight_bits: 8,
            input_bits: 8,
        };
        let quantised = quantise(&pruned, std::slice::from_ref(&input), spec).expect("quantises");
        let run = |mapping: &Mapping| {
            let mut acc = ByArrays {
                net: &quantised,
                mapping,
                arch: &arch,
                seen: Vec::new(),
            };
            int::run(&quantised, &input, &mut acc).expect("runs")
        };
        assert_eq!(run(&mapping), run(&small));
        small.totals().total()
    };
    let plain = total(false, Adders::Dense);
    assert!(total(false, Adders::Arriving) <= plain && total(true, Adders::Arriving) <= plain);
}

/// A filter without bias that keeps nothing takes its rows downstream with it, and a map nobody reads its filter.
#[test]
fn dead_maps_take_their_rows_and_filters_with_them() {
    let (mut b, x) = Builder::new("chain", Shape::new(2, 6, 6), 3);
    let x = b.conv("one", x, 8, 3, 1, 1);
    let x = b.relu(x);
    let x = b.conv("two", x, 8, 3, 1, 1);
    let x = b.relu(x);
    let x = b.push("flat", Op::of(Flatten), &[x]);
    b.gemm("fc", x, 5);
    let net = b.finish();
    let arch = load("reram-64", &["crossbar.rows=36".into()]).expect("a preset");
    let mapping = Mapping::build(&net, &arch, &MapOptions::default()).expect("maps");
    let layer = |name: &str| {
        mapping
            .layer(net.find(name).expect("a layer"))
            .expect("mapped")
    };
    let two = layer("two");
    // Filters 1 and 6 of `two` keep nothing, and it reads only the maps 0, 2, 3 and 5 of `one`: one array of 36 rows.
    let mut row_groups = two.packed(&arch, &[0, 2, 3, 5]);
    assert_eq!(row_groups.len(), 1);
    row_groups[0].outputs = Indices::list(vec![0, 2, 3, 4, 5, 7]);
    let mut matrix = LayerMatrix::of(&net.layer(two.layer).op).expect("weights");
    (matrix.bias[1], matrix.bias[6]) = (0.0, 0.0);
    let choices = BTreeMap::from([(two.layer, fitted(matrix, row_groups))]);
    let options = PruneOptions {
        dead: true,
        ..PruneOptions::default()
    };
    let (pruned, small) = rewrite(&net, &mapping, &arch, &choices, &options).expect("fits");
    let pairs = |name: &str| {
        let id = net.find(name).expect("a layer");
        let groups = &small.layer(id).expect("mapped").row_groups;
        (
            groups.iter().map(|g| g.rows.len()).sum::<usize>(),
            groups[0].outputs.iter().collect::<Vec<_>>(),
        )
    };
    assert_eq!(pairs("one"), (18, vec![0, 2, 3, 5]));
    assert_eq!(pairs("two"), (36, vec![0, 2, 3, 4, 5, 7]));
    // 6 of 8 maps of 36 values are left to `fc`.
    assert_eq!(pairs("fc"), (6 * 36, vec![0, 1, 2, 3, 4]));
    let (plain, _) =
        rewrite(&net, &mapping, &arch, &choices, &PruneOptions::default()).expect("fits");
    let input = image(&net, 3);
    let run = |net: &Network| crosscut_traces::exec::float::run(net, &input).expect("runs");
    assert_eq!(run(&plain), run(&pruned));
}

#[test]
fn rewriting_leaves_its_inputs_alone() {
    let net = network(3, 8, 2, 5);
    let arch = load("reram-64", &["crossbar.rows=16".into()]).expect("a preset");
    let mapping = Mapping::build(&net, &arch, &MapOptions::default()).expect("maps");
    let weights = |net: &Network| -> Vec<LayerMatrix> {
        let layers = net.layers();
        layers.filter_map(|(_, l)| LayerMatrix::of(&l.op)).collect()
    };
    let before = (weights(&net), mapping.clone());
    let choices = random_pruning(&net, &mapping, &arch, Grain::Column, 1);
    let (pruned, recombined) =
        rewrite(&net, &mapping, &arch, &choices, &PruneOptions::default()).expect("fits");
    assert_eq!(before, (weights(&net), mapping.clone()));
    assert_ne!(weights(&net), weights(&pruned));
    assert_ne!(mapping, recombined);
}
