//! Scaling published figures to another size.

use crate::adc::{ConverterKind, ConverterSize};
use crate::model::Arch;
use crate::schema::ScaledFrom;

/// Factors on the figures of one instance.
pub(crate) struct Scale {
    /// On area and static power.
    pub(crate) size: f64,
    /// On the energy of an action.
    pub(crate) energy: f64,
    /// Added to the source.
    pub(crate) note: String,
}

impl Scale {
    pub(crate) const NONE: Scale = Scale {
        size: 1.0,
        energy: 1.0,
        note: String::new(),
    };

    /// Nothing is scaled.
    pub(crate) fn is_none(&self) -> bool {
        self.size == 1.0 && self.energy == 1.0
    }
}

/// Area and static power follow the size. An action on a whole array or register follows the size as
/// well; one byte of a buffer follows size^0.78 (the depth law of the Accelergy CACTI tables); one byte on a
/// narrower bus costs the same.
pub(crate) fn scale(from: ScaledFrom, arch: &Arch) -> Scale {
    let rows = f64::from(arch.crossbar.rows);
    let columns = f64::from(arch.crossbar.columns);
    let crossbars = f64::from(arch.pe.crossbars);
    let bits = f64::from(arch.format.input_bits);
    let weights = (arch.crossbar.columns / arch.columns_per_weight().max(1)).max(1);
    let (published, here, exponent, what) = match from {
        ScaledFrom::Cells(n) => (n, rows * columns, 1.0, "cells of an array"),
        ScaledFrom::PeInputBits(n) => (n, crossbars * rows * bits, 1.0, "input bits of a PE"),
        ScaledFrom::PeOutputBits(n) => (
            n,
            crossbars * f64::from(weights) * bits,
            1.0,
            "output bits of a PE",
        ),
        ScaledFrom::BufferBytes(n) => (n, arch.tile.buffer_bytes as f64, 0.78, "buffer bytes"),
        ScaledFrom::BusWires(n) => (n, arch.tile.bus_bytes_per_tick * 8.0, 0.0, "bus wires"),
        ScaledFrom::AdcBits(n) => return converter(n, arch),
    };
    let size = here / published as f64;
    if size == 1.0 {
        return Scale::NONE;
    }
    let how = match exponent {
        1.0 => String::new(),
        0.0 => ", energy unchanged".to_owned(),
        other => format!(", energy by its power {other}"),
    };
    let note = format!("; scaled by {size:.4} ({here} against {published} {what}{how})");
    Scale {
        size,
        energy: size.powf(exponent),
        note,
    }
}

/// A converter of another resolution: energy and area in the ratio that the law of its kind gives. Resolutions
/// without figures are refused before.
fn converter(published: u64, arch: &Arch) -> Scale {
    let Some(c) = arch.adc else {
        return Scale::NONE;
    };
    let law = c.kind.law();
    let figures = |bits: u64| {
        law.at(&ConverterSize {
            bits: u32::try_from(bits).ok()?,
            columns: arch.crossbar.columns / arch.columns_per_conversion(),
        })
    };
    match (figures(u64::from(c.bits)), figures(published)) {
        (Some(here), Some(there)) if u64::from(c.bits) != published => {
            let energy = here.energy_pj / there.energy_pj;
            let size = here.area_um2 / there.area_um2;
            let note = format!(
                "; scaled from {published} to {} bits by the law {} (energy x {energy:.4}, area x {size:.4})",
                c.bits, law.name
            );
            Scale { size, energy, note }
        }
        _ => Scale::NONE,
    }
}
