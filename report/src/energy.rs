//! Counts x cost table: energy and area by kind of part.

use super::area::units_in_use;
use super::map::Totals;
use crosscut_arch::{Arch, Confidence, Gate, Part, PartKind};
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
    /// Energy of one action. It is absent, like every figure below, where the machine gives no cost for the part.
    pub energy_per_action_pj: Option<f64>,
    /// Power one instance draws whether it acts or not.
    pub static_power_mw: Option<f64>,
    /// When that power is switched off.
    pub gate: Gate,
    /// Instances that draw it, on average over the interval.
    pub powered: f64,
    /// Area of one instance.
    pub area_per_instance_um2: Option<f64>,
    /// `actions x energy_per_action_pj`.
    pub dynamic_pj: Option<f64>,
    /// `powered x static_power_mw x interval_ns`.
    pub static_pj: Option<f64>,
    /// Both.
    pub energy_pj: Option<f64>,
    /// `instances x area_per_instance_um2`.
    pub area_mm2: Option<f64>,
    /// Where the figures come from.
    pub source: String,
    /// How well they are founded.
    pub confidence: Option<Confidence>,
}

/// Energy of one image by what draws it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Headline {
    /// Actions of all parts but links.
    pub actions_pj: f64,
    /// Static power of all parts but links; absent where none of them states one. Powers published as one figure hold it in the
    /// energy of actions.
    pub leakage_pj: Option<f64>,
    /// Links between chips, both.
    pub links_pj: f64,
}

impl Headline {
    /// Of all parts; absent where the machine gives no costs.
    pub fn of(components: &[Component]) -> Option<Headline> {
        known(components, |c| c.energy_pj)?;
        let (links, others): (Vec<&Component>, Vec<&Component>) = components
            .iter()
            .partition(|c| c.part == PartKind::ChipLink);
        let sum = |all: &[&Component], f: fn(&Component) -> Option<f64>| {
            all.iter().filter_map(|c| f(c)).sum::<f64>()
        };
        Some(Headline {
            actions_pj: sum(&others, |c| c.dynamic_pj),
            leakage_pj: others
                .iter()
                .any(|c| c.static_power_mw > Some(0.0))
                .then(|| sum(&others, |c| c.static_pj)),
            links_pj: sum(&links, |c| c.energy_pj),
        })
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
            // Shares of a read that a law does not tell apart cost nothing by themselves.
            None if kind.is_share_of_a_read() => None,
            None if counts.get(kind) > 0 => Some(unpriced(kind, counts.get(kind))),
            None => None,
        })
        .collect()
}

impl Component {
    /// Power drawn throughout; 0 of a part that is off while it does not act.
    pub fn always_mw(&self) -> f64 {
        match self.gate {
            Gate::Idle => 0.0,
            Gate::Never | Gate::Unused => self.powered * self.static_power_mw.unwrap_or(0.0),
        }
    }
}

/// Instances of a part that draw its static power, on average over the interval. An action of a part that is off
/// otherwise takes a crossbar cycle over the actions of a busy cycle.
pub fn powered(arch: &Arch, part: &Part, actions: u64, totals: &Totals, interval_ns: f64) -> f64 {
    let units = units_in_use(arch, totals, part.level);
    let on = arch.powered(part, units, totals.chips) as f64;
    match part.gate {
        Gate::Idle if part.full_rate > 0.0 && interval_ns > 0.0 => {
            let busy_ns = actions as f64 * arch.cycle_ns() / part.full_rate;
            on.min(busy_ns / interval_ns)
        }
        Gate::Idle if actions == 0 => 0.0,
        _ => on,
    }
}

fn priced(arch: &Arch, part: &Part, actions: u64, totals: &Totals, interval_ns: f64) -> Component {
    // Cells, rows and columns of a read are no parts to count.
    let instances = match part.kind.is_share_of_a_read() {
        true => 0,
        false => units_in_use(arch, totals, part.level) * part.count,
    };
    let dynamic_pj = actions as f64 * part.energy_pj;
    let powered = powered(arch, part, actions, totals, interval_ns);
    // mW x ns = pJ.
    let static_pj = powered * part.static_power_mw * interval_ns;
    Component {
        part: part.kind,
        instances,
        actions,
        energy_per_action_pj: Some(part.energy_pj),
        static_power_mw: Some(part.static_power_mw),
        gate: part.gate,
        powered,
        area_per_instance_um2: Some(part.area_um2),
        dynamic_pj: Some(dynamic_pj),
        static_pj: Some(static_pj),
        energy_pj: Some(dynamic_pj + static_pj),
        area_mm2: Some(instances as f64 * part.area_um2 / 1e6),
        source: part.source.clone(),
        confidence: Some(part.confidence),
    }
}

fn unpriced(part: PartKind, actions: u64) -> Component {
    Component {
        part,
        instances: 0,
        actions,
        energy_per_action_pj: None,
        static_power_mw: None,
        gate: Gate::default(),
        powered: 0.0,
        area_per_instance_um2: None,
        dynamic_pj: None,
        static_pj: None,
        energy_pj: None,
        area_mm2: None,
        source: "the machine gives no cost for this part".to_string(),
        confidence: None,
    }
}

/// Energy of counted actions alone, of the parts that have a cost; absent where no part has.
pub fn dynamic_pj(arch: &Arch, counts: &Counts) -> Option<f64> {
    let cost = |kind| arch.part(kind).map_or(0.0, |p: &Part| p.energy_pj);
    let priced = !arch.parts.is_empty();
    priced.then(|| counts.0.iter().map(|(&k, &n)| n as f64 * cost(k)).sum())
}

/// The sum of a figure over the parts that have it; absent where no part has.
pub fn known(components: &[Component], figure: impl Fn(&Component) -> Option<f64>) -> Option<f64> {
    components.iter().filter_map(figure).reduce(|a, b| a + b)
}

/// Shares of the energy and of the area of a run that rest on figures of one confidence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Resting {
    /// Of `energy_pj`.
    pub energy_share: f64,
    /// Of `area_mm2`.
    pub area_share: f64,
}

impl Resting {
    /// Of a run's parts; absent where the machine gives no costs.
    pub fn on(confidence: Confidence, components: &[Component]) -> Option<Resting> {
        let share = |figure: fn(&Component) -> Option<f64>| {
            let all = known(components, figure)?;
            let own = |c: &Component| figure(c).filter(|_| c.confidence == Some(confidence));
            let resting = known(components, own).unwrap_or(0.0);
            Some(if all > 0.0 { resting / all } else { 0.0 })
        };
        Some(Resting {
            energy_share: share(|c| c.energy_pj)?,
            area_share: share(|c| c.area_mm2)?,
        })
    }
}
