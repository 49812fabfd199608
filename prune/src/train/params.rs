//! What is learned: weights, biases, factors and addends of batch norm, with gradients, momentum and masks.

use super::real::Real;
use crosscut_traces::op::ScaleShift;
use crosscut_traces::{LayerId, Network, Op, Weights};
use ndarray::{Array1, ArrayD};

/// Added to variances, as is usual.
pub const EPSILON: f64 = 1e-5;

/// One learned tensor.
#[derive(Debug, Clone, Default)]
pub struct Param<T> {
    /// `LAYER.weight` and so on.
    pub name: String,
    /// Layer.
    pub layer: usize,
    /// Values, row-major.
    pub value: Vec<T>,
    /// Gradient of the last step.
    pub gradient: Vec<T>,
    /// Momentum.
    pub momentum: Vec<T>,
    /// Values the forward pass uses where they are not `value`: rounded, or with noise.
    pub used: Option<Vec<T>>,
    /// Which values may differ from zero; all if none is given.
    pub keep: Option<Vec<bool>>,
    /// Whether it is a weight: decays, may be masked, rounded or noisy.
    pub decays: bool,
    /// Values of one output.
    pub row: usize,
}

impl<T: Real> Param<T> {
    fn new(name: String, layer: LayerId, value: Vec<T>, row: usize, decays: bool) -> Param<T> {
        let zeros = vec![T::zero(); value.len()];
        Param {
            name,
            layer: layer.0,
            gradient: zeros.clone(),
            momentum: zeros,
            value,
            used: None,
            keep: None,
            decays,
            row,
        }
    }

    /// What the forward pass uses.
    pub fn used(&self) -> &[T] {
        self.used.as_deref().unwrap_or(&self.value)
    }

    /// Weights of a layer.
    pub fn weight(name: &str, layer: LayerId, values: &ArrayD<f32>) -> Param<T> {
        let row = (values.len() / values.shape()[0].max(1)).max(1);
        let values = values.iter().map(|&v| T::of(f64::from(v))).collect();
        Param::new(format!("{name}.weight"), layer, values, row, true)
    }

    /// Bias of a layer.
    pub fn bias(name: &str, layer: LayerId, values: &Array1<f32>) -> Param<T> {
        let values = values.iter().map(|&v| T::of(f64::from(v))).collect();
        Param::new(format!("{name}.bias"), layer, values, 1, false)
    }
}

/// A batch norm layer.
#[derive(Debug, Clone)]
pub struct Norm<T> {
    /// Layer.
    pub layer: usize,
    /// Parameter with the factors (gamma).
    pub gamma: usize,
    /// Parameter with the addends (beta).
    pub beta: usize,
    /// Running mean.
    pub mean: Vec<f64>,
    /// Running variance.
    pub variance: Vec<f64>,
    /// Mean of the batch at work (the running one where statistics are frozen).
    pub center: Vec<T>,
    /// 1 / sqrt(variance + epsilon) of the same.
    pub inverse: Vec<f64>,
    /// Factor of the affine map that is applied.
    pub a: Vec<T>,
    /// Addend of the affine map that is applied.
    pub b: Vec<T>,
}

impl<T: Real> Norm<T> {
    /// As declared: the affine map alone. Statistics come from data ([`Norm::adopt`]).
    pub fn declared(
        params: &mut Params<T>,
        name: &str,
        layer: LayerId,
        scale: &Array1<f32>,
        shift: &Array1<f32>,
    ) -> Norm<T> {
        let all = |v: &Array1<f32>| v.iter().map(|&v| T::of(f64::from(v))).collect::<Vec<T>>();
        let (a, b) = (all(scale), all(shift));
        let n = a.len();
        let param =
            |what: &str, v: &[T]| Param::new(format!("{name}.{what}"), layer, v.to_vec(), 1, false);
        Norm {
            layer: layer.0,
            gamma: params.add(param("gamma", &a)),
            beta: params.add(param("beta", &b)),
            mean: vec![0.0; n],
            variance: vec![1.0 - EPSILON; n],
            center: vec![T::zero(); n],
            inverse: vec![1.0; n],
            a,
            b,
        }
    }

    /// Takes over statistics of its input and chooses gamma and beta so that the layer stays the function it is.
    pub fn adopt(&mut self, params: &mut [Param<T>], mean: &[f64], variance: &[f64]) {
        for c in 0..mean.len() {
            let (a, b) = (self.a[c].to(), self.b[c].to());
            params[self.gamma].value[c] = T::of(a * (variance[c] + EPSILON).sqrt());
            params[self.beta].value[c] = T::of(b + a * mean[c]);
        }
        self.mean.copy_from_slice(mean);
        self.variance.copy_from_slice(variance);
        self.freeze(params);
    }

    /// Sets the affine map from given statistics.
    pub fn set(&mut self, params: &[Param<T>], mean: &[f64], variance: &[f64]) {
        let (gamma, beta) = (&params[self.gamma].value, &params[self.beta].value);
        for c in 0..mean.len() {
            let inverse = 1.0 / (variance[c] + EPSILON).sqrt();
            let a = gamma[c].to() * inverse;
            self.center[c] = T::of(mean[c]);
            self.inverse[c] = inverse;
            self.a[c] = T::of(a);
            self.b[c] = T::of(beta[c].to() - a * mean[c]);
        }
    }

    /// Sets the affine map from the running statistics.
    pub fn freeze(&mut self, params: &[Param<T>]) {
        let (mean, variance) = (
            std::mem::take(&mut self.mean),
            std::mem::take(&mut self.variance),
        );
        self.set(params, &mean, &variance);
        (self.mean, self.variance) = (mean, variance);
    }
}

/// All parameters of a network, in layer order.
#[derive(Debug, Clone, Default)]
pub struct Params<T> {
    /// Tensors.
    pub all: Vec<Param<T>>,
    /// Batch norm layers.
    pub norms: Vec<Norm<T>>,
}

impl<T: Real> Params<T> {
    /// Adds a tensor.
    pub fn add(&mut self, param: Param<T>) -> usize {
        self.all.push(param);
        self.all.len() - 1
    }

    /// Values learned, masked ones included.
    pub fn count(&self) -> usize {
        self.all.iter().map(|p| p.value.len()).sum()
    }

    /// The network with these parameters; batch norm with its running statistics.
    pub fn write_to(&self, net: &Network) -> Network {
        let mut net = net.clone();
        let mut norms: Vec<Norm<T>> = self.norms.clone();
        norms.iter_mut().for_each(|n| n.freeze(&self.all));
        let narrow = |v: &[T]| v.iter().map(|v| v.to() as f32).collect::<Array1<f32>>();
        for norm in &norms {
            if let Op::ScaleShift(ScaleShift { scale, shift }) =
                &mut net.layer_mut(LayerId(norm.layer)).op
            {
                (*scale, *shift) = (narrow(&norm.a), narrow(&norm.b));
            }
        }
        for param in &self.all {
            let layer = net.layer_mut(LayerId(param.layer));
            let (weight, bias) = match &mut layer.op {
                Op::Conv(c) => (&mut c.weight, &mut c.bias),
                Op::Gemm(g) => (&mut g.weight, &mut g.bias),
                _ => continue,
            };
            if param.decays {
                let flat = narrow(&param.value).to_vec();
                let values = ArrayD::from_shape_vec(weight.shape().to_vec(), flat)
                    .expect("the parameter came from a layer of this shape");
                *weight = Weights::dense(values);
            } else {
                *bias = Some(narrow(&param.value));
            }
        }
        net
    }
}
