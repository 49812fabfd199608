//! Routers (action: one flit through one router) and wires (action: one byte moved).

use super::power::power_law;
use crate::cost::figures::{Figures, NoFigures};

/// PUMAsim at 32 nm and 1 ns: 16.13 + 0.41 mW and 0.047 mm2 with 4 ports, 51.48 + 1.04 mW and 0.116 mm2 with 8, for flits of
/// 32 bits; a power law in ports through both, energy in proportion to the flit's bits.
pub(super) fn puma(ports: u64, flit_bits: u32) -> Result<Figures, NoFigures> {
    if !(4..=16).contains(&ports) {
        let covers = "routers of 4 to 16 ports (four neighbours and their tiles)";
        let key = "noc.mesh.tiles_per_router";
        return Err(NoFigures::new(key, ports - 4, covers));
    }
    let through = |four: f64, eight: f64| power_law(ports as f64, (4.0, four), (8.0, eight));
    let energy = through(16.13, 51.48) * f64::from(flit_bits) / 32.0;
    Ok(Figures::new(energy, through(47_000.0, 116_000.0), through(0.41, 1.04)).at(32.0))
}

/// TrueNorth at 28 nm: 72 fJ per bit and hop, router and 240 um of wire; its area is inside the core's.
pub(super) fn hop(flit_bits: u32) -> Figures {
    Figures::new(0.072 * f64::from(flit_bits), 0.0, 0.0).at(28.0)
}

/// TrueNorth at 28 nm: 0.3 fJ per bit and um; wires run above other parts.
pub(super) fn wire(length_um: Option<f64>) -> Result<Figures, NoFigures> {
    let length = length_um.ok_or_else(|| {
        NoFigures::new(
            "length",
            "not given",
            "a wire of a given `length` (`\"1 mm\"`)",
        )
    })?;
    Ok(Figures::new(0.3e-3 * 8.0 * length, 0.0, 0.0).at(28.0))
}
