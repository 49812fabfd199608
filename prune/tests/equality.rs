//! Question: does the recombined mapping compute exactly what the masked dense mapping computes?

use crosscut_arch::{Arch, load};
use crosscut_prune::Grain;
use crosscut_prune::groups::{recombine, units};
use crosscut_prune::matrix::LayerMatrix;
use crosscut_prune::rewrite::{Choice, masked, rewrite};
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_traces::build::Builder;
use crosscut_traces::exec::int;
use crosscut_traces::quant::{QuantSpec, quantise};
use crosscut_traces::weights::{hash, normal};
use crosscut_traces::{
    Accumulate, Conv, LayerId, Network, Op, QuantNetwork, Shape, Tensor, Weights,
};
use ndarray::{Array2, Array3, ArrayView2};
use proptest::prelude::*;
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
        normal(seed, ((c * s.h + y) * s.w + x) as u64)
    })
}

fn random_choices(
    net: &Network,
    mapping: &Mapping,
    arch: &Arch,
    grain: Grain,
    seed: u64,
) -> BTreeMap<LayerId, Choice> {
    mapping
        .layers
        .iter()
        .map(|layer| {
            let units = units(layer, arch, grain);
            // A third of the pairs stay, so some outputs and groups may lose everything.
            let bit = |u: usize, i: usize| {
                hash(hash(seed, (layer.layer.0 * 1000 + u) as u64), i as u64).is_multiple_of(3)
            };
            let masks: Vec<Vec<bool>> = units
                .iter()
                .enumerate()
                .map(|(u, unit)| (0..unit.groups.len()).map(|i| bit(u, i)).collect())
                .collect();
            let row_groups = recombine(layer, &units, &masks);
            let matrix = LayerMatrix::of(&net.layer(layer.layer).op).expect("a compute layer");
            let matrix = masked(&matrix, &row_groups);
            (layer.layer, Choice { row_groups, matrix })
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
        let choices = random_choices(&net, &mapping, &arch, grain, seed);
        let (pruned, recombined) = rewrite(&net, &mapping, &arch, &choices).expect("fits");

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
    }
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
    let choices = random_choices(&net, &mapping, &arch, Grain::Column, 1);
    let (pruned, recombined) = rewrite(&net, &mapping, &arch, &choices).expect("fits");
    assert_eq!(before, (weights(&net), mapping.clone()));
    assert_ne!(weights(&net), weights(&pruned));
    assert_ne!(mapping, recombined);
}
