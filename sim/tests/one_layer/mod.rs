//! A machine that holds one fully connected layer: what the tests of kernels run.

use crosscut_arch::{Arch, load};
use crosscut_sim::func::{FuncError, FuncModel, FuncOptions, FuncSession, LayerStats};
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_traces::quant::Accumulate;
use crosscut_traces::random::Key;
use crosscut_traces::{Gemm, LayerId, Network, Op, QuantLayer, QuantNetwork, Shape, Weights};
use ndarray::{Array1, Array2};
use std::collections::BTreeMap;

/// The layer.
pub const FC: LayerId = LayerId(1);

/// A machine of one small array size without costs in the way.
pub fn machine(set: &[&str]) -> Arch {
    let mut all: Vec<String> = [
        "cost.adc.energy=1 pJ",
        "cost.adc.area=1 um2",
        "mapping.packing=dense",
    ]
    .map(String::from)
    .to_vec();
    all.extend(set.iter().map(|s| s.to_string()));
    load("reram-64", &all).unwrap_or_else(|e| panic!("{e}"))
}

/// A fully connected layer with these weights (outputs x rows).
pub fn layer(weights: Array2<i32>, arch: &Arch, signed: bool) -> QuantNetwork {
    let (q, k) = weights.dim();
    let mut net = Network::new("one");
    let shape = Shape::new(k, 1, 1);
    let x = net.push("x", Op::Input(shape), &[], shape);
    let gemm = Gemm {
        weight: Weights::Seeded {
            seed: 1,
            shape: vec![q, k],
            std: 1.0,
        },
        bias: None,
    };
    net.push("fc", Op::Gemm(gemm), &[x], Shape::new(q, 1, 1));
    let layer = QuantLayer {
        weights,
        weight_scale: Array1::ones(q),
        input_scale: 1.0,
        input_signed: signed,
        input_zero: 0,
        bias: Array1::zeros(q),
        groups: 1,
    };
    QuantNetwork {
        network: net,
        weight_bits: arch.format.weight_bits,
        input_bits: arch.format.input_bits,
        layers: BTreeMap::from([(FC, layer)]),
    }
}

/// Integers from `lo` to `hi`.
pub fn random(seed: u64, rows: usize, columns: usize, lo: i64, hi: i64) -> Array2<i32> {
    Array2::from_shape_fn((rows, columns), |(r, c)| {
        let h = Key::new(seed).bits((r * columns + c) as u64);
        (lo + (h % (hi - lo + 1) as u64) as i64) as i32
    })
}

/// Mean and standard deviation.
#[allow(dead_code, reason = "not every test needs it")]
pub fn moments(v: &[f64]) -> (f64, f64) {
    let n = v.len() as f64;
    let mean = v.iter().sum::<f64>() / n;
    let var = v.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, var.sqrt())
}

/// The exact product of inputs and weights.
#[allow(dead_code, reason = "not every test needs it")]
pub fn product(w: &Array2<i32>, x: &Array2<i32>) -> Array2<i64> {
    x.mapv(i64::from).dot(&w.mapv(i64::from).t())
}

/// The layer, mapped and programmed.
pub fn prepare(
    arch: &Arch,
    qnet: &QuantNetwork,
    options: &FuncOptions,
) -> Result<FuncModel, FuncError> {
    let mapping = Mapping::build(&qnet.network, arch, &MapOptions::default()).unwrap();
    FuncModel::prepare_with(arch, &mapping, qnet, options)
}

/// Accumulators and statistics of the layer, with the kernel's name.
pub fn run(
    arch: &Arch,
    qnet: &QuantNetwork,
    options: &FuncOptions,
    x: &Array2<i32>,
) -> (Array2<i64>, LayerStats, &'static str) {
    let model = prepare(arch, qnet, options).unwrap_or_else(|e| panic!("{e}"));
    let mut session = FuncSession::new(&model);
    let out = session.accumulate(FC, 0, x.view());
    let (_, l) = model.layers().next().unwrap();
    (out, session.stats[&FC].clone(), l.kernel.name())
}
