//! Are the actions that the engine counts, firing by firing, those of the mapping's closed form?

use crosscut_arch::{Arch, PartKind, Worker, load};
use crosscut_sim::cycle::parts;
use crosscut_sim::graph::{DataflowGraph, Mapped, StationKind};
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_sim::time;
use crosscut_traces::{Network, zoo};

/// What of a station's actions depends on its mapping alone.
const OF_MAPPING: [PartKind; 11] = [
    PartKind::Crossbar,
    PartKind::ReduceMode,
    PartKind::BufferMode,
    PartKind::Dac,
    PartKind::SampleHold,
    PartKind::Adc,
    PartKind::ShiftAdd,
    PartKind::InputRegister,
    PartKind::OutputRegister,
    PartKind::Bus,
    PartKind::TileShiftAdd,
];

fn compare(net: &Network, arch: &Arch, mapping: &Mapping, case: &str) {
    let graph = DataflowGraph::build(net, arch, mapping).unwrap();
    let run = time::run(Mapped::new(&graph, arch, mapping))
        .unwrap()
        .result;
    for (station, timing) in graph.graph.node_weights().zip(&run.stations) {
        let name = format!("{case}, {}", station.name);
        let activations = timing.counts.get(PartKind::Activation);
        assert_eq!(activations, station.activations, "{name}");
        let Some(map) = station.layer_map(mapping) else {
            continue;
        };
        let expected = parts::of_layer(map, arch);
        for kind in OF_MAPPING {
            let (counted, expected) = (timing.counts.get(kind), expected.get(kind));
            assert_eq!(counted, expected, "{name}: {}", kind.name());
        }
        let conversions = timing.counts.get(PartKind::Adc);
        let mapped = map.adc_conversions(arch) + map.unit_conversions(arch);
        assert_eq!(conversions, mapped, "{name}");
        let register = PartKind::TileRegister;
        assert_eq!(
            timing.counts.get(register),
            expected.get(register),
            "{name}"
        );
        if arch.roles.buffer == Worker::Digital {
            let bits = (station.output.len() as u64) * u64::from(arch.format.input_bits);
            let written = bits.div_ceil(8);
            let buffer = expected.get(PartKind::Buffer) + written;
            assert_eq!(timing.counts.get(PartKind::Buffer), buffer, "{name}");
        }
    }
    let sources = run
        .stations
        .iter()
        .filter(|s| s.kind == StationKind::Source);
    assert!(
        sources.count() > 0 && run.counts.get(PartKind::Crossbar) > 0,
        "{case}"
    );
}

#[test]
fn the_engine_counts_what_the_closed_form_says() {
    let net = zoo::build("lenet5", 0).unwrap();
    // conv1 yields 28 x 28: three columns at once leave one over, five rows three.
    for preset in [
        "isaac-ce", "isaac-8b", "prime", "neurram", "loihi", "semimap",
    ] {
        let arch = load(preset, &[]).unwrap();
        for [rx, ry] in [[1, 1], [3, 5]] {
            let mut options = MapOptions::default();
            if preset != "semimap" {
                options.replicas = [("conv1".to_string(), [rx, ry])].into();
            }
            let Ok(mapping) = Mapping::build(&net, &arch, &options) else {
                continue;
            };
            compare(&net, &arch, &mapping, &format!("{preset} {rx}x{ry}"));
        }
    }
}

#[test]
fn an_output_without_rows_adds_nothing_and_takes_nothing_off_the_others() {
    let net = zoo::build("vgg8", 0).unwrap();
    let arch = load("isaac-8b", &[]).unwrap();
    let dense = Mapping::build(&net, &arch, &MapOptions::default()).unwrap();
    let at = dense
        .layers
        .iter()
        .position(|l| l.row_groups.len() > 2)
        .unwrap();
    let layer = &dense.layers[at];
    let mut row_groups = layer.row_groups.clone();
    for group in &mut row_groups {
        let kept = group.outputs.iter().filter(|&q| q > 0).map(|q| q as u32);
        group.outputs = crosscut_sim::map::Indices::list(kept.collect());
    }
    let groups = row_groups.len() as u64;
    let changes = [(layer.layer, row_groups)].into();
    let mapping = dense.with_row_groups(&net, &arch, changes).unwrap();
    let counts = parts::of_layer(&mapping.layers[at], &arch);
    // Every output but one adds all of its partial sums but the first.
    let outputs = layer.geometry.output.c as u64 - 1;
    let additions = (groups - 1) * outputs * layer.geometry.positions() as u64;
    assert_eq!(counts.get(PartKind::TileShiftAdd), additions);
    compare(&net, &arch, &mapping, "isaac-8b without an output");
}
