//! Rules on cost tables.

use super::report::Rules;
use crate::adc::{ConverterKind, Shared};
use crate::cost::{acts, count_is_structural, law, node, rate_is_structural};
use crate::error::RawFault;
use crate::part::PartKind;
use crate::schema::{At, Cost, Machine, ScaledFrom};
use std::ops::Range;

pub(super) fn check(m: &Machine, rules: &mut Rules<'_>) {
    if let Some(basis) = &m.basis {
        rules.positive("basis.cycle", &basis.cycle.span, basis.cycle.0);
    }
    for (kind, cost) in &m.cost.0 {
        let name = format!("cost.{}", kind.name());
        figures_are_not_negative(&name, cost, rules);
        counts_follow_the_structure(&name, *kind, cost, rules);
        if let Some(within) = &cost.within {
            another_part_has_the_figures(&name, *kind, cost, within, m, rules);
        } else {
            area_is_known(&name, cost, rules);
            energy_is_stated_once(&name, *kind, cost, m, rules);
            peak_rate_is_known(&name, *kind, cost, rules);
        }
        law_covers_the_part(&name, *kind, cost, m, rules);
        node_scaling_is_for_logic(&name, *kind, cost, m, rules);
        scaling_has_a_size(&name, cost, rules);
        source_is_named(&name, cost, rules);
    }
}

fn figures_are_not_negative(name: &str, cost: &Cost, rules: &mut Rules<'_>) {
    if let Some(a) = &cost.area {
        rules.not_negative(&format!("{name}.area"), &a.span, a.0);
    }
    for (key, power) in [
        ("static_power", &cost.static_power),
        ("full_power", &cost.full_power),
    ] {
        if let Some(p) = power {
            rules.not_negative(&format!("{name}.{key}"), &p.span, p.0);
        }
    }
    if let Some(e) = &cost.energy {
        rules.not_negative(&format!("{name}.energy"), &e.span, e.0);
    }
    if let Some(r) = &cost.full_rate {
        rules.positive(&format!("{name}.full_rate"), &r.span, **r);
    }
    if let Some(r) = &cost.peak_rate {
        rules.not_negative(&format!("{name}.peak_rate"), &r.span, **r);
    }
    if let Some(l) = &cost.length {
        rules.positive(&format!("{name}.length"), &l.span, l.0);
    }
    if let Some(g) = &cost.group {
        rules.within(&format!("{name}.group"), g, 1..=1_000_000_000);
    }
    if let Some(c) = &cost.count {
        rules.within(&format!("{name}.count"), c, 0..=65536);
    }
}

fn counts_follow_the_structure(name: &str, kind: PartKind, cost: &Cost, rules: &mut Rules<'_>) {
    let given = [
        (
            "count",
            cost.count.as_ref().map(|c| &c.span),
            count_is_structural(kind),
        ),
        (
            "peak_rate",
            cost.peak_rate.as_ref().map(|r| &r.span),
            rate_is_structural(kind),
        ),
    ];
    for (key, span, structural) in given {
        if let (Some(span), true) = (span, structural) {
            let message = format!("`{name}.{key}` cannot be given");
            rules.fault(RawFault::new(
                span,
                message,
                "follows from `crossbar` and `pe`",
            ));
        }
    }
}

fn another_part_has_the_figures(
    name: &str,
    kind: PartKind,
    cost: &Cost,
    within: &At<PartKind>,
    m: &Machine,
    rules: &mut Rules<'_>,
) {
    let holder = m.cost.0.get(within).filter(|c| c.within.is_none());
    if holder.is_none() || **within == kind {
        let message = format!("`{name}` lies within `{}`", within.name());
        let label = "must be another part that has figures of its own";
        rules.fault(RawFault::new(&within.span, message, label));
    }
    let own = [
        cost.area.as_ref().map(|a| ("area", &a.span)),
        cost.static_power
            .as_ref()
            .map(|p| ("static_power", &p.span)),
        cost.energy.as_ref().map(|e| ("energy", &e.span)),
        cost.full_power.as_ref().map(|p| ("full_power", &p.span)),
        cost.law.as_ref().map(|l| ("law", &l.span)),
    ];
    for (key, span) in own.into_iter().flatten() {
        let message = format!("`{name}` lies within `{}` and gives `{key}`", within.name());
        rules.fault(RawFault::new(span, message, "would be counted twice"));
    }
}

fn area_is_known(name: &str, cost: &At<Cost>, rules: &mut Rules<'_>) {
    match (&cost.area, &cost.law) {
        (None, None) => {
            rules.fault(RawFault::new(
                &cost.span,
                format!("missing key `area` in `{name}`"),
                "needed here",
            ));
        }
        (Some(area), Some(_)) => {
            let message = format!("`{name}` gives both `area` and a `law`");
            rules.fault(RawFault::new(&area.span, message, "the law gives the area"));
        }
        _ => {}
    }
    if let (Some(power), Some(_)) = (&cost.static_power, &cost.law) {
        let message = format!("`{name}` gives both `static_power` and a `law`");
        let label = "the law gives the static power";
        rules.fault(RawFault::new(&power.span, message, label));
    }
}

fn energy_is_stated_once(
    name: &str,
    kind: PartKind,
    cost: &At<Cost>,
    m: &Machine,
    rules: &mut Rules<'_>,
) {
    if !acts(kind) {
        return nothing_is_spent_per_action(name, cost, rules);
    }
    let ways = [
        cost.energy.is_some(),
        cost.full_power.is_some(),
        cost.law.is_some(),
    ];
    if ways.iter().filter(|w| **w).count() != 1 {
        let message = format!("`{name}` must state its energy in one way");
        let label = "give one of: `energy`; `full_power` and `full_rate`; `law`";
        rules.fault(RawFault::new(&cost.span, message, label));
        return;
    }
    let Some(power) = &cost.full_power else {
        return;
    };
    if cost.full_rate.is_none() {
        let message = format!("`{name}.full_power` needs `full_rate`");
        rules.fault(RawFault::new(
            &power.span,
            message,
            "power at how many actions per basis cycle?",
        ));
    }
    if m.basis.is_none() {
        let message = format!("`{name}.full_power` needs `[basis]`");
        rules.fault(RawFault::new(
            &power.span,
            message,
            "at which crossbar cycle was it published?",
        ));
    }
}

fn nothing_is_spent_per_action(name: &str, cost: &Cost, rules: &mut Rules<'_>) {
    let given = [
        cost.energy.as_ref().map(|e| ("energy", &e.span)),
        cost.full_power.as_ref().map(|p| ("full_power", &p.span)),
    ];
    for (key, span) in given.into_iter().flatten() {
        let message = format!("`{name}.{key}` is for parts whose actions are counted");
        rules.fault(RawFault::new(span, message, "give `static_power` here"));
    }
}

fn peak_rate_is_known(name: &str, kind: PartKind, cost: &At<Cost>, rules: &mut Rules<'_>) {
    let known = cost.full_rate.is_some() || cost.peak_rate.is_some() || rate_is_structural(kind);
    if !known {
        let message = format!("missing key `peak_rate` in `{name}`");
        rules.fault(RawFault::new(
            &cost.span,
            message,
            "how many actions per crossbar cycle at full activity?",
        ));
    }
}

fn law_covers_the_part(
    name: &str,
    kind: PartKind,
    cost: &Cost,
    m: &Machine,
    rules: &mut Rules<'_>,
) {
    if let Some(from) = &cost.scaled_from
        && matches!(**from, ScaledFrom::AdcBits(_))
        && cost.law.is_none()
    {
        return rescaled_adc_has_figures(name, kind, from, m, rules);
    }
    let Some(law) = &cost.law else { return };
    let parts = law::parts(**law);
    if !parts.contains(&kind) {
        let names: Vec<String> = parts
            .iter()
            .map(|p| format!("`cost.{}`", p.name()))
            .collect();
        let message = format!("`{name}` uses a law of another part");
        let label = format!("a law of {}", names.join(" and "));
        rules.fault(RawFault::new(&law.span, message, label));
        return;
    }
    let broken = |s: Shared<'_>| !(1..=16).contains(&**s.bits) || s.speed.value <= 0.0;
    let adc_is_broken = m.adc.shared().is_some_and(broken);
    if adc_is_broken {
        return; // Reported by the rules on structure.
    }
    if let Err(no) = law::figures(**law, &law::Size::of(m, cost)) {
        let message = format!(
            "`{}` is {}, for which the law of `{name}` has no figures",
            no.key, no.value
        );
        let label = format!("the law covers {}", no.covers);
        let help = format!("or give `{name}.area` and `{name}.energy` instead of the law");
        rules.fault(RawFault::new(&size_span(&no.key, &law.span, m), message, label).help(help));
    }
}

/// Where the figure stands that a law does not cover; the law itself for figures of the cost.
fn size_span(key: &str, law: &Range<usize>, m: &Machine) -> Range<usize> {
    let span = match (key, m.adc.shared()) {
        ("adc", _) => &m.adc.span,
        ("dac.bits", _) => &m.dac.bits.span,
        ("tile.buffer", _) => &m.tile.buffer.span,
        ("noc.mesh.tiles_per_router", _) => &m.noc.value.table().tiles_per_router.span,
        (key, Some(adc)) if key == adc.key("bits") => &adc.bits.span,
        _ => law,
    };
    span.clone()
}

/// A published converter brought to this machine's resolution goes by the law of its kind.
fn rescaled_adc_has_figures(
    name: &str,
    kind: PartKind,
    from: &At<ScaledFrom>,
    m: &Machine,
    rules: &mut Rules<'_>,
) {
    if kind != PartKind::Adc {
        let message = format!("`{name}` is scaled by the ADC's bits");
        let label = "only `cost.adc` is";
        rules.fault(RawFault::new(&from.span, message, label));
        return;
    }
    if let Some((adc, law)) = m.adc.shared().zip(m.adc.kind().map(|k| k.law()))
        && (1..=16).contains(&**adc.bits)
        && !law.bits.contains(&**adc.bits)
    {
        let message = format!(
            "`{}` is {}, for which the law of `{name}` has no figures",
            adc.key("bits"),
            **adc.bits
        );
        let label = format!("the law covers {}", law.covers());
        let help = format!("or give `{name}.area` and `{name}.energy` instead of the law");
        rules.fault(RawFault::new(&adc.bits.span, message, label).help(help));
    }
}

/// Logic tables say nothing of analog parts, cells and links.
fn node_scaling_is_for_logic(
    name: &str,
    kind: PartKind,
    cost: &Cost,
    m: &Machine,
    rules: &mut Rules<'_>,
) {
    use PartKind::*;
    let Some(scale) = &cost.scale_node else {
        return;
    };
    let fault = |message: String, label: String| RawFault::new(&scale.span, message, label);
    let analog = [
        Adc, Dac, SampleHold, Crossbar, ReduceMode, BufferMode, ChipLink, Dram,
    ];
    if analog.contains(&kind) {
        let message = format!("`{name}.scale_node` scales what is not logic");
        let label = "converters, drivers, cells and links do not follow the logic tables";
        rules.fault(
            fault(message, label.to_owned())
                .help("give figures for the node, or use a law that has a term for it"),
        );
        return;
    }
    let law = cost.law.as_ref().map(|law| **law);
    let own = law.and_then(|l| law::figures(l, &law::Size::of(m, cost)).ok()?.node_nm);
    let Some(from) = scale.from.as_ref().map(|l| l.0).or(own) else {
        let message = format!("`{name}.scale_node` does not say which node the figures are for");
        let label = "add `from = \"45 nm\"`";
        rules.fault(fault(message, label.to_owned()));
        return;
    };
    let (finest, coarsest) = node::RANGE_NM;
    if node::factors(from, m.technology.0).is_none() && m.technology.0 > 0.0 {
        let message = format!(
            "`{name}.scale_node` leads from {from} nm to {} nm",
            m.technology.0
        );
        let label = format!("both must be {finest} to {coarsest} nm");
        rules.fault(fault(message, label));
    }
}

fn scaling_has_a_size(name: &str, cost: &Cost, rules: &mut Rules<'_>) {
    let Some(from) = &cost.scaled_from else {
        return;
    };
    if cost.law.is_some() {
        let message = format!("`{name}` gives both `scaled_from` and a `law`");
        let label = "the law follows this machine's size by itself";
        rules.fault(RawFault::new(&from.span, message, label));
    }
    let (ScaledFrom::Cells(n)
    | ScaledFrom::PeInputBits(n)
    | ScaledFrom::PeOutputBits(n)
    | ScaledFrom::BufferBytes(n)
    | ScaledFrom::BusWires(n)
    | ScaledFrom::AdcBits(n)) = **from;
    if n == 0 {
        rules.fault(RawFault::new(
            &from.span,
            format!("`{name}.scaled_from` is 0"),
            "must be 1 or more",
        ));
    }
}

fn source_is_named(name: &str, cost: &Cost, rules: &mut Rules<'_>) {
    if let Some(source) = &cost.source
        && source.trim().is_empty()
    {
        let message = format!("`{name}.source` is empty");
        rules.fault(RawFault::new(
            &source.span,
            message,
            "name the paper and table, or the assumption",
        ));
    }
}
