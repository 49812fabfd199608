//! Is the integer network what its definition says: scales, codes, saturation, and exact sums?

use crosscut_traces::exec::{exact::ExactAccumulator, float, int};
use crosscut_traces::op::{Add, FakeQuant, Flatten, Relu};
use crosscut_traces::quant::{
    Calibration, QuantError, QuantSpec, quantise, quantise_seeded, quantise_with,
};
use crosscut_traces::random::Key;
use crosscut_traces::{
    Conv, Gemm, LayerId, Network, Op, Pool, PoolKind, QuantLayer, QuantNetwork, Shape, Tensor,
    Weights, net, zoo,
};
use ndarray::{Array1, Array2, Array3, ArrayD, arr1};

const EIGHT: QuantSpec = QuantSpec {
    weight_bits: 8,
    input_bits: 8,
};

fn vector(values: &[f32]) -> Tensor {
    Array3::from_shape_vec((values.len(), 1, 1), values.to_vec()).unwrap()
}

fn gemm(rows: usize, values: &[f32], bias: Option<&[f32]>) -> Op {
    let shape = vec![rows, values.len() / rows];
    Op::Gemm(Gemm {
        weight: Weights::dense(ArrayD::from_shape_vec(shape, values.to_vec()).unwrap()),
        bias: bias.map(arr1),
    })
}

/// Input of `n` values, the given layers in a chain, then `last`.
fn chain(n: usize, layers: Vec<Op>) -> Network {
    let mut net = Network::new("t");
    let mut x = net::push(&mut net, "x", Op::Input(Shape::new(n, 1, 1)), &[]).unwrap();
    for (i, op) in layers.into_iter().enumerate() {
        x = net::push(&mut net, &format!("l{i}"), op, &[x]).unwrap();
    }
    net
}

fn only(q: &QuantNetwork) -> &QuantLayer {
    assert_eq!(q.layers.len(), 1);
    q.layers.values().next().unwrap()
}

#[test]
fn one_layer_by_hand() {
    // Weight step 63.5 / 127 = 0.5: -0.75 is -1.5 steps, half to even -2; 0.25 is 0.5 steps, 0.
    // Input step 63.75 / 255 = 0.25: 0.375 is 1.5 steps, code 2; 0.625 is 2.5 steps, code 2.
    let net = chain(3, vec![gemm(1, &[63.5, -0.75, 0.25], Some(&[0.125]))]);
    let image = vector(&[0.375, 63.75, 0.625]);
    let q = quantise(&net, std::slice::from_ref(&image), EIGHT).unwrap();
    let layer = only(&q);
    assert_eq!(layer.weights, ndarray::arr2(&[[127, -2, 0]]));
    assert_eq!((layer.weight_scale[0], layer.input_scale), (0.5, 0.25));
    assert!(!layer.input_signed);
    assert_eq!(
        layer.codes(&image, 8),
        ndarray::arr3(&[[[2]], [[255]], [[2]]])
    );
    // (2 * 127 - 255 * 2) * 0.125 + 0.125 = -256 * 0.125 + 0.125.
    let out = int::run(&q, &image, &mut ExactAccumulator::new(&q)).unwrap();
    assert_eq!(out[[0, 0, 0]], -31.875);
}

#[test]
fn negative_calibration_values_make_signed_codes_and_outsiders_are_counted() {
    let net = chain(2, vec![gemm(1, &[1.0, 1.0], None)]);
    let q = quantise(&net, &[vector(&[-127.0, 3.0])], EIGHT).unwrap();
    assert!(only(&q).input_signed && only(&q).input_scale == 1.0);
    // 200 is above code 127; -128 is still a code, -129 is not.
    let mut exact = ExactAccumulator::new(&q);
    for (values, outside) in [
        ([200.0, -128.0], 1),
        ([0.0, 127.0], 0),
        ([-129.0, 128.0], 2),
    ] {
        let (_, counts) = int::run_counting_saturation(&q, &vector(&values), &mut exact).unwrap();
        assert_eq!(counts.into_values().collect::<Vec<_>>(), [outside]);
    }
}

#[test]
fn percentile_cuts_off_the_rare_and_keeps_the_rest() {
    let net = chain(1000, vec![gemm(1, &[1.0; 1000], None)]);
    let mut values = [1.0; 1000];
    values[7] = 64.0;
    let image = [vector(&values)];
    let scale = |c| only(&quantise_with(&net, &image, EIGHT, c).unwrap()).input_scale;
    assert_eq!(scale(Calibration::Max), 64.0 / 255.0);
    assert_eq!(scale(Calibration::Percentile(1.0)), 64.0 / 255.0);
    // 999 of 1,000 values do not pass 1, which 64 / 65,536 divides.
    assert_eq!(scale(Calibration::Percentile(0.999)), 1.0 / 255.0);
    let wrong = quantise_with(&net, &image, EIGHT, Calibration::Percentile(1.5));
    assert_eq!(wrong.unwrap_err(), QuantError::Percentile(1.5));
}

#[test]
fn quantisers_of_the_network_keep_their_scale_where_codes_can_hold_it() {
    let grid = |zero: f32, lo: f32, hi: f32| {
        Op::FakeQuant(FakeQuant {
            scale: arr1(&[0.5]),
            zero: arr1(&[zero]),
            lo,
            hi,
        })
    };
    let with = |op: Op, bits: u32| {
        let net = chain(2, vec![op, Op::of(Flatten), gemm(1, &[1.0, 1.0], None)]);
        let spec = QuantSpec {
            weight_bits: 8,
            input_bits: bits,
        };
        let q = quantise(&net, &[vector(&[0.0, 15.0])], spec).unwrap();
        (only(&q).input_scale, only(&q).input_signed)
    };
    assert_eq!(with(grid(0.0, 0.0, 255.0), 8), (0.5, false));
    assert_eq!(with(grid(0.0, -128.0, 127.0), 8), (0.5, true));
    // A grid of 8 bits for codes of 4 is calibrated: 15 is the largest value.
    assert_eq!(with(grid(0.0, 0.0, 255.0), 4), (1.0, false));
    // Other zero points are counted from the lowest code.
    assert_eq!(with(grid(3.0, 0.0, 255.0), 8), (0.5, false));
    assert_eq!(with(grid(-100.0, -128.0, 127.0), 8), (0.5, false));
}

#[test]
fn grids_of_the_network_give_its_own_values_with_padding_and_zero_points() {
    // Weights are codes x 0.25; inputs lie on the grid 0.5 x (code + 100), codes from -128 on.
    let weights = small_integers(4, &[3, 2, 3, 3], -127, 127).mapv(|v| v * 0.25);
    let mut net = Network::new("qdq");
    let x = net::push(&mut net, "x", Op::Input(Shape::new(2, 5, 5)), &[]).unwrap();
    let quantiser = Op::FakeQuant(FakeQuant {
        scale: arr1(&[0.5]),
        zero: arr1(&[-100.0]),
        lo: -128.0,
        hi: 127.0,
    });
    let f = net::push(&mut net, "q", quantiser, &[x]).unwrap();
    let conv = Op::Conv(Conv {
        weight: Weights::dense(weights),
        bias: Some(arr1(&[1.0, -2.5, 0.0])),
        stride: [1; 2],
        pad: [1; 4],
        dilation: [1; 2],
        groups: 1,
    });
    net::push(&mut net, "conv", conv, &[f]).unwrap();
    let image: Tensor = small_integers(6, &[2, 5, 5], -30, 90)
        .mapv(|v| v * 0.7)
        .into_dimensionality()
        .unwrap();
    let q = quantise(&net, std::slice::from_ref(&image), EIGHT).unwrap();
    assert_eq!((only(&q).input_zero, only(&q).input_signed), (28, false));
    // Every value is a multiple of 1/8 far below 2^24 eighths: float and integer arithmetic are both exact.
    assert_eq!(
        float::run(&net, &image).unwrap(),
        int::run(&q, &image, &mut ExactAccumulator::new(&q)).unwrap()
    );
}

fn small_integers(seed: u64, shape: &[usize], lo: i64, hi: i64) -> ArrayD<f32> {
    let mut i = 0;
    ArrayD::from_shape_simple_fn(shape, || {
        i += 1;
        (lo + (Key::new(seed).bits(i) % (hi - lo + 1) as u64) as i64) as f32
    })
}

/// Two convolutions (the second in two groups) with a shortcut, pooling and a fully connected layer, all integers.
fn integer_network() -> Network {
    let conv = |seed, groups, stride, pad| {
        Op::Conv(Conv {
            weight: Weights::dense(small_integers(seed, &[4, 4 / groups, 3, 3], -2, 2)),
            bias: Some(arr1(&[1.0, -2.0, 0.0, 3.0])),
            stride: [stride; 2],
            pad,
            dilation: [1; 2],
            groups,
        })
    };
    let mut net = Network::new("integers");
    let mut push =
        |name: &str, op: Op, inputs: &[LayerId]| net::push(&mut net, name, op, inputs).unwrap();
    let x = push("x", Op::Input(Shape::new(4, 9, 9)), &[]);
    let a = push("conv1", conv(1, 1, 2, [1, 1, 0, 2]), &[x]);
    let r = push("relu", Op::of(Relu), &[a]);
    let b = push("conv2", conv(2, 2, 1, [1; 4]), &[r]);
    let s = push("add", Op::of(Add), &[b, r]);
    let pool = Pool {
        kind: PoolKind::Max,
        kernel: [2; 2],
        stride: [2; 2],
        pad: [0; 4],
        ceil: true,
    };
    let p = push("pool", Op::Pool(pool), &[s]);
    let len = net.layer(p).shape.len();
    let fc = Op::Gemm(Gemm {
        weight: Weights::dense(small_integers(3, &[5, len], -2, 2)),
        bias: None,
    });
    net::push(&mut net, "fc", fc, &[p]).unwrap();
    net
}

#[test]
fn integer_networks_run_alike_in_float_and_integer() {
    let net = integer_network();
    let layers = net.compute_layers().into_iter().map(|id| {
        let (weight, bias, groups) = match &net.layer(id).op {
            Op::Conv(c) => (c.weight.values(), c.bias.clone(), c.groups),
            Op::Gemm(g) => (g.weight.values(), g.bias.clone(), 1),
            _ => unreachable!(),
        };
        let q = weight.shape()[0];
        let codes = weight.iter().map(|&v| v as i32).collect();
        let layer = QuantLayer {
            weights: Array2::from_shape_vec((q, weight.len() / q), codes).unwrap(),
            weight_scale: Array1::ones(q),
            input_scale: 1.0,
            input_signed: true,
            input_zero: 0,
            bias: bias.unwrap_or_else(|| Array1::zeros(q)),
            groups,
        };
        (id, layer)
    });
    let q = QuantNetwork {
        layers: layers.collect(),
        network: net.clone(),
        weight_bits: 8,
        input_bits: 16,
    };
    for seed in 10..20 {
        let image = small_integers(seed, &[4, 9, 9], -3, 3)
            .into_dimensionality()
            .unwrap();
        // Every value is an integer far below 2^24, so floats are exact too.
        assert_eq!(
            float::run_all(&net, &image).unwrap(),
            int::run_all(&q, &image, &mut ExactAccumulator::new(&q)).unwrap()
        );
    }
}

#[test]
fn recorded_inputs_are_what_the_layers_see() {
    let net = integer_network();
    let image: Tensor = small_integers(5, &[4, 9, 9], -3, 3)
        .into_dimensionality()
        .unwrap();
    let all = float::run_all(&net, &image).unwrap();
    let ids = net.compute_layers();
    let seen = float::record(&net, &image, &ids).unwrap();
    assert_eq!(seen.len(), 3);
    assert_eq!(seen[&ids[0]], image);
    assert_eq!(seen[&ids[1]], all[net.find("relu").unwrap().0]);
    assert_eq!(seen[&ids[2]], all[net.find("pool").unwrap().0]);
}

#[test]
fn zoo_networks_quantise_without_data() {
    let net = zoo::build("lenet5", 4).unwrap();
    let (a, b) = (
        quantise_seeded(&net, 1, EIGHT).unwrap(),
        quantise_seeded(&net, 1, EIGHT).unwrap(),
    );
    assert_eq!(a.layers, b.layers);
    let first = &a.layers[&net.compute_layers()[0]];
    assert!(first.input_signed && first.weights.iter().all(|w| w.abs() <= 127));
}

#[test]
fn widths_outside_the_formats_are_refused() {
    let net = chain(1, vec![gemm(1, &[1.0], None)]);
    // One bit stands for binary weights.
    let one = QuantSpec {
        weight_bits: 1,
        input_bits: 8,
    };
    assert!(quantise(&net, &[vector(&[1.0])], one).is_ok());
    for (weight_bits, input_bits) in [(0, 8), (17, 8), (8, 0), (8, 17)] {
        let spec = QuantSpec {
            weight_bits,
            input_bits,
        };
        let error = quantise(&net, &[vector(&[1.0])], spec).unwrap_err();
        assert!(matches!(error, QuantError::Bits { .. }));
    }
    assert_eq!(
        quantise(&net, &[], EIGHT).unwrap_err(),
        QuantError::NoImages
    );
}

#[test]
fn transposed_weights_run() {
    // An importer may hand over a transposed view made owned: column-major memory.
    let stored = ArrayD::from_shape_vec(vec![3, 2], vec![1.0, 4.0, 2.0, 5.0, 3.0, 6.0]).unwrap();
    let weight = Weights::dense(stored.reversed_axes());
    let net = chain(3, vec![Op::Gemm(Gemm { weight, bias: None })]);
    let image = vector(&[1.0, 10.0, 100.0]);
    let out = float::run(&net, &image).unwrap();
    assert_eq!(out.into_raw_vec_and_offset().0, [321.0, 654.0]);
    assert!(quantise(&net, &[image], EIGHT).is_ok());
}
