//! Networks that bring their own 8-bit grids (QDQ): the integer network is the very network of the file.

use crosscut_traces::data::folder::{self, Selection};
use crosscut_traces::exec::{exact::ExactAccumulator, float, int, top1};
use crosscut_traces::op::FakeQuant;
use crosscut_traces::quant::{QuantSpec, quantise};
use crosscut_traces::{Op, fold, import};
use ndarray::Array2;
use rayon::prelude::*;
use std::path::{Path, PathBuf};

fn shared() -> Option<PathBuf> {
    let near = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared").to_string();
    let data = Path::new(&std::env::var("CROSSCUT_SHARED").unwrap_or(near)).join("data");
    if !data.join("models").exists() {
        eprintln!("skipped: there is no folder of shared models and images");
        return None;
    }
    Some(data)
}

#[test]
fn integer_networks_of_qdq_files_give_the_files_outputs() {
    let Some(data) = shared() else { return };
    for (model, set, count) in [
        ("lenet5_mnist_int8_qdq", "mnist", 128),
        ("vgg8_cifar_int8_qdq", "cifar10-jpeg", 32),
    ] {
        let imported = import::onnx::load(&data.join(format!("models/{model}.onnx"))).unwrap();
        let net = fold(&imported.network);
        let expected = net.layer(net.input()).shape;
        let selection = Selection {
            calibration: 1,
            rest: 0,
            evaluation: count,
            per_class: false,
        };
        let stored = folder::open(&data.join(set), expected).unwrap();
        let images = stored.images(None, &selection).unwrap();
        let spec = QuantSpec {
            weight_bits: 8,
            input_bits: 8,
        };
        let q = quantise(&net, &images.calibration.images, spec).unwrap();
        // No weight is rounded a second time.
        for (id, layer) in &q.layers {
            let weight = match &net.layer(*id).op {
                Op::Conv(c) => c.weight.values(),
                Op::Gemm(g) => g.weight.values(),
                _ => unreachable!("compute layers"),
            };
            let columns = layer.weights.ncols();
            for (i, &w) in weight.iter().enumerate() {
                let kept = layer.weights[[i / columns, i % columns]] as f32
                    * layer.weight_scale[i / columns];
                assert!(
                    (w - kept).abs() <= 1e-5 * w.abs(),
                    "{model}: {w} became {kept}"
                );
            }
        }
        let logits: Array2<f32> =
            ndarray_npy::read_npy(data.join(format!("models/{model}.logits256.npy"))).unwrap();
        let step = match &net.layer(net.output()).op {
            Op::FakeQuant(FakeQuant { scale, .. }) => scale[0],
            _ => unreachable!("the file ends in a quantiser"),
        };
        let runs: Vec<(usize, usize, f32, f32)> = images
            .evaluation
            .images
            .par_iter()
            .map(|x| {
                let out = int::run(&q, x, &mut ExactAccumulator::new(&q)).unwrap();
                let own = float::run(&q.network, x).unwrap();
                let off = (&out - &own).iter().fold(0.0f32, |m, v| m.max(v.abs()));
                (top1(&out), top1(&own), off, out[[0, 0, 0]])
            })
            .collect();
        let (mut same, mut worst) = (0, 0.0f32);
        for (run, want) in runs.iter().zip(logits.rows()) {
            let best = (0..want.len())
                .rev()
                .max_by(|&a, &b| want[a].total_cmp(&want[b]))
                .unwrap();
            same += usize::from(run.0 == best);
            worst = worst.max((run.3 - want[0]).abs());
        }
        let own = runs.iter().map(|r| r.2).fold(0.0, f32::max);
        println!(
            "{model}: top-1 agrees on {same} of {count}, off by {} steps",
            worst / step
        );
        // The network's own arithmetic rounds sums of floats where integers are exact: a code on the border may differ.
        assert!(own <= 4.0 * step, "{model}: {own} from the float run");
        assert!(worst <= 4.0 * step, "{model}: {worst}");
        assert!(
            same * 100 >= count * 97,
            "{model}: top-1 agrees on {same} of {count}"
        );
    }
}
