//! Where converters depart from a straight line.

use serde::{Deserialize, Serialize};

/// Where a converter departs from a straight line: code = gain x (column sum / step) + offset + INL.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AdcErrors {
    /// Addend, in codes.
    pub offset: f64,
    /// Factor.
    pub gain: f64,
    /// Standard deviation of the addend between converters, in codes.
    pub offset_spread: f64,
    /// Standard deviation of the factor between converters.
    pub gain_spread: f64,
    /// Integral non-linearity in codes, at points evenly spaced from the first code to the last; empty for none.
    pub inl: Vec<f64>,
}

impl Default for AdcErrors {
    fn default() -> AdcErrors {
        AdcErrors {
            offset: 0.0,
            gain: 1.0,
            offset_spread: 0.0,
            gain_spread: 0.0,
            inl: Vec::new(),
        }
    }
}

impl AdcErrors {
    /// Whether there are none.
    pub fn is_none(&self) -> bool {
        *self == AdcErrors::default() || {
            let straight = self.inl.iter().all(|&v| v == 0.0);
            straight
                && AdcErrors {
                    inl: Vec::new(),
                    ..self.clone()
                } == AdcErrors::default()
        }
    }
}
