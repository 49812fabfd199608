//! Fitted curves over relative conductance, piece by piece.

use serde::{Deserialize, Serialize};

/// A fitted curve. Beyond its last border the last piece holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Curve(pub Vec<Segment>);

/// One piece.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// The piece holds below this relative conductance; `None` for the last.
    pub below: Option<f64>,
    /// Its formula.
    pub form: Form,
}

/// Formula of a piece in the relative conductance `g`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// `clamp(a ln g + b, min, max)`.
    Log {
        /// a.
        a: f64,
        /// b.
        b: f64,
        /// Lower limit.
        min: f64,
        /// Upper limit.
        max: f64,
    },
    /// `min(a g^exponent, max)`.
    Power {
        /// a.
        a: f64,
        /// Exponent.
        exponent: f64,
        /// Upper limit.
        max: f64,
    },
    /// `c0 + c1 g + c2 g^2 + ...`.
    Polynomial(Vec<f64>),
}

/// `c0 + c1 x + c2 x^2 + ...`.
pub(super) fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

impl Curve {
    /// The same value everywhere.
    pub fn constant(value: f64) -> Curve {
        Curve::whole(Form::Polynomial(vec![value]))
    }

    pub(super) fn whole(form: Form) -> Curve {
        Curve(vec![Segment { below: None, form }])
    }

    pub(super) fn split(border: f64, low: Form, high: Form) -> Curve {
        Curve(vec![
            Segment {
                below: Some(border),
                form: low,
            },
            Segment {
                below: None,
                form: high,
            },
        ])
    }

    /// The value at relative conductance `g`; at and below 0 that of a vanishing conductance.
    pub fn at(&self, g: f64) -> f64 {
        let g = g.max(1e-7);
        let piece = self.0.iter().find(|s| s.below.is_none_or(|b| g < b));
        match piece.or(self.0.last()).map(|s| &s.form) {
            Some(Form::Log { a, b, min, max }) => (a * g.ln() + b).clamp(*min, *max),
            Some(Form::Power { a, exponent, max }) => (a * g.powf(*exponent)).min(*max),
            Some(Form::Polynomial(c)) => polynomial(c, g),
            None => 0.0,
        }
    }
}
