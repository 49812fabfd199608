//! Ways to solve the normal equations of a refit.

use serde::{Deserialize, Serialize};

/// How normal equations were solved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefitMethod {
    /// Cholesky factors of the kept sub-blocks of X'X.
    Cholesky,
    /// Cholesky factors of the dual, XX'.
    DualCholesky,
    /// Preconditioned conjugate gradients on X'X.
    ConjugateGradients,
    /// The same through the samples, fewer than rows.
    DualConjugateGradients,
}
