//! Changes of a machine that no cost answers.
//!
//! Every figure of a machine that buys speed, capacity or fewer parts has a part that pays for it. Where that part has
//! no figure, or its law does not follow the change, the machine says so; its energy and area are those before the
//! change.

use super::anchor::Anchors;
use super::key::{self, Key};
use super::law;
use super::node::Class;
use super::point::Point;
use crate::part::{Part, PartKind};
use crate::schema::{At, Cost, Machine};
use std::ops::Range;

/// A figure of a machine that somebody should pay for.
struct Knob {
    key: Key,
    /// The direction that is of use.
    good: Good,
    /// Who pays; one of them is enough. Nobody, where no model of this program has a price.
    payers: &'static [(PartKind, Figure, Key)],
    /// What stays as it was, where nobody pays.
    stays: &'static str,
}

#[derive(Clone, Copy, PartialEq)]
enum Good {
    More,
    Less,
}

#[derive(Clone, Copy, PartialEq)]
enum Figure {
    Energy,
    Area,
}

use Figure::{Area, Energy};
use PartKind::*;

const KNOBS: &[Knob] = &[
    knob(
        key::FLIT_BITS,
        &[
            (Router, Energy, key::FLIT_BITS),
            (Router, Area, key::FLIT_BITS),
        ],
        "router figures",
    ),
    knob(
        key::QUEUE,
        &[(Router, Area, key::QUEUE), (Router, Energy, key::QUEUE)],
        "router figures",
    ),
    knob(
        key::TILES_PER_ROUTER,
        &[
            (Router, Area, key::TILES_PER_ROUTER),
            (Router, Energy, key::TILES_PER_ROUTER),
        ],
        "router figures",
    ),
    less(key::HOP_TICKS, "router figures"),
    less(key::FLIT_TICKS, "router figures"),
    knob(
        key::BUS_BYTES,
        &[(Bus, Area, key::BUS_BYTES)],
        "bus figures",
    ),
    knob(
        key::VALUES,
        &[
            (Activation, Area, key::VALUES),
            (Pool, Area, key::VALUES),
            (TileShiftAdd, Area, key::VALUES),
        ],
        "figures of the digital units",
    ),
    knob(
        key::BUFFER,
        &[(Buffer, Area, key::BUFFER), (Buffer, Energy, key::BUFFER)],
        "buffer figures",
    ),
    knob(key::BANKS, &[(Buffer, Area, key::BANKS)], "buffer figures"),
    knob(
        key::BANK_BYTES,
        &[(Buffer, Area, key::BANK_BYTES)],
        "buffer figures",
    ),
    knob(
        key::PES,
        &[
            (Bus, Area, key::TILE),
            (Bus, Energy, key::TILE),
            (TileControl, Area, key::PES),
            (TileRegister, Area, key::PES),
        ],
        "figures of the tile",
    ),
    knob(
        key::ADC_BITS,
        &[
            (Adc, Energy, key::STEPS),
            (Adc, Energy, key::ADC_BITS),
            (Adc, Area, key::ADC_BITS),
        ],
        "converter figures",
    ),
    knob(
        key::ADC_RATE,
        &[(Adc, Energy, key::ADC_RATE), (Adc, Area, key::ADC_RATE)],
        "converter figures",
    ),
    knob(
        key::DAC_BITS,
        &[
            (Dac, Energy, key::DAC_BITS),
            (Dac, Area, key::DAC_BITS),
            (Crossbar, Energy, key::BIT_PRODUCTS),
        ],
        "row-driver figures",
    ),
    knob(
        key::CELL_BITS,
        &[(Crossbar, Energy, key::BIT_PRODUCTS)],
        "figures of array and converter",
    ),
    knob(
        key::ROWS,
        &[(Crossbar, Area, key::ROWS), (Crossbar, Energy, key::ROWS)],
        "array figures",
    ),
    knob(
        key::COLUMNS,
        &[
            (Crossbar, Area, key::COLUMNS),
            (Crossbar, Energy, key::COLUMNS),
        ],
        "array figures",
    ),
    knob(key::ACTIVE_ROWS, &[], "converter figures"),
    less(key::READ, "figures of array and converter"),
    knob(key::PACKETS, &[], "crossbar figures"),
    knob(key::CLOCK, &[], "figures of all parts"),
];

const fn knob(key: Key, payers: &'static [(PartKind, Figure, Key)], stays: &'static str) -> Knob {
    Knob {
        key,
        good: Good::More,
        payers,
        stays,
    }
}

/// A figure whose lowering is of use, and that nobody pays for.
const fn less(key: Key, stays: &'static str) -> Knob {
    Knob {
        key,
        good: Good::Less,
        payers: &[],
        stays,
    }
}

/// One sentence for every change that no cost answers. Machines without costs say nothing: nothing of them is known.
pub(crate) fn unpriced(
    m: &Machine,
    here: &Point,
    anchors: &Anchors,
    parts: &[Part],
) -> Vec<String> {
    if m.cost.0.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<String> = Vec::new();
    for knob in KNOBS {
        let sentence = of_knob(knob, m, here, anchors, parts);
        found.extend(sentence.filter(|s| !found.contains(s)));
    }
    found.extend(left_at_their_node(m, here, anchors, parts));
    found
}

fn of_knob(
    knob: &Knob,
    m: &Machine,
    here: &Point,
    anchors: &Anchors,
    parts: &[Part],
) -> Option<String> {
    let now = (knob.key.value)(here);
    let better = |there: &Point| {
        let before = (knob.key.value)(there);
        let free = match knob.good {
            Good::More => now > before,
            Good::Less => now < before,
        };
        // 0 stands for what a machine does not have.
        (free && before > 0.0).then_some(before)
    };
    let payers = || {
        knob.payers
            .iter()
            .map(|(kind, figure, key)| payer(*kind, *figure, key, here, m, parts))
    };
    if payers().any(|p| matches!(p, Payer::Pays)) {
        return None;
    }
    // Since when nobody has paid: where the figure of a part was stated, else since the machine was described.
    let stated = payers().find_map(|p| match p {
        Payer::Stated(kind, span) => anchors.of(kind, &span),
        _ => None,
    });
    let before = better(&stated.or(anchors.base)?)?;
    let path = knob.key.path(here);
    Some(
        match payers().find(|p| matches!(p, Payer::Law(..) | Payer::None(_))) {
            Some(Payer::Law(kind, law)) => {
                format!(
                    "{path}: the law `{law}` of {} does not follow it",
                    kind.name()
                )
            }
            Some(Payer::None(kind)) => format!("{path}: no cost is given for {}", kind.name()),
            _ => format!(
                "{path}: {} are those at {}",
                knob.stays,
                key::number(before)
            ),
        },
    )
}

/// What becomes of the bill.
enum Payer {
    /// The part has a figure, and its law follows the key.
    Pays,
    /// Its law does not follow the key.
    Law(PartKind, &'static str),
    /// It states figures that do not follow the key, or none of this kind.
    Stated(PartKind, Range<usize>),
    /// It has no costs.
    None(PartKind),
}

fn payer(
    kind: PartKind,
    figure: Figure,
    key: &Key,
    here: &Point,
    m: &Machine,
    parts: &[Part],
) -> Payer {
    let Some(own) = m.cost.0.get(&kind) else {
        return Payer::None(kind);
    };
    let (holder, cost) = match &own.within {
        Some(within) => match m.cost.0.get(within) {
            Some(cost) => (**within, cost),
            None => return Payer::None(kind),
        },
        None => (kind, own),
    };
    // A law may follow what only some machines have: bits of digital cells, the side of a tile of known area.
    let follows = |law: &dyn super::cost_law::CostLaw| {
        (key.value)(here) != 0.0 && law.follows().iter().any(|k| k.short == key.short)
    };
    if let Some(named) = &cost.law {
        let law = law::of(**named);
        return match follows(law) {
            true => Payer::Pays,
            false => Payer::Law(holder, law.name()),
        };
    }
    let has = |p: &Part| match figure {
        Figure::Area => p.area_um2 > 0.0,
        Figure::Energy => p.energy_pj > 0.0,
    };
    let of_holder = |p: &&Part| {
        p.kind == holder || (holder == PartKind::Crossbar && p.kind.is_share_of_a_read())
    };
    let known = parts.iter().filter(of_holder).any(has);
    match known && follows(law::of_part(kind)) {
        true => Payer::Pays,
        false => Payer::Stated(holder, place(cost, figure)),
    }
}

/// Where a figure of a cost is stated; the table itself for one it does not have.
fn place(cost: &At<Cost>, figure: Figure) -> Range<usize> {
    let energy = || {
        let stated = cost.energy.as_ref().map(|e| &e.span);
        stated.or(cost.full_power.as_ref().map(|p| &p.span))
    };
    let span = match figure {
        Figure::Area => cost.area.as_ref().map(|a| &a.span),
        Figure::Energy => energy(),
    };
    span.unwrap_or(&cost.span).clone()
}

/// Another node leaves what its law says nothing of.
fn left_at_their_node(
    m: &Machine,
    here: &Point,
    anchors: &Anchors,
    parts: &[Part],
) -> Option<String> {
    let priced = |kind: PartKind| {
        let figures = |p: &Part| p.energy_pj > 0.0 || p.area_um2 > 0.0 || p.static_power_mw > 0.0;
        parts.iter().any(|p| p.kind == kind && figures(p))
    };
    let left = |(kind, cost): (&PartKind, &At<Cost>)| {
        let named = cost.law.as_ref().map(|law| law::of(**law));
        let law = named.unwrap_or_else(|| law::of_part(*kind));
        if law.node() != Class::Stays || !priced(*kind) {
            return None;
        }
        let stated = match named {
            Some(law) => law::own_node(law, *kind, here),
            None => anchors.of(*kind, &place(cost, Figure::Area)).map(|p| p.nm),
        };
        let nm = stated.filter(|nm| *nm != here.nm)?;
        Some(format!("{} ({nm} nm)", kind.name()))
    };
    let left: Vec<String> = m.cost.0.iter().filter_map(left).collect();
    let names = left.join(", ");
    (!left.is_empty()).then(|| format!("technology: these parts do not follow it: {names}"))
}
