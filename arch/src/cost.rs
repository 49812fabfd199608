//! Cost tables -> one [`Part`] per kind.
//!
//! The file states figures for a group of instances under published conditions; here they become
//! figures of one instance of this machine. Counts, and busy rates of parts inside a PE, follow from
//! the structure, so that an override of the structure carries through to area and peak power.

pub(crate) mod figures;
pub(crate) mod law;
pub(crate) mod node;
mod scale;

use crate::model::Arch;
use crate::part::{Confidence, Part, PartKind};
use crate::schema::{BasisTable, Cost, Machine};

/// The parts of a machine in [`PartKind::ALL`] order; parts it has none of are left out.
pub(crate) fn parts(m: &Machine, arch: &Arch) -> Vec<Part> {
    let given = |kind: &PartKind| m.cost.0.get(kind).map(|cost| (*kind, cost));
    PartKind::ALL
        .iter()
        .filter_map(given)
        .map(|(kind, cost)| part(kind, m, cost, arch))
        .filter(|p| p.count > 0)
        .collect()
}

fn part(kind: PartKind, m: &Machine, cost: &Cost, arch: &Arch) -> Part {
    let count =
        structural_count(kind, arch).unwrap_or_else(|| cost.count.as_ref().map_or(1, |c| **c));
    let law = cost.law.as_ref().map(|l| **l);
    let size = law::Size::of(m, cost);
    let own = match law.map(|l| law::figures(l, &size)) {
        Some(Ok(figures)) => figures,
        // Laws without figures for the machine are refused before.
        _ => stated(cost, m.basis.as_ref().map(|b| &b.value)),
    };
    let scale = cost
        .scaled_from
        .as_ref()
        .map_or(scale::Scale::NONE, |s| scale::scale(**s, arch));
    let node = NodeScale::of(cost, own.node_nm, m.technology.0);
    let published_rate = cost.full_rate.as_ref().map_or(0.0, |r| **r) / group(cost);
    let busy = cost.peak_rate.as_ref().map_or(published_rate, |r| **r);
    let source = match (&cost.source, law) {
        (Some(source), _) => source.value.as_str(),
        (None, Some(law)) => law::source(law, &size),
        (None, None) => "",
    };
    let unstated = law.map_or(Confidence::Recalled, |l| law::confidence(l, &size));
    let confidence = cost.confidence.unwrap_or(unstated);
    let derived = !scale.is_none() || !node.note.is_empty();
    let within = cost
        .within
        .as_ref()
        .map_or_else(String::new, |w| format!("; counted within `{}`", w.name()));
    Part {
        kind,
        level: kind.level(),
        count,
        area_um2: own.area_um2 * scale.size * node.factors.area,
        static_power_mw: own.static_power_mw * scale.size * node.factors.energy,
        energy_pj: own.energy_pj * scale.energy * node.factors.energy,
        full_rate: structural_rate(kind, count, arch).unwrap_or(busy),
        source: format!("{source}{}{}{within}", scale.note, node.note),
        confidence: match derived {
            true => confidence.max(Confidence::Derived),
            false => confidence,
        },
        node_nm: node.at,
    }
}

/// Instances that stated figures are for.
fn group(cost: &Cost) -> f64 {
    cost.group.as_ref().map_or(1.0, |g| **g as f64)
}

/// The figures a file states, of one instance.
fn stated(cost: &Cost, basis: Option<&BasisTable>) -> figures::Figures {
    let group = group(cost);
    figures::Figures {
        energy_pj: match &cost.energy {
            Some(energy) => energy.0,
            None => basis_energy(cost, basis),
        },
        area_um2: cost.area.as_ref().map_or(0.0, |a| a.0) / group,
        static_power_mw: cost.static_power.as_ref().map_or(0.0, |p| p.0) / group,
        node_nm: None,
    }
}

/// What technology scaling does to a cost.
struct NodeScale {
    factors: node::Factors,
    /// Added to the source.
    note: String,
    /// Node the figures hold at afterwards, where known.
    at: Option<f64>,
}

impl NodeScale {
    fn of(cost: &Cost, own_nm: Option<f64>, machine_nm: f64) -> NodeScale {
        let none = NodeScale {
            factors: node::Factors {
                area: 1.0,
                energy: 1.0,
            },
            note: String::new(),
            at: own_nm,
        };
        let Some(scale) = &cost.scale_node else {
            return none;
        };
        let from = scale.from.as_ref().map(|l| l.0).or(own_nm);
        let factors = from.and_then(|from| Some((from, node::factors(from, machine_nm)?)));
        // Nodes outside the tables are refused before.
        let Some((from, factors)) = factors else {
            return none;
        };
        let note = format!(
            "; scaled from {from} to {machine_nm} nm by stillmaker-baas (energy x {:.4}, area x {:.4})",
            factors.energy, factors.area
        );
        NodeScale {
            factors,
            note,
            at: Some(machine_nm),
        }
    }
}

/// Power at full activity x basis cycle / actions in it (mW x ns = pJ).
fn basis_energy(cost: &Cost, basis: Option<&BasisTable>) -> f64 {
    match (&cost.full_power, &cost.full_rate, basis) {
        (Some(power), Some(rate), Some(basis)) => power.0 * basis.cycle.0 / **rate,
        _ => 0.0,
    }
}

/// Instances that the structure fixes.
pub(crate) fn structural_count(kind: PartKind, arch: &Arch) -> Option<u64> {
    let crossbars = u64::from(arch.pe.crossbars);
    let unit = u64::from(arch.has_unit_column());
    match kind {
        PartKind::Crossbar | PartKind::ReduceMode | PartKind::BufferMode => Some(crossbars),
        PartKind::Dac => Some(crossbars * u64::from(arch.crossbar.rows)),
        PartKind::SampleHold => Some(crossbars * (u64::from(arch.crossbar.columns) + unit)),
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
    let steps = f64::from(arch.steps_per_conversion());
    let unit = f64::from(u8::from(arch.has_unit_column()));
    let samples = f64::from(arch.pe.crossbars) * (f64::from(arch.crossbar.columns) / pair + unit);
    match kind {
        PartKind::Crossbar => Some(1.0),
        // A read drives the rows that are active together.
        PartKind::Dac => Some(1.0 / f64::from(arch.row_steps())),
        // A differential pair is one sample.
        PartKind::SampleHold => Some(1.0 / pair / steps),
        // An array in a vector mode is not reading; full activity means all of them read.
        PartKind::ReduceMode | PartKind::BufferMode => Some(0.0),
        PartKind::Adc | PartKind::ShiftAdd => {
            let conversions = arch.adc.and_then(|c| c.conversions_per_output);
            let conversions = conversions.map(f64::from);
            // Where sums are added in analog, those of a product over its reads.
            let outputs =
                f64::from(arch.pe.crossbars) * (arch.outputs_per_crossbar() as f64 + unit);
            let per_read = conversions.map(|n| outputs * n / f64::from(arch.timed_steps()));
            Some(per_read.unwrap_or(samples / steps) / count.max(1) as f64)
        }
        PartKind::InputRegister | PartKind::OutputRegister => Some(1.0),
        PartKind::PeControl | PartKind::TileControl => Some(0.0),
        _ => None,
    }
}
