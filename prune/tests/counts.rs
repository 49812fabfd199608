//! Question: do pruned mappings have the crossbar counts of the published formula and tables?

use crosscut_arch::{Arch, load};
use crosscut_prune::Grain;
use crosscut_prune::groups::{recombine, units};
use crosscut_prune::schedule::kept;
use crosscut_sim::map::{LayerMap, MapOptions, Mapping, RowGroup, SliceChoice};
use crosscut_traces::weights::hash;
use crosscut_traces::{Network, zoo};
use std::collections::BTreeMap;

fn vgg8() -> (Network, Arch, Mapping) {
    let net = zoo::build("vgg8", 1).expect("in the zoo");
    let arch = load("semimap", &[]).expect("a preset");
    let options = MapOptions {
        slices: SliceChoice::Published,
        ..MapOptions::default()
    };
    let mapping = Mapping::build(&net, &arch, &options).expect("maps");
    (net, arch, mapping)
}

/// Every output keeps r = max(1, floor(I (1 - ratio))) row groups at random.
fn random_masks(
    layer: &LayerMap,
    arch: &Arch,
    grain: Grain,
    ratio: f64,
    seed: u64,
) -> Vec<RowGroup> {
    let units = units(layer, arch, grain);
    let masks: Vec<Vec<bool>> = units
        .iter()
        .enumerate()
        .map(|(u, unit)| {
            let n = unit.groups.len();
            let mut order: Vec<usize> = (0..n).collect();
            order.sort_by_key(|&i| hash(hash(seed, u as u64), i as u64));
            let mut mask = vec![false; n];
            order[..kept(n, ratio)].iter().for_each(|&i| mask[i] = true);
            mask
        })
        .collect();
    recombine(layer, &units, &masks)
}

/// The formula, written out: sum over slices and row groups of ceil(n_i / kout).
fn formula(layer: &LayerMap, arch: &Arch, groups: &[RowGroup]) -> u64 {
    let mut count = 0;
    for slice in layer.slices() {
        let kout = layer.kout(arch, slice.width);
        for g in groups {
            count += g.outputs.len().div_ceil(kout) as u64;
        }
    }
    count * layer.replicas[1] as u64
}

/// Liang et al. 2018, Table II: compute crossbars of VGG8 at 10 % and 90 %.
const PUBLISHED: [(&str, u64, u64); 6] = [
    ("conv2", 116, 32),
    ("conv3", 152, 36),
    ("conv4", 478, 76),
    ("conv5", 296, 38),
    ("conv6", 576, 76),
    ("fc1", 122, 32),
];

#[test]
fn vgg8_counts_match_the_published_table() {
    let (net, arch, mapping) = vgg8();
    let mut errors = Vec::new();
    for ratio in [0.1, 0.9] {
        let mut mean: BTreeMap<&str, f64> = BTreeMap::new();
        let seeds = 20;
        for seed in 0..seeds {
            let mut changes = BTreeMap::new();
            for (name, ..) in PUBLISHED {
                let id = net.find(name).expect("a layer of vgg8");
                let layer = mapping.layer(id).expect("mapped");
                // The table's fully connected layer keeps arrays of 8 outputs: column grain packs as tightly.
                changes.insert(id, random_masks(layer, &arch, Grain::Column, ratio, seed));
            }
            let pruned = mapping
                .with_row_groups(&net, &arch, changes.clone())
                .expect("maps");
            for (name, ..) in PUBLISHED {
                let id = net.find(name).expect("a layer of vgg8");
                let layer = pruned.layer(id).expect("mapped");
                assert_eq!(layer.roles.compute, formula(layer, &arch, &changes[&id]));
                *mean.entry(name).or_default() +=
                    layer.roles.compute as f64 / f64::from(seeds as u32);
            }
        }
        for (name, ten, ninety) in PUBLISHED {
            let published = if ratio < 0.5 { ten } else { ninety } as f64;
            let error = mean[name] / published - 1.0;
            println!(
                "{name} at {ratio}: {:.1}, published {published}, {:+.1} %",
                mean[name],
                100.0 * error
            );
            // Random masks spread evenly, chosen ones do not: single cells with few row groups differ by up to 14 %.
            assert!(error.abs() <= 0.14, "{name} at {ratio}: {error:+.3}");
            errors.push(error.abs());
        }
    }
    let average = errors.iter().sum::<f64>() / errors.len() as f64;
    println!("mean absolute difference {:.2} %", 100.0 * average);
    assert!(average < 0.05);
}

#[test]
fn crossbar_grain_counts_one_array_per_mask_bit() {
    let (net, arch, mapping) = vgg8();
    let id = net.find("conv5").expect("a layer of vgg8");
    let layer = mapping.layer(id).expect("mapped");
    let units = units(layer, &arch, Grain::Crossbar);
    let groups = random_masks(layer, &arch, Grain::Crossbar, 0.5, 3);
    let ones = units
        .iter()
        .map(|u| kept(u.groups.len(), 0.5) as u64)
        .sum::<u64>();
    let pruned = mapping
        .with_row_groups(&net, &arch, BTreeMap::from([(id, groups)]))
        .expect("maps");
    let slices = layer.slices().len() as u64;
    assert_eq!(
        pruned.layer(id).expect("mapped").roles.compute,
        slices * ones
    );
}

#[test]
fn the_floor_rule_is_not_fooled_by_binary_fractions() {
    // 10 (1 - 0.9) is 0.9999999999999998 in binary.
    assert_eq!((kept(10, 0.9), kept(20, 0.9), kept(37, 0.9)), (1, 2, 3));
    assert_eq!((kept(8, 0.1), kept(1, 0.99), kept(19, 0.0)), (7, 1, 19));
}
