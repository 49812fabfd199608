//! Named cost laws.

pub mod adc;

/// Energy and area of one instance by a named law.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LawCost {
    /// Energy per action.
    pub energy_pj: f64,
    /// Area of one instance.
    pub area_um2: f64,
}
