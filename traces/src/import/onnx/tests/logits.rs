//! Imported networks run on real images, against the outputs stored by ONNX Runtime.

use super::super::load;
use super::shared;
use crate::data::{Preprocess, cifar, idx};
use crate::exec::float;
use crate::op::{FakeQuant, Op};
use crate::shape::Tensor;
use ndarray::{Array2, Array3};
use rayon::prelude::*;
use std::path::Path;

/// How pixels become inputs: value / divisor, minus mean, over deviation.
type Transform = (f32, [f32; 3], [f32; 3]);
const DIV255: Transform = (255.0, [0.0; 3], [1.0; 3]);
const RAW: Transform = (1.0, [0.0; 3], [1.0; 3]);
const PM1: Transform = (255.0, [0.5; 3], [0.5; 3]);
const DIGITS: Transform = (16.0, [0.0; 3], [1.0; 3]);
const MNIST: Transform = (255.0, [0.1307; 3], [0.3081; 3]);
const CIFAR: Transform = (255.0, [0.4914, 0.4822, 0.4465], [0.2470, 0.2435, 0.2616]);
const CIFAR_225: Transform = (255.0, [0.485, 0.456, 0.406], [0.225; 3]);

/// Model, data set, transform (`shared/data/README.md`), tolerance.
///
/// The tolerance is absolute: 1e-4, or 1e-5 of the largest output where outputs are in the hundreds
/// (unnormalised pixels). Zero marks 8-bit networks, which are compared in quantisation steps.
const MODELS: &[(&str, &str, Transform, f32)] = &[
    ("models/digits_cnn_ts_op13", "digits", DIGITS, 1e-4),
    ("models/lenet5_mnist_dynamo_op18", "mnist", MNIST, 1e-4),
    ("models/lenet5_mnist_ts_op13", "mnist", MNIST, 1e-4),
    ("models/lenet5_mnist_int8_qdq", "mnist", MNIST, 0.0),
    ("models/resnet20_cifar_dynamo_op18", "cifar", CIFAR, 1e-4),
    ("models/resnet20_cifar_ts_op11_bn", "cifar", CIFAR, 1e-4),
    ("models/vgg8_cifar_ts_op13_bn", "cifar", CIFAR, 1e-4),
    ("models/vgg8_cifar_ts_op13_folded", "cifar", CIFAR, 1e-4),
    ("models/vgg8_cifar_int8_qdq", "cifar", CIFAR, 0.0),
    ("onnx/cntk_mnist", "mnist", MNIST, 1e-4),
    ("onnx/germanov_mnist", "mnist", RAW, 1e-4),
    ("onnx/jinsoo_lenet", "mnist32", RAW, 1e-4),
    ("onnx/llf_mnist", "mnist", DIV255, 1e-4),
    ("onnx/onnc_resnet20", "cifar", CIFAR, 1e-4),
    ("onnx/vnn_Convnet_avgpool", "mnist", DIV255, 1e-4),
    ("onnx/vnn_Convnet_maxpool", "mnist", DIV255, 1e-4),
    ("onnx/vnn_cifar10_small", "cifar", DIV255, 1e-4),
    ("onnx/vnn_cifar_deep_kw", "cifar", CIFAR_225, 1e-4),
    ("onnx/vnn_resnet_2b", "cifar", CIFAR, 1e-4),
    ("onnx/wuhan_mnist-lg", "mnist", DIV255, 1e-4),
    ("onnx/zuramai_ext/mnist", "mnist", PM1, 1e-4),
];

/// The first images of a set, bytes as floats.
fn pixels(data: &Path, set: &str, count: usize) -> Vec<Tensor> {
    let raw = Preprocess {
        divisor: 1.0,
        mean: vec![0.0; 3],
        std: vec![1.0; 3],
    };
    let file = |name: &str| data.join(name).display().to_string();
    let idx = |folder: &str, part: &str| {
        let part = |what: &str| file(&format!("{folder}/{part}-{what}-ubyte.gz"));
        idx::load(folder, &part("images-idx3"), &part("labels-idx1"), &raw)
            .unwrap()
            .images
    };
    let mut images = match set {
        "digits" => idx("digits", "digits-test"),
        "cifar" => {
            cifar::load("cifar", &file("cifar10-jpeg/test_batch_a.bin.gz"), &raw)
                .unwrap()
                .images
        }
        _ => idx("mnist", "t10k"),
    };
    images.truncate(count);
    if set == "mnist32" {
        // Edge padding by 2.
        let near = |i: usize| i.clamp(2, 29) - 2;
        for x in &mut images {
            *x = Array3::from_shape_fn((1, 32, 32), |(c, y, z)| x[[c, near(y), near(z)]]);
        }
    }
    images
}

fn compare(count: usize) {
    let Some(data) = shared() else { return };
    let sets: Vec<(&str, Vec<Tensor>)> = ["digits", "mnist", "mnist32", "cifar"]
        .map(|s| (s, pixels(&data, s, count)))
        .into();
    for &(model, set, (divisor, mean, std), tolerance) in MODELS {
        let import = load(&data.join(format!("{model}.onnx"))).unwrap_or_else(|e| panic!("{e}"));
        let stored: Array2<f32> =
            ndarray_npy::read_npy(data.join(format!("{model}.logits256.npy"))).unwrap();
        let images = &sets.iter().find(|(name, _)| *name == set).unwrap().1;
        let outputs: Vec<Vec<f32>> = images
            .par_iter()
            .map(|x| {
                let x = Array3::from_shape_fn(x.dim(), |(c, i, j)| {
                    (x[[c, i, j]] / divisor - mean[c]) / std[c]
                });
                let mut y: Vec<f32> = float::run(&import.network, &x)
                    .unwrap()
                    .iter()
                    .copied()
                    .collect();
                if model.ends_with("jinsoo_lenet") {
                    // The importer leaves the last LogSoftmax out and says so.
                    let top = y.iter().copied().fold(f32::MIN, f32::max);
                    let log = y.iter().map(|v| (v - top).exp()).sum::<f32>().ln() + top;
                    y.iter_mut().for_each(|v| *v -= log);
                }
                y
            })
            .collect();
        let top = |v: &[f32]| {
            (0..v.len())
                .max_by(|&a, &b| v[a].total_cmp(&v[b]).then(b.cmp(&a)))
                .unwrap()
        };
        let (mut worst, mut largest, mut agree) = (0.0f32, 0.0f32, 0);
        for (y, want) in outputs.iter().zip(stored.rows()) {
            let want = want.to_vec();
            assert_eq!(y.len(), want.len(), "{model}");
            for (a, b) in y.iter().zip(&want) {
                worst = worst.max((a - b).abs());
                largest = largest.max(b.abs());
            }
            agree += usize::from(top(y) == top(&want));
        }
        let net = &import.network;
        let step = match &net.layer(net.output()).op {
            Op::FakeQuant(FakeQuant { scale, .. }) => scale[0],
            _ => 1.0,
        };
        println!(
            "{model}: {} images, max difference {worst:e} ({} steps) of {largest}, top-1 {agree}",
            outputs.len(),
            worst / step
        );
        if tolerance == 0.0 {
            assert!(worst <= 4.0 * step, "{model}: {} steps", worst / step);
            assert!(
                agree * 100 >= outputs.len() * 99,
                "{model}: top-1 agrees on {agree}"
            );
        } else {
            assert!(worst <= tolerance.max(1e-5 * largest), "{model}: {worst}");
            assert_eq!(agree, outputs.len(), "{model}");
        }
    }
}

#[test]
fn outputs_equal_the_stored_ones() {
    compare(32);
}

/// As above on everything stored; a minute without optimisation.
#[test]
#[ignore = "slow; run in release"]
fn all_outputs_equal_the_stored_ones() {
    compare(256);
}
