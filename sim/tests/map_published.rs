//! Do the mapping formulas give the published crossbar counts, exactly?
//!
//! SemiMap (Deng et al.) and Liang et al. 2018 for the many-crossbar machine, ISAAC (Shafiee et al. 2016) for the
//! folded one. Every figure comes from the papers or from arithmetic on them, none from this program.

use crosscut_arch::Arch;
use crosscut_sim::map::{LayerMap, MapOptions, Mapping, SliceChoice};
use crosscut_traces::{Network, zoo};
use std::collections::BTreeMap;

fn arch(name: &str) -> Arch {
    crosscut_arch::load(name, &[]).unwrap()
}

fn network(name: &str) -> Network {
    zoo::build(name, 0).unwrap()
}

fn published() -> MapOptions {
    MapOptions {
        slices: SliceChoice::Published,
        ..MapOptions::default()
    }
}

fn layer<'a>(mapping: &'a Mapping, name: &str) -> &'a LayerMap {
    mapping.layers.iter().find(|l| l.name == name).unwrap()
}

#[test]
fn vgg8_dense_per_layer_total_and_compute() {
    // Liang et al. 2018, Table II, 0 % column: (layer, total, compute).
    let table = [
        ("conv2", 176, 128),
        ("conv3", 224, 160),
        ("conv4", 604, 512),
        ("conv5", 364, 304),
        ("conv6", 698, 592),
        ("fc1", 167, 128),
    ];
    let mapping = Mapping::build(&network("vgg8"), &arch("semimap"), &published()).unwrap();
    for (name, total, compute) in table {
        let roles = layer(&mapping, name).roles;
        assert_eq!(
            (roles.total(), roles.compute),
            (total, compute),
            "{name}: total, compute"
        );
    }
    // The table's network row counts 251 total and 130 compute for conv1, fc2 and the pools; 213 and 108 of these
    // follow from the formulas (the paper counts pool crossbars as compute), the rest is unexplained.
    let rest: Vec<_> = ["conv1", "fc2"]
        .map(|n| layer(&mapping, n).roles)
        .into_iter()
        .chain(mapping.units.iter().map(|u| u.roles))
        .collect();
    assert_eq!(rest.iter().map(|r| r.total()).sum::<u64>(), 213);
    assert_eq!(rest.iter().map(|r| r.compute + r.pool).sum::<u64>(), 108);
    assert_eq!(
        mapping.totals().total(),
        176 + 224 + 604 + 364 + 698 + 167 + 213
    );
}

#[test]
fn semimap_conv2_2_and_conv3_1_of_vgg16() {
    // SemiMap Table III: buffers 224, compute 896, adders 56, total 1176; S = 14 slices of 8, 16 row groups.
    let mapping = Mapping::build(&network("vgg16"), &arch("semimap"), &published()).unwrap();
    let l = layer(&mapping, "conv2_2");
    assert_eq!((l.slices().len(), l.row_groups.len()), (14, 16));
    assert_eq!(
        (l.roles.buffer, l.roles.compute, l.roles.reduce),
        (224, 896, 56)
    );
    // Liang et al. Fig. 10: conv3_1 has 896 compute crossbars at 7 slices of 8.
    let l = layer(&mapping, "conv3_1");
    assert_eq!(
        (l.slices().len(), l.row_groups.len(), l.roles.compute),
        (7, 16, 896)
    );
}

#[test]
fn fully_folded_conv2_2_takes_five_crossbars_and_one_adder() {
    // SemiMap Table III, folded: 5 + 1.
    let set = ["mapping.fold=full".into(), "mapping.packing=dense".into()];
    let arch = crosscut_arch::load("semimap", &set).unwrap();
    let mapping = Mapping::build(&network("vgg16"), &arch, &MapOptions::default()).unwrap();
    let roles = layer(&mapping, "conv2_2").roles;
    assert_eq!((roles.compute, roles.reduce), (5, 1));
}

#[test]
fn fully_unfolded_conv2_2_takes_a_copy_per_position() {
    // SemiMap Table III, unfolded: 62720 + 12544.
    let set = ["mapping.fold=full".into(), "mapping.packing=dense".into()];
    let arch = crosscut_arch::load("semimap", &set).unwrap();
    let replicas = BTreeMap::from([("conv2_2".to_string(), [112, 112])]);
    let options = MapOptions {
        replicas,
        ..MapOptions::default()
    };
    let mapping = Mapping::build(&network("vgg16"), &arch, &options).unwrap();
    let l = layer(&mapping, "conv2_2");
    assert_eq!(
        (l.roles.compute, l.roles.reduce, l.firings()),
        (62720, 12544, 1)
    );
}

#[test]
fn published_adder_counts_bound_the_capacity() {
    // All published adder counts hold for 4864 to 5119 packets a phase and for no other capacity next to these.
    let adders = |capacity: u32| {
        let set = [format!("timing.phased.packets_per_phase={capacity}")];
        let arch = crosscut_arch::load("semimap", &set).unwrap();
        let mapping = Mapping::build(&network("vgg8"), &arch, &published()).unwrap();
        let of = |n: &str| layer(&mapping, n).roles.reduce;
        ["conv2", "conv3", "conv4", "conv5", "conv6", "fc1"].map(of)
    };
    let table = [16, 24, 28, 22, 32, 7];
    assert_eq!(adders(4864), table);
    assert_eq!(adders(5119), table);
    assert_ne!(adders(4863), table);
    assert_ne!(adders(5120), table);
}

#[test]
fn fewest_crossbars_beats_the_published_slices() {
    // Noted beside the formulas: conv2_2 with 56 slices would take 840 crossbars instead of 1176.
    let net = network("vgg16");
    let mapping = Mapping::build(&net, &arch("semimap"), &MapOptions::default()).unwrap();
    assert!(layer(&mapping, "conv2_2").roles.total() <= 840);
}

#[test]
fn other_slices_of_the_published_layers() {
    // Worked out beside the formulas: conv2_2 of VGG16 with 28 slices takes 896 crossbars and with 56 slices 840, instead
    // of the published 1176 with 14; conv4 of VGG8 with 4 slices 396 instead of 604.
    for (network, name, slices, total) in [
        ("vgg16", "conv2_2", 28, 896),
        ("vgg16", "conv2_2", 56, 840),
        ("vgg8", "conv4", 4, 396),
    ] {
        let net = zoo::build(network, 0).unwrap();
        let width = net.layer(net.find(name).unwrap()).shape.w;
        let options = MapOptions {
            unroll: BTreeMap::from([(name.to_string(), width / slices)]),
            ..published()
        };
        let mapping = Mapping::build(&net, &arch("semimap"), &options).unwrap();
        let l = layer(&mapping, name);
        assert_eq!(
            (l.slices().len(), l.roles.total()),
            (slices, total),
            "{name}"
        );
    }
}

#[test]
fn semimap_conv2_2_groups_and_chip() {
    // Kin = floor(256 / (3 x 10)) = 8 FMs, Kout = floor(256 / 8) = 32: I = 16, J = 4. One chip has 12 x 13 crossbars.
    let arch = arch("semimap");
    assert_eq!(arch.crossbars_per_chip(), 156);
    let mapping = Mapping::build(&network("vgg16"), &arch, &published()).unwrap();
    let l = layer(&mapping, "conv2_2");
    assert_eq!((l.kout(&arch, 8), l.geometry.input_columns(8)), (32, 10));
    assert_eq!(l.row_groups[0].rows.len(), 8 * 9);
    assert_eq!(l.arrays(&arch, 8), 16 * 4);
}

#[test]
fn vgg16_on_isaac_per_layer() {
    // ceil(K/128) x ceil(8N/128) crossbars; 16 x 128 conversions per crossbar and output pixel.
    let table = [
        ("conv1_1", 4, 0.2109),
        ("conv1_2", 20, 0.9),
        ("conv2_1", 40, 0.9),
        ("conv2_2", 72, 1.0),
        ("conv3_1", 144, 1.0),
        ("conv3_2", 288, 1.0),
        ("conv4_1", 576, 1.0),
        ("conv4_2", 1152, 1.0),
        ("conv5_3", 1152, 1.0),
        ("fc6", 50176, 1.0),
        ("fc7", 8192, 1.0),
        ("fc8", 2016, 0.992),
    ];
    let arch = arch("isaac-ce");
    let mapping = Mapping::build(&network("vgg16"), &arch, &MapOptions::default()).unwrap();
    for (name, crossbars, utilization) in table {
        let l = layer(&mapping, name);
        assert_eq!(l.roles.total(), crossbars, "{name}");
        assert!(
            (l.utilization - utilization).abs() < 1e-3,
            "{name}: {}",
            l.utilization
        );
    }
    let total = mapping.totals();
    assert_eq!(
        (total.total(), total.compute),
        (67576, 67576),
        "digital roles take no crossbars"
    );
    assert_eq!((mapping.tiles, mapping.chips), (704, 5));
    let i = mapping
        .layers
        .iter()
        .position(|l| l.name == "conv4_2")
        .unwrap();
    assert_eq!(mapping.places[i].pes, 144);
    assert_eq!(mapping.layers[i].adc_conversions(&arch), 1_849_688_064);
    let first = &mapping.layers[0];
    let per_mac = first.adc_conversions(&arch) as f64 / first.geometry.macs() as f64;
    assert!(
        (per_mac - 4.74).abs() < 0.005,
        "unused columns convert as well: {per_mac}"
    );
}

#[test]
fn conversions_per_mac_of_full_arrays() {
    // (weight bits / cell bits) x (input bits / DAC bits) / rows: 1.0 at 16 bits, 0.25 at 8 bits.
    for (name, per_mac) in [("isaac-ce", 1.0), ("isaac-8b", 0.25)] {
        let arch = arch(name);
        let mapping = Mapping::build(&network("vgg16"), &arch, &MapOptions::default()).unwrap();
        let l = layer(&mapping, "conv4_2");
        assert_eq!(
            l.adc_conversions(&arch) as f64 / l.geometry.macs() as f64,
            per_mac
        );
    }
}

#[test]
fn replicas_divide_firings_and_multiply_crossbars() {
    let arch = arch("isaac-ce");
    let replicas = BTreeMap::from([("conv4_2".to_string(), [4, 1])]);
    let options = MapOptions {
        replicas,
        ..MapOptions::default()
    };
    let mapping = Mapping::build(&network("vgg16"), &arch, &options).unwrap();
    let l = layer(&mapping, "conv4_2");
    assert_eq!((l.roles.compute, l.firings()), (4 * 1152, 196));
    assert_eq!(
        l.adc_conversions(&arch),
        1_849_688_064,
        "replicas change time, not work"
    );
}

#[test]
fn max_firings_bounds_every_layer() {
    for limit in [1, 7, 100, 784, 5000] {
        let options = MapOptions {
            max_firings: Some(limit),
            ..MapOptions::default()
        };
        let mapping = Mapping::build(&network("vgg8"), &arch("isaac-8b"), &options).unwrap();
        assert!(
            mapping.layers.iter().all(|l| l.firings() <= limit),
            "limit {limit}"
        );
    }
}

#[test]
fn bad_choices_are_explained() {
    let error = |name: &str, w| {
        let options = MapOptions {
            unroll: BTreeMap::from([(name.to_string(), w)]),
            ..MapOptions::default()
        };
        Mapping::build(&network("vgg8"), &arch("semimap"), &options)
            .unwrap_err()
            .to_string()
    };
    let e = error("conv22", 8);
    assert!(
        e.contains("conv22") && e.contains("did you mean `conv2`"),
        "{e}"
    );
    let e = error("conv2", 64);
    assert!(
        e.contains("conv2") && e.contains("64") && e.contains("1..="),
        "{e}"
    );
    let set = ["system.chips=1".into()];
    let one_chip = crosscut_arch::load("semimap", &set).unwrap();
    let e = Mapping::build(&network("vgg8"), &one_chip, &MapOptions::default())
        .unwrap_err()
        .to_string();
    assert!(e.contains("has 1"), "{e}");
}
