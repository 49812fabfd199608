//! How many images does the training engine learn from per second?

use crosscut_prune::train::{Session, TrainOptions};
use crosscut_traces::net::Builder;
use crosscut_traces::op::{Flatten, ScaleShift};
use crosscut_traces::random::Key;
use crosscut_traces::{DataSet, Network, Op, Shape};
use divan::Bencher;
use divan::counter::ItemsCount;
use ndarray::{Array1, Array3};
use rand_distr::StandardNormal;

fn main() {
    divan::main();
}

/// Six 3x3 convolutions (64, 64, 128, 128, 256, 256 maps) with batch norm and ReLU, three pools, one fully connected
/// layer: 153 MMAC per image of 3x32x32.
fn vgg8() -> Network {
    let (mut b, mut x) = Builder::new("vgg8-bn", Shape::new(3, 32, 32), 1);
    for (i, q) in [64, 64, 128, 128, 256, 256].into_iter().enumerate() {
        x = b.conv(&format!("conv{i}"), x, q, 3, 1, 1);
        let op = Op::ScaleShift(ScaleShift {
            scale: Array1::ones(q),
            shift: Array1::zeros(q),
        });
        x = b.push(&format!("bn{i}"), op, &[x]);
        x = b.relu(x);
        if i % 2 == 1 {
            x = b.max_pool(&format!("pool{i}"), x, 2, 2, 0);
        }
    }
    let x = b.push("flatten", Op::of(Flatten), &[x]);
    b.gemm("fc", x, 10);
    b.finish()
}

fn images(count: usize) -> DataSet {
    let image = |i: usize| {
        let key = Key::new(7).bits(i as u64);
        Array3::from_shape_fn((3, 32, 32), |(c, y, x)| {
            Key::new(key).draw::<f32, _>(((c * 32 + y) * 32 + x) as u64, StandardNormal)
        })
    };
    DataSet {
        name: "noise".to_string(),
        images: (0..count).map(image).collect(),
        labels: (0..count).map(|i| (i % 10) as u16).collect(),
    }
}

/// Eight steps of 64 images: forward and backward, batch norm and momentum. Buffers and first statistics are prepared
/// before.
#[divan::bench(args = [1, 2], sample_count = 3, sample_size = 1)]
fn vgg8_512_images(bencher: Bencher, threads: usize) {
    let (net, data) = (vgg8(), images(512));
    let options = TrainOptions {
        epochs: 1,
        ..TrainOptions::default()
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.expect("threads");
    let prepared = || pool.install(|| Session::new(&net, &data, None, None, &options));
    bencher
        .counter(ItemsCount::new(512usize))
        .with_inputs(|| prepared().expect("a network that can be trained"))
        .bench_local_values(|mut session| pool.install(|| session.epoch(&mut |_| {})));
}
