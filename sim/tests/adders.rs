//! Question: are adders for the partial sums that arrive as many as the formula and a count by hand say?

use crosscut_arch::{Arch, load};
use crosscut_sim::map::{
    Adders, Indices, LayerChange, MapOptions, Mapping, SavedMapping, SliceChoice,
};
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

/// Every output keeps row groups 0 to `keep(q)`.
fn with(
    (net, arch, mapping): &(Network, Arch, Mapping),
    layer: &str,
    keep: impl Fn(usize) -> usize,
) -> Mapping {
    let id = net.find(layer).expect("a layer");
    let map = mapping.layer(id).expect("mapped");
    let mut row_groups = map.row_groups.clone();
    for (i, group) in row_groups.iter_mut().enumerate() {
        let kept = (0..map.geometry.output.c).filter(|&q| i < keep(q));
        group.outputs = Indices::list(kept.map(|q| q as u32).collect());
    }
    let change = LayerChange {
        row_groups: Some(row_groups),
        adders: Some(Adders::Arriving),
        ..LayerChange::default()
    };
    let changes = BTreeMap::from([(id, change)]);
    let mapped = mapping.with_changes(net, arch, changes);
    mapped.expect("maps")
}

fn reduce(mapping: &Mapping, net: &Network, layer: &str) -> u64 {
    mapping
        .layer(net.find(layer).expect("a layer"))
        .expect("mapped")
        .roles
        .reduce
}

#[test]
fn a_dense_layer_needs_the_published_adders_either_way() {
    let job = vgg8();
    for layer in ["conv2", "conv3", "conv4", "conv5", "conv6", "fc1"] {
        let all = with(&job, layer, |_| usize::MAX);
        assert_eq!(
            reduce(&all, &job.0, layer),
            reduce(&job.2, &job.0, layer),
            "{layer}"
        );
    }
}

/// conv4: 2 slices of 8 columns, a pool follows, so e = 0. 256 columns hold 32 outputs of 8 columns; 5040 packets hold
/// floor(5040 / (8 r)) outputs of r sums: 19 for the dense 32 sums, 39 for 16, so 32 by columns.
#[test]
fn equal_numbers_follow_the_formula_with_r_for_i() {
    let job = vgg8();
    let packets = job.1.phased().expect("phased").packets_per_phase as usize;
    for r in [1, 2, 3, 8, 16, 20, 24, 31] {
        let map = with(&job, "conv4", |_| r);
        let outputs = 32.min(packets / r / 8);
        let expected = if r == 1 {
            0
        } else {
            2 * 256usize.div_ceil(outputs)
        };
        assert_eq!(reduce(&map, &job.0, "conv4"), expected as u64, "r = {r}");
    }
}

/// Half of the outputs keep one group and need no adder: 128 outputs of 16 sums, 32 to an adder, in 2 slices.
#[test]
fn outputs_with_one_sum_need_none() {
    let job = vgg8();
    let map = with(&job, "conv4", |q| if q % 2 == 0 { 16 } else { 1 });
    assert_eq!(reduce(&map, &job.0, "conv4"), 2 * 4);
}

#[test]
fn the_choice_is_saved_and_narrower_slices_fit() {
    let job = vgg8();
    let map = with(&job, "conv4", |_| 4);
    let again = SavedMapping::of(&job.0, &job.1, &map)
        .restore(&job.0, &job.1)
        .expect("fits");
    assert_eq!(again.totals(), map.totals());
    let id = job.0.find("conv4").expect("a layer");
    let change = LayerChange {
        unroll: Some(4),
        ..LayerChange::default()
    };
    let narrow = map.with_changes(&job.0, &job.1, BTreeMap::from([(id, change)]));
    let narrow = narrow.expect("fits");
    let layer = narrow.layer(id).expect("mapped");
    // 4 slices of 4 columns; 64 outputs to an array instead of 32, 4 row groups of 256 outputs.
    assert_eq!((layer.replicas[0], layer.roles.compute), (4, 4 * 4 * 4));
    let wide = LayerChange {
        unroll: Some(64),
        ..LayerChange::default()
    };
    let refused = map.with_changes(&job.0, &job.1, BTreeMap::from([(id, wide)]));
    assert!(
        refused
            .expect_err("refused")
            .to_string()
            .contains("slice width")
    );
}
