//! Does what must hold on every machine hold on small random machines with small random networks?
//!
//! Nothing here knows a figure: each law relates two results that are computed in different ways.

use crosscut_arch::{Arch, PartKind, load};
use crosscut_report::{About, MapReport, Observed, RunReport};
use crosscut_sim::cycle::{CycleResult, Plan, Silent, bottleneck_ticks};
use crosscut_sim::estimate;
use crosscut_sim::func::{FuncError, FuncModel, FuncSession};
use crosscut_sim::graph::{DataflowGraph, Mapped};
use crosscut_sim::map::{Indices, LayerMap, MapOptions, Mapping, RowGroup};
use crosscut_sim::time;
use crosscut_traces::exec::{exact::ExactAccumulator, int};
use crosscut_traces::net::push;
use crosscut_traces::op::{Add, Concat, GlobalAveragePool, Relu};
use crosscut_traces::quant::{QuantSpec, quantise};
use crosscut_traces::random::Key;
use crosscut_traces::{
    Conv, Gemm, LayerId, Network, Op, Pool, PoolKind, QuantNetwork, Shape, Tensor, Weights,
};
use rand_distr::StandardNormal;
use std::collections::BTreeMap;

/// Draws that are a pure function of the case.
struct Draw {
    seed: u64,
    drawn: u64,
}

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.drawn += 1;
        (Key::new(self.seed).bits(self.drawn) >> 16) as usize % n
    }

    fn of<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())]
    }

    fn yes(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// Overrides of a preset; some are refused by the machine's own rules.
fn machine(d: &mut Draw) -> (&'static str, Vec<String>) {
    let preset = d.of(&["reram-64", "reram-64", "isaac-8b", "semimap"]);
    let mut set = vec![
        format!("crossbar.rows={}", d.of(&[12, 18, 27, 32, 64])),
        format!("crossbar.columns={}", d.of(&[16, 24, 40, 64])),
        format!("noc.mesh.tiles_per_router={}", d.of(&[1, 2, 3, 4])),
        format!("chip.tiles_x={}", d.of(&[2, 3, 8])),
        format!("chip.tiles_y={}", d.of(&[1, 3, 8])),
        format!("pe.crossbars={}", d.of(&[1, 2, 4])),
        format!("tile.pes={}", d.of(&[1, 3])),
    ];
    if preset == "semimap" {
        for role in ["reduce", "buffer", "pool"] {
            if d.yes(30) {
                set.push(format!("roles.{role}=digital"));
            }
        }
        let phase = d.of(&[7, 100, 5040]);
        set.push(format!("timing.phased.phase_ticks={phase}"));
        let packets = d.of(&[50, 400, 5040]);
        set.push(format!("timing.phased.packets_per_phase={packets}"));
        return (preset, set);
    }
    let scheme = d.of(&[
        "offset={unit_column=true, flip=false}",
        "offset={unit_column=true, flip=true}",
        "differential={}",
        "twos-complement={}",
    ]);
    let cell = if scheme.starts_with("twos") {
        1
    } else {
        d.of(&[1, 2, 4])
    };
    set.extend([
        format!("format.signed.{scheme}"),
        format!("device.reram.cell_bits={cell}"),
        format!("dac.bits={}", d.of(&[1, 2])),
        format!("format.weight_bits={}", d.of(&[4, 5, 8])),
        format!("format.input_bits={}", d.of(&[4, 7, 8])),
        format!("adc.sar.bits={}", d.of(&[5, 16, 16])),
        format!("adc.sar.unused_columns={}", d.of(&["skip", "convert"])),
        format!("mapping.packing={}", d.of(&["dense", "feature-map"])),
        format!("mapping.channel_groups={}", d.of(&["share", "apart"])),
        format!("tile.bus_bytes_per_tick={}", d.of(&[1, 16])),
        "cost.adc.energy=1 pJ".into(),
        "cost.adc.area=1 um2".into(),
    ]);
    if d.yes(25) {
        set.push("timing.phased={phase_ticks=900, packets_per_phase=60}".into());
        set.push(format!("mapping.fold={}", d.of(&["full", "semi"])));
    } else {
        set.push(format!("timing.bit-serial.fetch={}", d.of(&[1, 2])));
        set.push(format!("timing.bit-serial.reduce={}", d.of(&[1, 3])));
        if d.yes(30) {
            set.push(format!("crossbar.active_rows={}", d.of(&[5, 12])));
        }
        if d.yes(30) {
            let pipelined = d.yes(50);
            set.push(format!(
                "timing.staged={{pipelined={pipelined}, fetch_ticks=2, dac_ticks=1, sample_ticks=1, \
                 shift_add_ticks=3, output_ticks=1, write_ticks=4}}"
            ));
        }
    }
    (preset, set)
}

fn weights(d: &mut Draw, shape: Vec<usize>) -> Weights {
    Weights::Seeded {
        seed: d.below(1 << 20) as u64,
        shape,
        std: 0.5,
    }
}

/// Appends a layer if it fits, else leaves the network as it is.
fn add(net: &mut Network, op: Op, inputs: &[LayerId]) -> Option<LayerId> {
    let name = format!("{}{}", op.name(), net.len());
    push(net, &name, op, inputs).ok()
}

fn same_size(d: &mut Draw, net: &mut Network, x: LayerId, outputs: usize) -> LayerId {
    let k = d.of(&[1, 3]);
    let op = Op::Conv(Conv {
        weight: weights(d, vec![outputs, net.layer(x).shape.c, k, k]),
        bias: None,
        stride: [1, 1],
        pad: [k / 2; 4],
        dilation: [1, 1],
        groups: 1,
    });
    add(net, op, &[x]).expect("keeps its size")
}

fn any_conv(d: &mut Draw, net: &mut Network, x: LayerId) -> Option<LayerId> {
    let c = net.layer(x).shape.c;
    let groups = d.of(&[1, 1, 2, c]);
    let groups = if c.is_multiple_of(groups) { groups } else { 1 };
    let kernel = [1 + d.below(3), 1 + d.below(3)];
    let q = groups * (1 + d.below(3));
    let op = Op::Conv(Conv {
        weight: weights(d, vec![q, c / groups, kernel[0], kernel[1]]),
        bias: None,
        stride: [1 + d.below(2), 1 + d.below(2)],
        pad: [d.below(2), d.below(2), d.below(2), d.below(2)],
        dilation: [1 + d.below(2), 1 + d.below(2)],
        groups,
    });
    add(net, op, &[x])
}

fn network(d: &mut Draw) -> Network {
    let mut net = Network::new("random");
    let input = Shape::new(1 + d.below(5), 5 + d.below(5), 5 + d.below(5));
    let mut x = net.push("x", Op::Input(input), &[], input);
    for _ in 0..2 + d.below(4) {
        x = match d.below(6) {
            0 => {
                let k = d.of(&[2, 3]);
                let pool = Pool {
                    kind: d.of(&[PoolKind::Max, PoolKind::Average]),
                    kernel: [k; 2],
                    stride: [d.of(&[1, 2]); 2],
                    pad: [0; 4],
                    ceil: d.yes(40),
                };
                add(&mut net, Op::Pool(pool), &[x]).unwrap_or(x)
            }
            1 => {
                let c = net.layer(x).shape.c;
                let first = same_size(d, &mut net, x, c);
                let other = if d.yes(50) {
                    same_size(d, &mut net, first, c)
                } else {
                    first
                };
                add(&mut net, Op::of(Add), &[other, x]).expect("same shape")
            }
            2 => {
                let widths = [1 + d.below(4), 1 + d.below(4)];
                let branches = widths.map(|q| same_size(d, &mut net, x, q));
                add(&mut net, Op::of(Concat), &branches).expect("same height and width")
            }
            _ => any_conv(d, &mut net, x).unwrap_or(x),
        };
        if d.yes(50) {
            x = add(&mut net, Op::of(Relu), &[x]).expect("any shape");
        }
    }
    if d.yes(30) {
        x = add(&mut net, Op::of(GlobalAveragePool), &[x]).expect("any shape");
    }
    let outputs = 2 + d.below(9);
    let gemm = Gemm {
        weight: weights(d, vec![outputs, net.layer(x).shape.len()]),
        bias: None,
    };
    add(&mut net, Op::Gemm(gemm), &[x]).expect("flattens");
    net
}

/// Row groups that lose random outputs, some of them all.
fn prune(d: &mut Draw, mapping: &Mapping) -> BTreeMap<LayerId, Vec<RowGroup>> {
    let mut changes = BTreeMap::new();
    for layer in &mapping.layers {
        let share = d.of(&[0, 30, 80]);
        let mut groups = layer.row_groups.clone();
        for g in &mut groups {
            let kept = g.outputs.iter().filter(|_| !d.yes(share));
            g.outputs = Indices::list(kept.map(|q| q as u32).collect());
        }
        changes.insert(layer.layer, groups);
    }
    changes
}

/// Some layers with slices and copies of their own, where they fit.
fn options(d: &mut Draw, net: &Network, arch: &Arch) -> MapOptions {
    let mut options = MapOptions {
        max_firings: d.of(&[None, Some(3), Some(20)]),
        ..MapOptions::default()
    };
    for id in net.compute_layers() {
        let mut more = options.clone();
        let name = &net.layer(id).name;
        if d.yes(40) {
            more.unroll.insert(name.clone(), 1 + d.below(4));
        }
        if d.yes(30) {
            let replicas = [1 + d.below(3), 1 + d.below(3)];
            more.replicas.insert(name.clone(), replicas);
        }
        if Mapping::build(net, arch, &more).is_ok() {
            options = more;
        }
    }
    options
}

/// The network whose pruned weights are zero.
fn masked(qnet: &QuantNetwork, mapping: &Mapping) -> QuantNetwork {
    let mut out = qnet.clone();
    for (id, layer) in &mut out.layers {
        let per_group = layer.weights.ncols();
        let dense = layer.weights.clone();
        layer.weights.fill(0);
        for g in &mapping.layer(*id).unwrap().row_groups {
            for q in g.outputs.iter() {
                for r in g.rows.iter() {
                    layer.weights[[q, r % per_group]] = dense[[q, r % per_group]];
                }
            }
        }
    }
    out
}

fn run(net: &Network, arch: &Arch, mapping: &Mapping) -> CycleResult {
    let graph = DataflowGraph::build(net, arch, mapping).unwrap();
    time::run(Mapped::new(&graph, arch, mapping))
        .map(|t| t.result)
        .unwrap()
}

fn time_and_counts(net: &Network, arch: &Arch, mapping: &Mapping, case: &str) -> CycleResult {
    let r = run(net, arch, mapping);
    assert_eq!(r, run(net, arch, mapping), "{case}: two runs");
    assert!(r.unfinished.is_empty(), "{case}: {:?}", r.unfinished);
    for s in &r.stations {
        assert_eq!(
            s.busy_ticks + s.stalled.total() + s.idle_ticks,
            r.latency_ticks,
            "{case}: {}",
            s.name
        );
    }
    assert!(r.interval_ticks >= bottleneck_ticks(&r), "{case}: interval");
    let of = |l: &LayerMap| l.adc_conversions(arch) + l.unit_conversions(arch);
    let mapped: u64 = mapping.layers.iter().map(of).sum();
    assert_eq!(r.counts.get(PartKind::Adc), mapped, "{case}: conversions");
    r
}

/// The estimate does the same work in no more time, and its report passes the same checks.
fn estimate_is_a_lower_bound(
    plan: &Plan,
    arch: &Arch,
    map: &MapReport,
    result: &CycleResult,
    case: &str,
) {
    let found = estimate::times(plan, &mut Silent, &mut Silent).unwrap();
    assert!(
        found.latency_ticks <= result.latency_ticks,
        "{case}: latency"
    );
    if found.interval_proven && result.interval_proven {
        assert!(
            found.interval_ticks <= result.interval_ticks,
            "{case}: interval"
        );
    }
    // With what the parts have to do it is an expectation; the work is the same.
    let expected = estimate::run(plan, &mut Silent, &mut Silent).unwrap();
    assert_eq!(expected.counts, result.counts, "{case}: counts");
    assert!(expected.latency_ticks >= found.latency_ticks, "{case}");
    assert!(expected.interval_ticks >= found.interval_ticks, "{case}");
    let report = RunReport::new(map, arch, &expected, &Observed::nothing(plan));
    assert!(report.passed(), "{case}: {:?}", report.checks);
}

fn parts_sum_to_totals(
    net: &Network,
    arch: &Arch,
    mapping: &Mapping,
    result: &CycleResult,
    case: &str,
) {
    let map = MapReport::new(About::new(net, arch, 0), net, arch, mapping).unwrap();
    let graph = DataflowGraph::build(net, arch, mapping).unwrap();
    let plan = Plan::new(&graph, arch, mapping).unwrap();
    let report = RunReport::new(&map, arch, result, &Observed::nothing(&plan));
    estimate_is_a_lower_bound(&plan, arch, &map, result, case);
    let failed: Vec<_> = report.checks.iter().filter(|c| !c.passed).collect();
    assert!(failed.is_empty(), "{case}: {failed:?}");
    let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(b.abs());
    let energy: f64 = report.components.iter().filter_map(|c| c.energy_pj).sum();
    let area: f64 = report.components.iter().filter_map(|c| c.area_mm2).sum();
    let layers: f64 = report.layers.iter().filter_map(|l| l.dynamic_pj).sum();
    let priced = !arch.parts.is_empty();
    assert_eq!(report.energy_pj.is_some(), priced, "{case}: energy");
    let total = report.energy_pj.unwrap_or(0.0);
    assert!(close(energy, total), "{case}: energy");
    assert!(close(area, report.area_mm2.unwrap_or(0.0)), "{case}: area");
    assert!(
        close(layers + report.static_pj.unwrap_or(0.0), total),
        "{case}: energy by layer"
    );
    let headline = [report.actions_pj, report.leakage_pj, report.links_pj];
    let parts: f64 = headline.into_iter().flatten().sum();
    assert!(close(parts, total), "{case}: headline");
    let mw: f64 = (arch.parts.iter())
        .filter(|p| p.kind == PartKind::ChipLink)
        // Links of a chip that talks to no other are off.
        .filter(|_| report.totals.chips > 1)
        .map(|p| (report.totals.chips * p.count) as f64 * p.static_power_mw)
        .sum();
    let link = arch.part(PartKind::ChipLink).map_or(0.0, |p| p.energy_pj);
    let links = report.counts.get(PartKind::ChipLink) as f64 * link + mw * report.interval_ns;
    assert!(
        close(links, report.links_pj.unwrap_or(0.0)),
        "{case}: links"
    );
}

/// Without a network, with a wide bus and large buffers, nothing is in the way of the busiest station.
fn ideal_and_mesh(
    net: &Network,
    (preset, set): (&str, &[String]),
    options: &MapOptions,
    changes: &BTreeMap<LayerId, Vec<RowGroup>>,
    case: &str,
) {
    let wide = [
        "tile.bus_bytes_per_tick=1000000".to_string(),
        "tile.buffer=1024 MiB".to_string(),
    ];
    let times = |extra: &str| {
        let mut set = set.to_vec();
        set.retain(|s| !s.starts_with("noc.") || extra.is_empty());
        set.extend(wide.clone());
        if !extra.is_empty() {
            set.push(extra.to_string());
        }
        let arch = load(preset, &set).unwrap();
        let mapping = Mapping::build(net, &arch, options).unwrap();
        let pruned = mapping
            .with_row_groups(net, &arch, changes.clone())
            .unwrap();
        run(net, &arch, &pruned)
    };
    let (ideal, mesh) = (times("noc.ideal={}"), times(""));
    assert_eq!(
        ideal.interval_ticks,
        bottleneck_ticks(&ideal),
        "{case}: interval without contention"
    );
    assert!(
        ideal.latency_ticks <= mesh.latency_ticks,
        "{case}: ideal {} mesh {}",
        ideal.latency_ticks,
        mesh.latency_ticks
    );
}

/// Conversions as mapped; values as of the masked integers where the converter is wide enough or absent.
fn values(net: &Network, arch: &Arch, mapping: &Mapping, seed: u64, case: &str) {
    let s = net.layer(net.input()).shape;
    let image = Tensor::from_shape_fn((s.c, s.h, s.w), |(c, y, x)| {
        Key::new(seed).draw::<f32, _>((c * 400 + y * 20 + x) as u64, StandardNormal)
    });
    let spec = QuantSpec {
        weight_bits: arch.format.weight_bits,
        input_bits: arch.format.input_bits,
    };
    let qnet = quantise(net, std::slice::from_ref(&image), spec).unwrap();
    let model = match FuncModel::prepare(arch, mapping, &qnet) {
        // Banded copies on arrays read in parts are refused.
        Err(FuncError::ActiveRows(_)) => {
            let banded = mapping.layers.iter().any(|l| l.unroll > 1);
            assert!(banded && arch.row_steps() > 1, "{case}");
            return;
        }
        model => model.unwrap(),
    };
    let mut session = FuncSession::new(&model);
    let got = int::run(&qnet, &image, &mut session).unwrap();
    for layer in &mapping.layers {
        let reads = &session.stats[&layer.layer];
        assert_eq!(
            reads.conversions(),
            layer.adc_conversions(arch),
            "{case}: {}",
            layer.name
        );
    }
    let clipped: u64 = session.stats.values().map(|s| s.clipped()).sum();
    if clipped == 0 {
        let masked = masked(&qnet, mapping);
        let want = int::run(&masked, &image, &mut ExactAccumulator::new(&masked)).unwrap();
        assert_eq!(got, want, "{case}: values");
    }
}

#[test]
fn laws_hold_on_random_machines_and_networks() {
    let (mut accepted, mut drawn) = (0, 0);
    while accepted < 60 {
        drawn += 1;
        assert!(
            drawn < 400,
            "only {accepted} of {drawn} machines were accepted"
        );
        let mut d = Draw {
            seed: 0xC0FFEE + drawn,
            drawn: 0,
        };
        let (preset, set) = machine(&mut d);
        let Ok(arch) = load(preset, &set) else {
            continue;
        };
        let net = network(&mut d);
        let options = options(&mut d, &net, &arch);
        let case = format!("draw {drawn}, {preset} {set:?}");
        let dense = Mapping::build(&net, &arch, &options).expect(&case);
        let changes = prune(&mut d, &dense);
        let pruned = dense
            .with_row_groups(&net, &arch, changes.clone())
            .expect(&case);
        let result = time_and_counts(&net, &arch, &pruned, &case);
        parts_sum_to_totals(&net, &arch, &pruned, &result, &case);
        ideal_and_mesh(&net, (preset, &set), &options, &changes, &case);
        values(&net, &arch, &pruned, drawn, &case);
        accepted += 1;
    }
}
