//! Networks that are one chain.

use crate::net::Builder;
use crate::net::{LayerId, Network};
use crate::op::{Flatten, Op};
use crate::shape::Shape;

fn classifier(b: &mut Builder, mut x: LayerId, first: usize, widths: &[usize]) {
    for (i, &width) in widths.iter().enumerate() {
        x = b.gemm(&format!("fc{}", first + i), x, width);
        if i + 1 < widths.len() {
            x = b.relu(x);
        }
    }
}

/// LeCun et al. 1998, with max pooling, ReLU and full connection between pool1 and conv2.
pub fn lenet5(name: &str, seed: u64) -> Network {
    let (mut b, x) = Builder::new(name, Shape::new(1, 28, 28), seed);
    let x = b.conv("conv1", x, 6, 5, 1, 2);
    let x = b.relu(x);
    let x = b.max_pool("pool1", x, 2, 2, 0);
    let x = b.conv("conv2", x, 16, 5, 1, 0);
    let x = b.relu(x);
    let x = b.max_pool("pool2", x, 2, 2, 0);
    let x = b.push("flatten", Op::of(Flatten), &[x]);
    classifier(&mut b, x, 1, &[120, 84, 10]);
    b.finish()
}

/// The VGG8 whose crossbar counts Liang et al. 2018 publish (Table II); layer widths derived from those counts.
pub fn vgg8(name: &str, seed: u64) -> Network {
    let (mut b, mut x) = Builder::new(name, Shape::new(3, 32, 32), seed);
    for (i, q) in [64, 128, 256, 256, 512, 512].into_iter().enumerate() {
        x = b.conv(&format!("conv{}", i + 1), x, q, 3, 1, 1);
        x = b.relu(x);
        if i % 2 == 1 {
            x = b.max_pool(&format!("pool{}", i + 1), x, 2, 2, 0);
        }
    }
    let x = b.push("flatten", Op::of(Flatten), &[x]);
    classifier(&mut b, x, 1, &[1024, 10]);
    b.finish()
}

/// Simonyan and Zisserman 2015, configurations A, B, D, E: convolutions per stage.
pub fn vgg(name: &str, seed: u64) -> Network {
    let stages = match name {
        "vgg11" => [1, 1, 2, 2, 2],
        "vgg13" => [2, 2, 2, 2, 2],
        "vgg16" => [2, 2, 3, 3, 3],
        _ => [2, 2, 4, 4, 4],
    };
    let (mut b, mut x) = Builder::new(name, Shape::new(3, 224, 224), seed);
    for (s, (count, q)) in stages.into_iter().zip([64, 128, 256, 512, 512]).enumerate() {
        for i in 1..=count {
            x = b.conv(&format!("conv{}_{i}", s + 1), x, q, 3, 1, 1);
            x = b.relu(x);
        }
        x = b.max_pool(&format!("pool{}", s + 1), x, 2, 2, 0);
    }
    let x = b.push("flatten", Op::of(Flatten), &[x]);
    classifier(&mut b, x, 6, &[4096, 4096, 1000]);
    b.finish()
}

/// Krizhevsky et al. 2012 without the two-GPU split and without response normalisation.
pub fn alexnet(name: &str, seed: u64) -> Network {
    let (mut b, x) = Builder::new(name, Shape::new(3, 227, 227), seed);
    let x = b.conv("conv1", x, 96, 11, 4, 0);
    let x = b.relu(x);
    let x = b.max_pool("pool1", x, 3, 2, 0);
    let x = b.conv("conv2", x, 256, 5, 1, 2);
    let x = b.relu(x);
    let mut x = b.max_pool("pool2", x, 3, 2, 0);
    for (i, q) in [384, 384, 256].into_iter().enumerate() {
        x = b.conv(&format!("conv{}", i + 3), x, q, 3, 1, 1);
        x = b.relu(x);
    }
    let x = b.max_pool("pool5", x, 3, 2, 0);
    let x = b.push("flatten", Op::of(Flatten), &[x]);
    classifier(&mut b, x, 6, &[4096, 4096, 1000]);
    b.finish()
}
