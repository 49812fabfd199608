//! Question: is a network that was written as ONNX and read again the same network, bit for bit?

use crosscut_traces::exec::float;
use crosscut_traces::export::onnx::save;
use crosscut_traces::import::onnx::{from_bytes, load};
use crosscut_traces::net::{Builder, push};
use crosscut_traces::op::{
    Add, ChannelShuffle, Clip, Concat, FakeQuant, Flatten, GlobalAveragePool, GlobalMaxPool,
    LeakyRelu, Lrn, Pad, Reshape, ScaleShift, Sigmoid, Softmax, Tanh, Transpose,
};
use crosscut_traces::random::Key;
use crosscut_traces::{Conv, Network, Op, Pool, PoolKind, Shape, Tensor, Weights, embedded, zoo};
use ndarray::{Array1, Array3};
use rand_distr::StandardNormal;
use std::path::Path;

fn again(net: &Network) -> Network {
    let import = from_bytes(&save(net).unwrap(), &net.name, None).unwrap();
    assert_eq!(import.warnings, Vec::<String>::new());
    import.network
}

fn image(shape: Shape, key: u64) -> Tensor {
    let mut i = 0;
    Array3::from_shape_simple_fn((shape.c, shape.h, shape.w), || {
        i += 1;
        Key::new(key).draw::<f32, _>(i, StandardNormal)
    })
}

/// Same outputs, bit for bit.
fn same_values(net: &Network, images: u64) {
    let read = again(net);
    for key in 0..images {
        let x = image(net.layer(net.input()).shape, key);
        let (a, b) = (float::run(net, &x).unwrap(), float::run(&read, &x).unwrap());
        let bits = |t: &Tensor| t.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&a), bits(&b), "{}", net.name);
    }
}

#[test]
fn known_networks_keep_their_digest() {
    let mut nets = vec![embedded::digits_network()];
    nets.extend(["lenet5", "vgg8", "resnet18"].map(|n| zoo::build(n, 3).unwrap()));
    for net in nets {
        let read = again(&net);
        // Generated weights become values at hand; so compare with those.
        assert_eq!(read.digest(), again(&read).digest(), "{}", net.name);
        let names = |n: &Network| n.layers().map(|(_, l)| l.name.clone()).collect::<Vec<_>>();
        let kept = names(&read);
        let dropped: Vec<String> = names(&net)
            .into_iter()
            .filter(|n| !kept.contains(n))
            .collect();
        // A flatten layer behind a global pool changes nothing, and the importer leaves it out.
        assert!(dropped.iter().all(|n| n.contains("flatten")), "{dropped:?}");
    }
    same_values(&embedded::digits_network(), 3);
    same_values(&zoo::build("lenet5", 3).unwrap(), 2);
}

fn vector(n: usize, key: u64) -> Array1<f32> {
    (0..n)
        .map(|i| Key::new(Key::new(3).bits(key)).draw::<f32, _>(i as u64, StandardNormal))
        .collect()
}

fn conv(q: usize, p: usize, groups: usize, bias: bool) -> Op {
    Op::Conv(Conv {
        weight: Weights::Seeded {
            seed: 2,
            shape: vec![q, p / groups, 3, 2],
            std: 0.4,
        },
        bias: bias.then(|| vector(q, 5)),
        stride: [1, 2],
        pad: [1, 0, 2, 1],
        dilation: [2, 1],
        groups,
    })
}

fn affine(n: usize) -> Op {
    Op::ScaleShift(ScaleShift {
        scale: vector(n, 7),
        shift: vector(n, 8),
    })
}

#[test]
fn every_operator_comes_back() {
    let (mut b, x) = Builder::new("image side", Shape::new(4, 9, 8), 1);
    let mut x = b.push("scale", affine(4), &[x]);
    let pool = |kind, ceil| {
        Op::Pool(Pool {
            kind,
            kernel: [3, 2],
            stride: [1, 1],
            pad: [1, 0, 1, 1],
            ceil,
        })
    };
    let grid = |n: usize, lo: f32, hi: f32, zero: f32| {
        Op::FakeQuant(FakeQuant {
            scale: Array1::from_elem(n, 0.05),
            zero: Array1::from_elem(n, zero),
            lo,
            hi,
        })
    };
    let chain = [
        ("conv", conv(6, 4, 2, false)),
        ("bn", affine(6)),
        ("leaky", Op::of(LeakyRelu(0.2))),
        ("flat_leaky", Op::of(LeakyRelu(0.0))),
        ("clip", Op::of(Clip { lo: -0.5, hi: 0.75 })),
        ("max", pool(PoolKind::Max, false)),
        ("average", pool(PoolKind::Average, true)),
        ("padded", pool(PoolKind::AverageWithPad, false)),
        ("shuffle", Op::of(ChannelShuffle(3))),
        (
            "pad",
            Op::of(Pad {
                pad: [0, 1, 2, 0],
                value: -0.25,
            }),
        ),
        (
            "lrn",
            Op::of(Lrn {
                size: 3,
                alpha: 0.1,
                beta: 0.75,
                bias: 2.0,
            }),
        ),
        ("grid", grid(1, 0.0, 255.0, 100.0)),
        ("grid_per_channel", grid(6, -128.0, 127.0, -3.0)),
        ("transpose", Op::of(Transpose([2, 0, 1]))),
        ("sigmoid", Op::of(Sigmoid)),
        ("tanh", Op::of(Tanh)),
        ("softmax", Op::of(Softmax)),
    ];
    for (name, op) in chain {
        x = b.push(name, op, &[x]);
    }
    same_values(&b.finish(), 3);
}

#[test]
fn joins_and_changes_of_form_come_back() {
    let (mut b, x) = Builder::new("joins", Shape::new(4, 6, 6), 1);
    let a = b.conv("a", x, 4, 3, 1, 1);
    let r = b.relu(a);
    let two = b.push("two", Op::of(Add), &[x, r]);
    let three = b.push("three", Op::of(Add), &[two, r, two]);
    let joined = b.push("joined", Op::of(Concat), &[three, x, r]);
    let max = b.push("top", Op::of(GlobalMaxPool), &[joined]);
    let mean = b.push("mean", Op::of(GlobalAveragePool), &[joined]);
    // Straight from an image to a fully connected layer, then back to an image.
    let fc = b.gemm("fc", joined, 24);
    let fc = b.push("fc_bn", affine(24), &[fc]);
    let back = b.push("back", Op::of(Reshape(Shape::new(6, 2, 2))), &[fc]);
    let back = b.conv("back_conv", back, 5, 1, 1, 0);
    let flat = b.push("flat", Op::of(Flatten), &[back]);
    let all = b.push("all", Op::of(Concat), &[max, flat, mean, fc]);
    let out = b.gemm("out", all, 7);
    let out = b.push("out_sum", Op::of(Add), &[out, out]);
    b.push("softmax", Op::of(Softmax), &[out]);
    same_values(&b.finish(), 3);
}

#[test]
fn codes_without_an_onnx_type_are_refused() {
    let shape = Shape::new(1, 2, 2);
    let mut net = Network::new("t");
    let x = net.push("x", Op::Input(shape), &[], shape);
    let grid = Op::FakeQuant(FakeQuant {
        scale: Array1::ones(1),
        zero: Array1::zeros(1),
        lo: 0.0,
        hi: 15.0,
    });
    push(&mut net, "grid4", grid, &[x]).unwrap();
    assert_eq!(
        save(&net).unwrap_err().to_string(),
        "layer `grid4` cannot be written: codes 0 to 15; ONNX has 0 to 255 and -128 to 127"
    );
}

#[test]
fn trained_networks_of_the_shared_folder_keep_their_values() {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/models");
    if !models.is_dir() {
        println!("skipped: no shared data");
        return;
    }
    for name in [
        "resnet20_cifar_ts_op11_bn",
        "vgg8_cifar_ts_op13_bn",
        "lenet5_mnist_int8_qdq",
        "lenet5_mnist_dynamo_op18",
    ] {
        let net = load(&models.join(format!("{name}.onnx"))).unwrap().network;
        assert_eq!(again(&net).digest(), net.digest(), "{name}");
        same_values(&net, 1);
    }
}
