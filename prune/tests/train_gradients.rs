//! Question: is the gradient of every operator that of the function it computes?
//!
//! The engine runs in double precision; central differences of the loss are the other side. Values are drawn at random,
//! so that no maximum is tied and no kink is met within a step of 1e-6.

use crosscut_prune::train::engine::Engine;
use crosscut_prune::train::node::Mode;
use crosscut_prune::train::{BatchNorm, TrainOptions};
use crosscut_traces::net::{Builder, push};
use crosscut_traces::op::{
    Add, ChannelShuffle, Clip, Concat, FakeQuant, Flatten, GlobalAveragePool, GlobalMaxPool,
    HardSwish, Identity, LeakyRelu, Lrn, Pad, Relu, Reshape, ScaleShift, Sigmoid, Softmax, Tanh,
    Transpose,
};
use crosscut_traces::random::Key;
use crosscut_traces::{Conv, Gemm, LayerId, Network, Op, Pool, PoolKind, Shape, Weights};
use ndarray::Array1;
use rand_distr::StandardNormal;

const IMAGES: usize = 5;

fn vector(n: usize, key: u64) -> Array1<f32> {
    (0..n)
        .map(|i| Key::new(Key::new(3).bits(key)).draw::<f32, _>(i as u64, StandardNormal))
        .collect()
}

/// A layer behind a convolution (so that it passes gradients on) and before a classifier (so that it gets any).
fn around(input: Shape, layer: impl FnOnce(&mut Network, LayerId) -> LayerId) -> Network {
    let mut net = Network::new("t");
    let x = net.push("x", Op::Input(input), &[], input);
    let x = conv(&mut net, "before", x, (input.c, input.c), [1, 1], 1);
    let y = layer(&mut net, x);
    gemm(&mut net, "after", y, 4);
    net
}

fn conv(
    net: &mut Network,
    name: &str,
    x: LayerId,
    (p, q): (usize, usize),
    kernel: [usize; 2],
    groups: usize,
) -> LayerId {
    let op = Conv {
        weight: Weights::Seeded {
            seed: Key::new(5).bits(net.len() as u64),
            shape: vec![q, p / groups, kernel[0], kernel[1]],
            std: 0.5,
        },
        bias: Some(vector(q, 17)),
        stride: [1, 1],
        pad: [kernel[0] / 2, kernel[1] / 2, kernel[0] / 2, kernel[1] / 2],
        dilation: [1, 1],
        groups,
    };
    push(net, name, Op::Conv(op), &[x]).unwrap()
}

fn gemm(net: &mut Network, name: &str, x: LayerId, outputs: usize) -> LayerId {
    let op = Gemm {
        weight: Weights::Seeded {
            seed: Key::new(6).bits(net.len() as u64),
            shape: vec![outputs, net.layer(x).shape.len()],
            std: 0.3,
        },
        bias: Some(vector(outputs, 19)),
    };
    push(net, name, Op::Gemm(op), &[x]).unwrap()
}

/// Loss of a fixed batch, and with `learn` the gradients in the engine.
fn loss(engine: &mut Engine<f64>, input: Shape, mode: Mode, learn: bool) -> f64 {
    let plane = input.h * input.w;
    engine.load(IMAGES, &|i, to, stride| {
        for e in 0..input.len() {
            let at = e / plane * stride + e % plane;
            to[at] = Key::new(Key::new(11).bits(i as u64)).draw::<f64, _>(e as u64, StandardNormal);
        }
    });
    engine.forward(mode, None);
    let score = engine.score(&[0, 3, 1, 2, 2], true);
    if learn {
        engine.backward(mode);
    }
    score.loss / IMAGES as f64
}

fn check(net: &Network, options: TrainOptions) {
    // Three images to a chunk at most: several chunks, one of them not full.
    let options = TrainOptions {
        batch: 2 * IMAGES,
        ..options
    };
    let input = net.layer(net.input()).shape;
    let mut engine: Engine<f64> = Engine::new(net, &options).unwrap();
    let mode = Mode::Train(3);
    loss(&mut engine, input, mode, true);
    let gradients: Vec<Vec<f64>> = engine
        .params
        .all
        .iter()
        .map(|p| p.gradient.clone())
        .collect();
    for (number, gradient) in gradients.iter().enumerate() {
        let largest = gradient.iter().fold(1e-3f64, |m, g| m.max(g.abs()));
        // Up to 40 values of every tensor.
        for i in (0..gradient.len()).step_by(gradient.len().div_ceil(40)) {
            let mut at = |d: f64| {
                let kept = engine.params.all[number].value[i];
                engine.params.all[number].value[i] = kept + d;
                if options.batch_norm == BatchNorm::Frozen {
                    let all = &engine.params.all;
                    engine.params.norms.iter_mut().for_each(|n| n.freeze(all));
                }
                let loss = loss(&mut engine, input, mode, false);
                engine.params.all[number].value[i] = kept;
                loss
            };
            let h = 1e-5;
            let slope = (at(h) - at(-h)) / (2.0 * h);
            let name = &engine.params.all[number].name;
            assert!(
                (slope - gradient[i]).abs() < 1e-6 * largest,
                "{name}[{i}]: {} by the engine, {slope} by differences",
                gradient[i]
            );
        }
    }
}

fn check_layer(input: Shape, op: Op) {
    check(
        &around(input, |net, x| push(net, "layer", op, &[x]).unwrap()),
        TrainOptions::default(),
    );
}

#[test]
fn convolutions() {
    let input = Shape::new(4, 7, 6);
    for (kernel, stride, pad, dilation, groups) in [
        ([3, 3], [1, 1], [1, 1, 1, 1], [1, 1], 1),
        ([3, 3], [1, 1], [0, 0, 0, 0], [1, 1], 1),
        ([3, 3], [2, 2], [1, 1, 1, 1], [1, 1], 1),
        ([3, 2], [2, 1], [0, 1, 2, 0], [1, 2], 2),
        ([3, 3], [1, 1], [2, 2, 2, 2], [2, 2], 4),
        ([5, 5], [1, 1], [2, 2, 2, 2], [1, 1], 2),
        ([7, 6], [1, 1], [0, 0, 0, 0], [1, 1], 1),
        ([1, 1], [1, 1], [0, 0, 0, 0], [1, 1], 2),
        ([1, 1], [2, 2], [0, 0, 0, 0], [1, 1], 1),
        ([3, 7], [1, 1], [1, 3, 1, 3], [1, 1], 1),
        ([3, 3], [1, 1], [6, 7, 6, 7], [6, 7], 1),
    ] {
        check_layer(
            input,
            Op::Conv(Conv {
                weight: Weights::Seeded {
                    seed: 9,
                    shape: vec![4, 4 / groups, kernel[0], kernel[1]],
                    std: 0.5,
                },
                bias: None,
                stride,
                pad,
                dilation,
                groups,
            }),
        );
    }
}

#[test]
fn functions_of_one_value() {
    let steps = Op::FakeQuant(FakeQuant {
        // So fine that rounding is lost beside the difference step; the straight-through slope is then the true one.
        scale: Array1::from_elem(1, 1e-12),
        zero: Array1::zeros(1),
        lo: -1e13,
        hi: 1e13,
    });
    for op in [
        Op::of(Relu),
        Op::of(LeakyRelu(0.1)),
        Op::of(Clip { lo: -0.4, hi: 0.9 }),
        Op::of(Sigmoid),
        Op::of(Tanh),
        Op::of(HardSwish),
        Op::of(Identity),
        Op::of(Softmax),
        steps,
    ] {
        check_layer(Shape::new(3, 4, 3), op);
    }
}

#[test]
fn pools() {
    for kind in [PoolKind::Max, PoolKind::Average, PoolKind::AverageWithPad] {
        for (kernel, stride, pad, ceil) in [
            ([2, 2], [2, 2], [0; 4], false),
            ([3, 3], [2, 2], [1, 1, 1, 1], false),
            ([3, 2], [2, 2], [1, 0, 0, 1], true),
        ] {
            check_layer(
                Shape::new(2, 6, 5),
                Op::Pool(Pool {
                    kind,
                    kernel,
                    stride,
                    pad,
                    ceil,
                }),
            );
        }
    }
    check_layer(Shape::new(2, 4, 3), Op::of(GlobalAveragePool));
    check_layer(Shape::new(2, 4, 3), Op::of(GlobalMaxPool));
}

#[test]
fn moves_and_normalisations() {
    let input = Shape::new(4, 3, 2);
    for op in [
        Op::of(Flatten),
        Op::of(Reshape(Shape::new(2, 2, 6))),
        Op::of(Transpose([2, 0, 1])),
        Op::of(ChannelShuffle(2)),
        Op::of(Pad {
            pad: [1, 0, 2, 1],
            value: 0.3,
        }),
        Op::of(Lrn {
            size: 3,
            alpha: 0.7,
            beta: 0.75,
            bias: 1.2,
        }),
        Op::of(Lrn {
            size: 2,
            alpha: 0.7,
            beta: 0.75,
            bias: 1.2,
        }),
    ] {
        check_layer(input, op);
    }
}

#[test]
fn joins_and_shared_values() {
    // A residual block whose input goes three ways, one of them twice into the same sum.
    let net = around(Shape::new(3, 4, 4), |net, x| {
        let a = conv(net, "a", x, (3, 3), [3, 3], 1);
        let a = push(net, "relu", Op::of(Relu), &[a]).unwrap();
        let b = conv(net, "b", x, (3, 2), [1, 1], 1);
        let sum = push(net, "sum", Op::of(Add), &[x, a, x]).unwrap();
        let sum = push(net, "relu2", Op::of(Relu), &[sum]).unwrap();
        push(net, "concat", Op::of(Concat), &[sum, b, x]).unwrap()
    });
    check(&net, TrainOptions::default());
}

fn with_norms() -> Network {
    around(Shape::new(3, 4, 4), |net, x| {
        let affine = |n, key| {
            Op::ScaleShift(ScaleShift {
                scale: vector(n, key),
                shift: vector(n, key + 1),
            })
        };
        let y = push(net, "bn1", affine(3, 31), &[x]).unwrap();
        let y = push(net, "relu", Op::of(Relu), &[y]).unwrap();
        let y = conv(net, "b", y, (3, 3), [3, 3], 1);
        let y = push(net, "bn2", affine(3, 33), &[y]).unwrap();
        let y = push(net, "sum", Op::of(Add), &[y, x]).unwrap();
        push(net, "tanh", Op::of(Tanh), &[y]).unwrap()
    })
}

#[test]
fn batch_norm_with_both_statistics() {
    for batch_norm in [BatchNorm::Batch, BatchNorm::Frozen] {
        check(
            &with_norms(),
            TrainOptions {
                batch_norm,
                ..TrainOptions::default()
            },
        );
    }
}

#[test]
fn affine_of_the_input_is_no_batch_norm_and_passes_nothing_on() {
    let shape = Shape::new(2, 3, 3);
    let (mut b, x) = Builder::new("t", shape, 1);
    let scale = Op::ScaleShift(ScaleShift {
        scale: vector(2, 41),
        shift: vector(2, 42),
    });
    let x = b.push("scale", scale, &[x]);
    let x = b.conv("conv", x, 3, 3, 1, 1);
    b.gemm("fc", x, 4);
    check(&b.finish(), TrainOptions::default());
}

#[test]
fn dropout_and_label_smoothing() {
    // Behind an activation (a copy), behind a convolution (in place), and where another branch reads the value, too.
    for (layer, shared) in [("layer", false), ("before", false), ("before", true)] {
        let net = around(Shape::new(3, 4, 4), |net, x| {
            let y = push(net, "layer", Op::of(Sigmoid), &[x]).unwrap();
            if shared {
                push(net, "sum", Op::of(Add), &[y, x]).unwrap()
            } else {
                y
            }
        });
        check(
            &net,
            TrainOptions {
                dropout: [(layer.to_string(), 0.4)].into(),
                label_smoothing: 0.2,
                ..TrainOptions::default()
            },
        );
    }
}

#[test]
fn last_softmax_is_part_of_the_loss() {
    let mut net = around(Shape::new(2, 3, 3), |_, x| x);
    let last = net.output();
    push(&mut net, "softmax", Op::of(Softmax), &[last]).unwrap();
    check(&net, TrainOptions::default());
}

#[test]
fn losses_equal_the_definition() {
    // Two classes, outputs 0 and ln 3: probabilities 1/4 and 3/4.
    use crosscut_prune::train::loss::cross_entropy;
    let shape = Shape::new(2, 1, 1);
    let outputs = [0.0, 3.0f64.ln()];
    let score = cross_entropy(&outputs, 1, shape, &[0], 0.0, None);
    assert!((score.loss - 4.0f64.ln()).abs() < 1e-12 && score.right == 0);
    let score = cross_entropy(&outputs, 1, shape, &[1], 0.2, None);
    let expected = 0.9 * (4.0f64 / 3.0).ln() + 0.1 * 4.0f64.ln();
    assert!((score.loss - expected).abs() < 1e-12 && score.right == 1);
}
