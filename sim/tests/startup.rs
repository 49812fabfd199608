//! Writing the weights: arrays by hand, sums against the mapping, the trace that begins with it.

use crosscut_arch::{Arch, load};
use crosscut_sim::cycle::{Limits, Plan, Startup, simulate};
use crosscut_sim::graph::DataflowGraph;
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_sim::record::perfetto::{SLICE_BEGIN, SLICE_END, Trace};
use crosscut_sim::record::{Timeline, TimelineWindow};
use crosscut_traces::{Network, zoo};
use prost::Message;

fn arch(name: &str, set: &[&str]) -> Arch {
    load(name, &set.iter().map(|s| s.to_string()).collect::<Vec<_>>()).unwrap()
}

fn startup(net: &Network, arch: &Arch) -> Startup {
    let mapping = Mapping::build(net, arch, &MapOptions::default()).unwrap();
    Startup::of(arch, &mapping).unwrap()
}

/// ISAAC at 1.2 GHz: a pulse of 10 ns and a read of 10 ns are 12 ticks each, four times.
const ROW: u64 = 4 * (12 + 12);

#[test]
fn vgg16_on_isaac_by_hand() {
    let net = zoo::build("vgg16", 0).unwrap();
    let s = startup(&net, &arch("isaac-ce", &[]));
    let layer = |name: &str| s.layers.iter().find(|l| l.name == name).unwrap();
    // 27 rows; 64 outputs of 8 slices: 4 arrays of 128 columns and a unit column, one after the other in one PE.
    let first = layer("conv1_1");
    assert_eq!(
        (first.arrays, first.cells, first.unit_cells),
        (4, 27 * 512, 4 * 27)
    );
    assert_eq!(first.pulses, 4 * (27 * 512 + 4 * 27));
    assert_eq!(first.bytes, 27 * 64 * 2);
    assert_eq!(first.ticks, 4 * 27 * ROW);
    // Full PEs: 8 arrays of 128 rows, all PEs at the same time.
    assert_eq!(layer("conv4_2").ticks, 8 * 128 * ROW);
    assert_eq!(s.write_ticks, 8 * 128 * ROW);
    // A chip of 168 full tiles takes 96 x 128 x 16 weights of 2 bytes each over links of 25.6 GB/s: 64 / 3 bytes a tick.
    let load = 168 * 96 * 128 * 16 * 2 * 3 / 64;
    assert_eq!((s.ticks, s.load_ticks), (load, load));
    // A tile of 96 full arrays takes 96 x 128 x 16 weights of 2 bytes over 48 bytes a tick.
    assert_eq!(s.bus_ticks, 96 * 128 * 16 * 2 / 48);
    // Every weight once, and every array its own.
    let weights = 138_344_128;
    let cells: u64 = s.layers.iter().map(|l| l.cells).sum();
    assert_eq!(cells, weights * 8);
    assert_eq!(s.layers.iter().map(|l| l.bytes).sum::<u64>(), weights * 2);
}

#[test]
fn drivers_side_by_side_shorten_the_writing() {
    let net = zoo::build("vgg16", 0).unwrap();
    let free = "dram.bandwidth=unbounded";
    let ticks = |set: &[&str]| startup(&net, &arch("isaac-ce", &[set, &[free]].concat())).ticks;
    let key = |k: &str| format!("device.reram.write.{k}");
    let whole = 8 * 128 * ROW;
    assert_eq!(ticks(&[&key("rows_at_once=4")]), whole / 4);
    // 129 columns with the unit column: three times 64.
    assert_eq!(ticks(&[&key("columns_at_once=64")]), whole * 3);
    // Eight arrays in batches of three: three batches.
    assert_eq!(ticks(&[&key("arrays_at_once=3")]), whole / 8 * 3);
    assert_eq!(
        ticks(&[&key("pulses=1"), &key("verify=0 ns")]),
        8 * 128 * 12
    );
    // A chip of 168 full tiles takes 96 x 128 x 16 weights of 2 bytes each at a byte a tick.
    let load = 168 * 96 * 128 * 16 * 2;
    let set = [key("load_bytes_per_tick=1")];
    let s = startup(&net, &arch("isaac-ce", &[&set[0]]));
    assert_eq!((s.ticks, s.load_ticks), (load, load));
    // A narrow bus: a byte a tick.
    let s = startup(
        &net,
        &arch("isaac-ce", &["tile.bus_bytes_per_tick=1", free]),
    );
    assert_eq!(s.ticks, 96 * 128 * 16 * 2);
}

/// Every array that the mapping counts is written once, and every cell that it fills: all presets that say how.
#[test]
fn what_is_written_is_what_is_mapped() {
    let mut machines = 0;
    for preset in crosscut_arch::presets() {
        let arch = arch(preset.name, &[]);
        if arch.device.write.is_none() {
            continue;
        }
        machines += 1;
        for name in ["lenet5", "resnet20"] {
            let net = zoo::build(name, 0).unwrap();
            for max_firings in [None, Some(100)] {
                let options = MapOptions {
                    max_firings,
                    ..MapOptions::default()
                };
                let Ok(mapping) = Mapping::build(&net, &arch, &options) else {
                    continue;
                };
                let s = Startup::of(&arch, &mapping).unwrap();
                for (l, map) in s.layers.iter().zip(&mapping.layers) {
                    let case = format!("{} of {name} on {}", l.name, preset.name);
                    assert_eq!(l.arrays, map.roles.compute, "{case}");
                    let per_array =
                        f64::from(arch.crossbar.rows) * f64::from(arch.crossbar.columns);
                    let filled = map.utilization * l.arrays as f64 * per_array;
                    assert_eq!(l.cells, filled.round() as u64, "{case}");
                    assert!(l.ticks > 0 && l.ticks <= s.write_ticks, "{case}");
                }
                let slowest = s.layers.iter().map(|l| l.ticks).max();
                assert_eq!(slowest, Some(s.write_ticks));
                let tiles = s.tiles.iter().max().copied();
                assert_eq!(tiles, Some(s.write_ticks.max(s.bus_ticks)));
            }
        }
    }
    assert!(machines >= 12, "{machines}");
}

#[test]
fn a_machine_that_does_not_say_how_is_not_written() {
    let (net, arch) = (zoo::build("lenet5", 0).unwrap(), arch("pimsim", &[]));
    let mapping = Mapping::build(&net, &arch, &MapOptions::default()).unwrap();
    assert_eq!(Startup::of(&arch, &mapping), None);
    // Cells of another kind do not inherit how those of the base are written.
    assert!(load("nor-flash-256", &[]).unwrap().device.write.is_none());
    let fefet = load("fefet-128", &[]).unwrap().device.write.unwrap();
    assert_eq!((fefet.pulses, fefet.verify_ticks), (1, 0));
}

/// A slice: track, begin or end, tick.
fn events(trace: &Trace) -> Vec<(u64, i32, u64)> {
    let packets = trace.packet.iter();
    let event = |p: &crosscut_sim::record::perfetto::TracePacket| {
        let e = p.track_event.as_ref()?;
        Some((e.track_uuid?, e.r#type?, p.timestamp?))
    };
    packets.filter_map(event).collect()
}

#[test]
fn a_trace_begins_with_the_writing_of_each_tile() {
    let (net, arch) = (zoo::build("lenet5", 0).unwrap(), arch("reram-64", &[]));
    let mapping = Mapping::build(&net, &arch, &MapOptions::default()).unwrap();
    let graph = DataflowGraph::build(&net, &arch, &mapping).unwrap();
    let plan = Plan::new(&graph, &arch, &mapping).unwrap();
    let s = Startup::of(&arch, &mapping).unwrap();
    let window = TimelineWindow::default();
    let trace = |mut t: Timeline<'_>| {
        simulate(&plan, &Limits::default(), &mut t, &mut |_, _| {}).unwrap();
        Trace::decode(&t.finish().0[..]).unwrap()
    };
    let with = trace(Timeline::after(&plan, window, &s));
    let without = trace(Timeline::new(&plan, window));
    let written = events(&with);
    let run: Vec<_> = events(&without)
        .into_iter()
        .map(|(track, kind, tick)| (track, kind, tick + s.ticks))
        .collect();
    let (writes, rest) = written.split_at(2 * s.tiles.len());
    assert_eq!(rest, run);
    let expected: Vec<(i32, u64)> = s
        .tiles
        .iter()
        .flat_map(|&ticks| [(SLICE_BEGIN, 0), (SLICE_END, ticks)])
        .collect();
    let seen: Vec<(i32, u64)> = writes.iter().map(|&(_, kind, tick)| (kind, tick)).collect();
    assert_eq!(seen, expected);
}
