//! What is drawn in a plane: points told apart by colour and shape.

use super::super::chart::rgb;
use plotters::prelude::*;

/// Colours of Okabe and Ito (2008), told apart with any colour vision.
const COLOURS: [&str; 7] = [
    "#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#7a6a00",
];

/// Points of one kind.
#[derive(Default)]
pub struct Series {
    /// Name in the legend; none if there is one kind only.
    pub name: String,
    /// Points.
    pub points: Vec<[f64; 2]>,
    /// Interval of the second figure of each point; empty if there is none.
    pub intervals: Vec<[f64; 2]>,
    /// Whether points are joined by a line.
    pub joined: bool,
}

/// The colour of the n-th series.
pub fn colour(n: usize) -> RGBColor {
    rgb(COLOURS[n % COLOURS.len()])
}

/// The marker of the n-th series around a place: a shape of its own.
pub fn marker((x, y): (i32, i32), n: usize, size: f64) -> Vec<(i32, i32)> {
    let quarter = std::f64::consts::FRAC_PI_4;
    let shapes = [
        (16, 0.0),
        (4, quarter),
        (3, -2.0 * quarter),
        (4, 0.0),
        (3, 2.0 * quarter),
    ];
    let (corners, turn) = shapes[(n + n / COLOURS.len()) % shapes.len()];
    let size = if corners == 16 { size } else { 1.25 * size };
    let corner = |i: i32| {
        let angle = turn + std::f64::consts::TAU * f64::from(i) / f64::from(corners);
        let [dx, dy] = [angle.cos(), angle.sin()].map(|d| (size * d).round() as i32);
        (x + dx, y + dy)
    };
    (0..corners).map(corner).collect()
}
