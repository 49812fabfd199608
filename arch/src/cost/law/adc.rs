//! Analog-to-digital converters. Action: one conversion.
//!
//! Published laws agree near 8 bits at 32 nm and differ by a factor of three at 6 bits, and one's area is five times the others':
//! which law a machine uses has to be said in its description.

use crate::adc::{ConverterKind, ConverterSize, Kind};
use crate::cost::figures::{Figures, NoFigures};
use crate::schema::Law;
use std::ops::RangeInclusive;

/// Figures of one converter; refused where the law is of another kind, or does not cover the resolution.
pub(super) fn figures(
    law: Law,
    kind: Kind,
    size: &ConverterSize,
    nm: f64,
) -> Result<Figures, NoFigures> {
    if law != Law::AdcKind && !kind.published_laws().contains(&law) {
        let covers = "converters of another kind; `adc-kind` is the law of this one";
        return Err(NoFigures::new("adc", kind.name(), covers));
    }
    let none =
        |covers: String| NoFigures::new(format!("adc.{}.bits", kind.name()), size.bits, covers);
    let covered = |range: RangeInclusive<u32>| {
        let covers = format!("{} to {} bits", range.start(), range.end());
        let inside = range.contains(&size.bits).then_some(f64::from(size.bits));
        inside.ok_or_else(|| none(covers))
    };
    match law {
        Law::MurmannSurvey => {
            let rate = kind.rounds_per_s(size.bits);
            Ok(murmann(covered(4..=16)?, rate, nm))
        }
        Law::Tinyml => Ok(tinyml(covered(1..=12)?)),
        Law::PumaLinear => Ok(puma(covered(1..=16)?)),
        Law::PerBitDoubling => Ok(doubling(covered(1..=16)?)),
        _ => kind.law().at(size).ok_or_else(|| none(kind.law().covers())),
    }
}

/// Regression of the Accelergy ADC plug-in over Murmann's survey; `rate` in conversions per second. It has its own
/// technology term and turns up again below 4 bits, where the plug-in refuses it.
fn murmann(bits: f64, rate: f64, nm: f64) -> Figures {
    let quality = (213.7807 - 2.8719 * rate.ln()).min(128.3068 + 3.22051 * bits.ceil());
    let signal_to_noise = 6.0206 * bits + 1.7609;
    let shape = 26.04962 + 1.88004 * nm.ln() - 2.82913 * bits.ln() - 1.47020;
    let energy = 0.5 * 10f64.powf((signal_to_noise - quality) / 10.0) * shape.exp();
    let area = 1.34619 + 0.99328 * nm.ln() + 0.18072 * rate.ln() + 0.29912 * energy.ln();
    Figures::new(energy, area.exp(), 0.0)
}

/// ZigZag-IMC: `(100 b + 0.001 4^b) V^2` fJ at 0.9 V and `10^(1.206 - 0.0369 b) 2^b` um2, fitted to 22 and 28 nm macros.
fn tinyml(bits: f64) -> Figures {
    const VOLT: f64 = 0.9;
    let energy = (100.0 * bits + 0.001 * 4f64.powf(bits)) * VOLT * VOLT / 1e3;
    let area = 10f64.powf(1.206 - 0.0369 * bits) * 2f64.powf(bits);
    Figures::new(energy, area, 0.0).at(28.0)
}

/// PUMAsim at 32 nm: 0.25 mW a bit at one conversion per ns, a tenth of it leakage; the area does not depend on bits.
fn puma(bits: f64) -> Figures {
    Figures::new(0.225 * bits, 1200.0, 0.025 * bits).at(32.0)
}

/// hwcomponents' default: ISAAC's 8-bit ADC at 32 nm (1.67 pJ, 1200 um2), both doubling with every bit.
fn doubling(bits: f64) -> Figures {
    let times = 2f64.powf(bits - 8.0);
    Figures::new(1.67 * times, 1200.0 * times, 0.0).at(32.0)
}
