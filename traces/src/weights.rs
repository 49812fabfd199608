//! Values of weights: at hand, or generated from a seed.

use crate::random::Key;
use ndarray::ArrayD;
use rand_distr::{Distribution, StandardNormal};
use std::sync::Arc;

/// Weights: present, or made from a seed when first asked for (large zoo networks never need them for timing).
#[derive(Debug, Clone)]
pub enum Weights {
    /// Values at hand.
    Dense(Arc<ArrayD<f32>>),
    /// Normal values of the given deviation, a pure function of the seed.
    Seeded {
        /// Seed of this tensor.
        seed: u64,
        /// Shape.
        shape: Vec<usize>,
        /// Standard deviation.
        std: f32,
    },
}

impl Weights {
    /// Shape of the tensor.
    pub fn shape(&self) -> &[usize] {
        match self {
            Weights::Dense(a) => a.shape(),
            Weights::Seeded { shape, .. } => shape,
        }
    }

    /// Number of values.
    pub fn len(&self) -> usize {
        self.shape().iter().product()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values in row-major layout; generated ones are the same whenever and wherever they are asked for.
    pub fn values(&self) -> Arc<ArrayD<f32>> {
        match self {
            Weights::Dense(a) if a.is_standard_layout() => a.clone(),
            // A transposed array (as an importer may leave it) would not reshape to a matrix.
            Weights::Dense(a) => Arc::new(a.as_standard_layout().into_owned()),
            Weights::Seeded { seed, shape, std } => {
                let n = shape.iter().product();
                let draws = Key::new(*seed).named("weights").rng();
                let values = StandardNormal.sample_iter(draws).take(n);
                let values = values.map(|x: f32| std * x).collect();
                Arc::new(
                    ArrayD::from_shape_vec(shape.clone(), values)
                        .expect("length is the product of the shape"),
                )
            }
        }
    }

    /// Weights holding `values`.
    pub fn dense(values: ArrayD<f32>) -> Weights {
        Weights::Dense(Arc::new(values))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeded_values_are_normal_and_repeatable() {
        let w = Weights::Seeded {
            seed: 7,
            shape: vec![100, 200],
            std: 0.5,
        };
        let v = w.values();
        let n = v.len() as f32;
        let mean = v.sum() / n;
        let std = (v.mapv(|x| (x - mean).powi(2)).sum() / n).sqrt();
        // Five standard errors of mean and deviation at n = 20,000.
        assert!(
            mean.abs() < 5.0 * 0.5 / n.sqrt() && (std - 0.5).abs() < 5.0 * 0.5 / (2.0 * n).sqrt()
        );
        assert_eq!(v, w.values());
    }
}
