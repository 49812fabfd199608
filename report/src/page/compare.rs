//! Before and after pruning.

use super::section::{Section, checks, notes};
use super::table::{Table, count, given, number, text};
use super::{exec, run};
use crate::compare::{Change, CompareReport};
use crate::format;
use maud::{Markup, html};

/// Sections of a comparison.
pub fn sections(r: &CompareReport) -> Vec<Section> {
    let (before, after) = (&r.before, &r.after);
    let layers = html! {
        h3 { "Before" } (exec::layers(&before.exec))
        h3 { "After pruning" } (exec::layers(&after.exec))
    };
    let body = html! {
        (checks(before.checks().chain(after.checks())))
        (notes("Changes that no cost answers", &after.run.unpriced))
        (notes("How the figures are defined", &after.run.notes))
    };
    let sides = [("before", &before.run), ("after pruning", &after.run)];
    vec![
        Section::new("Before and after", changes(r)),
        Section::new("Methods", methods(r)),
        Section::new("Crossbars by layer", crossbars(r)),
        Section::new("Parts", run::parts(&sides)),
        Section::new("Values by layer", layers),
        Section::new("Checks and notes", body),
    ]
}

fn changes(r: &CompareReport) -> Markup {
    let c = &r.change;
    let whole: fn(f64) -> String = |x| format::count(x as u64);
    let rate: fn(f64) -> String = |x| format!("{} images/s", format::number(x));
    type Line<'a> = (&'a str, Option<&'a Change>, fn(f64) -> String);
    let lines: [Line<'_>; 13] = [
        ("crossbars of all roles", Some(&c.total), whole),
        ("crossbars with weights", Some(&c.compute), whole),
        ("ADC conversions", Some(&c.adc_conversions), whole),
        ("latency of one image", Some(&c.latency_ns), format::time),
        (
            "interval between images",
            Some(&c.interval_ns),
            format::time,
        ),
        ("throughput", Some(&c.throughput_ips), rate),
        ("energy per image", c.energy_pj.as_ref(), format::energy),
        ("area in use", c.area_mm2.as_ref(), format::area),
        ("mean power", c.power_mw.as_ref(), format::power),
        ("accuracy, crossbars", Some(&c.accuracy), format::percent),
        (
            "accuracy, integer reference",
            Some(&c.reference_accuracy),
            format::percent,
        ),
        (
            "accuracy, float network",
            Some(&c.float_accuracy),
            format::percent,
        ),
        ("crossbars that add sums", Some(&c.reduce), whole),
    ];
    let rows = lines.iter().filter_map(|(name, change, show)| {
        let change = (*change)?;
        let ratio = change.ratio;
        Some(vec![
            text(*name),
            number(change.before, show(change.before)),
            number(change.after, show(change.after)),
            ratio.map_or_else(|| text(""), |x| number(x, format::number(x))),
        ])
    });
    html! {
        @if r.partial { p.bad { "The comparison was stopped before all methods were tried." } }
        (Table::new("The same machine and images, before and after pruning", &["figure", "before", "after", "after / before"]).rows(rows).html())
    }
}

fn methods(r: &CompareReport) -> Markup {
    let rows = r.methods.iter().map(|m| {
        let [low, high] = m.accuracy_interval;
        vec![
            text(&m.method),
            number(m.keep, format::percent(m.keep)),
            text(if m.reached { "yes" } else { "no" }),
            count(m.compute),
            count(m.total),
            given(m.energy_pj, format::energy),
            given(m.area_mm2, format::area),
            number(m.latency_ns, format::time(m.latency_ns)),
            number(m.accuracy, format::percent(m.accuracy)),
            number(
                low,
                format!("{} to {}", format::percent(low), format::percent(high)),
            ),
            count(m.weights),
        ]
    });
    let heads = [
        "method",
        "budget",
        "reached",
        "crossbars with weights",
        "of all roles",
        "energy",
        "area",
        "latency",
        "accuracy",
        "95 % interval",
        "weights",
    ];
    html! {
        @if r.methods.is_empty() { p { "No other methods were asked for (--methods)." } }
        (Table::new("Ways to prune, at budgets of crossbars of all roles", &heads).rows(rows).html())
    }
}

fn crossbars(r: &CompareReport) -> Markup {
    let rows = r.before.run.layers.iter().filter_map(|l| {
        let before = l.crossbars.as_ref()?;
        let after = r.after.run.layers.iter().find(|a| a.name == l.name);
        let after = after
            .and_then(|a| a.crossbars.as_ref())
            .map_or(0, |c| c.total);
        let share = after as f64 / before.total.max(1) as f64;
        Some(vec![
            text(&l.name),
            count(before.total),
            count(after),
            number(share, format::percent(share)),
        ])
    });
    Table::new(
        "Crossbars of all roles",
        &["layer", "before", "after", "kept"],
    )
    .rows(rows)
    .html()
}
