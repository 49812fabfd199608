//! How fast is the functional engine on one thread?

mod clipping;

use clipping::{NOISE, SPREAD, WIRES, image, mapped};
use crosscut_arch::{Arch, load};
use crosscut_sim::func::Isa;
use crosscut_sim::func::{FuncModel, FuncOptions, FuncSession, evaluate};
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_traces::exec::int;
use crosscut_traces::quant::{Accumulate, QuantLayer, QuantNetwork, QuantSpec, quantise};
use crosscut_traces::random::Key;
use crosscut_traces::{Gemm, LayerId, Network, Op, Shape, Tensor, Weights, embedded};
use divan::Bencher;
use ndarray::{Array1, Array2};
use rand_distr::StandardNormal;
use rayon::prelude::*;
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
struct Workload {
    arch: Arch,
    mapping: Mapping,
    qnet: QuantNetwork,
    inputs: Array2<i32>,
    layer: LayerId,
}

impl Workload {
    fn new(more: &[&str]) -> Workload {
        let mut set: Vec<String> = [
            "crossbar.rows=128",
            "crossbar.columns=256",
            "format.signed.differential={}",
            "mapping.packing=dense",
            "device.reram.on=100 uS",
            "device.reram.off=1 uS",
            "cost.adc.energy=1 pJ",
            "cost.adc.area=1 um2",
        ]
        .map(String::from)
        .to_vec();
        set.extend(more.iter().map(|s| s.to_string()));
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
        let id = net.push("fc", Op::Gemm(gemm), &[x], Shape::new(q, 1, 1));
        let weights = Array2::from_shape_fn((q, k), |(o, i)| {
            (25.0 * Key::new(1).draw::<f32, _>((o * k + i) as u64, StandardNormal))
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
        let inputs = Array2::from_shape_fn((1024, k), |(v, i)| {
            let h = Key::new(2).bits((v * k + i) as u64);
            if h % 10 < 4 {
                0
            } else {
                (h >> 32 & 255) as i32
            }
        });
        Workload {
            arch,
            mapping,
            qnet,
            inputs,
            layer: id,
        }
    }

    fn model(&self) -> FuncModel {
        self.model_for(Isa::best())
    }

    fn model_for(&self, isa: Isa) -> FuncModel {
        let options = FuncOptions {
            isa: Some(isa),
            ..FuncOptions::default()
        };
        FuncModel::prepare_with(&self.arch, &self.mapping, &self.qnet, &options)
            .expect("formats agree")
    }
}

/// The product through each kernel: clipped (the largest sum the cells could give is beyond both converters, so every
/// sample is taken), exact, 5 % spread, 5 % spread and 5 % noise on every read.
#[divan::bench(args = ["clipped 5", "clipped 8", "exact", "spread", "noise"], sample_count = 5, sample_size = 1)]
fn matrix_1152x256_1024_vectors(bencher: Bencher, case: &str) {
    let set: &[&str] = match case {
        "clipped 5" => &["adc.sar.bits=5"],
        "clipped 8" => &["adc.sar.bits=8"],
        "exact" => &["adc.sar.bits=10"],
        "spread" => &["adc.sar.bits=8", SPREAD],
        _ => &["adc.sar.bits=8", SPREAD, NOISE],
    };
    let w = Workload::new(set);
    let model = w.model();
    bencher.bench_local(|| {
        let mut session = FuncSession::new(&model).without_comparison();
        session.accumulate(w.layer, 0, w.inputs.view())
    });
}

/// The clipped and the scattered product with every instruction set that the processor has, the plainest first.
#[divan::bench(args = ["clipped 0", "clipped 1", "clipped 2", "spread 0", "spread 1", "spread 2"], sample_count = 3, sample_size = 1)]
fn matrix_by_instruction_set(bencher: Bencher, case: &str) {
    let (set, isa) = case.split_once(' ').expect("a case and a number");
    let isa: usize = isa.parse().expect("a number");
    let more: &[&str] = match set {
        "spread" => &["adc.sar.bits=8", SPREAD],
        _ => &["adc.sar.bits=8"],
    };
    let w = Workload::new(more);
    let Some(&isa) = Isa::available().get(isa) else {
        return;
    };
    let model = w.model_for(isa);
    bencher.bench_local(|| {
        let mut session = FuncSession::new(&model).without_comparison();
        session.accumulate(w.layer, 0, w.inputs.view())
    });
}

/// Programming the cells of that matrix: 72 arrays of 128 x 256, on all threads.
#[divan::bench(args = ["ideal", "spread", "wires"], sample_count = 1, sample_size = 1)]
fn program_1152x256(bencher: Bencher, case: &str) {
    let set: &[&str] = match case {
        "ideal" => &["adc.sar.bits=8"],
        "spread" => &["adc.sar.bits=8", SPREAD],
        _ => &["adc.sar.bits=8", WIRES],
    };
    let w = Workload::new(set);
    bencher.bench_local(|| w.model());
}

/// A network of the zoo, programmed.
fn clipping(network: &str, more: &[&str]) -> (QuantNetwork, FuncModel) {
    let (arch, mapping, qnet) = mapped(network, more);
    let model = FuncModel::prepare(&arch, &mapping, &qnet).expect("formats agree");
    (qnet, model)
}

/// One image on one thread, clipped; `compare`d with the ideal product or not.
#[divan::bench(args = ["resnet20", "resnet20 compared", "resnet20 spread", "vgg16", "vgg16 compared"], sample_count = 3, sample_size = 1)]
fn network(bencher: Bencher, case: &str) {
    let more: &[&str] = match case.contains("spread") {
        true => &[SPREAD, "device.reram.off=10 uS"],
        false => &[],
    };
    let name = case.split(' ').next().expect("a name");
    let (qnet, model) = clipping(name, more);
    let image = image(&qnet, 9);
    bencher.bench_local(|| {
        let session = FuncSession::new(&model);
        let mut session = if case.contains("compared") {
            session
        } else {
            session.without_comparison()
        };
        int::run(&qnet, &image, &mut session)
    });
}

/// 32 images through ResNet-20, clipped, spread over threads as `exec` does.
#[divan::bench(args = [1, 2], sample_count = 5, sample_size = 1)]
fn resnet20_32_images(bencher: Bencher, threads: usize) {
    let (qnet, model) = clipping("resnet20", &[]);
    let images: Vec<Tensor> = (0..32).map(|i| image(&qnet, i)).collect();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    let pool = pool.build().expect("threads");
    bencher.bench_local(|| {
        pool.install(|| {
            let run = |image: &Tensor| {
                let mut session = FuncSession::new(&model).without_comparison();
                int::run(&qnet, image, &mut session).expect("a fitting image")
            };
            images.par_iter().map(run).collect::<Vec<_>>()
        })
    });
}
