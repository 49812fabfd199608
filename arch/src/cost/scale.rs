//! From the machine that figures were published for to another one.

use super::cost_law::CostLaw;
use super::figures::{Figures, NoFigures};
use super::key::{Key, NM, number};
use super::law;
use super::point::Point;
use super::read::Read;
use crate::part::PartKind;

/// A part together with those that its published figures include.
pub(crate) struct Lump<'a> {
    /// The part.
    pub(crate) kind: PartKind,
    /// Parts within it.
    pub(crate) included: &'a [PartKind],
}

/// Factors on published figures, and what they come from.
pub(crate) struct Factors {
    pub(crate) energy: f64,
    pub(crate) area: f64,
    pub(crate) static_power: f64,
    /// The laws, and what changed; empty where nothing did.
    pub(crate) note: String,
}

impl Lump<'_> {
    fn laws(&self) -> impl Iterator<Item = (PartKind, &'static dyn CostLaw)> {
        let kinds = std::iter::once(&self.kind).chain(self.included);
        kinds.map(|&kind| (kind, law::of_part(kind)))
    }

    /// What tells two machines apart for these laws: short name, value there, value here.
    fn changes(&self, there: &Point, here: &Point) -> Vec<(&'static str, f64, f64)> {
        let own = self.laws().flat_map(|(_, law)| law.follows().iter());
        let mut keys: Vec<&Key> = Vec::new();
        for key in own.chain([&NM]) {
            if keys.iter().all(|k| k.short != key.short) {
                keys.push(key);
            }
        }
        let values = keys
            .iter()
            .map(|k| (k.short, (k.value)(there), (k.value)(here)));
        values.filter(|(_, a, b)| a != b).collect()
    }

    /// Factors that bring figures from one machine to another; exactly 1 where no law tells them apart.
    pub(crate) fn factors(&self, there: &Point, here: &Point) -> Result<Factors, NoFigures> {
        let changes = self.changes(there, here);
        let mut factors = Factors {
            energy: 1.0,
            area: 1.0,
            static_power: 1.0,
            note: String::new(),
        };
        if changes.is_empty() {
            return Ok(factors);
        }
        let (a, b) = (self.sum(there, there.nm)?, self.sum(here, there.nm)?);
        let ratio = |a: f64, b: f64| if a > 0.0 { b / a } else { 1.0 };
        factors.energy = ratio(a.energy_pj, b.energy_pj);
        factors.area = ratio(a.area_um2, b.area_um2);
        factors.static_power = match a.static_power_mw > 0.0 {
            true => b.static_power_mw / a.static_power_mw,
            false => factors.area,
        };
        if [factors.energy, factors.area, factors.static_power] != [1.0; 3] {
            factors.note = self.note(&changes);
        }
        Ok(factors)
    }

    /// Figures by the laws of all parts, brought from a node to the machine's.
    fn sum(&self, p: &Point, from_nm: f64) -> Result<Figures, NoFigures> {
        let mut sum = Figures::new(0.0, 0.0, 0.0);
        for (kind, law) in self.laws() {
            let (own, node) = (law.figures(kind, p)?, law.node().between(from_nm, p.nm)?);
            let share = per(self.kind, kind, p);
            sum.energy_pj += own.energy_pj * node.energy * share.actions;
            sum.area_um2 += own.area_um2 * node.area * share.instances;
            sum.static_power_mw += own.static_power_mw * node.energy * share.instances;
        }
        Ok(sum)
    }

    fn note(&self, changes: &[(&str, f64, f64)]) -> String {
        let what =
            |(name, a, b): &(&str, f64, f64)| format!("{name} {} -> {}", number(*a), number(*b));
        let changes: Vec<String> = changes.iter().map(what).collect();
        let mut names: Vec<&str> = Vec::new();
        for (_, law) in self.laws() {
            if !names.contains(&law.name()) {
                names.push(law.name());
            }
        }
        let laws = if names.len() == 1 { "law" } else { "laws" };
        format!("{} {laws} ({})", names.join(", "), changes.join(", "))
    }

    /// The energy of a read of an array with the parts it includes, by the laws, brought from a node to the machine's.
    pub(crate) fn read(&self, p: &Point, from_nm: f64) -> Result<Read, NoFigures> {
        let mut read = law::read(p)?;
        for (kind, law) in self.laws().skip(1) {
            let (own, node) = (law.figures(kind, p)?, law.node().between(from_nm, p.nm)?);
            let pj = own.energy_pj * node.energy;
            match kind {
                PartKind::Dac => read.row_pj += pj,
                PartKind::Adc | PartKind::ShiftAdd if p.converts_unused => {
                    read.fixed_pj += pj * p.columns / p.columns_per_conversion;
                }
                PartKind::Adc | PartKind::ShiftAdd | PartKind::SampleHold => {
                    read.column_pj += pj / p.columns_per_conversion;
                }
                PartKind::InputRegister | PartKind::OutputRegister => {
                    read.fixed_pj += pj / p.crossbars;
                }
                _ => {}
            }
        }
        Ok(read)
    }
}

/// Instances and actions of a part for each instance and action of the part that includes it.
struct Share {
    instances: f64,
    actions: f64,
}

/// Nothing is known of the actions of parts beside the PE's.
fn per(holder: PartKind, kind: PartKind, p: &Point) -> Share {
    if holder == kind {
        return Share {
            instances: 1.0,
            actions: 1.0,
        };
    }
    let samples = p.columns / p.columns_per_conversion;
    // Instances of a PE, and actions in a read of all its arrays.
    let of_pe = |kind| match kind {
        PartKind::Crossbar => Some((p.crossbars, p.crossbars)),
        PartKind::Dac => Some((p.crossbars * p.rows, p.crossbars * p.active_rows)),
        PartKind::SampleHold => Some((p.crossbars * p.columns, p.crossbars * samples)),
        PartKind::Adc => Some((p.adcs, p.crossbars * samples)),
        PartKind::ShiftAdd => Some((1.0, p.crossbars * samples)),
        PartKind::InputRegister | PartKind::OutputRegister | PartKind::PeControl => {
            Some((1.0, 1.0))
        }
        _ => None,
    };
    match (of_pe(holder), of_pe(kind)) {
        (Some(a), Some(b)) => Share {
            instances: b.0 / a.0.max(1.0),
            actions: b.1 / a.1.max(1.0),
        },
        _ => Share {
            instances: 1.0,
            actions: 0.0,
        },
    }
}
