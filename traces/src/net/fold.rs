//! Folding of batch norm (per-channel scale and shift) into the layer before it.

use super::network::{LayerId, Network};
use crate::op::{Op, ProductMut, ScaleShift};
use crate::weights::Weights;
use ndarray::{Array1, ArrayD, Axis};
use std::collections::BTreeMap;

/// A network where every scale-and-shift behind a convolution or fully connected layer that nothing else uses is part
/// of that layer's weights, and layers that do nothing are gone. Chains (a factor, then an addend) fold as a whole.
/// Other names stay.
pub fn fold(net: &Network) -> Network {
    let mut out = Network::new(net.name.clone());
    let mut new_id: Vec<LayerId> = Vec::with_capacity(net.len());
    let open = open(net);
    // What is still to be folded into a layer of `out`: a chain costs its weights once.
    let mut pending: BTreeMap<LayerId, ScaleShift> = BTreeMap::new();
    for (id, layer) in net.layers() {
        let inputs: Vec<LayerId> = net.inputs(id).iter().map(|i| new_id[i.0]).collect();
        // The last layer is the output: a layer may only vanish into the one that then comes last.
        let may_vanish = id != net.output() || inputs.first().map(|i| i.0 + 1) == Some(out.len());
        let mapped = match &layer.op {
            op if may_vanish && op.operator().does_nothing() => inputs[0],
            Op::ScaleShift(s) if may_vanish && open[net.inputs(id)[0].0] => {
                pending
                    .entry(inputs[0])
                    .and_modify(|before| *before = before.then(s))
                    .or_insert_with(|| s.clone());
                inputs[0]
            }
            op => out.push(layer.name.clone(), op.clone(), &inputs, layer.shape),
        };
        new_id.push(mapped);
    }
    for (id, s) in pending {
        absorb(&mut out.layer_mut(id).op, &s);
    }
    out
}

/// Which layers let the one behind them fold: only layers that vanish lie between it and a compute layer, and nobody
/// else sees any value on the way.
fn open(net: &Network) -> Vec<bool> {
    let mut open: Vec<bool> = Vec::with_capacity(net.len());
    for (id, layer) in net.layers() {
        let op = &layer.op;
        let vanishes = op.operator().does_nothing() || matches!(op, Op::ScaleShift(_));
        let before = || net.inputs(id).first().is_some_and(|i| open[i.0]);
        open.push(net.consumers(id).len() == 1 && (op.is_compute() || vanishes && before()));
    }
    open
}

impl ScaleShift {
    /// This one, then `next`.
    fn then(&self, next: &ScaleShift) -> ScaleShift {
        ScaleShift {
            scale: &self.scale * &next.scale,
            shift: &self.shift * &next.scale + &next.shift,
        }
    }
}

fn absorb(op: &mut Op, ScaleShift { scale, shift }: &ScaleShift) {
    let ProductMut { weight, bias } = op.product_mut().expect("only compute layers absorb");
    let mut values: ArrayD<f32> = weight.values().as_ref().clone();
    for (mut row, &s) in values.axis_iter_mut(Axis(0)).zip(scale) {
        row *= s;
    }
    *weight = Weights::dense(values);
    let old = bias.take().unwrap_or_else(|| Array1::zeros(scale.len()));
    *bias = Some(&old * scale + shift);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exec::float;
    use crate::op::{Add, Conv, Gemm, Identity, Tanh};
    use crate::random::Key;
    use crate::shape::Shape;
    use ndarray::{Array3, arr1};
    use rand_distr::StandardNormal;

    #[test]
    fn folding_keeps_values_and_drops_the_layer() {
        let mut net = Network::new("t");
        let x = net.push(
            "x",
            Op::Input(Shape::new(2, 4, 4)),
            &[],
            Shape::new(2, 4, 4),
        );
        let conv = Conv {
            weight: Weights::Seeded {
                seed: 1,
                shape: vec![3, 2, 3, 3],
                std: 1.0,
            },
            bias: None,
            stride: [1, 1],
            pad: [1; 4],
            dilation: [1, 1],
            groups: 1,
        };
        let c = net.push("c", Op::Conv(conv), &[x], Shape::new(3, 4, 4));
        let bn = Op::ScaleShift(ScaleShift {
            scale: arr1(&[0.5, 2.0, -1.0]),
            shift: arr1(&[1.0, 0.0, 3.0]),
        });
        let b = net.push("b", bn, &[c], Shape::new(3, 4, 4));
        net.push("i", Op::of(Identity), &[b], Shape::new(3, 4, 4));
        let input = Array3::from_shape_fn((2, 4, 4), |(c, y, x)| {
            Key::new(3).draw::<f32, _>((c * 16 + y * 4 + x) as u64, StandardNormal)
        });
        let folded = fold(&net);
        assert_eq!(folded.len(), 2);
        let (a, b) = (
            float::run(&net, &input).unwrap(),
            float::run(&folded, &input).unwrap(),
        );
        assert!((&a - &b).iter().all(|d| d.abs() < 1e-5));
    }

    fn chain(with_side_user: bool) -> Network {
        let shape = Shape::new(1, 1, 1);
        let mut net = Network::new("t");
        let x = net.push("x", Op::Input(shape), &[], shape);
        let gemm = Op::Gemm(Gemm {
            weight: Weights::dense(ArrayD::from_elem(vec![1, 1], 2.0)),
            bias: Some(arr1(&[1.0])),
        });
        let g = net.push("g", gemm, &[x], shape);
        let affine = |a, b| {
            Op::ScaleShift(ScaleShift {
                scale: arr1(&[a]),
                shift: arr1(&[b]),
            })
        };
        let m = net.push("mul", affine(3.0, 0.0), &[g], shape);
        let i = net.push("id", Op::of(Identity), &[m], shape);
        let a = net.push("add", affine(1.0, 5.0), &[i], shape);
        if with_side_user {
            net.push("sum", Op::of(Add), &[a, m], shape);
        }
        net
    }

    #[test]
    fn chains_fold_as_a_whole_and_stop_at_other_users() {
        let x = Array3::from_elem((1, 1, 1), 7.0);
        // ((7 * 2 + 1) * 3) + 5 = 50; the other user adds 45.
        for (side, layers, value) in [(false, 2, 50.0), (true, 4, 95.0)] {
            let folded = fold(&chain(side));
            assert_eq!(folded.len(), layers);
            assert_eq!(float::run(&folded, &x).unwrap()[[0, 0, 0]], value);
        }
    }

    #[test]
    fn output_that_does_nothing_stays_when_another_layer_comes_last() {
        let shape = Shape::new(1, 1, 1);
        let mut net = Network::new("t");
        let x = net.push("x", Op::Input(shape), &[], shape);
        net.push("unused", Op::of(Tanh), &[x], shape);
        net.push("y", Op::of(Identity), &[x], shape);
        let value = float::run(&fold(&net), &Array3::from_elem((1, 1, 1), 7.0)).unwrap();
        assert_eq!(value[[0, 0, 0]], 7.0);
    }
}
