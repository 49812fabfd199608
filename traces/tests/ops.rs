//! Do the reference kernels compute what their definitions say? Small cases by hand, convolution against a direct sum.

use crosscut_traces::op::{
    Add, ChannelShuffle, Concat, GlobalAveragePool, GlobalMaxPool, Lrn, Operator, Pad, Reshape,
    Softmax, Transpose, infer,
};
use crosscut_traces::random::Key;
use crosscut_traces::{Conv, FakeQuant, Op, Pool, PoolKind, ScaleShift, Shape, Tensor, Weights};
use ndarray::{Array3, arr1, arr3};
use rand_distr::StandardNormal;

/// Value of an operator on inputs.
fn value(operator: impl Operator, inputs: &[&Tensor]) -> Tensor {
    let shapes: Vec<Shape> = inputs.iter().map(|x| Shape::of(x)).collect();
    operator.run(inputs, operator.shape(&shapes).unwrap())
}

/// The definition, term by term.
fn direct(c: &Conv, x: &Tensor, out: Shape) -> Tensor {
    let w = c.weight.values();
    let (q, pg, kh, kw) = (w.shape()[0], w.shape()[1], w.shape()[2], w.shape()[3]);
    Array3::from_shape_fn((out.c, out.h, out.w), |(o, y, xx)| {
        let group = o / (q / c.groups);
        let mut sum = c.bias.as_ref().map_or(0.0, |b| b[o]);
        for p in 0..pg {
            for ky in 0..kh {
                for kx in 0..kw {
                    let iy = (y * c.stride[0] + ky * c.dilation[0]) as isize - c.pad[0] as isize;
                    let ix = (xx * c.stride[1] + kx * c.dilation[1]) as isize - c.pad[1] as isize;
                    if iy >= 0 && ix >= 0 && (iy as usize) < x.dim().1 && (ix as usize) < x.dim().2
                    {
                        sum += w[[o, p, ky, kx]] * x[[group * pg + p, iy as usize, ix as usize]];
                    }
                }
            }
        }
        sum
    })
}

#[test]
fn convolution_equals_its_definition() {
    for case in 0..200u64 {
        let pick =
            |i: u64, lo: usize, hi: usize| lo + (Key::new(case).bits(i) as usize) % (hi - lo + 1);
        let groups = pick(0, 1, 3);
        let (pg, qg) = (pick(1, 1, 3), pick(2, 1, 3));
        let kernel = [pick(3, 1, 4), pick(4, 1, 4)];
        let c = Conv {
            weight: Weights::Seeded {
                seed: case,
                shape: vec![qg * groups, pg, kernel[0], kernel[1]],
                std: 1.0,
            },
            bias: (case % 2 == 0).then(|| (0..qg * groups).map(|i| i as f32).collect()),
            stride: [pick(5, 1, 3), pick(6, 1, 3)],
            pad: [pick(7, 0, 2), pick(8, 0, 2), pick(9, 0, 2), pick(10, 0, 2)],
            dilation: [pick(11, 1, 2), pick(12, 1, 2)],
            groups,
        };
        let input = Shape::new(pg * groups, pick(13, 7, 10), pick(14, 7, 10));
        let x = Array3::from_shape_fn((input.c, input.h, input.w), |(a, b, d)| {
            Key::new(case).draw::<f32, _>((a * 100 + b * 10 + d) as u64, StandardNormal)
        });
        let out = infer(&Op::Conv(c.clone()), &[input]).unwrap();
        let (got, want) = (c.run(&[&x], out), direct(&c, &x, out));
        assert_eq!(got.dim(), want.dim(), "case {case}");
        assert!((&got - &want).iter().all(|d| d.abs() < 1e-4), "case {case}");
    }
}

#[test]
fn pools_by_hand() {
    let x = arr3(&[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]]);
    let p = |kind, pad, ceil| Pool {
        kind,
        kernel: [2, 2],
        stride: [2, 2],
        pad,
        ceil,
    };
    let run = |p: Pool| {
        let out = infer(&Op::Pool(p), &[Shape::new(1, 3, 3)]).unwrap();
        p.run(&[&x], out).into_raw_vec_and_offset().0
    };
    assert_eq!(run(p(PoolKind::Max, [0; 4], false)), [5.0]);
    assert_eq!(run(p(PoolKind::Max, [0; 4], true)), [5.0, 6.0, 8.0, 9.0]);
    assert_eq!(
        run(p(PoolKind::Average, [1, 1, 0, 0], false)),
        [1.0, 2.5, 5.5, 7.0]
    );
    assert_eq!(
        run(p(PoolKind::AverageWithPad, [1, 1, 0, 0], false)),
        [0.25, 1.25, 2.75, 7.0]
    );
    assert_eq!(value(GlobalAveragePool, &[&x])[[0, 0, 0]], 5.0);
    assert_eq!(value(GlobalMaxPool, &[&x])[[0, 0, 0]], 9.0);
}

#[test]
fn pointwise_by_hand() {
    let x = arr3(&[[[1.0]], [[-2.0]]]);
    assert_eq!(
        value(
            ScaleShift {
                scale: arr1(&[2.0, 3.0]),
                shift: arr1(&[0.5, 1.0]),
            },
            &[&x]
        ),
        arr3(&[[[2.5]], [[-5.0]]])
    );
    // 1.25 / 0.5 = 2.5 rounds to 2 (half to even); -2 / 0.5 = -4 is limited to -3.
    let x = arr3(&[[[1.25]], [[-2.0]]]);
    assert_eq!(
        value(
            FakeQuant {
                scale: arr1(&[0.5]),
                zero: arr1(&[0.0]),
                lo: -3.0,
                hi: 3.0,
            },
            &[&x]
        ),
        arr3(&[[[1.0]], [[-1.5]]])
    );
    let s = value(Softmax, &[&arr3(&[[[0.0]], [[3.0f32.ln()]]])]);
    assert!((s[[0, 0, 0]] - 0.25).abs() < 1e-6 && (s[[1, 0, 0]] - 0.75).abs() < 1e-6);
    // One channel of window 1: 2 / (1 + 0.5 * 4)^1.
    let lrn = Lrn {
        size: 1,
        alpha: 0.5,
        beta: 1.0,
        bias: 1.0,
    };
    let y = value(lrn, &[&arr3(&[[[2.0f32]]])])[[0, 0, 0]];
    assert!((y - 2.0 / 3.0).abs() < 1e-6);
    let pad = Pad {
        pad: [1, 0, 0, 2],
        value: 1.0,
    };
    assert_eq!(
        value(pad, &[&arr3(&[[[7.0]]])]),
        arr3(&[[[1.0, 1.0, 1.0], [7.0, 1.0, 1.0]]])
    );
}

#[test]
fn joins_by_hand() {
    let (a, b) = (arr3(&[[[1.0]], [[2.0]]]), arr3(&[[[10.0]], [[20.0]]]));
    assert_eq!(value(Add, &[&a, &b]), arr3(&[[[11.0]], [[22.0]]]));
    assert_eq!(
        value(Concat, &[&a, &b]).into_raw_vec_and_offset().0,
        [1.0, 2.0, 10.0, 20.0]
    );
    let x = Array3::from_shape_fn((6, 1, 1), |(c, _, _)| c as f32);
    assert_eq!(
        value(ChannelShuffle(2), &[&x]).into_raw_vec_and_offset().0,
        [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]
    );
    let x = Array3::from_shape_fn((2, 1, 3), |(c, _, w)| (c * 3 + w) as f32);
    assert_eq!(
        value(Transpose([2, 1, 0]), &[&x])
            .into_raw_vec_and_offset()
            .0,
        [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]
    );
}

#[test]
fn shapes_that_do_not_fit_say_why() {
    let conv = Op::Conv(Conv {
        weight: Weights::Seeded {
            seed: 0,
            shape: vec![4, 3, 3, 3],
            std: 1.0,
        },
        bias: None,
        stride: [1; 2],
        pad: [0; 4],
        dilation: [1; 2],
        groups: 1,
    });
    assert!(
        infer(&conv, &[Shape::new(2, 8, 8)])
            .unwrap_err()
            .0
            .contains("does not fit 2 input channels")
    );
    assert!(
        infer(&conv, &[Shape::new(3, 2, 2)])
            .unwrap_err()
            .0
            .contains("window of 3 does not fit 2")
    );
    assert!(
        infer(&Op::of(Add), &[Shape::new(1, 2, 2), Shape::new(2, 2, 2)])
            .unwrap_err()
            .0
            .contains("cannot add")
    );
}

#[test]
fn meaningless_parameters_are_refused() {
    let x = [Shape::new(2, 4, 4)];
    let pool = |pad| {
        Op::Pool(Pool {
            kind: PoolKind::Average,
            kernel: [2, 2],
            stride: [2, 2],
            pad,
            ceil: false,
        })
    };
    let quant = |scale: f32, lo, hi| {
        Op::FakeQuant(FakeQuant {
            scale: arr1(&[scale]),
            zero: arr1(&[0.0]),
            lo,
            hi,
        })
    };
    let lrn = Op::of(Lrn {
        size: 0,
        alpha: 1.0,
        beta: 1.0,
        bias: 1.0,
    });
    let huge = usize::MAX / 2;
    for (op, what) in [
        (pool([2, 0, 0, 0]), "smaller than the pooling window"),
        (pool([0, 0, 0, huge]), "smaller than the pooling window"),
        (quant(0.0, 0.0, 255.0), "positive"),
        (quant(f32::NAN, 0.0, 255.0), "positive"),
        (quant(1.0, 5.0, 4.0), "is empty"),
        (lrn, "at least 1"),
        (
            Op::of(Reshape(Shape::new(huge, huge, 32))),
            "cannot reshape",
        ),
        (
            Op::of(Pad {
                pad: [huge; 4],
                value: 0.0,
            }),
            "too large",
        ),
        (Op::of(ChannelShuffle(0)), "do not divide"),
        (Op::of(Transpose([0, 0, 1])), "permutation"),
        (Op::Input(Shape::new(1, 0, 3)), "empty"),
    ] {
        let error = infer(&op, &x).unwrap_err().0;
        assert!(error.contains(what), "{}: {error}", op.name());
    }
}
