//! Does the cycle engine give the published pipelines' figures, derived here from their laws?

use crosscut_arch::{Arch, load};
use crosscut_sim::cycle::{self, CycleResult, Part, Plan};
use crosscut_sim::graph::{DataflowGraph, Mapped, fit};
use crosscut_sim::map::{LayerMap, MapOptions, Mapping, PlacementMethod};
use crosscut_sim::place::place;
use crosscut_sim::time;
use crosscut_traces::{Network, Op, zoo};
use std::collections::BTreeMap;

fn arch(name: &str, set: &[&str]) -> Arch {
    load(name, &set.iter().map(|s| s.to_string()).collect::<Vec<_>>()).unwrap()
}

fn run(net: &Network, arch: &Arch, replicas: BTreeMap<String, [usize; 2]>) -> CycleResult {
    let options = MapOptions {
        replicas,
        ..MapOptions::default()
    };
    let mapping = fit(net, arch, Mapping::build(net, arch, &options).unwrap()).unwrap();
    let graph = DataflowGraph::build(net, arch, &mapping).unwrap();
    time::run(Mapped::new(&graph, arch, &mapping))
        .map(|t| t.result)
        .unwrap()
}

/// ISAAC's rule (section IV): a layer that is consumed with stride (Sx, Sy) makes Sx * Sy values per step of its consumer,
/// so it has that many times its replicas. Worked backwards from the last layer of a chain; replicas along x and along y.
fn balanced(net: &Network) -> BTreeMap<String, [usize; 2]> {
    let mut replicas = BTreeMap::new();
    let mut r = [1, 1];
    let layers: Vec<_> = net.layers().collect();
    for (_, layer) in layers.into_iter().rev() {
        let stride = match &layer.op {
            Op::Conv(conv) => {
                replicas.insert(layer.name.clone(), r);
                conv.stride
            }
            Op::Pool(pool) => pool.stride,
            _ => [1, 1],
        };
        // Strides are (vertical, horizontal); behind the last convolution every layer fires once an image.
        if !replicas.is_empty() {
            r = [r[0] * stride[1], r[1] * stride[0]];
        }
    }
    replicas
}

#[test]
fn balanced_vgg16_on_isaac() {
    let net = zoo::build("vgg16", 0).unwrap();
    let replicas = balanced(&net);
    // Four pools between conv1 and conv5: 256, 64, 16, 4 and 1 replicas, and every layer fires 196 times.
    for (layer, r) in [
        ("conv1_1", 16),
        ("conv2_2", 8),
        ("conv3_3", 4),
        ("conv4_1", 2),
        ("conv5_3", 1),
    ] {
        assert_eq!(replicas[layer], [r, r], "{layer}");
    }
    // Pools that take a tick a value and buffers that hold whatever comes, to see the convolutions alone.
    let arch = arch(
        "isaac-ce",
        &[
            "noc.ideal={}",
            "tile.digital_values_per_tick=1000000",
            "tile.buffer=16 MiB",
        ],
    );
    let result = run(&net, &arch, replicas);
    let cycle = 120;
    // A firing takes 16 cycles.
    assert_eq!(result.interval_ticks, 196 * 16 * cycle);
    // A layer's first block needs, with one row and one column more than its own, the second block of the second of 14 rows of
    // blocks before it: firing 16, done 22 + 16 * 15 cycles after that layer's start. Twelve layers do so; each pool in
    // between adds the tick of the one value that was missing. The last convolution then fires 196 times; the last value is
    // pooled and goes through three layers of one firing each.
    let convolutions = 12 * (22 + 16 * 15) + 22 + 16 * 195;
    let ticks = (convolutions + 3 * 22) * cycle + 5;
    assert_eq!(result.latency_ticks, ticks);
}

#[test]
fn balanced_vgg16_keeps_its_rate_on_isaacs_own_mesh() {
    // Section VI: the bandwidth of the concentrated mesh is enough for the balanced pipeline, no link is loaded beyond
    // its rate. With all costs of transport the interval is that of the crossbars. The copies lie 32 by 8 and not 16 by 16:
    // there a link is busier than the crossbars (docs/mapping.md).
    let net = zoo::build("vgg16", 0).unwrap();
    let arch = arch("isaac-ce", &[]);
    let options = MapOptions {
        max_firings: Some(196),
        ..MapOptions::default()
    };
    let mapping = Mapping::build(&net, &arch, &options).unwrap();
    for (layer, copies) in balanced(&net) {
        let map = mapping.layers.iter().find(|l| l.name == layer).unwrap();
        assert_eq!(
            map.replicas[0] * map.replicas[1],
            copies[0] * copies[1],
            "{layer}"
        );
    }
    let mapping = place(&net, &arch, mapping, PlacementMethod::Optimised).unwrap();
    let graph = DataflowGraph::build(&net, &arch, &mapping).unwrap();
    let plan = Plan::new(&graph, &arch, &mapping).unwrap();
    let (part, ticks) = cycle::busiest(&plan);
    let crossbars = 196 * 16 * 120;
    assert!(matches!(part, Part::Station(_)), "{part:?}");
    assert_eq!(ticks, crossbars);
    let timed = time::run(Mapped::new(&graph, &arch, &mapping)).unwrap();
    assert_eq!(timed.result.interval_ticks, crossbars);
    assert!(timed.result.interval_proven);
}

#[test]
fn shared_adcs_stretch_the_cycle_by_their_ratio() {
    // Eight arrays of 128 columns and 8, 4, 2, 1 ADCs of 1.28 GS/s: 100, 200, 400, 800 ns a cycle (120 ticks each 100 ns).
    let net = zoo::build("vgg16", 0).unwrap();
    for share in [1, 2, 4, 8] {
        let adcs = format!("pe.adcs={}", 8 / share);
        let arch = arch("isaac-ce", &["noc.ideal={}", &adcs]);
        let mapping = Mapping::build(&net, &arch, &MapOptions::default()).unwrap();
        let layer = net.find("conv5_1").unwrap();
        let graph = DataflowGraph::single(&net, &arch, &mapping, layer).unwrap();
        let result = time::run(Mapped::new(&graph, &arch, &mapping))
            .map(|t| t.result)
            .unwrap();
        assert_eq!(
            result.latency_ticks,
            share * 120 * (22 + 16 * 195),
            "{share}"
        );
        assert_eq!(result.interval_ticks, share * 120 * 16 * 196, "{share}");
    }
}

#[test]
fn semi_folded_frames_take_a_phase_per_padded_row() {
    // SemiMap: phases of 16.8 us; rows of the input with its padding. AlexNet 227 without, ResNet18 224 + 3 + 3.
    for (name, rows) in [("alexnet", 227), ("resnet18", 230)] {
        let net = zoo::build(name, 0).unwrap();
        let result = run(&net, &arch("semimap", &[]), BTreeMap::new());
        assert_eq!(result.interval_ticks, rows * 5040, "{name}");
    }
}

#[test]
fn a_firing_takes_as_many_phases_as_its_fullest_crossbar_needs() {
    // VGG8 on SemiMap: arrays of up to 256 rows, adders of up to 5040 packets: a frame is 34 phases. With fewer packets a
    // phase, layers fire in as many phases as their fullest crossbar needs.
    let net = zoo::build("vgg8", 0).unwrap();
    let at = |packets: u32| {
        let set = format!("timing.phased.packets_per_phase={packets}");
        let arch = arch("semimap", &[&set]);
        let mapping = Mapping::build(&net, &arch, &MapOptions::default()).unwrap();
        let rows = mapping.layers.iter().flat_map(|l| {
            let width = l.hardware_slices().into_iter().max().unwrap();
            l.row_groups.iter().map(move |g| l.physical_rows(g, width))
        });
        let rows = rows.max().unwrap() as u32;
        // Partial sums, evenly over the adders: at a low limit not even one feature map fits an adder.
        let adder = |l: &LayerMap| {
            let sums: usize = l.row_groups.iter().map(|g| g.outputs.len()).sum();
            let width: usize = l.hardware_slices().iter().sum();
            let sums = (sums * width * l.replicas[1]) as u64;
            sums.checked_div(l.roles.reduce)
                .map_or(0, |_| sums.div_ceil(l.roles.reduce))
        };
        let adder = mapping.layers.iter().map(adder).max().unwrap() as u32;
        let graph = DataflowGraph::build(&net, &arch, &mapping).unwrap();
        let run = time::run(Mapped::new(&graph, &arch, &mapping))
            .map(|t| t.result)
            .unwrap();
        let longest = run.stations.iter().map(|s| s.firing_interval_ticks).max();
        (rows, adder, longest.unwrap(), run.interval_ticks)
    };
    let (rows, adder, firing, interval) = at(5040);
    assert_eq!((firing, interval), (5040, 34 * 5040));
    assert!(rows <= 256 && adder <= 5040);
    // The mapping cuts adders by the limit, arrays it does not.
    let (rows, adder, firing, _) = at(200);
    assert!(rows > 200 && rows <= 256);
    assert_eq!(firing, u64::from(rows.max(adder).div_ceil(200)) * 5040);
    let (rows, adder, firing, _) = at(60);
    assert!(adder > rows);
    assert_eq!(firing, u64::from(adder.div_ceil(60)) * 5040);
}

#[test]
fn drain_counts_from_the_first_station_of_the_machine() {
    // The image lies with the host; the first layer of VGG-16 is done after 50176 firings of 16 cycles and its 22.
    let net = zoo::build("vgg16", 0).unwrap();
    let arch = arch("isaac-ce", &["noc.ideal={}"]);
    let result = run(&net, &arch, BTreeMap::new());
    assert_eq!(
        result.latency_ticks - result.drain_ticks,
        120 * (22 + 16 * 50_175)
    );
}
