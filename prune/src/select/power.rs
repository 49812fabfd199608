//! Power iteration: the largest eigenvalue of a positive semidefinite matrix, and its vector.

use ndarray::Array1;

/// How long to iterate.
#[derive(Debug, Clone, Copy)]
pub struct PowerIteration {
    /// Steps at most.
    pub steps: usize,
    /// Relative change of the eigenvalue at which to stop before; `None`: all steps are done.
    pub tolerance: Option<f64>,
}

/// What an iteration arrived at.
#[derive(Debug, Clone)]
pub struct Principal {
    /// The eigenvalue, from below.
    pub value: f64,
    /// The vector, of length 1 unless the matrix is 0.
    pub vector: Array1<f64>,
}

impl PowerIteration {
    /// From a starting vector; `multiply` is the product of the matrix with a vector.
    pub fn run(
        self,
        start: Array1<f64>,
        multiply: impl Fn(&Array1<f64>) -> Array1<f64>,
    ) -> Principal {
        let mut found = Principal {
            value: 0.0,
            vector: start,
        };
        for _ in 0..self.steps {
            let next = multiply(&found.vector);
            let norm = next.dot(&next).sqrt();
            if norm <= 0.0 || !norm.is_finite() {
                break;
            }
            let change = (norm - found.value).abs();
            found = Principal {
                value: norm,
                vector: next / norm,
            };
            if self.tolerance.is_some_and(|t| change <= t * norm) {
                break;
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    /// [[2, 1], [1, 2]] has the eigenvalues 3 and 1, and 3 belongs to (1, 1).
    #[test]
    fn finds_the_largest_eigenvalue_and_its_vector() {
        let m = array![[2.0, 1.0], [1.0, 2.0]];
        let by = PowerIteration {
            steps: 200,
            tolerance: Some(1e-12),
        };
        let found = by.run(array![1.0, 0.3], |v| m.dot(v));
        assert!((found.value - 3.0).abs() < 1e-9, "{}", found.value);
        assert!((found.vector[0] - found.vector[1]).abs() < 1e-5);
        assert!((found.vector.dot(&found.vector) - 1.0).abs() < 1e-12);
        let zero = by.run(array![1.0, 0.3], |v| v * 0.0);
        assert_eq!(zero.value, 0.0);
    }
}
