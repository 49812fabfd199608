//! Horizontal grouped bars as SVG: one row per label, one bar per series, each with its value.

use super::axis;
use crate::format::{count, number};
use plotters::backend::{BackendColor, BackendStyle, BackendTextStyle, DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontFamily, FontStyle, FontTransform, TextStyle};

/// One row.
#[derive(Debug, Clone)]
pub struct Bar {
    /// Label.
    pub label: String,
    /// One value per series.
    pub values: Vec<f64>,
}

impl Bar {
    /// A row.
    pub fn new(label: String, values: Vec<f64>) -> Bar {
        Bar { label, values }
    }
}

/// A chart.
#[derive(Debug, Clone)]
pub struct BarChart {
    /// Title.
    pub title: String,
    /// What it is about.
    pub subtitle: String,
    /// Axis title with unit.
    pub axis: String,
    /// Names of the series.
    pub series: Vec<String>,
    /// Rows from top to bottom.
    pub bars: Vec<Bar>,
    /// Whether values are counts.
    pub whole: bool,
}
