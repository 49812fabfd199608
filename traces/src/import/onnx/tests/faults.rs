//! Faulty files: the message names the file, the node and what is wrong; nothing ever panics.

use super::model::{At, Sketch};
use super::values::residual;
use crate::import::onnx::{from_bytes, load};
use crate::onnx::proto::Tensor;
use std::path::Path;

#[test]
fn missing_file_and_other_bytes() {
    let e = load(Path::new("/no/such/model.onnx"))
        .unwrap_err()
        .to_string();
    assert!(e.starts_with("/no/such/model.onnx: cannot be read"), "{e}");
    let e = from_bytes(b"\x89PNG\r\n", "image", None)
        .unwrap_err()
        .to_string();
    assert!(e.starts_with("image: is not an ONNX model"), "{e}");
    assert_eq!(
        from_bytes(b"", "empty", None).unwrap_err().to_string(),
        "empty: has no graph"
    );
}

#[test]
fn unsupported_operators_are_listed_all_at_once() {
    let e = Sketch::new(13, &[1, 2, 4, 4])
        .node("Erf x > a", &[])
        .node("Relu a > b", &[])
        .node("Einsum b > y", &[]);
    assert_eq!(
        e.refused(),
        "sketch: 2 unsupported nodes: Erf_0 (Erf); Einsum_2 (Einsum)"
    );
    // Unsupported uses of known operators too; the users of their results are not blamed.
    let e = Sketch::new(13, &[1, 2, 4, 4])
        .node("Mul x x > a", &[])
        .node("Concat a x > b", &[("axis", At::I(1))])
        .node("Concat x x > c", &[("axis", At::I(2))])
        .node("Add b c > y", &[]);
    assert_eq!(
        e.refused(),
        "sketch: 2 unsupported nodes: Mul_0 (Mul): product of two activations; Concat_2 (Concat): axis 2: only channels"
    );
    let mut e = Sketch::new(13, &[1, 2, 4, 4]).node("Relu x > y", &[]);
    e.graph().node[0].domain = "com.example".into();
    assert_eq!(
        e.refused(),
        "sketch: 1 unsupported node: Relu_0 (com.example.Relu)"
    );
}

#[test]
fn integer_weights_need_a_scale() {
    let e = Sketch::new(13, &[1, 1, 4, 4])
        .tensor(Tensor {
            name: "w".into(),
            dims: vec![1; 4],
            data_type: 3,
            int32_data: vec![5],
            ..Default::default()
        })
        .node("Conv x w > y", &[]);
    assert_eq!(
        e.refused(),
        "sketch: tensor 'w': type int8, expected floats; integers come with a scale through DequantizeLinear"
    );
}

#[test]
fn wrong_shapes_name_node_expected_and_found() {
    let e = Sketch::new(13, &[1, 3, 4, 4])
        .floats("w", &[1, 2, 1, 1], &[1.0, 1.0])
        .node("Conv x w > y", &[]);
    assert_eq!(
        e.refused(),
        "sketch: node 'Conv_0': weight has shape [1, 2, 1, 1], expected [multiple of 1, 3, height, width] for 3 input channels in 1 group(s)"
    );
    let e = Sketch::new(13, &[1, 3])
        .floats("w", &[2, 2], &[1.0; 4])
        .node("MatMul x w > y", &[]);
    assert_eq!(
        e.refused(),
        "sketch: node 'MatMul_0': weight has shape 2 outputs x 2 inputs, expected 3 inputs per output"
    );
    let e = Sketch::new(13, &[1, 3])
        .floats("w", &[2, 3], &[1.0; 5])
        .node("Gemm x w > y", &[("transB", At::I(1))]);
    assert_eq!(
        e.refused(),
        "sketch: tensor 'w': shape [2, 3] does not fit the 5 stored values"
    );
}

#[test]
fn graph_faults() {
    let e = Sketch::new(13, &[1, 3]).node("Add x q > y", &[]);
    assert_eq!(
        e.refused(),
        "sketch: node 'Add_0' reads tensor 'q', which is neither an input, an initialiser nor the result of a node"
    );
    let e = Sketch::new(13, &[1, 3])
        .node("Add x b > a", &[])
        .node("Relu a > b", &[])
        .node("Relu b > y", &[]);
    assert_eq!(
        e.refused(),
        "sketch: the graph has a cycle through: Add_0, Relu_1, Relu_2"
    );
    let mut e = Sketch::new(13, &[1, 3])
        .node("Relu x > y", &[])
        .node("Tanh x > z", &[]);
    let mut second = e.graph().output[0].clone();
    second.name = "z".into();
    e.graph().output.push(second);
    assert_eq!(e.refused(), "sketch: needs exactly one output, has 2: y, z");
    let mut e = Sketch::new(13, &[1, 3]).node("Add x x2 > y", &[]);
    let mut second = e.graph().input[0].clone();
    second.name = "x2".into();
    e.graph().input.push(second);
    assert_eq!(e.refused(), "sketch: needs exactly one input, has 2: x, x2");
    let e = Sketch::new(13, &[1, 3, 0, 4]).node("Relu x > y", &[]);
    assert_eq!(
        e.refused(),
        "sketch: input 'x': dimension 2 is not a fixed positive number"
    );
    let mut e = Sketch::new(13, &[1, 3])
        .floats("w", &[1], &[1.0])
        .node("Add x w > y", &[]);
    e.graph().initializer[0].data_type = 8;
    assert_eq!(
        e.refused(),
        "sketch: tensor 'w' has unsupported element type string"
    );
}

#[test]
fn window_faults() {
    let pool = |attributes: &[(&str, At)]| {
        Sketch::new(13, &[1, 1, 4, 4])
            .node("MaxPool x > y", attributes)
            .refused()
    };
    assert!(pool(&[]).contains("kernel_shape is missing"));
    assert!(
        pool(&[("kernel_shape", At::Is(&[9, 9]))])
            .contains("does not fit the padded input of [4, 4]")
    );
    let e = pool(&[
        ("kernel_shape", At::Is(&[2, 2])),
        ("strides", At::Is(&[0, 1])),
    ]);
    assert!(e.contains("strides [0, 1] is outside 1.."), "{e}");
    assert!(
        pool(&[
            ("kernel_shape", At::Is(&[2, 2])),
            ("pads", At::Is(&[0, 0, i64::MAX, 0]))
        ])
        .contains("pads")
    );
    assert!(
        pool(&[
            ("kernel_shape", At::Is(&[2, 2])),
            ("auto_pad", At::S("BOTH"))
        ])
        .contains("auto_pad 'BOTH'")
    );
}

#[test]
fn truncated_files_never_panic() {
    let bytes = residual().bytes();
    for end in 0..bytes.len() {
        let _ = from_bytes(&bytes[..end], "cut", None);
    }
}

#[test]
fn flipped_bytes_never_panic() {
    let bytes = residual().bytes();
    let mut state = 1u64;
    let mut random = |below: usize| {
        // Knuth's linear congruential constants; the top bits are good enough here.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for _ in 0..20_000 {
        let mut broken = bytes.clone();
        for _ in 0..=random(3) {
            let at = random(broken.len());
            broken[at] = random(256) as u8;
        }
        let _ = from_bytes(&broken, "broken", None);
    }
}

/// As above on real files of several exporters.
#[test]
#[ignore = "slow; run in release"]
fn flipped_bytes_of_real_files_never_panic() {
    let Some(data) = super::shared() else { return };
    let mut state = 7u64;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for (name, rounds) in [
        ("models/digits_cnn_ts_op13", 3000),
        ("models/lenet5_mnist_int8_qdq", 1500),
        ("onnx/cntk_mnist", 1500),
        ("onnx/wuhan_mnist-lg", 3000),
        ("onnx/jinsoo_lenet", 500),
        ("onnx/light_shufflenet", 50),
    ] {
        let bytes = std::fs::read(data.join(format!("{name}.onnx"))).unwrap();
        let mut survived = 0;
        for round in 0..rounds * 10 {
            let mut broken = bytes.clone();
            for _ in 0..=random(4) {
                // Half of the rounds leave the long tail of weights alone.
                let reach = if round % 2 == 0 {
                    broken.len()
                } else {
                    broken.len().min(6000)
                };
                let at = random(reach);
                broken[at] = random(256) as u8;
            }
            survived += usize::from(from_bytes(&broken, "broken", None).is_ok());
        }
        println!(
            "{name}: {survived} of {} damaged files still import",
            rounds * 10
        );
    }
}
