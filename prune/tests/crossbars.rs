//! Question: do the crossbars of a pruned digits network compute what the pruned network means, and are there as many
//! arrays, conversions and partial sums as the closed forms say?

use crosscut_arch::{Arch, PartKind, load};
use crosscut_prune::{Grain, PruneOptions, Pruned, Quiet, prune};
use crosscut_sim::func::{FuncModel, FuncSession};
use crosscut_sim::graph::{DataflowGraph, Mapped};
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_sim::time;
use crosscut_traces::exec::{exact::ExactAccumulator, int};
use crosscut_traces::quant::{QuantSpec, quantise};
use crosscut_traces::{Accumulate, LayerId, Network, Op, QuantNetwork, Tensor, embedded};
use ndarray::{Array2, ArrayView2};

/// 64 columns of 2-bit cells hold 16 weights of 8 bits; a position takes 8 one-bit steps.
const KOUT: usize = 16;
const SLICES: u64 = 4;
const STEPS: u64 = 8;

/// Keeps every accumulator that passes.
struct Record<A> {
    inner: A,
    seen: Vec<(LayerId, usize, Array2<i64>)>,
}

impl<A: Accumulate> Accumulate for Record<A> {
    fn accumulate(&mut self, id: LayerId, group: usize, x: ArrayView2<'_, i32>) -> Array2<i64> {
        let sums = self.inner.accumulate(id, group, x);
        self.seen.push((id, group, sums.clone()));
        sums
    }
}

type Accumulators = Vec<(LayerId, usize, Array2<i64>)>;

/// Accumulators of one image on simulated crossbars, and the reads that the converters cut off.
fn on_crossbars(
    arch: &Arch,
    mapping: &Mapping,
    qnet: &QuantNetwork,
    image: &Tensor,
) -> (Accumulators, u64) {
    let model = FuncModel::prepare(arch, mapping, qnet).expect("fits");
    let mut record = Record {
        inner: FuncSession::new(&model),
        seen: Vec::new(),
    };
    int::run(qnet, image, &mut record).expect("runs");
    let mut clipped = 0;
    for (id, stats) in &record.inner.stats {
        let layer = mapping.layer(*id).expect("mapped");
        assert_eq!(stats.conversions(), layer.adc_conversions(arch));
        clipped += stats.clipped();
    }
    (record.seen, clipped)
}

/// Outputs with a weight other than zero in each row group of a layer, read from the weights alone.
fn live_outputs(net: &Network, mapping: &Mapping, id: LayerId) -> Vec<usize> {
    let weight = match &net.layer(id).op {
        Op::Conv(c) => c.weight.values(),
        Op::Gemm(g) => g.weight.values(),
        _ => unreachable!("compute layers only"),
    };
    let outputs = weight.shape()[0];
    let flat: Vec<f32> = weight.iter().copied().collect();
    let columns = flat.len() / outputs;
    let layer = mapping.layer(id).expect("mapped");
    let live = |q: usize, rows: &[usize]| rows.iter().any(|r| flat[q * columns + r] != 0.0);
    let count = |rows: Vec<usize>| (0..outputs).filter(|&q| live(q, &rows)).count();
    let groups = layer.row_groups.iter();
    groups.map(|g| count(g.rows.iter().collect())).collect()
}

fn conversions(net: &Network, arch: &Arch, mapping: &Mapping) -> u64 {
    let graph = DataflowGraph::build(net, arch, mapping).expect("builds");
    let run = time::run(Mapped::new(&graph, arch, mapping))
        .map(|t| t.result)
        .unwrap();
    let counts = run.counts;
    counts.get(PartKind::Adc)
}

/// Arrays and conversions against `sum of ceil(n_i / kout)` and `positions x steps x (slices x sum of n_i + arrays)`.
fn check_counts(arch: &Arch, dense: (&Network, &Mapping), pruned: &Pruned) {
    let mut closed = 0;
    for layer in &pruned.mapping.layers {
        let live = live_outputs(&pruned.network, &pruned.mapping, layer.layer);
        let arrays: usize = live.iter().map(|n| n.div_ceil(KOUT)).sum();
        assert_eq!(layer.unroll, 1);
        assert_eq!(layer.replicas, [1, 1]);
        // Output columns of a row are worked off one after another by the same arrays.
        assert_eq!(layer.roles.compute, arrays as u64, "{}", layer.name);
        let positions = layer.geometry.positions() as u64;
        // The weights are offset: every array has a unit column beside its outputs.
        let columns = SLICES * live.iter().sum::<usize>() as u64 + arrays as u64;
        closed += positions * STEPS * columns;
    }
    let after = conversions(&pruned.network, arch, &pruned.mapping);
    assert_eq!(after, closed);
    assert!(after < conversions(dense.0, arch, dense.1));
}

fn pruned_digits_compute_what_they_mean(grain: Grain) {
    let net = embedded::digits_network();
    let images = embedded::digits_train().images;
    let held_out = embedded::digits_heldout().images;
    // Eight bits hold every column's largest sum. Seven do not, so there every read is converted one by one; as long
    // as none is cut off the accumulators must still be the same.
    let arch = |bits| load("reram-64", &[format!("adc.sar.bits={bits}")]).expect("a preset");
    let (wide, narrow) = (arch(8), arch(7));
    let mapping = Mapping::build(&net, &wide, &MapOptions::default()).expect("maps");
    let spec = QuantSpec {
        weight_bits: 8,
        input_bits: 8,
    };
    for ratio in [0.3, 0.5, 0.8] {
        let options = PruneOptions {
            grain,
            ratio,
            images: 60,
            points: 4,
            refit_points: 4,
            ..PruneOptions::default()
        };
        let pruned = prune(&net, &mapping, &wide, &images, &options, &mut Quiet).expect("prunes");
        check_counts(&wide, (&net, &mapping), &pruned);
        let qnet = quantise(&pruned.network, &images[..32], spec).expect("quantises");
        for image in &held_out[..3] {
            let mut exact = Record {
                inner: ExactAccumulator::new(&qnet),
                seen: Vec::new(),
            };
            int::run(&qnet, image, &mut exact).expect("runs");
            for arch in [&wide, &narrow] {
                for map in [&mapping, &pruned.mapping] {
                    let (seen, clipped) = on_crossbars(arch, map, &qnet, image);
                    assert_eq!(clipped, 0);
                    assert!(seen == exact.seen, "{grain:?} at {ratio}");
                }
            }
        }
    }
}

#[test]
fn by_columns() {
    pruned_digits_compute_what_they_mean(Grain::Column);
}

#[test]
fn by_crossbars() {
    pruned_digits_compute_what_they_mean(Grain::Crossbar);
}
