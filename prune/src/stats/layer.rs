//! Second moments of a layer's inputs and of the sums it should give.
//!
//! With X the im2col inputs at the sampled positions (as the pruned network gives them) and Y the sums of the dense
//! network, everything the pruner asks follows from X'X, X'Y, Y'Y and the means: the partial sums of any row group are
//! X_i w_i, so their Gram matrices are w_i' (X'X)_ij w_j, the error of any weights is a quadratic form, and the refit
//! of every mask solves a sub-block of the same normal equations. One matrix per layer (per channel group) therefore
//! serves all masks, outputs, methods and ratios. With fewer samples than rows the samples themselves are held
//! instead: the dual form, less memory and the same answers.
//!
//! Samples are read in chunks and multiplied in single precision; sums over chunks are double. Inputs are shifted by
//! the mean of the first chunk, so that the means do not swamp the rest.

use super::collect;
use super::moments::Moments;
use super::targets::LayerTargets;
use crate::matrix::LayerMatrix;
use crosscut_sim::map::Geometry;
use crosscut_traces::Tensor;
use ndarray::{Array1, s};

/// Every fifth image measures the error and is not fitted to.
const CHECK_EVERY: usize = 5;

/// Samples of a layer: those fitted to, further ones for the choice of masks, and those that measure.
#[derive(Debug, Clone)]
pub struct LayerMoments {
    /// One per channel group.
    pub groups: Vec<GroupMoments>,
    /// Sample rows in all.
    pub samples: usize,
}

/// Samples of one channel group. Rows and outputs are counted within the group.
#[derive(Debug, Clone)]
pub struct GroupMoments {
    /// The refit is fitted to these.
    pub fit: Moments,
    /// More points of the same images, for masks only.
    pub more: Option<Moments>,
    /// Every fifth image; `None` with fewer than five images, where `fit` and `more` measure as well.
    pub check: Option<Moments>,
}

impl LayerMoments {
    /// Reads inputs and targets. `refit_points` of the points of each image go into the refit.
    pub fn collect(
        geometry: &Geometry,
        inputs: &[&Tensor],
        targets: &LayerTargets,
        refit_points: usize,
    ) -> LayerMoments {
        let (mut fit, mut more, mut check) = (Vec::new(), Vec::new(), Vec::new());
        let few = inputs.len() < CHECK_EVERY;
        let mut row = 0;
        for (image, points) in targets.points.iter().enumerate() {
            let measures = !few && image % CHECK_EVERY == CHECK_EVERY - 1;
            for (k, &position) in points.iter().enumerate() {
                let sample = collect::Sample {
                    image,
                    position,
                    row,
                };
                match (measures, k < refit_points) {
                    (true, _) => check.push(sample),
                    (false, true) => fit.push(sample),
                    (false, false) => more.push(sample),
                }
                row += 1;
            }
        }
        let read = |samples: &[collect::Sample]| {
            collect::moments(geometry, inputs, &targets.sums, samples)
        };
        let optional = |samples: &[collect::Sample]| -> Vec<Option<Moments>> {
            if samples.is_empty() {
                return vec![None; geometry.groups];
            }
            read(samples).into_iter().map(Some).collect()
        };
        let groups = read(&fit)
            .into_iter()
            .zip(optional(&more))
            .zip(optional(&check))
            .map(|((fit, more), check)| GroupMoments { fit, more, check })
            .collect();
        LayerMoments {
            groups,
            samples: row,
        }
    }

    /// Whether every input and target was finite.
    pub fn is_finite(&self) -> bool {
        self.groups.iter().all(|g| g.all().all(Moments::is_finite))
    }

    /// Squared error of each output with weights and bias of `new`, where the dense layer has the bias of `old`, on
    /// the samples that measure.
    pub fn errors(&self, new: &LayerMatrix, old: &LayerMatrix) -> Array1<f64> {
        let per_group = new.weights.nrows() / new.groups;
        let shift = &new.bias - &old.bias;
        let mut out = Array1::zeros(new.weights.nrows());
        for (g, stats) in self.groups.iter().enumerate() {
            let of = s![g * per_group..(g + 1) * per_group];
            let w = new
                .weights
                .slice(s![g * per_group..(g + 1) * per_group, ..]);
            for m in stats.measuring() {
                let e = m.errors(w, shift.slice(of));
                out.slice_mut(of).zip_mut_with(&e, |o, e| *o += e);
            }
        }
        out
    }

    /// Squared sums of the targets on the samples that measure: what errors are relative to.
    pub fn norm(&self) -> f64 {
        let all = self.groups.iter().flat_map(GroupMoments::measuring);
        all.map(Moments::square_of_targets).sum()
    }
}

impl GroupMoments {
    /// Every set of samples there is.
    pub fn all(&self) -> impl Iterator<Item = &Moments> {
        [Some(&self.fit), self.more.as_ref(), self.check.as_ref()]
            .into_iter()
            .flatten()
    }

    fn measuring(&self) -> impl Iterator<Item = &Moments> {
        let own = match &self.check {
            Some(check) => [Some(check), None],
            None => [Some(&self.fit), self.more.as_ref()],
        };
        own.into_iter().flatten()
    }
}
