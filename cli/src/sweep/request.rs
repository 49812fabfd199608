//! What a user asks for, on the command line or in a file.

use super::axis::Axis;
use super::iso::IsoBy;
use super::points::Search;
use crate::workload::ImageChoice;

/// A sweep as asked for; what is not said has its default.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Axes, and keys with one value.
    pub axes: Vec<Axis>,
    /// What points must keep to, each with its place.
    pub constraints: Vec<(String, String)>,
    /// Figures to keep; a name may end in `.*`.
    pub fields: Option<Vec<String>>,
    /// Figures by which points are compared.
    pub front: Option<Vec<String>>,
    /// Estimates instead of cycle runs.
    pub estimate: bool,
    /// Whether accuracy is measured.
    pub accuracy: bool,
    /// Estimates for all, cycle runs for the front and its neighbours.
    pub refine: bool,
    /// How points are chosen.
    pub search: Option<Search>,
    /// How many.
    pub points: Option<u64>,
    /// Every design fills this area.
    pub iso_area: Option<String>,
    /// Every design keeps within these points of its reference accuracy.
    pub iso_accuracy: Option<f64>,
    /// By what.
    pub iso_by: Option<IsoBy>,
    /// Seed.
    pub seed: Option<u64>,
    /// Images to measure on.
    pub images: ImageChoice,
}

impl Request {
    /// Adds an axis that takes the place of one with the same names.
    pub fn over(&mut self, axis: Axis) {
        let same = |a: &Axis| a.axis.names == axis.axis.names;
        match self.axes.iter_mut().find(|a| same(a)) {
            Some(old) => *old = axis,
            None => self.axes.push(axis),
        }
    }
}
