//! The figures of one part: by a law the description names, or as it states them, brought to this machine.

use super::anchor::Anchors;
use super::figures::NoFigures;
use super::law;
use super::point::Point;
use super::read::Read;
use super::refresh;
use super::scale::Lump;
use crate::model::Arch;
use crate::part::{ByValues, Confidence, Part, PartKind};
use crate::schema::{At, Cost, Machine};
use std::ops::Range;

/// Figures of one instance of a part.
#[derive(Default)]
pub(crate) struct Priced {
    energy_pj: f64,
    area_um2: f64,
    static_power_mw: f64,
    /// Busy rate as published or given.
    rate: f64,
    /// The energy of a read, of arrays.
    read: Option<Read>,
    /// A law's own source and confidence, where the description gives none.
    own: Option<(&'static str, Confidence)>,
    /// What brought published figures here.
    note: String,
    /// Node the figures hold at, where a law says so.
    node_nm: Option<f64>,
}

type NoPrice = (Range<usize>, NoFigures);

/// Prices a part that has figures of its own. The error names the place of the figure or law that cannot be used.
pub(crate) fn price(
    kind: PartKind,
    cost: &Cost,
    m: &Machine,
    here: &Point,
    anchors: &Anchors,
) -> Result<Priced, NoPrice> {
    match &cost.law {
        Some(named) => by_law(kind, cost, named, here, anchors),
        None => as_stated(kind, cost, m, here, anchors),
    }
}

fn by_law(
    kind: PartKind,
    cost: &Cost,
    named: &At<crate::schema::Law>,
    here: &Point,
    anchors: &Anchors,
) -> Result<Priced, NoPrice> {
    let law = law::of(**named);
    let fail = |why| (named.span.clone(), why);
    let figures = law::at(law, kind, here).map_err(fail)?;
    let own = law::own_node(law, kind, here);
    let read = match kind {
        PartKind::Crossbar => Some(law::read(here).map_err(fail)?),
        _ => None,
    };
    let moved = own.filter(|nm| *nm != here.nm && law.node() != super::node::Class::Stays);
    let note = moved.map_or_else(String::new, |nm| {
        format!("{} law (nm {nm} -> {})", law.name(), here.nm)
    });
    Ok(Priced {
        energy_pj: figures.energy_pj,
        area_um2: figures.area_um2,
        static_power_mw: figures.static_power_mw,
        rate: rate(cost, anchors),
        read,
        own: Some((law.source(here), law.confidence(here))),
        node_nm: match law.node() {
            super::node::Class::Stays => own,
            _ => own.map(|_| here.nm),
        },
        note,
    })
}

/// Actions of one instance per crossbar cycle at full activity, where the structure does not say.
fn rate(cost: &Cost, anchors: &Anchors) -> f64 {
    let published = |rate: &At<f64>| **rate / group(cost, &rate.span, anchors);
    match (&cost.peak_rate, &cost.full_rate) {
        (Some(rate), _) => **rate,
        (None, Some(rate)) => published(rate),
        (None, None) => 0.0,
    }
}

/// Instances that a figure is for. A group belongs to the figures beside it and below it: a figure that a text above
/// gives without a group is of one instance.
fn group(cost: &Cost, figure: &Range<usize>, anchors: &Anchors) -> f64 {
    match &cost.group {
        Some(group) if anchors.text(&group.span) >= anchors.text(figure) => **group as f64,
        _ => 1.0,
    }
}

fn as_stated(
    kind: PartKind,
    cost: &Cost,
    m: &Machine,
    here: &Point,
    anchors: &Anchors,
) -> Result<Priced, NoPrice> {
    let within = |(k, c): (&PartKind, &At<Cost>)| {
        let inside = c.within.as_ref().is_some_and(|w| **w == kind);
        inside.then_some(*k)
    };
    let included: Vec<PartKind> = m.cost.0.iter().filter_map(within).collect();
    let lump = Lump {
        kind,
        included: &included,
    };
    let mut notes: Vec<(&str, String)> = Vec::new();
    let mut priced = Priced {
        rate: rate(cost, anchors),
        ..Priced::default()
    };
    // A figure at a place, as many instances share it, through its law.
    let mut brought = |what: &'static str, value: f64, span: &Range<usize>| {
        let Some(there) = anchors.of(kind, span).filter(|_| value != 0.0) else {
            return Ok(value);
        };
        let there = Point {
            length_um: here.length_um,
            ..there
        };
        let factors = lump
            .factors(&there, here)
            .map_err(|why| (span.clone(), why))?;
        let factor = match what {
            "energy" => factors.energy,
            "area" => factors.area,
            _ => factors.static_power,
        };
        if factor != 1.0 {
            notes.push((what, factors.note));
        }
        Ok(value * factor)
    };
    if let Some(area) = &cost.area {
        priced.area_um2 = brought(
            "area",
            area.0 / group(cost, &area.span, anchors),
            &area.span,
        )?;
    }
    if let Some(power) = &cost.static_power {
        let value = power.0 / group(cost, &power.span, anchors);
        priced.static_power_mw = brought("static power", value, &power.span)?;
    }
    if let (Some(share), Some(power)) = (&cost.static_share, &cost.full_power) {
        let value = **share * power.0 / group(cost, &power.span, anchors);
        priced.static_power_mw = brought("static power", value, &power.span)?;
    }
    if let Some((mut energy, span)) = energy(cost, m) {
        if let (Some(retention), Some(rate), Some(power), Some(basis)) =
            (&cost.retention, &cost.full_rate, &cost.full_power, &m.basis)
        {
            let there = anchors.of(kind, &span).unwrap_or(*here);
            let busy = **rate / group(cost, &power.span, anchors) / basis.cycle.0;
            energy *= refresh::share_of_actions(busy, retention.0, &there);
        }
        priced.energy_pj = brought("energy", energy, &span)?;
        if kind == PartKind::Crossbar {
            let there = anchors.of(kind, &span).unwrap_or(*here);
            let split = split(&lump, energy, &there, here);
            priced.read = Some(split.map_err(|why| (span.clone(), why))?);
        }
        if let Some(retention) = &cost.retention {
            priced.static_power_mw += refresh::power_mw(priced.energy_pj, retention.0, here);
        }
    }
    priced.note = joined(&notes);
    Ok(priced)
}

/// A published energy of a full read, by what the laws say it depends on. Where they say nothing it is one figure.
fn split(lump: &Lump<'_>, energy: f64, there: &Point, here: &Point) -> Result<Read, NoFigures> {
    // Where a law of an included part does not cover the published machine, the split is that of the array alone.
    let array = Lump {
        kind: lump.kind,
        included: &[],
    };
    let lump = match lump.read(there, there.nm).and(lump.read(here, there.nm)) {
        Ok(_) => lump,
        Err(_) => &array,
    };
    let published = lump.read(there, there.nm)?.full_pj(there);
    if published > 0.0 {
        return Ok(lump.read(here, there.nm)?.times(energy / published));
    }
    Ok(Read {
        fixed_pj: energy,
        ..Read::default()
    })
}

/// The energy a description states, and where.
fn energy(cost: &Cost, m: &Machine) -> Option<(f64, Range<usize>)> {
    if let Some(energy) = &cost.energy {
        return Some((energy.0, energy.span.clone()));
    }
    let (power, rate) = (cost.full_power.as_ref()?, cost.full_rate.as_ref()?);
    // Power at full activity x basis cycle / actions in it (mW x ns = pJ).
    let basis = m.basis.as_ref()?.cycle.0;
    let acting = 1.0 - cost.static_share.as_deref().copied().unwrap_or(0.0);
    Some((acting * power.0 * basis / **rate, power.span.clone()))
}

/// One note where all figures have the same.
fn joined(notes: &[(&str, String)]) -> String {
    match notes {
        [] => String::new(),
        [(_, first), rest @ ..] if rest.iter().all(|(_, n)| n == first) => first.clone(),
        _ => {
            let each = notes.iter().map(|(what, note)| format!("{what}: {note}"));
            each.collect::<Vec<_>>().join("; ")
        }
    }
}

impl Priced {
    /// A part whose figures are those of another.
    pub(crate) fn within() -> Priced {
        Priced::default()
    }

    /// The part with its figures; an array comes with the shares of a read.
    pub(crate) fn onto(self, mut part: Part, arch: &Arch) -> Vec<Part> {
        part.area_um2 = self.area_um2;
        part.static_power_mw = self.static_power_mw;
        part.energy_pj = self.read.map_or(self.energy_pj, |r| r.fixed_pj);
        part.node_nm = self.node_nm;
        let structural = super::rate::structural_rate(part.kind, part.count, arch);
        part.full_rate = structural.unwrap_or(self.rate);
        if let (Some((source, confidence)), true) = (self.own, part.source.is_empty()) {
            part.source = source.to_owned();
            part.confidence = confidence;
        }
        if !self.note.is_empty() {
            part.source = format!("{} x {}", part.source, self.note);
            part.confidence = part.confidence.max(Confidence::Derived);
        }
        let Some(read) = self.read else {
            return vec![part];
        };
        let by = |inputs, cells| ByValues {
            inputs,
            cells,
            codes: 0.0,
        };
        let rows = if read.row_pj > 0.0 {
            read.active_row_pj / read.row_pj
        } else {
            0.0
        };
        let analog = !arch.has_digital_cells();
        let shares = [
            (PartKind::CrossbarCells, read.cell_pj, by(1.0, analog)),
            (PartKind::CrossbarRows, read.row_pj, by(rows, false)),
            (PartKind::CrossbarColumns, read.column_pj, by(0.0, false)),
        ];
        let share = |(kind, energy_pj, by_values): (PartKind, f64, ByValues)| Part {
            kind,
            energy_pj,
            by_values,
            area_um2: 0.0,
            static_power_mw: 0.0,
            full_rate: super::rate::structural_rate(kind, part.count, arch).unwrap_or(0.0),
            ..part.clone()
        };
        let shares: Vec<Part> = shares
            .into_iter()
            .filter(|s| s.1 > 0.0)
            .map(share)
            .collect();
        std::iter::once(part).chain(shares).collect()
    }
}
