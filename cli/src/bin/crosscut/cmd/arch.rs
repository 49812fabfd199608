//! `crosscut arch`.

mod diff;
mod distance;
mod long;

use super::Outcome;
use crate::args::ArchVerb;
use crate::output;
use crate::table::Grid;
use anyhow::Context;
use crosscut_arch::{
    Arch, Check, Confidence, PresetInfo, Template, check, chips, distances, load, preset_text,
    presets, schema_json,
};
use crosscut_report::format::{area, count, energy, number, percent, power, time};
use serde_json::json;

/// Lists, shows, checks machines; prints the schema.
pub fn run(verb: &ArchVerb) -> anyhow::Result<Outcome> {
    match verb {
        ArchVerb::List { long: true, .. } => long::list()?,
        ArchVerb::List { json, .. } => list(*json)?,
        ArchVerb::New { name, kind } => new(name, *kind)?,
        ArchVerb::Show { arch, set, json } => show(arch, set, *json)?,
        ArchVerb::Check {
            arch,
            set,
            expect,
            json,
        } => {
            let arch = load(arch, set)?;
            let result = check(&arch);
            let expected = distances(&result, expect);
            if *json {
                let checked = json!({ "machine": arch, "check": result, "expected": expected });
                output::json(&checked)?;
            } else {
                let changed = !set.is_empty();
                output::text(&text(
                    &arch,
                    &result,
                    &distance::text(&result, &expected, changed),
                ))?;
            }
        }
        ArchVerb::Diff {
            a,
            b,
            set,
            set_a,
            set_b,
            json,
        } => {
            let load = |name: &str, own: &[String]| load(name, &[set, own].concat());
            let (a, b) = (load(a, set_a)?, load(b, set_b)?);
            diff::run(&a, &b, *json)?;
        }
        ArchVerb::Schema => output::json(&schema_json())?,
    }
    Ok(Outcome::Done)
}

fn list(json: bool) -> anyhow::Result<()> {
    let machines = presets().iter().chain(chips());
    let machines = machines.map(|p| Ok((p, load(p.name, &[])?)));
    let machines: Vec<_> = machines.collect::<anyhow::Result<_>>()?;
    if json {
        let row = |(p, arch): &(&PresetInfo, Arch)| {
            json!({
                "name": p.name,
                "summary": p.summary,
                "device": arch.device.kind,
                "technology_nm": arch.technology_nm,
                "timing": arch.timing.name(),
                "confidence": arch.confidence,
            })
        };
        return output::json(&machines.iter().map(row).collect::<Vec<_>>());
    }
    let mut grid = Grid::new(
        7,
        &[
            "machine",
            "cell",
            "node",
            "timing",
            "weakest figure",
            "costs",
            "what it is",
        ],
    );
    for (p, arch) in machines {
        grid.row([
            p.name.to_string(),
            arch.device.kind.clone(),
            format!("{} nm", arch.technology_nm),
            arch.timing.name().to_string(),
            arch.confidence.name().to_string(),
            cost_confidences(&arch),
            p.summary.to_string(),
        ]);
    }
    let key = "costs: parts whose figures are read / derived / fitted / recalled or assumed";
    output::text(&format!("{}\n{key}", grid.text()))
}

/// How many parts have read, derived, fitted and recalled figures.
fn cost_confidences(arch: &Arch) -> String {
    if arch.parts.is_empty() {
        return "none".to_string();
    }
    // Shares of a read stand with their array.
    let parts = || arch.parts.iter().filter(|p| !p.kind.is_share_of_a_read());
    let of = |c: Confidence| parts().filter(|p| p.confidence == c).count();
    Confidence::ALL.map(|c| of(c).to_string()).join(" / ")
}

/// Writes a description to start from; never over a file that is there.
fn new(name: &str, kind: Template) -> anyhow::Result<()> {
    let path = format!("{name}.toml");
    let file = std::fs::File::create_new(&path);
    let mut file = file.with_context(|| format!("cannot create `{path}`"))?;
    let written = std::io::Write::write_all(&mut file, kind.text(name).as_bytes());
    written.with_context(|| format!("cannot write `{path}`"))?;
    output::text(&format!("wrote {path}; next: crosscut arch check {path}"))
}

fn show(name: &str, set: &[String], json: bool) -> anyhow::Result<()> {
    let arch = load(name, set)?;
    if json {
        return output::json(&arch);
    }
    match preset_text(name) {
        Some(text) => output::text(text),
        None => {
            let text = crosscut_arch::description_text(name.as_ref());
            output::text(&text.with_context(|| format!("cannot read `{name}`"))?)
        }
    }
}

/// In what the cells depart from their levels.
fn cells(arch: &Arch) -> String {
    let words = arch.device.physics.in_words();
    if arch.device.on_conductance_us == 0.0 {
        "digital".to_string()
    } else if words.is_empty() {
        "ideal: no spread, noise, drift or stuck cells are described".to_string()
    } else {
        words.join("\n")
    }
}

fn text(arch: &Arch, c: &Check, distances: &str) -> String {
    let mut figures = Grid::new(1, &["figure", "value"]);
    let mut line = |name: String, value: String| figures.row([name, value]);
    let ticks = arch.cycle_ticks();
    let cycle = format!(
        "{} ({} tick{}), set by {}",
        time(c.cycle_ns),
        count(ticks),
        if ticks == 1 { "" } else { "s" },
        c.cycle_set_by
    );
    line("crossbar cycle".to_string(), cycle);
    line("cells".to_string(), cells(arch));
    let priced = !arch.parts.is_empty();
    for l in c.levels.iter().filter(|_| priced) {
        let name = format!("{:?}, fully busy", l.level).to_lowercase();
        line(name, format!("{}, {}", power(l.power_mw), area(l.area_mm2)));
    }
    let peak = format!("{} GOPS", number(c.peak_gops));
    line("peak throughput of a chip".to_string(), peak);
    let efficiencies = [
        ("computational efficiency", c.gops_per_mm2, "GOPS/mm2"),
        ("power efficiency", c.gops_per_w, "GOPS/W"),
        ("storage efficiency", c.mib_per_mm2, "MiB/mm2"),
    ];
    for (name, value, unit) in efficiencies.into_iter().filter(|_| priced) {
        line(name.to_string(), format!("{} {unit}", number(value)));
    }
    let header = [
        "part",
        "on a chip",
        "power",
        "share",
        "area",
        "share",
        "energy/action",
        "confidence",
    ];
    let mut parts = Grid::new(1, &header);
    let share = |x: f64, of: f64| percent(if of > 0.0 { x / of } else { 0.0 });
    for p in &c.parts {
        parts.row([
            p.kind.name().to_string(),
            count(p.count),
            power(p.power_mw),
            share(p.power_mw, c.power_mw),
            area(p.area_mm2),
            share(p.area_mm2, c.area_mm2),
            energy(p.energy_pj),
            format!("{:?}", p.confidence).to_lowercase(),
        ]);
    }
    let (figures, parts) = (figures.text(), parts.text());
    let mut out = format!("{}: {}\n\n{figures}\n", arch.name, arch.description);
    if priced {
        out += &format!("\n{parts}\n");
    }
    out += distances;
    for w in &c.warnings {
        out += &format!("\nwarning: {w}");
    }
    out
}
