//! Plans of random small networks mapped to random small machines, as a run of a user makes them.

use super::draw::Draw;
use crosscut_arch::{Arch, load};
use crosscut_sim::cycle::Plan;
use crosscut_sim::graph::DataflowGraph;
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_traces::net::push;
use crosscut_traces::op::{Add, Concat, GlobalAveragePool};
use crosscut_traces::{Conv, Gemm, LayerId, Network, Op, Pool, PoolKind, Shape, Weights};

/// The plan of a random network on a random machine, or none if the machine's own rules refuse it.
pub fn random_machine(d: &mut Draw) -> Option<Plan> {
    let (_, mut plan, demands) = drawn(d)?;
    if d.one_in(3) {
        let short = d.one_in(6);
        tighten(&mut plan, d);
        for (edge, demand) in plan.edges.iter_mut().zip(demands) {
            let spare = d.ticks(4);
            let least = if short { 1 + d.below(demand) } else { demand };
            edge.capacity = edge.capacity.map(|_| least + spare);
        }
    }
    Some(plan)
}

/// The same with no block of buffer more than the demand, which is said to be enough.
pub fn at_demand(d: &mut Draw) -> Option<Plan> {
    let (_, mut plan, demands) = drawn(d)?;
    tighten(&mut plan, d);
    for (edge, demand) in plan.edges.iter_mut().zip(demands) {
        edge.capacity = edge.capacity.map(|_| demand);
    }
    Some(plan)
}

/// A machine and the plan of a network on it.
pub fn random_arch_and_plan(d: &mut Draw) -> Option<(Arch, Plan)> {
    let (arch, plan, _) = drawn(d)?;
    Some((arch, plan))
}

/// Machine, plan and the demand of each edge.
fn drawn(d: &mut Draw) -> Option<(Arch, Plan, Vec<u64>)> {
    let net = network(d);
    let arch = machine(d)?;
    let options = MapOptions {
        max_firings: d.of(&[None, Some(3), Some(12)]),
        ..MapOptions::default()
    };
    let mapping = Mapping::build(&net, &arch, &options).ok()?;
    let graph = DataflowGraph::build(&net, &arch, &mapping).ok()?;
    let plan = Plan::new(&graph, &arch, &mapping).ok()?;
    Some((arch, plan, graph.demands()))
}

/// Few ticks per read and few bits keep runs short.
fn machine(d: &mut Draw) -> Option<Arch> {
    // Half of them with an array a tile, so that networks spread over many tiles.
    let (most, arrays) = if d.one_in(2) { (16, 1) } else { (64, 4) };
    let mut set = vec![
        format!("crossbar.rows={}", d.of(&[most, 27, 16, 9])),
        format!("crossbar.columns={}", d.of(&[most, 24, 16])),
        format!("chip.tiles_x={}", d.of(&[8, 5, 3, 2])),
        format!("chip.tiles_y={}", d.of(&[8, 5, 3, 2])),
        format!("pe.crossbars={}", d.of(&[arrays, 2, 1])),
        format!("tile.pes={}", d.of(&[arrays, 2, 1])),
    ];
    if d.one_in(8) {
        let phase = d.of(&[3, 7, 50]);
        set.push(format!("timing.phased.phase_ticks={phase}"));
        let packets = d.of(&[50, 400]);
        set.push(format!("timing.phased.packets_per_phase={packets}"));
        return load("semimap", &set).ok();
    }
    set.extend([
        format!("crossbar.read={}", d.of(&["5 ns", "2 ns", "20 ns"])),
        format!("adc.sar.rate={}", d.of(&["12.8 GS/s", "3 GS/s"])),
        format!("pe.adcs={}", d.of(&[4, 2, 1])),
        format!("format.input_bits={}", d.of(&[2, 1, 4])),
        format!("format.weight_bits={}", d.of(&[2, 4])),
        format!("tile.buffer={}", d.of(&["16 KiB", "64 B", "32 B", "16 B"])),
        format!("tile.bus_bytes_per_tick={}", d.of(&[16, 4, 1])),
        format!("tile.digital_values_per_tick={}", d.of(&[8, 2, 1])),
        format!("timing.bit-serial.fetch={}", d.of(&[1, 2])),
        format!("timing.bit-serial.reduce={}", d.of(&[1, 3])),
        format!("mapping.packing={}", d.of(&["dense", "feature-map"])),
    ]);
    if d.one_in(2) {
        set.push(format!("tile.buffer_banks={}", d.of(&[2, 1])));
        set.push(format!(
            "tile.bank_bytes_per_tick={}",
            d.of(&["4.0", "1.0", "0.5"])
        ));
    }
    if d.one_in(2) {
        // Bytes a tick: from a row at a time to a row in many ticks.
        let rate = d.of(&["24 GB/s", "1.2 GB/s", "0.3 GB/s"]);
        set.push(format!("dram.bandwidth={rate}"));
    }
    set.extend(network_keys(d));
    load("reram-64", &set).ok()
}

fn network_keys(d: &mut Draw) -> Vec<String> {
    let kind = match d.below(12) {
        0..3 => "mesh",
        3..5 => "torus",
        5..7 => "tree",
        7..9 => "ring",
        9..11 => "htree",
        _ => return vec!["noc.ideal={}".into()],
    };
    let mut keys = vec![
        format!("tiles_per_router={}", d.of(&[1, 2, 4])),
        format!("hop_ticks={}", d.of(&[1, 2, 5])),
        format!("flit_ticks={}", d.of(&[1, 2, 7])),
        format!("flit_bits={}", d.of(&[32, 8, 3])),
        format!("queue_packets={}", d.of(&[4, 1, 2])),
    ];
    if kind == "tree" {
        keys.push(format!("radix={}", d.of(&[4, 2])));
    }
    let mut set: Vec<String> = keys.iter().map(|k| format!("noc.{kind}.{k}")).collect();
    set.push(format!("system.link_hop_ticks={}", d.of(&[1, 9])));
    set.push(format!("system.link_flit_ticks={}", d.of(&[1, 4])));
    set
}

/// Buffers that may be short, short queues, streamed writes: tighter than the description says.
fn tighten(plan: &mut Plan, d: &mut Draw) {
    for e in 0..plan.edges.len() {
        if !plan.stations[plan.edges[e].from].outside {
            plan.edges[e].capacity = Some(plan.edges[e].demand);
            plan.edges[e].write_ticks = d.ticks(6);
        }
    }
    for s in &mut plan.stations {
        if !s.outside {
            s.port_ticks = d.ticks(9);
        }
    }
    let packets = 1 + d.below(3);
    plan.queues.iter_mut().for_each(|q| *q = packets);
}

fn network(d: &mut Draw) -> Network {
    let mut net = Network::new("random");
    let input = Shape::new(d.size(3), 2 + d.size(4), 2 + d.size(4));
    let mut x = net.push("x", Op::Input(input), &[], input);
    for _ in 0..d.size(4) {
        x = match d.below(6) {
            0..3 => conv(d, &mut net, x, None).unwrap_or(x),
            3 => pool(d, &mut net, x).unwrap_or(x),
            4 => residual(d, &mut net, x),
            _ => {
                let branches = [0, 1].map(|_| {
                    let maps = d.size(3);
                    conv(d, &mut net, x, Some(maps)).expect("keeps its size")
                });
                add(&mut net, Op::of(Concat), &branches).expect("same height and width")
            }
        };
    }
    if d.one_in(4) {
        x = add(&mut net, Op::of(GlobalAveragePool), &[x]).expect("any shape");
    }
    let outputs = 1 + d.size(4);
    let weight = weights(vec![outputs, net.layer(x).shape.len()]);
    add(&mut net, Op::Gemm(Gemm { weight, bias: None }), &[x]).expect("flattens");
    net
}

/// Times do not depend on values.
fn weights(shape: Vec<usize>) -> Weights {
    let (seed, std) = (1, 1.0);
    Weights::Seeded { seed, shape, std }
}

/// Appends a layer if it fits.
fn add(net: &mut Network, op: Op, inputs: &[LayerId]) -> Option<LayerId> {
    let name = format!("{}{}", op.name(), net.len());
    push(net, &name, op, inputs).ok()
}

/// Any convolution, or one that keeps height and width.
fn conv(d: &mut Draw, net: &mut Network, x: LayerId, keeps: Option<usize>) -> Option<LayerId> {
    let c = net.layer(x).shape.c;
    let k = d.of(&[3, 1, 2]);
    let (k, stride, pad) = match keeps {
        Some(_) => (k | 1, 1, (k | 1) / 2),
        None => (k, d.size(2), d.below(2) as usize),
    };
    let outputs = keeps.unwrap_or_else(|| d.size(6));
    let op = Op::Conv(Conv {
        weight: weights(vec![outputs, c, k, k]),
        bias: None,
        stride: [stride; 2],
        pad: [pad; 4],
        dilation: [1, 1],
        groups: 1,
    });
    add(net, op, &[x])
}

fn pool(d: &mut Draw, net: &mut Network, x: LayerId) -> Option<LayerId> {
    let op = Op::Pool(Pool {
        kind: PoolKind::Max,
        kernel: [d.of(&[2, 3]); 2],
        stride: [d.of(&[2, 1]); 2],
        pad: [0; 4],
        ceil: d.one_in(3),
    });
    add(net, op, &[x])
}

/// One or two convolutions beside nothing, or beside another one.
fn residual(d: &mut Draw, net: &mut Network, x: LayerId) -> LayerId {
    let maps = net.layer(x).shape.c;
    let mut long = x;
    for _ in 0..d.size(2) {
        long = conv(d, net, long, Some(maps)).expect("keeps its size");
    }
    let short = match d.one_in(3) {
        true => conv(d, net, x, Some(maps)).expect("keeps its size"),
        false => x,
    };
    add(net, Op::of(Add), &[long, short]).expect("same shape")
}
