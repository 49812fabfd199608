//! The weights of a compute layer as a matrix, and back.

use crosscut_sim::map::{Geometry, RowGroup, held_weights};
use crosscut_traces::{Op, Weights};
use ndarray::{Array1, Array2, s};

/// Weights and bias of a compute layer in double precision.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerMatrix {
    /// `Q x K`, with K the im2col rows of one channel group.
    pub weights: Array2<f64>,
    /// One per output.
    pub bias: Array1<f64>,
    /// Channel groups.
    pub groups: usize,
}

impl LayerMatrix {
    /// Of a convolution or fully connected layer; `None` for any other.
    pub fn of(op: &Op) -> Option<LayerMatrix> {
        let (weight, bias, groups) = match op {
            Op::Conv(c) => (&c.weight, &c.bias, c.groups),
            Op::Gemm(g) => (&g.weight, &g.bias, 1),
            _ => return None,
        };
        let values = weight.values();
        let outputs = weight.shape()[0];
        let columns = weight.len() / outputs.max(1);
        let flat = values.iter().map(|&w| f64::from(w)).collect();
        Some(LayerMatrix {
            weights: Array2::from_shape_vec((outputs, columns), flat)
                .expect("the length is the product of the shape"),
            bias: match bias {
                Some(b) => b.mapv(f64::from),
                None => Array1::zeros(outputs),
            },
            groups,
        })
    }

    /// Zero weights wherever no row group keeps the pair, or `weights` (outputs x rows of a channel group) is false.
    pub fn masked(&self, row_groups: &[RowGroup], weights: Option<&Array2<bool>>) -> LayerMatrix {
        let (outputs, rows) = self.weights.dim();
        let mut held = held_weights([outputs, rows], row_groups);
        if let Some(weights) = weights {
            held.zip_mut_with(weights, |h, w| *h &= w);
        }
        let mut out = self.clone();
        out.weights.zip_mut_with(&held, |w, &held| {
            if !held {
                *w = 0.0;
            }
        });
        out
    }

    /// Whether every value is finite.
    pub fn is_finite(&self) -> bool {
        self.weights.iter().chain(&self.bias).all(|v| v.is_finite())
    }

    /// `op` with these weights, in single precision. A bias is added to a layer without one only if it is not zero.
    pub fn write_to(&self, op: &Op) -> Op {
        let mut op = op.clone();
        let (weight, bias) = match &mut op {
            Op::Conv(c) => (&mut c.weight, &mut c.bias),
            Op::Gemm(g) => (&mut g.weight, &mut g.bias),
            _ => return op,
        };
        let flat: Vec<f32> = self.weights.iter().map(|&w| w as f32).collect();
        let values = ndarray::ArrayD::from_shape_vec(weight.shape().to_vec(), flat)
            .expect("the matrix came from a layer of this shape");
        *weight = Weights::dense(values);
        if bias.is_some() || self.bias.iter().any(|&b| b != 0.0) {
            *bias = Some(self.bias.mapv(|b| b as f32));
        }
        op
    }

    /// Sums without bias: samples x Q from samples x rows of the layer.
    pub fn sums(&self, samples: &Array2<f64>) -> Array2<f64> {
        let (outputs, k) = self.weights.dim();
        let per_group = outputs / self.groups;
        let mut out = Array2::zeros((samples.nrows(), outputs));
        for g in 0..self.groups {
            let of_group = s![.., g * per_group..(g + 1) * per_group];
            let w = self
                .weights
                .slice(s![g * per_group..(g + 1) * per_group, ..]);
            let product = samples.slice(s![.., g * k..(g + 1) * k]).dot(&w.t());
            out.slice_mut(of_group).assign(&product);
        }
        out
    }

    /// Column of the matrix that an im2col row of the whole layer is, within its channel group.
    pub fn column(&self, row: usize) -> usize {
        row % self.weights.ncols()
    }
}

/// Whether a layer of this geometry and a matrix belong together.
pub fn fits(geometry: &Geometry, matrix: &LayerMatrix) -> bool {
    matrix.groups == geometry.groups
        && matrix.weights.dim() == (geometry.output.c, geometry.rows() / geometry.groups)
}
