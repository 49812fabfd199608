//! Time, energy and area of a run.

use super::section::{Section, checks, notes};
use super::table::{Table, count, facts, given, number, text};
use crate::format;
use crate::plot::cause;
use crate::schema::{LayerRun, RunReport};
use crate::stalls::by_cause;
use crosscut_sim::record::Cause;
use maud::{Markup, html};

/// Sections of a run.
pub fn sections(r: &RunReport) -> Vec<Section> {
    let mut sections = vec![
        Section::new("Summary", summary(r)),
        Section::new("Layers", layers(r)),
        Section::new("Parts", parts(&[("", r)])),
        Section::new("Use of the machine", usage(r)),
    ];
    let body = html! {
        (checks(r.checks.iter()))
        (notes("Changes that no cost answers", &r.unpriced))
        (notes("How the figures are defined", &r.notes))
    };
    sections.push(Section::new("Checks and notes", body));
    sections
}

fn summary(r: &RunReport) -> Markup {
    let t = &r.totals;
    let proven = if r.interval_proven {
        "proven to repeat"
    } else {
        "not proven to repeat"
    };
    let lines = [
        ("latency of one image", format::time(r.latency_ns)),
        (
            "interval between images",
            format!("{}, {proven}", format::time(r.interval_ns)),
        ),
        (
            "throughput",
            format!("{} images/s", format::number(r.throughput_ips)),
        ),
        (
            "energy per image",
            format::given(r.energy_pj, format::energy),
        ),
        ("mean power", format::given(r.power_mw, format::power)),
        (
            "area in use, whole tiles",
            format::given(r.area_mm2, format::area),
        ),
        (
            "operations",
            match r.gops_per_w {
                Some(w) => format!(
                    "{} GOPS, {} GOPS/W",
                    format::number(r.gops),
                    format::number(w)
                ),
                None => format!("{} GOPS", format::number(r.gops)),
            },
        ),
        (
            "hardware",
            format!(
                "{}, {}, {}",
                format::plural(t.total, "crossbar"),
                format::plural(t.tiles, "tile"),
                format::plural(t.chips, "chip"),
            ),
        ),
        ("ADC conversions", format::count(t.adc_conversions)),
    ];
    html! {
        @if r.partial.is_some() { p.bad { "The run was stopped before its end." } }
        @if !r.unpriced.is_empty() { p.bad { "Some changes of the machine are not priced; see the notes." } }
        (facts("One image on the machine", &lines))
        @if let Some(recalled) = &r.recalled {
            p { (format::percent(recalled.energy_share)) " of the energy and " (format::percent(recalled.area_share)) " of the area rest on recalled or assumed figures." }
        }
    }
}

fn layers(r: &RunReport) -> Markup {
    let rows = r.layers.iter().map(|l| {
        let crossbars = l.crossbars.as_ref();
        vec![
            text(&l.name),
            text(l.kind.name()),
            crossbars.map_or_else(|| text(""), |c| count(c.total)),
            count(l.station_firings),
            number(l.start_ns, format::time(l.start_ns)),
            number(l.end_ns, format::time(l.end_ns)),
            given(l.dynamic_pj, format::energy),
            text(l.critical.as_ref().map_or(String::new(), |c| {
                format!("{}, {} busy", c.part.name(), format::percent(c.busy_share))
            })),
        ]
    });
    let heads = [
        "layer",
        "kind",
        "crossbars",
        "firings",
        "start",
        "end",
        "energy of actions",
        "least to spare",
    ];
    html! {
        (Table::new("Layers: one image alone", &heads).rows(rows).html())
        (stalls(r))
    }
}

fn stalls(r: &RunReport) -> Markup {
    let mut causes: Vec<Cause> = Vec::new();
    for (cause, _) in r.layers.iter().flat_map(|l| by_cause(&l.stalled_ticks)) {
        if !causes.contains(&cause) {
            causes.push(cause);
        }
    }
    causes.sort_unstable();
    let row = |l: &LayerRun| {
        let waits = by_cause(&l.stalled_ticks);
        let of = |cause: &Cause| waits.iter().find(|w| w.0 == *cause).map_or(0, |w| w.1);
        let mut row = vec![text(&l.name), count(l.busy_ticks)];
        row.extend(causes.iter().map(|cause| count(of(cause))));
        row.extend([count(l.idle_ticks), text(&l.why)]);
        row
    };
    let mut heads = vec!["layer", "busy"];
    heads.extend(causes.iter().map(|&cause| cause::name(cause)));
    heads.extend(["idle", "in words"]);
    let table = Table::new(
        "Ticks of each layer while one image passes alone, by what it waits for",
        &heads,
    );
    table.rows(r.layers.iter().map(row)).html()
}

/// Kinds of parts, of one run or of several side by side.
pub fn parts(sides: &[(&str, &RunReport)]) -> Markup {
    let heads = [
        "part",
        "instances",
        "actions",
        "energy per action",
        "dynamic",
        "static",
        "energy",
        "area",
        "confidence",
        "source",
    ];
    html! {
        @for (name, r) in sides {
            @let rows = r.components.iter().map(|c| vec![
                text(c.part.name()),
                match c.instances {
                    0 => text("-"),
                    n => count(n),
                },
                count(c.actions),
                given(c.energy_per_action_pj, |x| format!("{} pJ", format::number(x))),
                given(c.dynamic_pj, format::energy),
                given(c.static_pj, format::energy),
                given(c.energy_pj, format::energy),
                given(c.area_mm2, format::area),
                text(c.confidence.map_or("", |c| c.name())),
                text(&c.source),
            ]);
            @let caption = format!("Energy and area by part{}{name}: energy = actions x energy per action + static power x interval", if name.is_empty() { "" } else { ", " });
            (Table::new(caption, &heads).rows(rows).html())
        }
    }
}

fn usage(r: &RunReport) -> Markup {
    let share = |x: f64| number(x, format::percent(x));
    let parts = r.parts.iter().map(|p| {
        let busiest = p.busiest_interval_share;
        vec![
            text(&p.part),
            count(p.instances),
            share(p.interval_share),
            busiest.map_or_else(|| text("not told apart"), share),
            share(p.latency_share),
        ]
    });
    let links = r.links.iter().map(|l| {
        vec![
            text(format!("{},{}", l.from[0], l.from[1])),
            text(format!("{},{}", l.to[0], l.to[1])),
            text(if l.chip_link {
                "between chips"
            } else {
                "on chip"
            }),
            count(l.busy_ticks),
            share(l.interval_share),
        ]
    });
    let buffers = r.buffers.iter().map(|b| {
        vec![
            text(&b.from),
            text(&b.to),
            count(b.block_bytes),
            b.capacity_blocks.map_or_else(|| text("never short"), count),
            count(b.demand_blocks),
            count(b.peak_blocks),
            count(b.peak_bytes),
        ]
    });
    let part_heads = [
        "part",
        "instances",
        "share of the interval",
        "the busiest",
        "share of the latency",
    ];
    let link_heads = [
        "from",
        "to",
        "kind",
        "ticks of an image",
        "share of the interval",
    ];
    let buffer_heads = [
        "from",
        "to",
        "bytes of a block",
        "room, blocks",
        "needed",
        "most held",
        "most held, bytes",
    ];
    html! {
        (Table::new("How busy each kind of part is", &part_heads).rows(parts).html())
        (Table::new("Buffers of each stream", &buffer_heads).rows(buffers).html())
        @if r.links.len() > 40 {
            details { summary { (r.links.len()) " links" } (Table::new("Links in use", &link_heads).rows(links).html()) }
        } @else {
            (Table::new("Links in use", &link_heads).rows(links).html())
        }
    }
}
