//! Rows as a page: docs/validation.md is what `validate all` writes.

use super::chip::{Chip, Kind};
use super::row::{Row, Verdict};
use super::stats::Summary;
use super::validation::Validation;
use crate::error::Error;
use crosscut_arch::Mark;
use crosscut_report::plot::{self, Pair, Plot};
use std::fmt::Write;

const HEAD: &str = "# How far from published chips

*Written by `crosscut validate all --out DIR`; do not edit. A test compares this page with what the program writes.*

Every row is a figure that somebody published, beside the same figure from this simulator. `off by` is simulated over published,
less 1. What the published figure was used for stands beside it:

- **predicted**: for nothing. No constant of the machine was set with it.
- **structural**: it follows from the structure that the text gives (operations a cycle, cells, counts).
- **fitted**: a constant of the machine was set with it, which is named. Such a row says nothing but that the arithmetic closes.

Sources marked *recalled* were written from memory; nobody has checked them against the text. A row beyond its accepted deviation
makes `crosscut validate` end with exit code 1. Where a prediction misses its aim, the accepted deviation is as wide as the miss, so
that the row guards against change; the text under the table says which physics is missing.

A chip is a TOML file (`arch/validation/*.toml`): `crosscut validate my-chip.toml` reads yours, see [the keys](machines.md#validation).

";

/// The page.
pub fn markdown(v: &Validation) -> String {
    let mut out = HEAD.to_string();
    out += &totals(v);
    if !v.summary.is_empty() {
        out += &summary(&v.summary);
    }
    out += "\n![Published against simulated figures](images/validation.svg)\n";
    for kind in Kind::ALL {
        for (i, chip) in v.chips.iter().filter(|c| c.kind == kind).enumerate() {
            if i == 0 {
                let _ = write!(out, "\n## {}\n", heading(kind));
            }
            let rows: Vec<_> = v.rows.iter().filter(|r| r.chip == chip.chip).collect();
            out += &section(chip, &rows);
        }
    }
    out
}

fn heading(kind: Kind) -> &'static str {
    match kind {
        Kind::Silicon => "Chips that were measured",
        Kind::Vendor => "Chips by their vendors",
        Kind::Design => "Designs, and figures that were computed and not measured",
        Kind::Simulator => "Other simulators",
    }
}

fn totals(v: &Validation) -> String {
    let count = |mark| {
        let of = |r: &&Row| r.mark == mark && r.deviation.is_some();
        v.rows.iter().filter(of).count()
    };
    let [predicted, structural, fitted] =
        [Mark::Predicted, Mark::Structural, Mark::Fitted].map(count);
    let left = v.rows.iter().filter(|r| r.deviation.is_none()).count();
    format!(
        "{} figures of {} chips and designs: {predicted} predicted, {structural} structural, {fitted} fitted, {left} that cannot be compared.\n\n",
        v.rows.len(),
        v.chips.len(),
    )
}

fn summary(all: &[Summary]) -> String {
    let mut out = String::from(
        "| predicted | figures | chips | median deviation | aim | worst | which |\n|---|---|---|---|---|---|---|\n",
    );
    for s in all {
        let _ = writeln!(
            out,
            "| {} of {} | {} | {} | {}{} | {} | {} | {} |",
            s.class.name(),
            s.kind.name(),
            s.rows,
            s.chips,
            share(s.median),
            if s.median > s.aim { " (missed)" } else { "" },
            share(s.aim),
            share(s.worst),
            s.worst_row
        );
    }
    out
}

fn section(chip: &Chip, rows: &[&Row]) -> String {
    let mut out = format!("\n### {}\n\n", chip.chip);
    if !chip.about.is_empty() {
        let _ = write!(out, "{}", chip.about);
        if let Some(machine) = &chip.machine {
            let _ = write!(out, " Machine: `{machine}`.");
        }
        out += "\n\n";
    }
    out += "| figure | conditions | published | simulated | off by | accepted | mark | source |\n|---|---|---|---|---|---|---|---|\n";
    let mut notes: Vec<String> = Vec::new();
    for r in rows {
        let [published, simulated] = &r.shown;
        let simulated = match r.verdict {
            Verdict::Faulty | Verdict::NotCompared => "not compared",
            _ => simulated,
        };
        let mark = match r.fitted.is_empty() {
            true => r.mark.name().to_string(),
            false => format!("{}: {}", r.mark.name(), r.fitted),
        };
        let _ = writeln!(
            out,
            "| {} | {} | {published} | {simulated} | {} | {} | {mark} | {}{} |",
            r.figure,
            r.conditions,
            r.deviation.map_or(String::new(), signed),
            share(r.tolerance),
            r.source,
            match r.confidence {
                crosscut_arch::Confidence::Recalled => ", *recalled*",
                _ => "",
            }
        );
        if !r.note.is_empty() {
            let note = format!("- {}: {}.", r.figure, r.note.trim_end_matches('.'));
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
    }
    if !notes.is_empty() {
        let _ = write!(out, "\n{}\n", notes.join("\n"));
    }
    if !chip.missing.is_empty() {
        let _ = write!(out, "\n{}\n", chip.missing);
    }
    out
}

/// The plot of all rows that were compared; panels by unit.
///
/// # Errors
/// If it cannot be drawn.
pub fn plot(v: &Validation) -> Result<Option<Plot>, Error> {
    let pairs: Vec<Pair> = v.rows.iter().filter_map(pair).collect();
    let drawn = plot::published_against_simulated(&pairs);
    drawn.map_err(|e| Error::Bug(e.to_string()))
}

fn pair(r: &Row) -> Option<Pair> {
    let (published, simulated) = (r.published?, r.simulated?);
    // One unit for each panel.
    let (unit, factor) = match r.unit {
        "GOPS" => ("TOPS", 1e-3),
        "GOPS/W" => ("TOPS/W", 1e-3),
        "GSOPS/W" => ("TOPS/W", 2e-3),
        "POPS/W" => ("TOPS/W", 1e3),
        "GOPS/mm2" => ("TOPS/mm2", 1e-3),
        "um2" => ("mm2", 1e-6),
        "mW" => ("W", 1e-3),
        "ns" => ("us", 1e-3),
        "ms" => ("us", 1e3),
        "nJ" => ("uJ", 1e-3),
        "mJ" => ("uJ", 1e3),
        "crossbars" | "cells" | "weights" | "conversions" | "chips" => ("counts", 1.0),
        unit => (unit, 1.0),
    };
    Some(Pair {
        chip: r.chip.clone(),
        panel: unit.to_string(),
        published: published * factor,
        simulated: simulated * factor,
        predicted: r.mark == Mark::Predicted,
    })
}

/// A deviation in per cent.
pub fn signed(deviation: f64) -> String {
    format!("{:+.1} %", 100.0 * deviation)
}

/// A share in per cent.
pub fn share(share: f64) -> String {
    format!("{:.1}", 100.0 * share)
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_string()
        + " %"
}
