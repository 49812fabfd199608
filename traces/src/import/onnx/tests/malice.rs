//! Small files that ask for much: refused in words before memory is taken, or read in time that grows with the nodes.

use super::model::{At, Sketch};
use crate::import::onnx::{Limits, load_within};
use crate::net::fold;
use std::fmt::Write;

#[test]
fn constants_that_multiply_are_refused_with_the_budget() {
    let square = |n: i64| {
        Sketch::new(13, &[1, n])
            .ints("a", &[n, 1])
            .ints("b", &[1, n])
            .node("ConstantOfShape a > p", &[])
            .node("ConstantOfShape b > q", &[])
            .node("Add p q > s", &[])
            .node("MatMul x s > y", &[])
    };
    assert!(square(64).import().is_ok());
    // 2^24 and four times the 10,004 values of p, q, a and b.
    let want = "more than 16857232 values: 16777216 and 4 for each of the 20004";
    assert!(
        square(10_000).refused().contains(want),
        "{}",
        square(10_000).refused()
    );

    let mut joined = Sketch::new(13, &[1, 1 << 28])
        .ints("a", &[16, 1])
        .node("ConstantOfShape a > k0", &[]);
    for i in 0..6 {
        let copies = format!("k{i} ").repeat(16);
        let text = format!("Concat {copies} > k{}", i + 1);
        joined = joined.node(&text, &[("axis", At::I(0))]);
    }
    let joined = joined.node("MatMul x k6 > y", &[]);
    assert!(
        joined
            .refused()
            .contains("nodes on constants make more than")
    );
}

#[test]
fn stored_and_filled_values_have_a_limit_that_can_be_raised() {
    let filled = Sketch::new(13, &[1, 100])
        .ints("a", &[100, 100])
        .node("ConstantOfShape a > w", &[])
        .node("MatMul x w > y", &[]);
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("m.onnx");
    std::fs::write(&file, filled.bytes()).unwrap();
    let e = load_within(&file, &Limits { values: 9_999 }).unwrap_err();
    let e = e.to_string();
    assert!(
        e.contains("fills more than 9999 constant values; `--most-weights`"),
        "{e}"
    );
    assert!(load_within(&file, &Limits { values: 10_000 }).is_ok());
}

#[test]
fn data_outside_the_model_counts_before_it_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let sparse = std::fs::File::create(dir.path().join("sparse.bin")).unwrap();
    sparse.set_len(1 << 30).unwrap();
    let mut tensor = crate::onnx::proto::Tensor {
        name: "w".into(),
        dims: vec![1 << 28, 1, 1, 1],
        data_type: 1,
        data_location: 1,
        ..Default::default()
    };
    tensor.external_data.push(crate::onnx::proto::StringEntry {
        key: "location".into(),
        value: "sparse.bin".into(),
    });
    let model = Sketch::new(13, &[1, 1, 1, 1])
        .tensor(tensor)
        .node("Conv x w > y", &[]);
    let file = dir.path().join("m.onnx");
    std::fs::write(&file, model.bytes()).unwrap();
    let e = load_within(&file, &Limits::default())
        .unwrap_err()
        .to_string();
    assert!(
        e.contains("stores more than 200000000 constant values"),
        "{e}"
    );
}

#[test]
fn weights_that_are_no_numbers_are_named() {
    let with = |value: f32| {
        let mut w = [1.0; 4];
        w[2] = value;
        Sketch::new(13, &[1, 2])
            .floats("w", &[2, 2], &w)
            .node("MatMul x w > y", &[])
            .refused()
    };
    for value in [f32::INFINITY, f32::NAN] {
        let want = format!("sketch: tensor 'w': value 2 is {value}, expected finite numbers");
        assert_eq!(with(value), want);
    }
    // Finite factors whose product is not.
    let folded = Sketch::new(13, &[1, 2])
        .floats("w", &[2, 1], &[1.0, 3e38])
        .floats("k", &[1], &[3.0])
        .node("Mul w k > v", &[])
        .node("MatMul x v > y", &[]);
    assert_eq!(
        folded.refused(),
        "sketch: layer 'MatMul_1': weight 1 is inf, expected finite numbers"
    );
    let slope =
        Sketch::new(13, &[1, 2]).node("LeakyRelu x > y", &[("alpha", At::F(f32::NEG_INFINITY))]);
    assert!(
        slope
            .refused()
            .contains("alpha is -inf, expected a finite number")
    );
    // A limit of a Clip may be.
    let clip = Sketch::new(13, &[1, 2])
        .floats("lo", &[], &[0.0])
        .floats("hi", &[], &[f32::INFINITY])
        .node("Clip x lo hi > y", &[]);
    assert!(clip.import().is_ok());
}

/// Both took more than 20 seconds at a fifth of this length; no time is asserted.
#[test]
fn long_chains_are_read_in_one_pass() {
    const NODES: usize = 100_000;
    let mut same = Sketch::new(13, &[1, 4]);
    let mut scaled = Sketch::new(13, &[1, 4])
        .floats("w", &[4, 1], &[1.0; 4])
        .floats("k", &[1], &[1.0])
        .node("MatMul x w > t0", &[]);
    let mut text = String::new();
    for i in 0..NODES {
        let end = |name: &str| match i + 1 {
            NODES => "y".to_string(),
            next => format!("{name}{next}"),
        };
        text.clear();
        let from = if i == 0 { "x".into() } else { format!("s{i}") };
        write!(text, "Relu {from} > {}", end("s")).unwrap();
        same = same.node(&text, &[]);
        same.graph().node[i].name = "a".into();
        text.clear();
        write!(text, "Mul t{i} k > {}", end("t")).unwrap();
        scaled = scaled.node(&text, &[]);
    }
    let net = same.import().unwrap().network;
    assert_eq!(net.len(), NODES + 1);
    assert_eq!(net.layer(net.output()).name, format!("a_{NODES}"));
    let net = fold(&scaled.import().unwrap().network);
    assert_eq!(net.len(), 2);
}
