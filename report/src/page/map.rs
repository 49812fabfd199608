//! A mapped network.

use super::section::Section;
use super::table::{Table, count, facts, number, text};
use crate::format;
use crate::map::MapReport;
use maud::html;

/// Sections of a mapping.
pub fn sections(r: &MapReport) -> Vec<Section> {
    let (t, p) = (&r.totals, &r.placement);
    let lines = [
        (
            "crossbars",
            format!(
                "{}: {} for weights, {} for sums, {} for rows, {} for pools",
                format::count(t.total),
                format::count(t.compute),
                format::count(t.reduce),
                format::count(t.buffer),
                format::count(t.pool),
            ),
        ),
        ("cells with a weight", format::percent(t.utilization)),
        (
            "hardware",
            format!(
                "{}, {}, {}",
                format::plural(t.pes, "PE"),
                format::plural(t.tiles, "tile"),
                format::plural(t.chips, "chip"),
            ),
        ),
        (
            "ADC conversions of an image",
            format::count(t.adc_conversions),
        ),
        (
            "bits x routers of an image",
            format!(
                "{}, {} with tiles in order",
                format::count(p.bit_hops_after),
                format::count(p.bit_hops_before),
            ),
        ),
    ];
    let rows = r.layers.iter().map(|l| {
        let c = &l.crossbars;
        vec![
            text(&l.name),
            text(&l.op),
            text(l.shape.input.map(|n| n.to_string()).join(" x ")),
            text(l.shape.output.map(|n| n.to_string()).join(" x ")),
            count(c.total),
            count(c.row_groups),
            count(c.column_groups),
            count(c.slices),
            count(c.replicas),
            count(c.firings),
            number(c.utilization, format::percent(c.utilization)),
            count(l.tiles),
        ]
    });
    let heads = [
        "layer",
        "operator",
        "input",
        "output",
        "crossbars",
        "row groups",
        "column groups",
        "slices",
        "copies",
        "firings",
        "cells used",
        "tiles",
    ];
    vec![
        Section::new(
            "Summary",
            html! { (facts("The network on the machine", &lines)) },
        ),
        Section::new(
            "Layers",
            html! {
                (Table::new("Layers that occupy crossbars; shapes are feature maps x rows x columns", &heads).rows(rows).html())
            },
        ),
    ]
}
