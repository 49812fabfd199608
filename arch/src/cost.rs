//! Cost tables -> one [`Part`] per kind.
//!
//! The file states figures for a group of instances under published conditions; here they become
//! figures of one instance of this machine. Counts, and busy rates of parts inside a PE, follow from
//! the structure, so that an override of the structure carries through to area and peak power.

pub(crate) mod adc;
mod scale;

use crate::model::Arch;
use crate::part::{Confidence, Part, PartKind};
use crate::schema::{Basis, Cost, Machine};

/// The parts of a machine in [`PartKind::ALL`] order; parts it has none of are left out.
pub(crate) fn parts(m: &Machine, arch: &Arch) -> Vec<Part> {
    let given = |kind: &PartKind| m.cost.0.get(kind).map(|cost| (*kind, cost));
    let basis = m.basis.as_ref().map(|b| &b.value);
    PartKind::ALL
        .iter()
        .filter_map(given)
        .map(|(kind, cost)| part(kind, cost, basis, arch))
        .filter(|p| p.count > 0)
        .collect()
}

fn part(kind: PartKind, cost: &Cost, basis: Option<&Basis>, arch: &Arch) -> Part {
    let count =
        structural_count(kind, arch).unwrap_or_else(|| cost.count.as_ref().map_or(1, |c| **c));
    let group = cost.group.as_ref().map_or(1.0, |g| **g as f64);
    let law = cost.law.as_ref().and_then(|law| match arch.adc {
        crate::model::Adc::Sar(c) => adc::energy_area(**law, c.bits),
        crate::model::Adc::None => None,
    });
    let energy = match (law, &cost.energy) {
        (Some((energy, _)), _) => energy,
        (None, Some(energy)) => energy.0,
        (None, None) => basis_energy(cost, basis),
    };
    let area = law.map_or_else(
        || cost.area.as_ref().map_or(0.0, |a| a.0) / group,
        |(_, area)| area,
    );
    let scale = cost
        .scaled_from
        .as_ref()
        .map_or(scale::Scale::NONE, |s| scale::scale(**s, arch));
    let published_rate = cost.full_rate.as_ref().map_or(0.0, |r| **r) / group;
    let busy = cost.peak_rate.as_ref().map_or(published_rate, |r| **r);
    let within = cost
        .within
        .as_ref()
        .map_or_else(String::new, |w| format!("; counted within `{}`", w.name()));
    Part {
        kind,
        level: kind.level(),
        count,
        area_um2: area * scale.size,
        static_power_mw: cost.static_power.as_ref().map_or(0.0, |p| p.0) / group * scale.size,
        energy_pj: energy * scale.energy,
        full_rate: structural_rate(kind, count, arch).unwrap_or(busy),
        source: format!("{}{}{within}", *cost.source, scale.note),
        confidence: if scale.is_none() {
            cost.confidence
        } else {
            cost.confidence.max(Confidence::Derived)
        },
    }
}

/// Power at full activity x basis cycle / actions in it (mW x ns = pJ).
fn basis_energy(cost: &Cost, basis: Option<&Basis>) -> f64 {
    match (&cost.full_power, &cost.full_rate, basis) {
        (Some(power), Some(rate), Some(basis)) => power.0 * basis.cycle.0 / **rate,
        _ => 0.0,
    }
}

/// Instances that the structure fixes.
pub(crate) fn structural_count(kind: PartKind, arch: &Arch) -> Option<u64> {
    let crossbars = u64::from(arch.pe.crossbars);
    match kind {
        PartKind::Crossbar | PartKind::ReduceMode | PartKind::BufferMode => Some(crossbars),
        PartKind::Dac => Some(crossbars * u64::from(arch.crossbar.rows)),
        PartKind::SampleHold => Some(crossbars * u64::from(arch.crossbar.columns)),
        PartKind::Adc => Some(u64::from(arch.pe.adcs)),
        _ => None,
    }
}

/// Kinds whose count must not be given.
pub(crate) fn count_is_structural(kind: PartKind) -> bool {
    use PartKind::*;
    matches!(
        kind,
        Crossbar | ReduceMode | BufferMode | Dac | SampleHold | Adc
    )
}

/// Kinds whose actions are counted; the others cost area and static power alone.
pub(crate) fn acts(kind: PartKind) -> bool {
    !matches!(kind, PartKind::PeControl | PartKind::TileControl)
}

/// Kinds whose rate at full activity follows from the structure.
pub(crate) fn rate_is_structural(kind: PartKind) -> bool {
    use PartKind::*;
    count_is_structural(kind)
        || !acts(kind)
        || matches!(kind, ShiftAdd | InputRegister | OutputRegister)
}

/// Actions of one instance per crossbar cycle with every array of the PE reading.
fn structural_rate(kind: PartKind, count: u64, arch: &Arch) -> Option<f64> {
    let pair = f64::from(arch.columns_per_conversion());
    let samples = f64::from(arch.pe.crossbars) * f64::from(arch.crossbar.columns) / pair;
    match kind {
        PartKind::Crossbar => Some(1.0),
        // A read drives the rows that are active together.
        PartKind::Dac => Some(1.0 / f64::from(arch.row_steps())),
        // A differential pair is one sample.
        PartKind::SampleHold => Some(1.0 / pair),
        // An array in a vector mode is not reading; full activity means all of them read.
        PartKind::ReduceMode | PartKind::BufferMode => Some(0.0),
        PartKind::Adc | PartKind::ShiftAdd => Some(samples / count.max(1) as f64),
        PartKind::InputRegister | PartKind::OutputRegister => Some(1.0),
        PartKind::PeControl | PartKind::TileControl => Some(0.0),
        _ => None,
    }
}
