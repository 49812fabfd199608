//! How busy the machine's parts, links and buffers are.

use super::map::Totals;
use super::run::LayerRun;
use crosscut_arch::{Arch, PartKind, Timing, Work};
use crosscut_sim::cycle::CycleResult;
use crosscut_sim::cycle::plan::Plan;
use crosscut_sim::graph::StationKind;
use serde::{Deserialize, Serialize};

/// One kind of part: its work on one image over the time there was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartUse {
    /// `crossbars`, `adcs`, `buses`, `buffer-ports`, `digital-units`, `links`.
    pub part: String,
    /// Instances that the mapping uses; of links, those on any route.
    pub instances: u64,
    /// Ticks of work on one image, all instances together.
    pub busy_ticks: f64,
    /// Their share of instances x interval.
    pub interval_share: f64,
    /// The same share of the instance with most work; absent where instances are not told apart.
    pub busiest_interval_share: Option<f64>,
    /// Their share of instances x latency of one image alone.
    pub latency_share: f64,
}

/// One link of the network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinkUse {
    /// Router before, as (x, y) on the grid of all chips side by side; on a tree (number, level).
    pub from: [u64; 2],
    /// Router behind.
    pub to: [u64; 2],
    /// Whether it joins two chips.
    pub chip_link: bool,
    /// Ticks its flits of one image take.
    pub busy_ticks: u64,
    /// Their share of the interval.
    pub interval_share: f64,
}

/// The buffers between two stations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BufferUse {
    /// Producer.
    pub from: String,
    /// Consumer, in whose tiles the blocks lie.
    pub to: String,
    /// Bytes of one block.
    pub block_bytes: u64,
    /// Blocks there is room for; absent where it is never short.
    pub capacity_blocks: Option<u64>,
    /// Blocks it must hold for the network to run at all.
    pub demand_blocks: u64,
    /// Most blocks held at once, images back to back.
    pub peak_blocks: u64,
    /// The same in bytes.
    pub peak_bytes: u64,
}

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
        let products = run.counts.get(PartKind::Crossbar) / u64::from(arch.timed_steps());
        let rounds = adc.rounds(&Work {
            conversions: run.counts.get(PartKind::Adc),
            arrays: products * u64::from(arch.array_conversions()),
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
    let servers = [
        ("buses", run.tiles.iter().map(|t| t.bus).collect()),
        ("buffer-ports", run.tiles.iter().map(|t| t.port).collect()),
        ("digital-units", run.tiles.iter().map(|t| t.unit).collect()),
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
