//! Residual networks (He et al. 2016), batch norm folded.

use crate::net::Builder;
use crate::net::{LayerId, Network};
use crate::op::{Add, GlobalAveragePool, Op};
use crate::shape::Shape;

/// Two 3x3 convolutions and a shortcut, which is a 1x1 convolution where the shape changes.
fn block(b: &mut Builder, name: &str, x: LayerId, q: usize, stride: usize, same: bool) -> LayerId {
    let y = b.conv(&format!("{name}_conv1"), x, q, 3, stride, 1);
    let y = b.relu(y);
    let y = b.conv(&format!("{name}_conv2"), y, q, 3, 1, 1);
    let shortcut = if same {
        x
    } else {
        b.conv(&format!("{name}_proj"), x, q, 1, stride, 0)
    };
    let sum = b.push(&format!("{name}_add"), Op::of(Add), &[y, shortcut]);
    b.relu(sum)
}

/// Bottleneck block: 1x1 to `q` maps, 3x3 with the stride (as torchvision has it), 1x1 to `4 q`.
fn bottleneck(
    b: &mut Builder,
    name: &str,
    x: LayerId,
    q: usize,
    stride: usize,
    same: bool,
) -> LayerId {
    let y = b.conv(&format!("{name}_conv1"), x, q, 1, 1, 0);
    let y = b.relu(y);
    let y = b.conv(&format!("{name}_conv2"), y, q, 3, stride, 1);
    let y = b.relu(y);
    let y = b.conv(&format!("{name}_conv3"), y, 4 * q, 1, 1, 0);
    let shortcut = if same {
        x
    } else {
        b.conv(&format!("{name}_proj"), x, 4 * q, 1, stride, 0)
    };
    let sum = b.push(&format!("{name}_add"), Op::of(Add), &[y, shortcut]);
    b.relu(sum)
}

type Block = fn(&mut Builder, &str, LayerId, usize, usize, bool) -> LayerId;

/// Stages of blocks whose maps are `expansion` x 64, 128, ... for `first` = 64.
fn stages(
    b: &mut Builder,
    mut x: LayerId,
    blocks: &[usize],
    first: usize,
    (block, expansion): (Block, usize),
) -> LayerId {
    let mut width = first;
    for (s, &count) in blocks.iter().enumerate() {
        let q = first << s;
        for i in 0..count {
            let stride = if s > 0 && i == 0 { 2 } else { 1 };
            x = block(
                b,
                &format!("stage{}_{}", s + 1, i + 1),
                x,
                q,
                stride,
                stride == 1 && q * expansion == width,
            );
            width = q * expansion;
        }
    }
    x
}

fn head(b: &mut Builder, x: LayerId, classes: usize) {
    let x = b.push("avgpool", Op::of(GlobalAveragePool), &[x]);
    b.gemm("fc", x, classes);
}

fn imagenet(name: &str, seed: u64, blocks: &[usize], kind: (Block, usize)) -> Network {
    let (mut b, x) = Builder::new(name, Shape::new(3, 224, 224), seed);
    let x = b.conv("conv1", x, 64, 7, 2, 3);
    let x = b.relu(x);
    let x = b.max_pool("pool1", x, 3, 2, 1);
    let x = stages(&mut b, x, blocks, 64, kind);
    head(&mut b, x, 1000);
    b.finish()
}

/// ResNet-18.
pub fn resnet18(name: &str, seed: u64) -> Network {
    imagenet(name, seed, &[2, 2, 2, 2], (block, 1))
}

/// ResNet-34.
pub fn resnet34(name: &str, seed: u64) -> Network {
    imagenet(name, seed, &[3, 4, 6, 3], (block, 1))
}

/// ResNet-50.
pub fn resnet50(name: &str, seed: u64) -> Network {
    imagenet(name, seed, &[3, 4, 6, 3], (bottleneck, 4))
}

/// ResNet-20 for 32x32 images.
pub fn resnet20(name: &str, seed: u64) -> Network {
    let (mut b, x) = Builder::new(name, Shape::new(3, 32, 32), seed);
    let x = b.conv("conv1", x, 16, 3, 1, 1);
    let x = b.relu(x);
    let x = stages(&mut b, x, &[3, 3, 3], 16, (block, 1));
    head(&mut b, x, 10);
    b.finish()
}
