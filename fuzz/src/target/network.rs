//! Networks and weights. An accepted network is mapped and timed, if it is small.

use crate::reader::{Target, assert_short};
use crate::wire;
use crosscut::Setting;
use crosscut::arch;
use crosscut::traces::import::{onnx as import, safetensors};
use crosscut::traces::net::Builder;
use crosscut::traces::{Network, Shape, export};
use std::cell::RefCell;

/// Work above which an accepted network is not mapped, in multiplications.
const MOST_MACS: u64 = 50_000_000;

/// Two convolutions, a pool and a layer of weights: 1x6x6 images, three classes.
pub fn small() -> Network {
    let (mut b, x) = Builder::new("small", Shape::new(1, 6, 6), 1);
    let x = b.conv("conv1", x, 4, 3, 1, 1);
    let x = b.relu(x);
    let x = b.max_pool("pool1", x, 2, 2, 0);
    let x = b.conv("conv2", x, 6, 3, 1, 0);
    let x = b.relu(x);
    b.gemm("fc", x, 3);
    b.finish()
}

/// A node: operator, inputs, output, attributes.
type Node<'a> = (&'a str, &'a [&'a str], &'a str, &'a [Vec<u8>]);

fn numbers(name: &str, values: &[i64]) -> Vec<u8> {
    let values = values.iter().flat_map(|v| wire::number(8, *v as u64));
    let all: Vec<u8> = wire::bytes(1, name.as_bytes())
        .into_iter()
        .chain(values)
        .collect();
    [all, wire::number(20, 7)].concat()
}

fn tensor(name: &str, dims: &[u64], kind: u64, data: &[u8]) -> Vec<u8> {
    let dims = dims.iter().flat_map(|d| wire::number(1, *d));
    let rest = [
        wire::number(2, kind),
        wire::bytes(8, name.as_bytes()),
        wire::bytes(9, data),
    ];
    dims.chain(rest.concat()).collect()
}

fn floats(name: &str, dims: &[u64]) -> Vec<u8> {
    let count = dims.iter().product::<u64>();
    let data: Vec<u8> = (0..count)
        .flat_map(|i| (i as f32 / 8.0 - 1.0).to_le_bytes())
        .collect();
    tensor(name, dims, 1, &data)
}

fn ints(name: &str, values: &[i64]) -> Vec<u8> {
    let data: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
    tensor(name, &[values.len() as u64], 7, &data)
}

fn value(name: &str, dims: &[u64]) -> Vec<u8> {
    let dims: Vec<u8> = dims
        .iter()
        .flat_map(|d| wire::bytes(1, &wire::number(1, *d)))
        .collect();
    let tensor = [wire::number(1, 1), wire::bytes(2, &dims)].concat();
    [
        wire::bytes(1, name.as_bytes()),
        wire::bytes(2, &wire::bytes(1, &tensor)),
    ]
    .concat()
}

fn model(nodes: &[Node<'_>], constants: &[Vec<u8>]) -> Vec<u8> {
    let mut graph = Vec::new();
    for (op, inputs, output, attributes) in nodes {
        let mut node: Vec<u8> = inputs
            .iter()
            .flat_map(|i| wire::bytes(1, i.as_bytes()))
            .collect();
        node.extend(wire::bytes(2, output.as_bytes()));
        node.extend(wire::bytes(4, op.as_bytes()));
        node.extend(attributes.iter().flat_map(|a| wire::bytes(5, a)));
        graph.extend(wire::bytes(1, &node));
    }
    graph.extend(constants.iter().flat_map(|c| wire::bytes(5, c)));
    graph.extend(wire::bytes(11, &value("x", &[1, 2, 6, 6])));
    graph.extend(wire::bytes(12, &value("y", &[])));
    let opset = wire::number(2, 13);
    [
        wire::number(1, 8),
        wire::bytes(7, &graph),
        wire::bytes(8, &opset),
    ]
    .concat()
}

/// Small models that together use most operators.
fn models() -> Vec<Vec<u8>> {
    let conv: Node<'_> = ("Conv", &["x", "w"], "c", &[]);
    let w = || floats("w", &[3, 2, 3, 3]);
    let same = numbers("pads", &[1, 1, 1, 1]);
    vec![
        model(
            &[
                ("Conv", &["x", "w"], "c", std::slice::from_ref(&same)),
                ("BatchNormalization", &["c", "s", "s", "s", "v"], "b", &[]),
                ("LeakyRelu", &["b"], "r", &[]),
                (
                    "AveragePool",
                    &["r"],
                    "p",
                    &[numbers("kernel_shape", &[2, 2])],
                ),
                ("Conv", &["p", "u"], "d", &[]),
                ("Add", &["d", "p2"], "a", &[]),
                ("MaxPool", &["r"], "q", &[numbers("kernel_shape", &[2, 2])]),
                ("Conv", &["q", "u"], "p2", &[]),
                ("GlobalAveragePool", &["a"], "g", &[]),
                ("Flatten", &["g"], "f", &[]),
                ("Softmax", &["f"], "y", &[]),
            ],
            &[
                w(),
                floats("s", &[3]),
                ints("n", &[1]),
                floats("u", &[3, 3, 1, 1]),
                tensor("v", &[3], 1, &[0, 0, 128, 63].repeat(3)),
            ],
        ),
        model(
            &[
                conv,
                ("Shape", &["c"], "h", &[]),
                ("Gather", &["h", "zero"], "n", &[]),
                ("Unsqueeze", &["n", "zero1"], "n1", &[]),
                (
                    "Concat",
                    &["n1", "minus"],
                    "to",
                    &[[numbers("axis", &[]), wire::number(3, 0)].concat()],
                ),
                ("Reshape", &["c", "to"], "r", &[]),
                ("MatMul", &["r", "m"], "mm", &[]),
                ("Clip", &["mm", "lo", "hi"], "k", &[]),
                ("HardSwish", &["k"], "y", &[]),
            ],
            &[
                w(),
                tensor("zero", &[], 7, &[0; 8]),
                ints("zero1", &[0]),
                ints("minus", &[-1]),
                floats("m", &[48, 4]),
                tensor("lo", &[], 1, &[0; 4]),
                tensor("hi", &[], 1, &6f32.to_le_bytes()),
            ],
        ),
        model(
            &[
                ("QuantizeLinear", &["x", "s", "z"], "xq", &[]),
                ("DequantizeLinear", &["xq", "s", "z"], "xd", &[]),
                ("DequantizeLinear", &["wq", "s", "z"], "wd", &[]),
                ("Conv", &["xd", "wd"], "c", &[]),
                ("Sigmoid", &["c"], "g", &[]),
                ("Mul", &["c", "g"], "p", &[]),
                ("Transpose", &["c"], "t", &[numbers("perm", &[0, 1, 2, 3])]),
                ("ReduceMean", &["t"], "y", &[numbers("axes", &[2, 3])]),
            ],
            &[
                tensor("s", &[], 1, &0.02f32.to_le_bytes()),
                tensor("z", &[], 3, &[0]),
                tensor("wq", &[3, 2, 3, 3], 3, &[5; 54]),
            ],
        ),
        model(
            &[
                ("ConstantOfShape", &["dims"], "k", &[]),
                ("Expand", &["k", "dims"], "e", &[]),
                ("Slice", &["k", "zero1", "two", "zero1"], "sl", &[]),
                ("Add", &["sl", "w0"], "wk", &[]),
                ("Pad", &["x", "pads"], "xp", &[]),
                ("Conv", &["xp", "wk"], "c", &[]),
                (
                    "LRN",
                    &["c"],
                    "l",
                    &[[
                        wire::bytes(1, b"size"),
                        wire::number(3, 3),
                        wire::number(20, 2),
                    ]
                    .concat()],
                ),
                (
                    "Concat",
                    &["l", "l"],
                    "y",
                    &[[
                        wire::bytes(1, b"axis"),
                        wire::number(3, 1),
                        wire::number(20, 2),
                    ]
                    .concat()],
                ),
            ],
            &[
                ints("dims", &[3, 2, 3, 3]),
                ints("zero1", &[0]),
                ints("two", &[2]),
                floats("w0", &[2, 2, 3, 3]),
                ints("pads", &[0, 0, 1, 1, 0, 0, 1, 1]),
            ],
        ),
    ]
}

/// ONNX models.
pub fn onnx() -> Target {
    let mut corpus = vec![export::onnx::save(&small()).expect("it can be saved")];
    corpus.extend(models());
    Target {
        name: "onnx",
        corpus,
        words: &[
            "Conv",
            "Gemm",
            "MatMul",
            "Relu",
            "MaxPool",
            "AveragePool",
            "GlobalAveragePool",
            "Add",
            "Mul",
            "Concat",
            "Reshape",
            "Flatten",
            "BatchNormalization",
            "Constant",
            "ConstantOfShape",
            "Expand",
            "Shape",
            "Slice",
            "Gather",
            "Cast",
            "Clip",
            "QuantizeLinear",
            "DequantizeLinear",
            "QLinearConv",
            "Pad",
            "Transpose",
            "LRN",
            "Softmax",
            "LeakyRelu",
            "Resize",
            "ConvTranspose",
            "group",
            "strides",
            "pads",
            "kernel_shape",
            "dilations",
            "axis",
            "conv1",
            "conv2",
            "fc",
        ],
        protobuf: true,
        read: Box::new(|bytes| match import::from_bytes(bytes, "fuzz", None) {
            Ok(import) => {
                let net = import.network;
                // Mapping takes most of the time: one of eight.
                let chosen = bytes.iter().map(|b| usize::from(*b)).sum::<usize>() % 8 == 0;
                if chosen && net.total_stats().macs < MOST_MACS {
                    let machine = arch::load("reram-64", &[]).expect("a preset");
                    let mapped = Setting::new(machine, net).map();
                    let _ = mapped.and_then(|e| e.estimate());
                }
                true
            }
            Err(error) => {
                assert_short(&error.to_string(), 1 << 21);
                false
            }
        }),
    }
}

/// Weights for a network.
pub fn weights() -> Target {
    let net = RefCell::new(small());
    let corpus = vec![safetensors::save(&small()).expect("they can be saved")];
    Target {
        name: "weights",
        corpus,
        words: &[
            "F32",
            "F16",
            "BF16",
            "I64",
            "U8",
            "shape",
            "dtype",
            "data_offsets",
            "conv1.weight",
            "fc.bias",
            "__metadata__",
        ],
        protobuf: false,
        read: Box::new(move |bytes| {
            let _ = safetensors::network_of(bytes);
            safetensors::load_onto(&mut net.borrow_mut(), bytes).is_ok()
        }),
    }
}
