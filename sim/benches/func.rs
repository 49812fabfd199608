//! How fast is the functional engine on one thread?

use crosscut_arch::load;
use crosscut_sim::func::{FuncModel, FuncSession, evaluate};
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_traces::layer::{Op, Shape, Weights};
use crosscut_traces::quant::{Accumulate, QuantLayer, QuantNetwork, QuantSpec, quantise};
use crosscut_traces::weights::{hash, normal};
use crosscut_traces::{Gemm, LayerId, Network, embedded};
use divan::Bencher;
use ndarray::{Array1, Array2};
use std::collections::BTreeMap;

fn main() {
    divan::main();
}

/// 300 held-out digits three ways (float, integer reference, crossbars) on the small default machine.
#[divan::bench(args = [6, 8], sample_count = 5, sample_size = 1)]
fn digits_300_images(bencher: Bencher, adc_bits: u32) {
    let set = format!("adc.sar.bits={adc_bits}");
    let arch = load("reram-64", &[set]).expect("a valid machine");
    let net = embedded::digits_network();
    let spec = QuantSpec {
        weight_bits: 8,
        input_bits: 8,
    };
    let qnet =
        quantise(&net, &embedded::digits_train().images[..64], spec).expect("finite weights");
    let mapping = Mapping::build(&net, &arch, &MapOptions::default()).expect("it fits");
    let model = FuncModel::prepare(&arch, &mapping, &qnet).expect("formats agree");
    let test = embedded::digits_heldout();
    let one = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .expect("a thread");
    bencher.bench_local(|| {
        one.install(|| {
            evaluate(
                &model,
                &qnet,
                &test.images[..300],
                &test.labels[..300],
                &|| {},
            )
        })
    });
}

/// 1024 vectors of 1152 unsigned 8-bit inputs (40 % zeros) times 1152 x 256 8-bit weights: 128-row arrays, differential
/// 2-bit cells, 1-bit inputs. 7-bit magnitudes take 4 slices, so 9 x 8 x 4 x 256 x 1024 = 75.5 M samples.
/// The largest sum the cells could give is beyond both converters, so every sample is taken.
#[divan::bench(args = [5, 8], sample_count = 5, sample_size = 1)]
fn matrix_1152x256_1024_vectors(bencher: Bencher, adc_bits: u32) {
    let set = [
        "crossbar.rows=128".into(),
        "crossbar.columns=256".into(),
        "format.signed.differential={}".into(),
        "mapping.packing=dense".into(),
        format!("adc.sar.bits={adc_bits}"),
    ];
    let arch = load("reram-64", &set).expect("a valid machine");
    let (k, q) = (1152, 256);
    let mut net = Network::new("matrix");
    let x = net.push(
        "x",
        Op::Input(Shape::new(k, 1, 1)),
        &[],
        Shape::new(k, 1, 1),
    );
    let gemm = Gemm {
        weight: Weights::Seeded {
            seed: 1,
            shape: vec![q, k],
            std: 1.0,
        },
        bias: None,
    };
    let id: LayerId = net.push("fc", Op::Gemm(gemm), &[x], Shape::new(q, 1, 1));
    let weights = Array2::from_shape_fn((q, k), |(o, i)| {
        (25.0 * normal(1, (o * k + i) as u64))
            .round()
            .clamp(-127.0, 127.0) as i32
    });
    let layer = QuantLayer {
        weights,
        weight_scale: Array1::ones(q),
        input_scale: 1.0,
        input_signed: false,
        input_zero: 0,
        bias: Array1::zeros(q),
        groups: 1,
    };
    let mapping = Mapping::build(&net, &arch, &MapOptions::default()).expect("it fits");
    let qnet = QuantNetwork {
        network: net,
        weight_bits: 8,
        input_bits: 8,
        layers: BTreeMap::from([(id, layer)]),
    };
    let model = FuncModel::prepare(&arch, &mapping, &qnet).expect("formats agree");
    let inputs = Array2::from_shape_fn((1024, k), |(v, i)| {
        let h = hash(2, (v * k + i) as u64);
        if h % 10 < 4 {
            0
        } else {
            (h >> 32 & 255) as i32
        }
    });
    bencher.bench_local(|| FuncSession::new(&model).accumulate(id, 0, inputs.view()));
}
