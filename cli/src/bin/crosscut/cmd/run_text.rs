//! A run's report as text.

use super::{measured_text, startup_text, uncertainty_text};
use crate::table::Grid;
use crosscut_report::format::{area, count, energy, given, number, percent, plural, power, time};
use crosscut_report::{About, Method, Resting, RunReport, Stop};
use crosscut_sim::graph::StationKind;

/// All tables.
pub fn text(r: &RunReport) -> String {
    let t = &r.totals;
    let mut out = partial(r);
    out += &chosen(&r.about);
    out += &format!(
        "{} on {}: {} ({} compute), {}, {}\n\n",
        r.about.network,
        r.about.machine.name,
        plural(t.total, "crossbar"),
        count(t.compute),
        plural(t.tiles, "tile"),
        plural(t.chips, "chip")
    );
    let mut figures = Grid::new(1, &["figure", "value"]);
    let throughput = format!("{} images/s", number(r.throughput_ips));
    let without = |g: f64| match r.links_pj {
        None | Some(0.0) => String::new(),
        Some(_) => format!(", {} without links", number(g)),
    };
    let without = r.gops_per_w_without_links.map_or(String::new(), without);
    let per_watt = r.gops_per_w;
    let per_watt = per_watt.map_or(String::new(), |g| format!(", {} GOPS/W", number(g)));
    let per_watt = format!("{per_watt}{without}");
    let efficiency = format!("{} GOPS{per_watt}", number(r.gops));
    let (latency, interval) = times(r);
    let conversions = match t.unit_conversions {
        0 => count(t.adc_conversions),
        n => format!(
            "{} and {} of unit columns",
            count(t.adc_conversions),
            count(n)
        ),
    };
    for (name, value) in [
        ("latency of one image", latency),
        ("interval between images", interval),
        (
            "fill, drain",
            format!("{}, {}", time(r.fill_ns), time(r.drain_ns)),
        ),
        ("throughput", throughput),
        ("achieved", efficiency),
        ("energy per image", given(r.energy_pj, energy)),
        ("  actions", given(r.actions_pj, energy)),
        ("  leakage", given(r.leakage_pj, energy)),
        ("  links between chips", given(r.links_pj, energy)),
        ("mean power", given(r.power_mw, power)),
        ("area in use, whole tiles", given(r.area_mm2, area)),
        ("area of whole chips", given(r.chip_area_mm2, area)),
        ("ADC conversions per image", conversions),
    ] {
        figures.row([name.to_string(), value]);
    }
    if let Some(b) = &r.batch {
        let images = plural(b.images, "image");
        let value = format!("{}, {}", time(b.total_ns), given(b.energy_pj, energy));
        figures.row([format!("{images} back to back"), value]);
    }
    out += &figures.text();
    let startup = startup_text::text(r);
    for part in [
        startup,
        measured_text::text(r),
        uncertainty_text::text(r),
        components(r),
        layers(r),
        parts(r),
        buffers(r),
        reasons(r),
    ] {
        if !part.is_empty() {
            out += "\n\n";
            out += &part;
        }
    }
    out += &bottleneck(r);
    out += &deviation(r);
    out += &resting(r);
    for change in &r.unpriced {
        out += &format!("\n\nnot priced: {change}");
    }
    let passed = r.checks.iter().filter(|c| c.passed).count();
    out += &format!(
        "\n\n{passed} of {} consistency checks passed",
        r.checks.len()
    );
    out
}

/// One line on how slices and copies were chosen.
pub fn chosen(about: &About) -> String {
    let line = |chosen: &String| format!("mapping: {chosen}\n");
    about.chosen.as_ref().map(line).unwrap_or_default()
}

fn components(r: &RunReport) -> String {
    let mut grid = Grid::new(
        1,
        &[
            "part",
            "instances",
            "actions",
            "energy/action",
            "energy",
            "share",
            "area",
            "confidence",
        ],
    );
    for c in r
        .components
        .iter()
        .filter(|c| c.instances > 0 || c.actions > 0)
    {
        grid.row([
            c.part.name().to_string(),
            // A share of a read is no part to count.
            match c.part.is_share_of_a_read() {
                true => "-".to_string(),
                false => count(c.instances),
            },
            count(c.actions),
            given(c.energy_per_action_pj, energy),
            given(c.energy_pj, energy),
            share(c.energy_pj, r.energy_pj),
            given(c.area_mm2, area),
            c.confidence.map_or("-", |c| c.name()).to_string(),
        ]);
    }
    grid.text()
}

fn share(part: Option<f64>, all: Option<f64>) -> String {
    match (part, all) {
        (Some(part), Some(all)) if all > 0.0 => percent(part / all),
        (Some(_), Some(_)) => percent(0.0),
        _ => "-".to_string(),
    }
}

/// What of the figures nobody has checked against a text, and what is fitted to a published total.
fn resting(r: &RunReport) -> String {
    let sentence = |shares: Option<Resting>, on: &str| {
        let some = shares.filter(|s| s.energy_share > 0.0 || s.area_share > 0.0);
        some.map(|s| {
            let (energy, area) = (percent(s.energy_share), percent(s.area_share));
            format!("{energy} of the energy and {area} of the area rest on {on}")
        })
    };
    let recalled = sentence(r.recalled, "recalled or assumed figures");
    let fitted = sentence(r.fitted, "figures fitted to a published total");
    let said: Vec<String> = recalled.into_iter().chain(fitted).collect();
    match said.is_empty() {
        true => String::new(),
        false => format!("\n\n{}", said.join("\n")),
    }
}

/// Latency and interval with what they are worth.
fn times(r: &RunReport) -> (String, String) {
    let latency = format!("{} ({} cycles)", time(r.latency_ns), count(r.cycles));
    let proof = if r.interval_proven {
        ""
    } else {
        ", not proven to repeat"
    };
    let interval = format!(
        "{} ({} cycles{proof})",
        time(r.interval_ns),
        count(r.interval_cycles)
    );
    (latency, interval)
}

fn partial(r: &RunReport) -> String {
    let Some(p) = &r.partial else {
        return String::new();
    };
    let why = match p.reason {
        Stop::Until => "stopped as asked",
        Stop::Interrupted => "interrupted",
    };
    let what = match p.first_image_done {
        true => format!("{} back to back done", plural(p.images_done, "image")),
        false => "the first image is not done; its latency is longer than shown".to_string(),
    };
    format!("PARTIAL: {why} at cycle {}; {what}\n\n", count(p.cycles))
}

fn parts(r: &RunReport) -> String {
    let header = [
        "busy share of",
        "instances",
        "interval",
        "busiest instance",
        "one image alone",
    ];
    let mut grid = Grid::new(1, &header);
    for p in &r.parts {
        grid.row([
            p.part.replace("adcs", "ADCs").replace('-', " "),
            count(p.instances),
            percent(p.interval_share),
            p.busiest_interval_share.map_or("-".to_string(), percent),
            percent(p.latency_share),
        ]);
    }
    grid.text()
}

/// Edges whose buffers have a bound.
fn buffers(r: &RunReport) -> String {
    if r.buffers.iter().all(|b| b.capacity_blocks.is_none()) {
        return String::new();
    }
    let header = [
        "buffer of",
        "blocks from",
        "block",
        "room for",
        "needed",
        "held at most",
    ];
    let mut grid = Grid::new(2, &header);
    for b in r.buffers.iter().filter(|b| b.capacity_blocks.is_some()) {
        grid.row([
            b.to.clone(),
            b.from.clone(),
            format!("{} B", count(b.block_bytes)),
            b.capacity_blocks.map_or("-".to_string(), count),
            count(b.demand_blocks),
            match r.method {
                Method::Cycle => count(b.peak_blocks),
                Method::Estimate => "-".to_string(),
            },
        ]);
    }
    grid.text()
}

fn layers(r: &RunReport) -> String {
    let header = [
        "layer",
        "kind",
        "crossbars",
        "firings",
        "start",
        "end",
        "energy",
    ];
    let mut grid = Grid::new(2, &header);
    for l in &r.layers {
        grid.row([
            l.name.clone(),
            l.kind.to_string(),
            l.crossbars
                .as_ref()
                .map_or("-".to_string(), |c| count(c.total)),
            count(l.station_firings),
            time(l.start_ns),
            time(l.end_ns),
            given(l.dynamic_pj, energy),
        ]);
    }
    grid.text()
}

/// What each layer waits for, and what limits it.
fn reasons(r: &RunReport) -> String {
    let header = [
        "layer",
        "critical part",
        "busy",
        "from first to last firing",
    ];
    let mut grid = Grid::with_text(&header, &[0, 1, 3]);
    for l in r.layers.iter().filter(|l| l.kind != StationKind::Source) {
        grid.row([
            l.name.clone(),
            l.critical.map_or("-", |c| c.part.name()).to_string(),
            l.critical
                .map_or("-".to_string(), |c| percent(c.busy_share)),
            l.why.clone(),
        ]);
    }
    grid.text()
}

/// The layer and part that set the interval.
fn bottleneck(r: &RunReport) -> String {
    let critical = r.layers.iter().filter_map(|l| Some((l, l.critical?)));
    // Of equal ones the first.
    let most = critical.fold(None, |best: Option<(_, f64, _)>, (l, c)| match best {
        Some(b) if b.1 >= c.busy_share => Some(b),
        _ => Some((l, c.busy_share, c.part)),
    });
    most.map_or(String::new(), |(l, share, part)| {
        let (share, name) = (percent(share), part.name());
        format!(
            "\n\nbusiest in steady state: {name} of `{}`, {share} of the interval",
            l.name
        )
    })
}

fn deviation(r: &RunReport) -> String {
    match (r.method, &r.estimate) {
        (Method::Estimate, _) => {
            let how =
                "estimated: time without contention, raised by what the busiest part has to do";
            match &r.expected_error {
                None => format!("\n\n{how}"),
                Some(e) => format!(
                    "\n\n{how}; of {} designs limited by {} half were off by {} or less, nine of ten by {}, the worst by {} ({})",
                    count(e.designs),
                    e.limit,
                    percent(e.median),
                    percent(e.most),
                    percent(e.worst),
                    e.table
                ),
            }
        }
        (_, None) => String::new(),
        (_, Some(e)) => {
            let signed = |x: f64| format!("{:+.2} %", 100.0 * x);
            format!(
                "\n\nestimate without contention: latency {} ({}), interval {} ({})",
                time(e.latency_ns),
                signed(e.latency_deviation),
                time(e.interval_ns),
                signed(e.interval_deviation)
            )
        }
    }
}
