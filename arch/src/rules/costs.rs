//! Rules on cost tables.

use super::report::Rules;
use crate::cost::{acts, count_is_structural, law, rate_is_structural};
use crate::error::RawFault;
use crate::part::PartKind;
use crate::schema::{At, Cost, Law, Machine};

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
        figures_are_published_once(&name, cost, rules);
        law_is_for_the_part(&name, *kind, cost, rules);
        shares_of_a_read_are_the_arrays(&name, *kind, cost, rules);
        static_share_is_of_full_power(&name, cost, rules);
        transistors_are_of_sram(&name, cost, rules);
        refresh_is_of_buffers(&name, *kind, cost, rules);
        codes_are_of_converters(&name, *kind, cost, rules);
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

fn law_is_for_the_part(name: &str, kind: PartKind, cost: &Cost, rules: &mut Rules<'_>) {
    let Some(law) = &cost.law else { return };
    let parts = law::of(**law).parts();
    if !parts.contains(&kind) {
        let names: Vec<String> = parts
            .iter()
            .map(|p| format!("`cost.{}`", p.name()))
            .collect();
        let message = format!("`{name}` uses a law of another part");
        let label = format!("a law of {}", names.join(" and "));
        rules.fault(RawFault::new(&law.span, message, label));
    }
}

/// A law follows this machine by itself.
fn figures_are_published_once(name: &str, cost: &Cost, rules: &mut Rules<'_>) {
    if let (Some(published), Some(_)) = (&cost.published_at, &cost.law) {
        let message = format!("`{name}` gives both `published_at` and a `law`");
        let label = "the law follows this machine by itself";
        rules.fault(RawFault::new(&published.span, message, label));
    }
}

/// Cells, rows and columns of a read are priced together with the array.
fn shares_of_a_read_are_the_arrays(
    name: &str,
    kind: PartKind,
    cost: &At<Cost>,
    rules: &mut Rules<'_>,
) {
    if kind.is_share_of_a_read() {
        let message = format!("`{name}` has no costs of its own");
        let label = "follows from `cost.crossbar`, the energy of a whole read";
        rules.fault(RawFault::new(&cost.span, message, label));
    }
}

fn static_share_is_of_full_power(name: &str, cost: &Cost, rules: &mut Rules<'_>) {
    let Some(share) = &cost.static_share else {
        return;
    };
    rules.within(&format!("{name}.static_share"), share, 0.0..=1.0);
    let label = match (&cost.full_power, &cost.static_power) {
        (None, _) => "is a share of `full_power`, which is not given",
        (_, Some(_)) => "the static power is given, too; leave one of them out",
        _ => return,
    };
    let message = format!("`{name}.static_share` cannot be given");
    rules.fault(RawFault::new(&share.span, message, label));
}

fn transistors_are_of_sram(name: &str, cost: &Cost, rules: &mut Rules<'_>) {
    let sram = cost.law.as_deref() == Some(&Law::SramCacti);
    if let (Some(given), false) = (&cost.transistors, sram) {
        let message = format!("`{name}.transistors` cannot be given");
        let label = "is for the law `sram-cacti`; other figures are of the transistors they were published for";
        rules.fault(RawFault::new(&given.span, message, label));
    }
}

fn refresh_is_of_buffers(name: &str, kind: PartKind, cost: &Cost, rules: &mut Rules<'_>) {
    let Some(retention) = &cost.retention else {
        return;
    };
    rules.positive(&format!("{name}.retention"), &retention.span, retention.0);
    let label = match (&cost.law, &cost.static_share) {
        _ if kind != PartKind::Buffer => "is for `cost.buffer`",
        (Some(_), _) => "is for figures; the static power of a law holds all that is drawn",
        (_, Some(_)) => "the static share is given, too; leave one of them out",
        _ => return,
    };
    let message = format!("`{name}.retention` cannot be given");
    rules.fault(RawFault::new(&retention.span, message, label));
}

fn codes_are_of_converters(name: &str, kind: PartKind, cost: &Cost, rules: &mut Rules<'_>) {
    let Some(share) = &cost.by_code else { return };
    rules.within(&format!("{name}.by_code"), share, 0.0..=1.0);
    if kind != PartKind::Adc {
        let message = format!("`{name}.by_code` cannot be given");
        rules.fault(RawFault::new(&share.span, message, "is for `cost.adc`"));
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
