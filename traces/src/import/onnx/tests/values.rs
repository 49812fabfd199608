//! Small models against results worked out by hand.

use super::model::{At, Sketch};
use crate::exec::float;
use crate::import::Fault;
use crate::import::onnx::from_bytes;
use crate::onnx::proto::{StringEntry, Tensor};
use crate::op::{FakeQuant, Op};
use crate::shape::Shape;
use half::f16;
use ndarray::Array3;

/// Residual sum, grouped convolution, channel concat and a Shape-Gather-Unsqueeze-Concat-Reshape chain:
/// with x = [[1, 2], [3, 4]] and [[5, 6], [7, 8]], the grouped 1x1 convolution gives 10x0 and -x1, the
/// sum 11x0 and 0, Relu keeps them, concat with x gives [11x0, 0, x0, x1], and the matrix of ones in
/// row 0 and 0.5 on the last channel in row 1 gives 12 * (1+2+3+4) + 26 = 146 and 13 + 1 = 14.
pub(super) fn residual() -> Sketch {
    let mut fc = vec![1.0; 16];
    fc.extend([0.0; 12]);
    fc.extend([0.5; 4]);
    Sketch::new(11, &[0, 2, 2, 2])
        .floats("w", &[2, 1, 1, 1], &[10.0, -1.0])
        .node("Conv x w > c", &[("group", At::I(2))])
        .node("Add c x > s", &[])
        .node("Relu s > r", &[])
        .node("Concat r x > k", &[("axis", At::I(1))])
        .node("Shape k > shape", &[])
        .node("Gather shape zero > batch", &[("axis", At::I(0))])
        .node("Unsqueeze batch > batch1", &[("axes", At::Is(&[0]))])
        .node("Concat batch1 rest > target", &[("axis", At::I(0))])
        .node("Reshape k target > flat", &[])
        .tensor(Tensor {
            name: "zero".into(),
            data_type: 7,
            int64_data: vec![0],
            ..Default::default()
        })
        .ints("rest", &[-1])
        .floats("fc", &[2, 16], &fc)
        .floats("bias", &[2], &[0.0, 1.0])
        .node("Gemm flat fc bias > y", &[("transB", At::I(1))])
}

fn ramp(c: usize, h: usize, w: usize) -> Array3<f32> {
    Array3::from_shape_vec((c, h, w), (1..=c * h * w).map(|v| v as f32).collect()).unwrap()
}

/// Imports and runs.
fn run(sketch: &Sketch, x: &Array3<f32>) -> Array3<f32> {
    let import = sketch.import().unwrap_or_else(|e| panic!("{e}"));
    float::run(&import.network, x).unwrap()
}

fn flat(sketch: &Sketch, x: &Array3<f32>) -> Vec<f32> {
    run(sketch, x).iter().copied().collect()
}

#[test]
fn residual_concat_group_and_dynamic_reshape() {
    let sketch = residual();
    assert_eq!(flat(&sketch, &ramp(2, 2, 2)), [146.0, 14.0]);
    let net = sketch.import().unwrap().network;
    let names: Vec<&str> = net.layers().map(|(_, l)| l.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "x",
            "Conv_0",
            "Add_1",
            "Relu_2",
            "Concat_3",
            "Reshape_8",
            "Gemm_9"
        ]
    );
}

#[test]
fn bias_written_as_addition_joins_its_layer_only_if_nothing_else_reads_it() {
    let base = || {
        Sketch::new(13, &[1, 1, 1, 2])
            .floats("w", &[2, 1, 1, 1], &[1.0, 2.0])
            .floats("b", &[2, 1, 1], &[10.0, 20.0])
    };
    let alone = base().node("Conv x w > c", &[]).node("Add c b > y", &[]);
    assert_eq!(alone.import().unwrap().network.len(), 2);
    assert_eq!(flat(&alone, &ramp(1, 1, 2)), [11.0, 12.0, 22.0, 24.0]);
    let shared = base()
        .node("Conv x w > c", &[])
        .node("Add b c > a", &[])
        .node("Add a c > y", &[]);
    assert_eq!(flat(&shared, &ramp(1, 1, 2)), [12.0, 14.0, 24.0, 28.0]);
}

#[test]
fn matmul_after_channels_last_flatten() {
    // x = [[1, 2], [3, 4]] channels; height 1, width 2: channels-last order is 1 3 2 4.
    let s = Sketch::new(13, &[1, 2, 1, 2])
        .node("Transpose x > t", &[("perm", At::Is(&[0, 2, 3, 1]))])
        .ints("to", &[-1, 4])
        .node("Reshape t to > f", &[])
        .floats("m", &[4, 1], &[1.0, 10.0, 100.0, 1000.0])
        .floats("b", &[1, 1], &[0.5])
        .node("MatMul f m > p", &[])
        .node("Add p b > y", &[]);
    assert_eq!(
        flat(&s, &ramp(2, 1, 2)),
        [1.0 + 30.0 + 200.0 + 4000.0 + 0.5]
    );
}

#[test]
fn gemm_factors() {
    let s = Sketch::new(13, &[1, 2])
        .floats("m", &[2, 2], &[1.0, 2.0, 3.0, 4.0])
        .floats("c", &[1], &[10.0])
        .node(
            "Gemm x m c > y",
            &[("alpha", At::F(2.0)), ("beta", At::F(0.5))],
        );
    // 2 (1 + 2*3), 2 (2 + 2*4), plus 5.
    assert_eq!(flat(&s, &ramp(2, 1, 1)), [19.0, 25.0]);
}

#[test]
fn per_channel_arithmetic() {
    let s = |op: &str| {
        Sketch::new(13, &[1, 2, 1, 1])
            .floats("k", &[1, 2, 1, 1], &[2.0, 4.0])
            .node(op, &[])
    };
    let x = ramp(2, 1, 1);
    assert_eq!(flat(&s("Mul x k > y"), &x), [2.0, 8.0]);
    assert_eq!(flat(&s("Div x k > y"), &x), [0.5, 0.5]);
    assert_eq!(flat(&s("Sub x k > y"), &x), [-1.0, -2.0]);
    assert_eq!(flat(&s("Sub k x > y"), &x), [1.0, 2.0]);
    assert_eq!(flat(&s("Sum k x > y"), &x), [3.0, 6.0]);
}

#[test]
fn batch_norm_warns_in_training_mode() {
    let s = Sketch::new(15, &[1, 1, 1, 2])
        .floats("g", &[1], &[3.0])
        .floats("b", &[1], &[1.0])
        .floats("m", &[1], &[1.0])
        .floats("v", &[1], &[4.0])
        .node(
            "BatchNormalization x g b m v > y",
            &[("epsilon", At::F(0.0)), ("training_mode", At::I(1))],
        );
    assert_eq!(flat(&s, &ramp(1, 1, 2)), [1.0, 2.5]);
    let warnings = s.import().unwrap().warnings;
    assert!(
        warnings.len() == 1 && warnings[0].contains("training_mode=1 is ignored"),
        "{warnings:?}"
    );
}

#[test]
fn automatic_and_counted_padding() {
    // 3 columns, window 2, stride 2, one padding column at the end (UPPER) or the beginning (LOWER).
    let s = |op: &str, mode: &str, count: i64| {
        let at = [
            ("kernel_shape", At::Is(&[1, 2])),
            ("strides", At::Is(&[1, 2])),
            ("auto_pad", At::S(mode)),
            ("count_include_pad", At::I(count)),
        ];
        flat(
            &Sketch::new(13, &[1, 1, 1, 3]).node(op, &at),
            &ramp(1, 1, 3),
        )
    };
    assert_eq!(s("MaxPool x > y", "SAME_UPPER", 0), [2.0, 3.0]);
    assert_eq!(s("MaxPool x > y", "SAME_LOWER", 0), [1.0, 3.0]);
    assert_eq!(s("AveragePool x > y", "SAME_UPPER", 0), [1.5, 3.0]);
    assert_eq!(s("AveragePool x > y", "SAME_UPPER", 1), [1.5, 1.5]);
    assert_eq!(s("AveragePool x > y", "VALID", 0), [1.5]);
}

#[test]
fn clip_limits_as_attributes_and_operands() {
    let old =
        Sketch::new(6, &[1, 3]).node("Clip x > y", &[("min", At::F(2.0)), ("max", At::F(2.5))]);
    assert_eq!(flat(&old, &ramp(3, 1, 1)), [2.0, 2.0, 2.5]);
    let new = Sketch::new(13, &[1, 3])
        .floats("hi", &[], &[2.5])
        .node("Clip x - hi > y", &[]);
    assert_eq!(flat(&new, &ramp(3, 1, 1)), [1.0, 2.0, 2.5]);
}

#[test]
fn channel_shuffle_and_general_permutation() {
    let five = |perm: &[i64], to: &[i64]| {
        Sketch::new(13, &[1, 6, 1, 2])
            .ints("a", &[1, 2, 3, 1, 2])
            .ints("b", to)
            .node("Reshape x a > g", &[])
            .node("Transpose g > t", &[("perm", At::Is(perm))])
            .node("Reshape t b > y", &[])
    };
    let s = five(&[0, 2, 1, 3, 4], &[1, 6, 1, 2]);
    let net = s.import().unwrap().network;
    let op = net.layer(net.output()).op.operator();
    assert_eq!((op.name(), op.parameters()), ("ChannelShuffle", vec![2]));
    // Channels 0..5 come out as 0 3 1 4 2 5.
    assert_eq!(
        flat(&s, &ramp(6, 1, 2)),
        [
            1.0, 2.0, 7.0, 8.0, 3.0, 4.0, 9.0, 10.0, 5.0, 6.0, 11.0, 12.0
        ]
    );
    // Columns to the front: all even positions, then all odd ones.
    let s = five(&[0, 4, 1, 2, 3], &[1, 2, 6, 1]);
    assert_eq!(
        flat(&s, &ramp(6, 1, 2)),
        [
            1.0, 3.0, 5.0, 7.0, 9.0, 11.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0
        ]
    );
}

#[test]
fn channels_last_input_is_taken_channels_first() {
    let s = Sketch::new(13, &[0, 2, 2, 3])
        .node("Transpose x > t", &[("perm", At::Is(&[0, 3, 1, 2]))])
        .node("Relu t > y", &[]);
    let import = s.import().unwrap();
    assert_eq!(
        import.network.layer(import.network.input()).shape,
        Shape::new(3, 2, 2)
    );
    assert_eq!((import.network.len(), import.warnings.len()), (2, 1));
}

#[test]
fn fixed_batch_is_taken_as_one() {
    let s = Sketch::new(13, &[64, 2, 1, 2])
        .ints("to", &[64, 4])
        .node("Reshape x to > y", &[]);
    let import = s.import().unwrap();
    assert_eq!(
        import.network.layer(import.network.output()).shape,
        Shape::new(4, 1, 1)
    );
    assert_eq!(
        import.warnings,
        ["input 'x': the fixed batch of 64 is taken as 1"]
    );
}

#[test]
fn quantised_weights_are_folded_exactly_and_pairs_become_fake_quant() {
    let int8 = |name: &str, dims: &[i64], kind: i32, bytes: &[u8]| Tensor {
        name: name.into(),
        dims: dims.to_vec(),
        data_type: kind,
        raw_data: Some(bytes.to_vec()),
        ..Default::default()
    };
    let bias = Tensor {
        name: "qb".into(),
        dims: vec![2],
        data_type: 6,
        int32_data: vec![100, -7],
        ..Default::default()
    };
    let s = Sketch::new(13, &[1, 1])
        .tensor(int8("q", &[2, 1], 3, &[0xFF, 4]))
        .floats("s", &[2], &[0.3, 0.7])
        .tensor(int8("z", &[2], 3, &[1, 0]))
        .node("DequantizeLinear q s z > w", &[("axis", At::I(0))])
        .tensor(bias)
        .floats("sb", &[2], &[0.5, 2.0])
        .node("DequantizeLinear qb sb > b", &[("axis", At::I(0))])
        .floats("sx", &[], &[0.5])
        .tensor(int8("zx", &[], 2, &[3]))
        .node("QuantizeLinear x sx zx > xq", &[])
        .node("DequantizeLinear xq sx zx > xd", &[])
        .node("Gemm xd w b > y", &[("transB", At::I(1))]);
    let net = s.import().unwrap().network;
    let Op::Gemm(g) = &net.layer(net.output()).op else {
        panic!("not a Gemm")
    };
    assert_eq!(
        g.weight.values().iter().copied().collect::<Vec<_>>(),
        [-2.0 * 0.3f32, 4.0 * 0.7f32]
    );
    assert_eq!(g.bias.as_ref().unwrap().to_vec(), [50.0, -14.0]);
    let Op::FakeQuant(FakeQuant { lo, hi, .. }) = net.layer(net.inputs(net.output())[0]).op else {
        panic!("not rounded")
    };
    assert_eq!((lo, hi), (0.0, 255.0));
    // 1.25 / 0.5 = 2.5 rounds to 2 (half to even): 1.0. -9 saturates at code 0: -1.5.
    for (x, real) in [(1.25, 1.0f32), (-9.0, -1.5)] {
        let y = flat(&s, &Array3::from_elem((1, 1, 1), x));
        let expected = [real * (-2.0 * 0.3f32) + 50.0, real * (4.0 * 0.7f32) - 14.0];
        assert!(
            y.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-5),
            "{y:?} {expected:?}"
        );
    }
}

#[test]
fn element_types_typed_and_raw() {
    let values = [1.5f32, -2.0];
    let half: Vec<u16> = values.iter().map(|&v| f16::from_f32(v).to_bits()).collect();
    let base = |code: i32| Tensor {
        name: "k".into(),
        dims: vec![2],
        data_type: code,
        ..Default::default()
    };
    let raw = |code: i32, bytes: Vec<u8>| Tensor {
        raw_data: Some(bytes),
        ..base(code)
    };
    let tensors = [
        Tensor {
            float_data: values.to_vec(),
            ..base(1)
        },
        raw(1, values.iter().flat_map(|v| v.to_le_bytes()).collect()),
        Tensor {
            double_data: vec![1.5, -2.0],
            ..base(11)
        },
        raw(
            11,
            values
                .iter()
                .flat_map(|&v| f64::from(v).to_le_bytes())
                .collect(),
        ),
        Tensor {
            int32_data: half.iter().map(|&v| i32::from(v)).collect(),
            ..base(10)
        },
        raw(10, half.iter().flat_map(|v| v.to_le_bytes()).collect()),
    ];
    for t in tensors {
        let s = Sketch::new(13, &[1, 2])
            .tensor(t.clone())
            .node("Mul x k > y", &[]);
        assert_eq!(
            flat(&s, &ramp(2, 1, 1)),
            [1.5, -4.0],
            "type {}",
            t.data_type
        );
    }
    let s = Sketch::new(13, &[1, 2])
        .tensor(raw(1, vec![0; 7]))
        .node("Mul x k > y", &[]);
    assert_eq!(
        s.refused(),
        "sketch: tensor 'k': shape [2] needs 8 bytes, found 7"
    );
}

#[test]
fn external_data() {
    let dir = std::env::temp_dir().join(format!("crosscut-onnx-external-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let mut bytes = vec![9; 4];
    bytes.extend([2.0f32, 3.0].iter().flat_map(|v| v.to_le_bytes()));
    std::fs::write(dir.join("w.data"), bytes).unwrap();
    let import = |location: &str, offset: &str| {
        let entry = |key: &str, value: &str| StringEntry {
            key: key.into(),
            value: value.into(),
        };
        let t = Tensor {
            name: "k".into(),
            dims: vec![2],
            data_type: 1,
            data_location: 1,
            external_data: vec![
                entry("location", location),
                entry("offset", offset),
                entry("length", "8"),
            ],
            ..Default::default()
        };
        let s = Sketch::new(13, &[1, 2]).tensor(t).node("Mul x k > y", &[]);
        from_bytes(&s.bytes(), "m", Some(&dir)).map_err(|e| e.fault)
    };
    let net = import("w.data", "4").unwrap().network;
    assert_eq!(
        float::run(&net, &ramp(2, 1, 1))
            .unwrap()
            .iter()
            .copied()
            .collect::<Vec<_>>(),
        [2.0, 6.0]
    );
    let refused = |location, offset| match import(location, offset) {
        Err(Fault::Data { detail, .. }) => detail,
        other => panic!("{other:?}"),
    };
    assert!(refused("w.data", "5").contains("too few for 8 from 5"));
    assert!(refused("../w.data", "4").contains("outside the folder"));
    assert!(refused("none.data", "4").contains("none.data"));
    std::fs::remove_dir_all(&dir).unwrap();
}

#[test]
fn initialisers_also_listed_as_inputs() {
    let mut s = Sketch::new(9, &[1, 2])
        .floats("k", &[2], &[1.0, 2.0])
        .node("Add x k > y", &[]);
    let mut listed = s.graph().input[0].clone();
    listed.name = "k".into();
    s.graph().input.push(listed);
    assert_eq!(flat(&s, &ramp(2, 1, 1)), [2.0, 4.0]);
}

#[test]
fn softmax_follows_the_operator_set() {
    let s = |opset: i64| Sketch::new(opset, &[1, 2, 1, 2]).node("Softmax x > y", &[]);
    // Before set 13 all values from axis 1 on are one distribution; since then only the last axis.
    assert!((flat(&s(9), &ramp(2, 1, 2)).iter().sum::<f32>() - 1.0).abs() < 1e-6);
    assert!(s(13).refused().contains("only over all values"));
}
