//! How busy the machine's parts, links and buffers are.

use super::map::Totals;
use super::schema::{BufferUse, LayerRun, LinkUse, PartUse};
use crosscut_arch::{Arch, PartKind, Timing, Work};
use crosscut_sim::cycle::CycleResult;
use crosscut_sim::cycle::plan::Plan;
use crosscut_sim::graph::StationKind;

fn share(busy: f64, instances: u64, ticks: u64) -> f64 {
    let whole = instances as f64 * ticks as f64;
    if whole > 0.0 { busy / whole } else { 0.0 }
}

/// Every kind of part that has work.
pub(super) fn of_parts(
    arch: &Arch,
    totals: &Totals,
    layers: &[LayerRun],
    run: &CycleResult,
    plan: &Plan,
) -> Vec<PartUse> {
    let mut parts = Vec::new();
    let mut add = |part: &str, instances: u64, busy: f64, most: Option<f64>| {
        if busy > 0.0 {
            parts.push(PartUse {
                part: part.to_string(),
                instances,
                busy_ticks: busy,
                interval_share: share(busy, instances, run.interval_ticks),
                busiest_interval_share: most.map(|m| share(m, 1, run.interval_ticks)),
                latency_share: share(busy, instances, run.latency_ticks),
            });
        }
    };
    let modes = [
        PartKind::Crossbar,
        PartKind::ReduceMode,
        PartKind::BufferMode,
    ];
    let actions: u64 = modes.iter().map(|&k| run.counts.get(k)).sum();
    // An array is taken for the whole of a phase, and of a product by pulse trains.
    let read = match arch.timing {
        Timing::Phased(_) | Timing::Integrated(_) => arch.cycle_ticks(),
        _ => arch.crossbar.read_ticks,
    };
    let busiest = layers
        .iter()
        .filter(|l| l.kind == StationKind::Compute)
        .map(|l| l.busy_ticks)
        .max();
    add(
        "crossbars",
        totals.total,
        (actions * read) as f64,
        busiest.map(|b| b as f64),
    );
    // Of a product by pulse trains conversions are a part; the rate says nothing of their steps.
    let apart = !matches!(arch.timing, Timing::Integrated(_));
    if let (Some(adc), true) = (arch.adc, apart) {
        let crossbars = layers.iter().filter_map(|l| l.crossbars.as_ref());
        let rounds = adc.rounds(&Work {
            // The drain leaves unit columns out.
            conversions: run.counts.get(PartKind::Adc) - totals.unit_conversions,
            arrays: crossbars.map(|c| c.array_conversions).sum(),
            adcs: 1,
        });
        let adcs = totals.pes * u64::from(arch.pe.adcs);
        add(
            "adcs",
            adcs,
            rounds as f64 * arch.clock_hz / adc.rounds_per_s(),
            None,
        );
    }
    // The bus of one more tile stands for the links to the memory outside.
    let (tiles, off_chip) = match plan.off_chip {
        Some(at) => (&run.tiles[..at], &run.tiles[at..]),
        None => (&run.tiles[..], &[][..]),
    };
    let servers = [
        ("buses", tiles.iter().map(|t| t.bus).collect()),
        ("buffer-ports", tiles.iter().map(|t| t.port).collect()),
        ("digital-units", tiles.iter().map(|t| t.unit).collect()),
        ("off-chip-links", off_chip.iter().map(|t| t.bus).collect()),
        (
            "links",
            run.links.iter().map(|l| l.busy).collect::<Vec<u64>>(),
        ),
    ];
    for (name, loads) in servers {
        let busy = loads.iter().sum::<u64>() as f64;
        add(
            name,
            loads.len() as u64,
            busy,
            loads.iter().max().map(|&m| m as f64),
        );
    }
    parts
}

/// Every link on any route.
pub(super) fn of_links(plan: &Plan, run: &CycleResult) -> Vec<LinkUse> {
    let links = plan.links.iter().zip(&run.links);
    links
        .map(|(l, used)| LinkUse {
            from: [l.from.0, l.from.1],
            to: [l.to.0, l.to.1],
            chip_link: l.chip_link,
            busy_ticks: used.busy,
            interval_share: share(used.busy as f64, 1, run.interval_ticks),
        })
        .collect()
}

/// Every edge.
pub(super) fn of_buffers(plan: &Plan, run: &CycleResult) -> Vec<BufferUse> {
    let edges = plan.edges.iter().zip(&run.stream.usage.edges);
    edges
        .map(|(e, used)| BufferUse {
            from: plan.stations[e.from].name.clone(),
            to: plan.stations[e.to].name.clone(),
            block_bytes: e.bytes,
            capacity_blocks: e.capacity,
            demand_blocks: e.demand,
            peak_blocks: used.peak,
            peak_bytes: used.peak * e.bytes,
        })
        .collect()
}
