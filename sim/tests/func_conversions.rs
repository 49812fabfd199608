//! Does the functional engine, which counts samples while it walks over blocks and positions, take as many as the closed
//! form of the mapping says?

use crosscut_arch::{Arch, load};
use crosscut_sim::func::{FuncModel, FuncOptions, FuncSession};
use crosscut_sim::map::{Indices, MapOptions, Mapping, RowGroup};
use crosscut_traces::exec::int;
use crosscut_traces::quant::{Calibration, QuantSpec, WeightRule, quantise_weights};
use crosscut_traces::random::Key;
use crosscut_traces::{Conv, LayerId, Network, Op, QuantNetwork, Shape, Weights};
use ndarray::Array3;
use rand_distr::StandardNormal;
use std::collections::BTreeMap;

/// A small image.
fn image(case: u64, s: Shape) -> Array3<f32> {
    Array3::from_shape_fn((s.c, s.h, s.w), |(c, y, x)| {
        Key::new(case + 77).draw::<f32, _>((c * 100 + y * 10 + x) as u64, StandardNormal)
    })
}

/// One convolution of that many channel groups.
fn convolution(case: u64, groups: usize, arch: &Arch) -> QuantNetwork {
    let mut net = Network::new("small");
    let input = Shape::new(3 * groups, 4, 7);
    let x = net.push("x", Op::Input(input), &[], input);
    let conv = Conv {
        weight: Weights::Seeded {
            seed: case,
            shape: vec![5 * groups, 3, 3, 2],
            std: 1.0,
        },
        bias: None,
        stride: [1, 1],
        pad: [1, 0, 1, 1],
        dilation: [1, 1],
        groups,
    };
    crosscut_traces::net::push(&mut net, "conv", Op::Conv(conv), &[x]).unwrap();
    let spec = QuantSpec {
        weight_bits: arch.format.weight_bits,
        input_bits: arch.format.input_bits,
    };
    let rule = WeightRule::of_bits(spec.weight_bits);
    quantise_weights(&net, &[image(case, input)], spec, Calibration::Max, rule).unwrap()
}

/// The mapping without some outputs of some row groups, and without some row groups at all.
fn pruned(case: u64, mapping: &Mapping, qnet: &QuantNetwork, arch: &Arch) -> Mapping {
    let layer = &mapping.layers[0];
    let keep = |(g, group): (usize, &RowGroup)| {
        let kept = |o: &usize| !Key::new(case).bits((g * 100 + o) as u64).is_multiple_of(3);
        let kept = group
            .outputs
            .iter()
            .filter(kept)
            .map(|o| o as u32)
            .collect();
        let dead = Key::new(case + 1).bits(g as u64).is_multiple_of(5);
        RowGroup {
            outputs: Indices::list(if dead { Vec::new() } else { kept }),
            ..group.clone()
        }
    };
    let groups = layer.row_groups.iter().enumerate().map(keep).collect();
    mapping
        .with_row_groups(&qnet.network, arch, [(layer.layer, groups)].into())
        .unwrap()
}

const SCATTER: &str = "device.reram.programming.proportional={sigma=0.05, source=\"test\"}";
const NOISE: &str = "device.reram.read_noise.proportional={sigma=0.02, source=\"test\"}";
const WIRES: &str = "crossbar.wires={row_ohm=1.0, column_ohm=1.0}";

#[test]
fn samples_taken_are_those_of_the_mapping_on_random_machines() {
    let mut cases: BTreeMap<String, usize> = BTreeMap::new();
    let (mut shared, mut unrolled, mut empty, mut idle) = (0, 0, 0, 0);
    for case in 0..400u64 {
        let pick = |i: u64, n: u64| Key::new(case).bits(i) % n;
        let scheme = [
            "offset={unit_column=true, flip=false}",
            "offset={unit_column=true, flip=true}",
            "differential={}",
            "twos-complement={}",
        ][pick(0, 4) as usize];
        let cell = if scheme.starts_with("twos") {
            1
        } else {
            1 + pick(1, 3)
        };
        let rows = [16, 24, 64][pick(2, 3) as usize];
        let mut set = vec![
            format!("format.signed.{scheme}"),
            format!("device.reram.cell_bits={cell}"),
            format!("dac.bits={}", 1 + pick(3, 3)),
            format!("format.weight_bits={}", [4, 8][pick(4, 2) as usize]),
            format!("format.input_bits={}", [3, 8][pick(5, 2) as usize]),
            format!("adc.sar.bits={}", [4, 6, 16][pick(6, 3) as usize]),
            format!(
                "adc.sar.unused_columns={}",
                ["skip", "convert"][pick(7, 2) as usize]
            ),
            format!("crossbar.rows={rows}"),
            format!("crossbar.columns={}", [32, 64, 128][pick(8, 3) as usize]),
            format!("crossbar.active_rows={}", rows >> pick(9, 3)),
            format!(
                "format.partial_sums={}",
                ["digital", "digital", "analog"][pick(10, 3) as usize]
            ),
            format!(
                "mapping.packing={}",
                ["dense", "feature-map"][pick(11, 2) as usize]
            ),
            "cost.adc.energy=1 pJ".into(),
            "cost.adc.area=1 um2".into(),
        ];
        match pick(12, 5) {
            0 => set.push(SCATTER.into()),
            1 => set.push(NOISE.into()),
            2 => set.extend([NOISE.into(), WIRES.into()]),
            _ => {}
        }
        let Ok(arch) = load("reram-64", &set) else {
            continue;
        };
        let groups = [1, 1, 2, 3][pick(13, 4) as usize];
        let qnet = convolution(case, groups, &arch);
        let unroll = [1, 1, 2, 3][pick(14, 4) as usize];
        let options = MapOptions {
            unroll: [("conv".to_string(), unroll)].into(),
            ..MapOptions::default()
        };
        let Ok(mapping) = Mapping::build(&qnet.network, &arch, &options) else {
            continue;
        };
        let mapping = if pick(15, 2) == 1 {
            pruned(case, &mapping, &qnet, &arch)
        } else {
            mapping
        };
        let Ok(model) = FuncModel::prepare_with(&arch, &mapping, &qnet, &FuncOptions::default())
        else {
            continue;
        };
        let mut session = FuncSession::new(&model);
        let input = image(case, qnet.network.layer(LayerId(0)).shape);
        int::run(&qnet, &input, &mut session).unwrap();
        let (map, (_, layer)) = (&mapping.layers[0], model.layers().next().unwrap());
        let stats = &session.stats[&map.layer];
        let kernel = layer.kernel.name();
        assert_eq!(
            stats.conversions(),
            map.adc_conversions(&arch),
            "case {case}, {kernel}, {groups} channel groups, {set:?}"
        );
        *cases.entry(kernel.to_string()).or_default() += 1;
        shared += usize::from(map.groups_per_array(&arch) > 1);
        unrolled += usize::from(map.unroll > 1);
        empty += usize::from(arch.row_steps() > 1);
        idle += usize::from(stats.idle > 0);
    }
    let kernels = [
        "analog-conductance",
        "analog-read-noise",
        "bit-plane-clip",
        "exact-integer",
        "nodal-solve",
    ];
    for kernel in kernels {
        let ran = cases.get(kernel).copied().unwrap_or(0);
        assert!(ran >= 5, "{kernel} ran {ran} times of {cases:?}");
    }
    assert!(
        shared >= 5 && unrolled >= 5 && empty >= 20 && idle >= 20,
        "{shared} share arrays, {unrolled} are unrolled, {empty} have groups of active rows, {idle} idle columns"
    );
}
