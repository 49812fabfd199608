//! Networks in groups as text.

use crate::table::Grid;
use crosscut_report::format::{area, count, energy, given, number, percent, plural, power, time};
use crosscut_report::{PartitionReport, ReloadReport};
use crosscut_sim::reload::{BatchRule, Dram};

/// The groups of `map --reload`.
pub fn partition(r: &PartitionReport) -> String {
    let header = [
        "group",
        "layers",
        "crossbars",
        "tiles",
        "chips",
        "bytes in",
        "bytes out",
    ];
    let mut grid = Grid::new(2, &header);
    for (n, g) in r.groups.iter().enumerate() {
        grid.row([
            (n + 1).to_string(),
            layers(&g.layers),
            count(g.crossbars),
            count(g.tiles),
            count(g.chips),
            count(g.input_bytes),
            count(g.output_bytes),
        ]);
    }
    format!(
        "{} on {}: {} within {}, reloaded one after the other\n{}\n\n{}",
        r.about.network,
        r.about.machine.name,
        plural(r.groups.len() as u64, "group"),
        r.limit,
        memory(&r.dram),
        grid.text()
    )
}

/// The report of `run --reload`.
pub fn text(r: &ReloadReport) -> String {
    let mut out = format!(
        "{} on {}: {} within {}, batch of {} ({})\n{}\n\n",
        r.about.network,
        r.about.machine.name,
        plural(r.groups.len() as u64, "group"),
        r.limit,
        plural(r.batch, "image"),
        match r.batch_rule {
            BatchRule::Given => "as asked",
            BatchRule::Capacity => "as many as the memory outside holds",
            BatchRule::One => "no `dram.capacity` is stated; --batch N takes more",
        },
        memory(&r.dram)
    );
    let mut figures = Grid::new(1, &["figure", "value"]);
    let efficiency = (r.gops_per_w).map_or(String::new(), |g| format!(", {} GOPS/W", number(g)));
    for (name, value) in [
        ("pass of a batch through all groups", time(r.pass_ns)),
        (
            "  writing weights",
            format!("{} ({})", time(r.write_ns), percent(r.write_share)),
        ),
        ("interval between images, on average", time(r.interval_ns)),
        ("latency of one image by itself", time(r.latency_ns)),
        (
            "throughput",
            format!("{} images/s", number(r.throughput_ips)),
        ),
        ("achieved", format!("{} GOPS{efficiency}", number(r.gops))),
        ("energy per image", given(r.energy_pj, energy)),
        ("  from actions", given(r.dynamic_pj, energy)),
        ("  from static power", given(r.static_pj, energy)),
        ("  of writing weights", given(r.write_pj, energy)),
        ("mean power", given(r.power_mw, power)),
        ("area in use, largest group", given(r.area_mm2, area)),
    ] {
        figures.row([name.to_string(), value]);
    }
    if let (Some(passes), Some(ns)) = (r.passes_until_worn, r.worn_after_ns) {
        let value = format!("{} passes, {}", number(passes), time(ns));
        figures.row(["until cells wear out".to_string(), value]);
    }
    out += &figures.text();
    out += "\n\n";
    out += &groups(r);
    let passed = r.checks.iter().filter(|c| c.passed).count();
    out += &format!(
        "\n\n{passed} of {} consistency checks passed",
        r.checks.len()
    );
    for note in &r.notes {
        out += &format!("\nnote: {note}");
    }
    out
}

fn groups(r: &ReloadReport) -> String {
    let header = [
        "group",
        "layers",
        "crossbars",
        "chips",
        "writing",
        "set by",
        "batch",
        "interval",
        "energy/image",
        "bytes/image",
    ];
    let mut grid = Grid::new(2, &header);
    for (n, g) in r.groups.iter().enumerate() {
        grid.row([
            (n + 1).to_string(),
            layers(&g.layers),
            count(g.crossbars),
            count(g.chips),
            time(g.write_ns),
            g.write_set_by.clone(),
            time(g.batch_ns),
            time(g.interval_ns),
            given(g.dynamic_pj, energy),
            count(g.value_bytes),
        ]);
    }
    grid.text()
}

fn memory(d: &Dram) -> String {
    let capacity = d
        .capacity_bytes
        .map_or(String::new(), |c| format!(" of {} bytes", count(c)));
    format!(
        "memory outside{capacity}: {} bytes of weights, {} bytes of values per image at most",
        count(d.weight_bytes),
        count(d.image_bytes)
    )
}

/// First and last layer.
fn layers(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first, .., last] => format!("{first} .. {last}"),
    }
}
