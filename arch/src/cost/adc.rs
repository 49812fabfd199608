//! Cost laws of analog-to-digital converters.

use super::LawCost;

/// Names of the laws.
pub const LAWS: &[&str] = &["isaac-split"];

/// Energy per conversion and area by bits: the split of ISAAC's 8-bit SAR into parts linear in the bits
/// (buffer, memory, clock) and a capacitive DAC exponential in them, 32 nm, about 1.2 GS/s.
///
/// Source: component library of Accelergy (read), seven tabulated points from 4 to 10 bits; nothing outside.
const ISAAC_SPLIT: [(u32, f64, f64); 7] = [
    (4, 0.79, 361.0),
    (5, 0.99, 477.0),
    (6, 1.20, 627.0),
    (7, 1.42, 845.0),
    (8, 1.67, 1200.0),
    (9, 1.97, 1828.0),
    (10, 2.38, 3002.0),
];

/// Cost of a converter of `bits` by the law `name`; the error says what is allowed.
pub fn cost(name: &str, bits: u32) -> Result<LawCost, String> {
    if name != "isaac-split" {
        return Err(format!(
            "unknown ADC law `{name}`: expected one of {}",
            LAWS.join(", ")
        ));
    }
    ISAAC_SPLIT
        .iter()
        .find(|row| row.0 == bits)
        .map(|&(_, energy_pj, area_um2)| LawCost {
            energy_pj,
            area_um2,
        })
        .ok_or_else(|| format!("the law `{name}` covers 4..=10 bits, not {bits}"))
}
