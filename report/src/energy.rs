//! Counts x cost table: energy and area by kind of part.

use super::area::units_in_use;
use super::map::Totals;
use crosscut_arch::{Arch, Confidence, Part, PartKind};
use crosscut_sim::counts::Counts;
use serde::{Deserialize, Serialize};

/// One kind of part: how many are in use, what they did for one image, what it cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Component {
    /// Kind.
    pub part: PartKind,
    /// Instances in use, whole tiles.
    pub instances: u64,
    /// Actions of one image.
    pub actions: u64,
    /// Energy of one action.
    pub energy_per_action_pj: f64,
    /// Power one instance draws whether it acts or not.
    pub static_power_mw: f64,
    /// Area of one instance.
    pub area_per_instance_um2: f64,
    /// `actions x energy_per_action_pj`.
    pub dynamic_pj: f64,
    /// `instances x static_power_mw x interval_ns`.
    pub static_pj: f64,
    /// Both.
    pub energy_pj: f64,
    /// `instances x area_per_instance_um2`.
    pub area_mm2: f64,
    /// Where the figures come from.
    pub source: String,
    /// How well they are founded.
    pub confidence: Confidence,
}

/// Energy of one image by what draws it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Headline {
    /// Actions of all parts but links.
    pub actions_pj: f64,
    /// Static power of all parts but links.
    pub leakage_pj: f64,
    /// Links between chips, both.
    pub links_pj: f64,
}

impl Headline {
    /// Of all parts.
    pub fn of(components: &[Component]) -> Headline {
        let (links, others): (Vec<&Component>, Vec<&Component>) = components
            .iter()
            .partition(|c| c.part == PartKind::ChipLink);
        let sum =
            |all: &[&Component], f: fn(&Component) -> f64| all.iter().map(|c| f(c)).sum::<f64>();
        Headline {
            actions_pj: sum(&others, |c| c.dynamic_pj),
            leakage_pj: sum(&others, |c| c.static_pj),
            links_pj: sum(&links, |c| c.energy_pj),
        }
    }
}

/// Every kind of part the machine has or the run used. Actions of a kind without a cost entry cost nothing; the
/// source says so.
pub fn components(
    arch: &Arch,
    counts: &Counts,
    totals: &Totals,
    interval_ns: f64,
) -> Vec<Component> {
    let kinds = PartKind::ALL.into_iter();
    kinds
        .filter_map(|kind| match arch.part(kind) {
            Some(part) => Some(priced(arch, part, counts.get(kind), totals, interval_ns)),
            None if counts.get(kind) > 0 => Some(unpriced(kind, counts.get(kind))),
            None => None,
        })
        .collect()
}

fn priced(arch: &Arch, part: &Part, actions: u64, totals: &Totals, interval_ns: f64) -> Component {
    let instances = units_in_use(arch, totals, part.level) * part.count;
    let dynamic_pj = actions as f64 * part.energy_pj;
    // mW x ns = pJ.
    let static_pj = instances as f64 * part.static_power_mw * interval_ns;
    Component {
        part: part.kind,
        instances,
        actions,
        energy_per_action_pj: part.energy_pj,
        static_power_mw: part.static_power_mw,
        area_per_instance_um2: part.area_um2,
        dynamic_pj,
        static_pj,
        energy_pj: dynamic_pj + static_pj,
        area_mm2: instances as f64 * part.area_um2 / 1e6,
        source: part.source.clone(),
        confidence: part.confidence,
    }
}

fn unpriced(part: PartKind, actions: u64) -> Component {
    Component {
        part,
        instances: 0,
        actions,
        energy_per_action_pj: 0.0,
        static_power_mw: 0.0,
        area_per_instance_um2: 0.0,
        dynamic_pj: 0.0,
        static_pj: 0.0,
        energy_pj: 0.0,
        area_mm2: 0.0,
        source: "the machine gives no cost for this part".to_string(),
        confidence: Confidence::Recalled,
    }
}

/// Energy of counted actions alone.
pub fn dynamic_pj(arch: &Arch, counts: &Counts) -> f64 {
    let cost = |kind| arch.part(kind).map_or(0.0, |p: &Part| p.energy_pj);
    counts.0.iter().map(|(&k, &n)| n as f64 * cost(k)).sum()
}
