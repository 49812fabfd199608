//! Pictures of a run's time: layers along time, images back to back, stalls, use of parts, links.

use super::bars::{Bar, BarChart};
use super::error::PlotError;
use super::gantt::{Fill, Gantt, Row};
use super::heat::{HeatLink, HeatMap};
use super::stacked::{self, Stack};
use super::words::{Plot, subtitle};
use crate::format::{count, percent, time};
use crate::{LayerRun, RunReport, by_cause};
use crosscut_sim::record::Cause;

/// All that apply.
pub fn plots(r: &RunReport) -> Result<Vec<Plot>, PlotError> {
    let mut plots = vec![Plot::new("layers-over-time.svg", layers_over_time(r).svg())];
    if r.timeline.image_end_ticks.len() > 1 {
        plots.push(Plot::new("images-over-time.svg", images_over_time(r).svg()));
    }
    plots.push(Plot::new("stalls-by-layer.svg", stalls(r)?));
    if !r.parts.is_empty() {
        plots.push(Plot::new("use-of-parts.svg", parts(r).svg()?));
    }
    if !r.links.is_empty() {
        plots.push(Plot::new("links.svg", links(r).svg()));
    }
    Ok(plots)
}

fn about(r: &RunReport, what: &str) -> String {
    format!("{}, {what}", subtitle(&[("", r)]))
}

fn ticks(r: &RunReport, ns: f64) -> u64 {
    (ns / r.about.machine.tick_ns()).round() as u64
}

fn title(r: &RunReport, l: &LayerRun) -> String {
    let [start, end] = [l.start_ns, l.end_ns].map(time);
    let firings = count(l.station_firings);
    format!(
        "{} on {}: {start} to {end}, {firings} firings, {}",
        l.name, r.about.machine.name, l.why
    )
}

/// Rows that exchange values.
fn edges(r: &RunReport) -> Vec<[usize; 2]> {
    let row = |name: &str| r.layers.iter().position(|l| l.name == name);
    let edges = r
        .buffers
        .iter()
        .filter_map(|b| Some([row(&b.from)?, row(&b.to)?]));
    edges.collect()
}

fn layers_over_time(r: &RunReport) -> Gantt {
    let rows = r.layers.iter().map(|l| {
        // Drains run on after the last firing; the bar ends with the firing.
        let used = l.busy_ticks + by_cause(&l.stalled_ticks).iter().map(|c| c.1).sum::<u64>();
        let start = ticks(r, l.start_ns).min(r.cycles);
        Row {
            label: l.name.clone(),
            span: [start, (start + used).min(r.cycles)],
            fill: Fill::Profile(l.profile.iter().map(|(&c, t)| (c, t.clone())).collect()),
            title: title(r, l),
        }
    });
    Gantt {
        title: "Layers over time".to_string(),
        subtitle: about(r, "one image alone; height: share of time by cause"),
        rows: rows.collect(),
        edges: edges(r),
        end: r.cycles,
        bin: r.timeline.bin_ticks,
        tick_ns: r.about.machine.tick_ns(),
        images: vec![r.cycles],
    }
}

fn images_over_time(r: &RunReport) -> Gantt {
    let rows = r.layers.iter().map(|l| Row {
        label: l.name.clone(),
        span: [0, 0],
        fill: Fill::Spans(l.image_spans_ticks.clone()),
        title: l.name.clone(),
    });
    let ends = &r.timeline.image_end_ticks;
    Gantt {
        title: "Images over time".to_string(),
        subtitle: about(r, "images back to back, first to last firing of each layer"),
        rows: rows.collect(),
        edges: edges(r),
        end: ends.last().copied().unwrap_or(0),
        bin: 1,
        tick_ns: r.about.machine.tick_ns(),
        images: ends.clone(),
    }
}

fn stalls(r: &RunReport) -> Result<String, PlotError> {
    let stacks: Vec<Stack> = r
        .layers
        .iter()
        .map(|l| {
            let mut shares = vec![(Cause::Busy, l.busy_ticks)];
            shares.extend(by_cause(&l.stalled_ticks));
            let share = |t: u64| t as f64 / r.cycles.max(1) as f64;
            Stack {
                label: l.name.clone(),
                note: percent(share(l.busy_ticks)),
                shares: shares.into_iter().map(|(c, t)| (c, share(t))).collect(),
            }
        })
        .collect();
    stacked::svg(
        "Where the time of each layer went",
        &about(r, "one image alone; busy share to the right"),
        "Share of the latency of one image (%)",
        &stacks,
    )
}

fn parts(r: &RunReport) -> BarChart {
    let bars = r.parts.iter().map(|p| {
        let name = p.part.replace("adcs", "ADCs").replace('-', " ");
        // Where instances are not told apart there is one bar.
        let shares = [Some(p.interval_share), p.busiest_interval_share];
        Bar::new(
            name,
            shares.into_iter().flatten().map(|s| 100.0 * s).collect(),
        )
    });
    BarChart {
        title: "Use of parts in steady state".to_string(),
        subtitle: subtitle(&[("", r)]),
        axis: "Busy share of the interval between images (%)".to_string(),
        series: vec![
            "mean of all instances".to_string(),
            "busiest instance".to_string(),
        ],
        bars: bars.collect(),
        whole: false,
        light: None,
    }
}

fn links(r: &RunReport) -> HeatMap {
    let arch = &r.about.machine;
    let tick = r.interval_cycles;
    let links = r.links.iter().map(|l| HeatLink {
        from: l.from,
        to: l.to,
        share: l.interval_share,
        title: format!(
            "({}, {}) to ({}, {}): {} of {} cycles, {}",
            l.from[0],
            l.from[1],
            l.to[0],
            l.to[1],
            count(l.busy_ticks),
            count(tick),
            percent(l.interval_share)
        ),
    });
    let links: Vec<HeatLink> = links.collect();
    let most = |axis: usize| {
        links
            .iter()
            .map(|l| l.from[axis].max(l.to[axis]))
            .max()
            .unwrap_or(0)
    };
    let size = [most(0) + 1, most(1) + 1];
    HeatMap {
        title: "Use of links in steady state".to_string(),
        subtitle: about(r, "busy share of the interval between images"),
        links,
        size,
        chip: chip_width(arch),
    }
}

/// Routers of one chip in x (`docs/machines.md`: routers stand on a grid with the chip's shape).
fn chip_width(arch: &crosscut_arch::Arch) -> u64 {
    let across = arch.noc.params.tiles_per_router.isqrt().max(1);
    u64::from(arch.chip.tiles_x.div_ceil(across))
}
