//! A network whose weights are written in groups: time, energy and wear of a pass (`sim/src/reload` has the model).

use super::about::About;
use super::check::{Check, check, close};
use super::energy::{Component, components, dynamic_pj, known};
use super::kind::Kind;
use super::map::Totals;
use crosscut_arch::{Arch, Gate, Level, PartKind};
use crosscut_sim::counts::Counts;
use crosscut_sim::reload::{BatchRule, Dram, Group, GroupRun, Pass};
use crosscut_traces::{LayerId, Network};
use serde::{Deserialize, Serialize};

/// One group of layers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupReport {
    /// Its compute layers, in network order.
    pub layers: Vec<String>,
    /// Crossbars of all roles.
    pub crossbars: u64,
    /// Tiles in use.
    pub tiles: u64,
    /// Chips in use.
    pub chips: u64,
    /// Time in which its weights are written.
    pub write_ns: f64,
    /// What sets that time: `writing` (the slowest PE), `bus` or `load`.
    pub write_set_by: String,
    /// Time from then until the last image of the batch is done.
    pub batch_ns: f64,
    /// One image alone, weights written before.
    pub latency_ns: f64,
    /// Between images of a long batch.
    pub interval_ns: f64,
    /// Whether the interval is proven to repeat.
    pub interval_proven: bool,
    /// Cells written, those of unit columns among them.
    pub cells: u64,
    /// Pulses of writing them.
    pub pulses: u64,
    /// Energy of the pulses, of the bytes of weights on buses and from the memory outside; absent where the machine does not give
    /// the energy of a pulse.
    pub write_pj: Option<f64>,
    /// Bytes of weights its arrays take in.
    pub weight_bytes: u64,
    /// Bytes of values that cross the links for one image.
    pub value_bytes: u64,
    /// Energy of the actions of one image.
    pub dynamic_pj: Option<f64>,
    /// Actions of one image.
    pub counts: Counts,
}

/// A group before it is run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupMap {
    /// Its compute layers, in network order.
    pub layers: Vec<String>,
    /// Crossbars of all roles.
    pub crossbars: u64,
    /// Tiles in use.
    pub tiles: u64,
    /// Chips in use.
    pub chips: u64,
    /// Bytes of values that come from the memory outside for one image.
    pub input_bytes: u64,
    /// Bytes of values that go there.
    pub output_bytes: u64,
}

/// A network in groups, mapped and not run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartitionReport {
    /// [`Kind::Partition`].
    pub kind: Kind,
    /// Network, machine and seed.
    #[serde(flatten)]
    pub about: About,
    /// What each group had to fit.
    pub limit: String,
    /// What the memory outside holds.
    pub dram: Dram,
    /// The groups, in order.
    pub groups: Vec<GroupMap>,
}

impl PartitionReport {
    /// Of the groups of a network.
    pub fn new(
        about: About,
        net: &Network,
        arch: &Arch,
        limit: String,
        groups: &[Group],
    ) -> PartitionReport {
        let bytes = |id: &LayerId| {
            let bits = net.layer(*id).shape.len() as u64 * u64::from(arch.format.input_bits);
            bits.div_ceil(8)
        };
        let map = |g: &Group| GroupMap {
            layers: names(net, g),
            crossbars: g.mapping.totals().total(),
            tiles: g.mapping.tiles,
            chips: g.mapping.chips,
            input_bytes: g.crossing.inputs.iter().map(bytes).sum(),
            output_bytes: g.crossing.outputs.iter().map(bytes).sum(),
        };
        PartitionReport {
            kind: Kind::Partition,
            limit,
            dram: Dram::of(net, arch, groups),
            groups: groups.iter().map(map).collect(),
            about,
        }
    }
}

/// Compute layers of a group.
fn names(net: &Network, group: &Group) -> Vec<String> {
    let layers = group.mapping.layers.iter().map(|l| l.layer);
    layers.map(|id| net.layer(id).name.clone()).collect()
}

/// A pass of a batch through a network in groups. Figures are per image in steady state, passes back to back, unless their
/// name says otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReloadReport {
    /// [`Kind::Reload`].
    pub kind: Kind,
    /// Network, machine and seed.
    #[serde(flatten)]
    pub about: About,
    /// What each group had to fit.
    pub limit: String,
    /// Images that go through a group before the next is written.
    pub batch: u64,
    /// Where their number comes from.
    pub batch_rule: BatchRule,
    /// What the memory outside holds.
    pub dram: Dram,
    /// Time of a pass: a batch through all groups.
    pub pass_ns: f64,
    /// Of that, time in which weights are written.
    pub write_ns: f64,
    /// Share of a pass in which weights are written.
    pub write_share: f64,
    /// One image by itself, every group written for it.
    pub latency_ns: f64,
    /// Time of a pass over the images of the batch.
    pub interval_ns: f64,
    /// Images per second.
    pub throughput_ips: f64,
    /// Actions, static power and writing; absent, like every energy and area but that of writing, on a machine without costs.
    pub energy_pj: Option<f64>,
    /// Of that, actions.
    pub dynamic_pj: Option<f64>,
    /// Static power of what the largest group has in use, over the interval.
    pub static_pj: Option<f64>,
    /// Writing: pulses and bytes of weights of a pass over the images of the batch; absent where the machine does not
    /// give the energy of a pulse.
    pub write_pj: Option<f64>,
    /// Energy over time.
    pub power_mw: Option<f64>,
    /// Operations per ns.
    pub gops: f64,
    /// Operations per energy; absent on a machine without costs.
    pub gops_per_w: Option<f64>,
    /// What any group has in use at most: tiles, routers and parts of chips.
    pub area_mm2: Option<f64>,
    /// Tiles of the group with the most.
    pub tiles: u64,
    /// Routers of the group with the most.
    pub routers: u64,
    /// Chips of the group with the most.
    pub chips: u64,
    /// Pulses a cell takes in each pass.
    pub pulses_per_cell: u32,
    /// Pulses a cell survives; absent where cells do not wear out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endurance: Option<f64>,
    /// Passes until the first cells are worn out: every pass writes the cells of each group once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passes_until_worn: Option<f64>,
    /// The same in time, passes back to back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worn_after_ns: Option<f64>,
    /// Actions of one image in all groups.
    pub counts: Counts,
    /// Energy and area by kind of part, without the writing.
    pub components: Vec<Component>,
    /// The groups, in order.
    pub groups: Vec<GroupReport>,
    /// How figures are to be read.
    pub notes: Vec<String>,
    /// Figures got in two ways.
    pub checks: Vec<Check>,
}

impl ReloadReport {
    /// Of a pass through `groups`.
    pub fn new(
        about: About,
        net: &Network,
        arch: &Arch,
        limit: String,
        groups: &[Group],
        pass: &Pass,
    ) -> ReloadReport {
        let (tick, batch) = (arch.tick_ns(), pass.batch as f64);
        let reports: Vec<GroupReport> = groups
            .iter()
            .zip(&pass.groups)
            .map(|(g, run)| group(net, arch, g, run))
            .collect();
        let totals = most(groups);
        let pass_ns = pass.ticks() as f64 * tick;
        let interval_ns = pass_ns / batch;
        let counts = pass.counts();
        let components = components(arch, &counts, &totals, interval_ns);
        let sum = |f: fn(&Component) -> Option<f64>| known(&components, f);
        let (dynamic, fixed) = (sum(|c| c.dynamic_pj), sum(|c| c.static_pj));
        let write_pj =
            (reports.iter().map(|g| g.write_pj).sum::<Option<f64>>()).map(|pj| pj / batch);
        let energy_pj = [dynamic, fixed, write_pj].into_iter().sum::<Option<f64>>();
        let ops = 2.0 * about.macs as f64;
        let write = arch.device.write.as_ref();
        let pulses_per_cell = write.map_or(0, |w| w.pulses);
        let endurance = write.and_then(|w| w.endurance);
        let passes = endurance.map(|e| (e / f64::from(pulses_per_cell.max(1))).floor());
        let mut report = ReloadReport {
            kind: Kind::Reload,
            limit,
            batch: pass.batch,
            batch_rule: pass.rule,
            dram: pass.dram,
            pass_ns,
            write_ns: pass.write_ticks() as f64 * tick,
            write_share: pass.write_ticks() as f64 / pass.ticks().max(1) as f64,
            latency_ns: pass.latency_ticks() as f64 * tick,
            interval_ns,
            throughput_ips: 1e9 / interval_ns,
            energy_pj,
            dynamic_pj: dynamic,
            static_pj: fixed,
            write_pj,
            power_mw: energy_pj.map(|pj| pj / interval_ns),
            gops: ops / interval_ns,
            gops_per_w: energy_pj.filter(|pj| *pj > 0.0).map(|pj| ops / pj * 1e3),
            area_mm2: sum(|c| c.area_mm2),
            tiles: totals.tiles,
            routers: totals.routers,
            chips: totals.chips,
            pulses_per_cell,
            endurance,
            passes_until_worn: passes,
            worn_after_ns: passes.map(|n| n * pass_ns),
            counts,
            components,
            groups: reports,
            notes: notes(arch, pass),
            checks: Vec::new(),
            about,
        };
        report.checks = vec![times(&report), energies(&report), bytes(&report, groups)];
        report
    }

    /// Whether all checks hold.
    pub fn passed(&self) -> bool {
        self.checks.iter().all(|c| c.passed)
    }
}

fn group(net: &Network, arch: &Arch, group: &Group, run: &GroupRun) -> GroupReport {
    let tick = arch.tick_ns();
    let cost = |kind| arch.part(kind).map_or(0.0, |p| p.energy_pj);
    let pulse_pj = arch.device.write.as_ref().and_then(|w| w.energy_pj);
    let per_byte = cost(PartKind::Bus) + cost(PartKind::Dram);
    let w = &run.write;
    let set_by = match w.ticks {
        t if t == w.write_ticks => "writing",
        t if t == w.bus_ticks => "bus",
        _ => "load",
    };
    GroupReport {
        layers: names(net, group),
        crossbars: group.mapping.totals().total(),
        tiles: group.mapping.tiles,
        chips: group.mapping.chips,
        write_ns: w.ticks as f64 * tick,
        write_set_by: set_by.to_string(),
        batch_ns: run.batch_ticks as f64 * tick,
        latency_ns: run.latency_ticks as f64 * tick,
        interval_ns: run.interval_ticks as f64 * tick,
        interval_proven: run.interval_proven,
        cells: w.layers.iter().map(|l| l.cells + l.unit_cells).sum(),
        pulses: run.pulses(),
        write_pj: pulse_pj
            .map(|pj| run.pulses() as f64 * pj + run.weight_bytes() as f64 * per_byte),
        weight_bytes: run.weight_bytes(),
        value_bytes: run.counts.get(PartKind::Dram),
        dynamic_pj: dynamic_pj(arch, &run.counts),
        counts: run.counts.clone(),
    }
}

/// What any group has in use at most: all of it is there, whichever group computes.
fn most(groups: &[Group]) -> Totals {
    let most = |f: fn(&Group) -> u64| groups.iter().map(f).max().unwrap_or(0);
    Totals {
        compute: 0,
        reduce: 0,
        buffer: 0,
        pool: 0,
        total: most(|g| g.mapping.totals().total()),
        row_groups: 0,
        column_groups: 0,
        slices: 0,
        replicas: 0,
        utilization: 0.0,
        adc_conversions: 0,
        unit_conversions: 0,
        pes: most(|g| g.mapping.pes),
        tiles: most(|g| g.mapping.tiles),
        routers: most(|g| g.mapping.placement.routers),
        chips: most(|g| g.mapping.chips),
    }
}

fn notes(arch: &Arch, pass: &Pass) -> Vec<String> {
    let mut notes = vec![
        "a pass writes the weights of each group and takes the whole batch through it; writing and computing do not overlap".to_string(),
        "static power is that of the tiles, routers and chip parts of the largest group, over the whole pass".to_string(),
    ];
    if pass.rule == BatchRule::One {
        notes.push("the batch is one image, since the machine does not say how much the memory outside holds (`dram.capacity`)".to_string());
    }
    if arch.dram_bytes_per_tick().is_none() {
        notes.push("weights and values come and go as fast as they are asked for: the machine states no bandwidth to the memory outside (`[dram]`)".to_string());
    }
    if arch.part(PartKind::Dram).is_none() {
        notes.push(
            "bytes from and to the memory outside cost nothing: the machine gives no `[cost.dram]`"
                .to_string(),
        );
    }
    if pass.groups.iter().any(|g| !g.interval_proven) {
        notes.push(
            "the interval of a group is the mean of the images simulated, not proven to repeat"
                .to_string(),
        );
    }
    notes
}

/// Times of the groups against the pass.
fn times(r: &ReloadReport) -> Check {
    let groups: f64 = r.groups.iter().map(|g| g.write_ns + g.batch_ns).sum();
    let again = r.interval_ns * r.batch as f64;
    check(
        "times of the groups sum to the pass",
        close(groups, again),
        format!("{groups} ns by group, {again} ns for the batch"),
    )
}

/// Actions and writing by group, plus static power level by level, against the total.
fn energies(r: &ReloadReport) -> Check {
    let arch = &r.about.machine;
    let by_group: f64 = r
        .groups
        .iter()
        .map(|g| g.dynamic_pj.unwrap_or(0.0) + g.write_pj.unwrap_or(0.0) / r.batch as f64)
        .sum();
    let fixed: f64 = arch
        .parts
        .iter()
        .map(|p| {
            let units = match p.level {
                Level::Chip => r.chips,
                Level::Tile => r.tiles,
                Level::Pe => r.tiles * u64::from(arch.tile.pes),
                Level::Router => r.routers,
            };
            let on = match p.gate {
                Gate::Idle => {
                    let of_part = |c: &&Component| c.part == p.kind;
                    r.components.iter().find(of_part).map_or(0.0, |c| c.powered)
                }
                _ => arch.powered(p, units, r.chips) as f64,
            };
            on * p.static_power_mw
        })
        .sum();
    let again = by_group + fixed * r.interval_ns;
    check(
        "energy by group and level equals energy by part",
        r.energy_pj.is_none_or(|pj| close(again, pj)),
        match r.energy_pj {
            Some(pj) => format!("{again} pJ by group and level, {pj} pJ by part"),
            None => "the machine gives no costs".to_string(),
        },
    )
}

/// What the links carried, as the engine counted it firing by firing, against the shapes of what crosses the borders.
fn bytes(r: &ReloadReport, groups: &[Group]) -> Check {
    let bits = u64::from(r.about.machine.format.input_bits);
    let mut wrong = Vec::new();
    let mut sum = 0;
    for (n, (g, report)) in groups.iter().zip(&r.groups).enumerate() {
        let stations = g.graph.graph.node_weights();
        let crossing = stations.filter(|s| {
            use crosscut_sim::graph::StationKind::{Results, Source};
            matches!(s.kind, Source | Results)
        });
        let expected: u64 = crossing
            .map(|s| (s.output.len() as u64 * bits).div_ceil(8))
            .sum();
        sum += expected;
        if expected != report.value_bytes {
            wrong.push(format!(
                "group {}: {} counted, {expected} expected",
                n + 1,
                report.value_bytes
            ));
        }
    }
    let detail = match wrong.is_empty() {
        true => format!("{sum} bytes an image"),
        false => wrong.join(", "),
    };
    check(
        "bytes over the links are those of the values that cross",
        wrong.is_empty(),
        detail,
    )
}
