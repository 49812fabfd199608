//! Constant folding and nodes that leave no layer.

use super::model::{At, Sketch};
use crate::exec::float;
use ndarray::Array3;

fn names(s: &Sketch) -> Vec<String> {
    let net = s.import().unwrap_or_else(|e| panic!("{e}")).network;
    net.layers().map(|(_, l)| l.name.clone()).collect()
}

#[test]
fn shape_arithmetic_is_folded() {
    // 1x6x4x4 to [batch, 2 * channels, -1]: 12 rows of 8.
    let s = Sketch::new(13, &[0, 6, 4, 4])
        .ints("zero", &[0])
        .ints("one", &[1])
        .ints("two", &[2])
        .ints("rest", &[-1])
        .node("Shape x > s", &[])
        .node("Slice s zero one > n", &[])
        .node("Gather s one > c", &[])
        .node("Mul c two > c2", &[])
        .node("Cast c2 > cf", &[("to", At::I(1))])
        .node("Cast cf > ci", &[("to", At::I(7))])
        .node("Sub ci zero > cs", &[])
        .node("Div cs one > cd", &[])
        .node("Squeeze cd zero > c0", &[])
        .node("Unsqueeze c0 zero > c1", &[])
        .node("Concat n c1 rest > t", &[("axis", At::I(0))])
        .node("Reshape x t > y", &[]);
    let net = s.import().unwrap().network;
    assert_eq!(net.layer(net.output()).shape, crate::Shape::new(12, 8, 1));
    assert_eq!(names(&s), ["x", "Reshape_11"]);
}

#[test]
fn layers_read_only_for_their_shape_are_dropped() {
    let s = Sketch::new(13, &[1, 2, 2, 2])
        .node("Sigmoid x > unused", &[])
        .node("Shape unused > s", &[])
        .node("Reshape x s > y", &[]);
    assert_eq!(names(&s), ["x"]);
}

#[test]
fn last_log_softmax_is_left_out_with_a_warning() {
    let s = Sketch::new(13, &[1, 3]).node("LogSoftmax x > y", &[]);
    let warnings = s.import().unwrap().warnings;
    assert!(warnings[0].contains("left out"), "{warnings:?}");
    let s = Sketch::new(13, &[1, 3])
        .node("LogSoftmax x > a", &[])
        .node("Relu a > y", &[]);
    assert!(s.refused().contains("as the last node"), "{}", s.refused());
}

#[test]
fn padding_and_mean() {
    // Ones, 2x2, padded by one row of 3 on top: mean (4 + 6) / 6.
    let s = Sketch::new(13, &[1, 1, 2, 2])
        .ints("p", &[0, 0, 1, 0, 0, 0, 0, 0])
        .floats("v", &[], &[3.0])
        .node("Pad x p v > a", &[])
        .node(
            "ReduceMean a > y",
            &[("axes", At::Is(&[-1, 2])), ("keepdims", At::I(0))],
        );
    let net = s.import().unwrap().network;
    let y = float::run(&net, &Array3::ones((1, 2, 2))).unwrap();
    assert!((y[[0, 0, 0]] - 10.0 / 6.0).abs() < 1e-6);
}

#[test]
fn names_are_kept_and_made_unique() {
    let mut s = Sketch::new(13, &[1, 3])
        .node("Relu x > a", &[])
        .node("Tanh a > b", &[])
        .node("Relu b > y", &[]);
    s.graph().node[0].name = "same".into();
    s.graph().node[1].name = "same".into();
    assert_eq!(names(&s), ["x", "same", "same_2", "Relu_2"]);
}

#[test]
fn unordered_nodes_are_sorted() {
    let s = Sketch::new(13, &[1, 3])
        .node("Tanh b > y", &[])
        .node("Relu x > b", &[]);
    assert_eq!(names(&s), ["x", "Relu_1", "Tanh_0"]);
}

#[test]
fn quantised_codes_need_their_own_grid_back() {
    let s = Sketch::new(13, &[1, 3])
        .floats("s", &[], &[0.5])
        .floats("t", &[], &[0.25])
        .node("QuantizeLinear x s > q", &[])
        .node("DequantizeLinear q t > y", &[]);
    assert!(
        s.refused().contains("other scale or zero point"),
        "{}",
        s.refused()
    );
}
