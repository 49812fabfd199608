//! Do simulated crossbars give the integer reference bit for bit where they must, and a brute-force machine's values
//! where the converter clips?

use crosscut_arch::{Arch, PartialSums, SignedWeights, WeightValues, load};
use crosscut_sim::func::{FuncError, FuncModel, FuncSession, evaluate};
use crosscut_sim::map::{Indices, MapOptions, Mapping, RowGroup};
use crosscut_traces::exec::{exact::ExactAccumulator, int};
use crosscut_traces::quant::{
    Accumulate, Calibration, QuantSpec, WeightRule, quantise, quantise_weights,
};
use crosscut_traces::random::Key;
use crosscut_traces::{Conv, LayerId, Network, Op, QuantNetwork, Shape, Weights, embedded};
use ndarray::{Array2, Array3};
use rand_distr::StandardNormal;

fn machine(set: &[String]) -> Arch {
    load("reram-64", set).unwrap()
}

/// One convolution on a small image, with signed or unsigned inputs.
fn small(case: u64, groups: usize, signed: bool, arch: &Arch) -> QuantNetwork {
    let mut net = Network::new("small");
    let input = Shape::new(6 * groups, 5, 4);
    let x = net.push("x", Op::Input(input), &[], input);
    let conv = Conv {
        weight: Weights::Seeded {
            seed: case,
            shape: vec![4 * groups, 6, 3, 2],
            std: 1.0,
        },
        bias: None,
        stride: [1, 2],
        pad: [1, 0, 1, 1],
        dilation: [1, 1],
        groups,
    };
    crosscut_traces::net::push(&mut net, "conv", Op::Conv(conv), &[x]).unwrap();
    let image = image(case, input, signed);
    let spec = QuantSpec {
        weight_bits: arch.format.weight_bits,
        input_bits: arch.format.input_bits,
    };
    let rule = match arch.format.weights {
        WeightValues::Ternary => WeightRule::Ternary,
        _ => WeightRule::of_bits(spec.weight_bits),
    };
    quantise_weights(&net, &[image], spec, Calibration::Max, rule).unwrap()
}

fn image(case: u64, s: Shape, signed: bool) -> Array3<f32> {
    let x = Array3::from_shape_fn((s.c, s.h, s.w), |(c, y, x)| {
        Key::new(case + 77).draw::<f32, _>((c * 100 + y * 10 + x) as u64, StandardNormal)
    });
    if signed { x } else { x.mapv(f32::abs) }
}

fn schemes() -> Vec<Vec<String>> {
    let mut out = Vec::new();
    for signed in [
        "offset={unit_column=true, flip=false}",
        "offset={unit_column=true, flip=true}",
        "differential={}",
        "twos-complement={}",
    ] {
        for (cell, dac, weight, input) in [
            (2, 1, 8, 8),
            (1, 1, 8, 8),
            (2, 2, 8, 8),
            (4, 1, 7, 5),
            (3, 3, 8, 7),
            (1, 4, 4, 8),
        ] {
            if signed.starts_with("twos") && cell > 1 {
                continue;
            }
            out.push(vec![
                format!("format.signed.{signed}"),
                format!("device.reram.cell_bits={cell}"),
                format!("dac.bits={dac}"),
                format!("format.weight_bits={weight}"),
                format!("format.input_bits={input}"),
            ]);
        }
    }
    // Binary and ternary weights, bits at their ends, steps added as charge.
    let (offset, pairs) = ("offset={unit_column=true, flip=false}", "differential={}");
    for (signed, cell, dac, weight, input, more) in [
        (offset, 1, 1, 1, 8, "format.weights=binary"),
        (pairs, 1, 2, 1, 4, "format.weights=binary"),
        (
            "offset={unit_column=true, flip=true}",
            1,
            1,
            1,
            1,
            "format.weights=binary",
        ),
        (pairs, 1, 1, 2, 8, "format.weights=ternary"),
        (offset, 1, 3, 2, 8, "format.weights=ternary"),
        ("twos-complement={}", 1, 1, 2, 3, "format.weights=ternary"),
        (offset, 2, 1, 8, 8, "format.partial_sums=analog"),
        (pairs, 3, 2, 6, 5, "format.partial_sums=analog"),
        (
            "offset={unit_column=true, flip=true}",
            2,
            1,
            4,
            4,
            "format.partial_sums=analog",
        ),
        (pairs, 5, 2, 16, 16, "format.weights=integer"),
        (offset, 8, 1, 16, 16, "format.weights=integer"),
    ] {
        out.push(vec![
            format!("format.signed.{signed}"),
            format!("device.reram.cell_bits={cell}"),
            format!("dac.bits={dac}"),
            format!("format.weight_bits={weight}"),
            format!("format.input_bits={input}"),
            more.into(),
        ]);
    }
    out
}

#[test]
fn a_wide_converter_gives_the_integer_reference() {
    let mut cases = 0;
    for set in schemes() {
        for (packing, active) in [("dense", 20), ("feature-map", 20), ("dense", 7)] {
            let mut set = set.clone();
            set.extend([
                "adc.sar.bits=16".into(),
                format!("crossbar.active_rows={active}"),
                "cost.adc.energy=1 pJ".into(),
                "cost.adc.area=1 um2".into(),
                format!("mapping.packing={packing}"),
                "crossbar.rows=20".into(),
            ]);
            let Ok(arch) = load("reram-64", &set) else {
                continue;
            };
            for case in 0..3u64 {
                let qnet = small(case, 1 + case as usize % 2, case != 1, &arch);
                let mapping = Mapping::build(&qnet.network, &arch, &MapOptions::default()).unwrap();
                let input = image(case, qnet.network.layer(LayerId(0)).shape, case != 1);
                let model = FuncModel::prepare(&arch, &mapping, &qnet).unwrap();
                let forced = brute(&arch, &mapping, &qnet, &input);
                let got = int::run(&qnet, &input, &mut FuncSession::new(&model)).unwrap();
                let want = int::run(&qnet, &input, &mut ExactAccumulator::new(&qnet)).unwrap();
                assert_eq!(got, want, "{set:?}, case {case}");
                assert_eq!(forced, want, "brute force, {set:?}, case {case}");
                cases += 1;
            }
        }
    }
    assert!(cases >= 60, "only {cases} machines were accepted");
}

#[test]
fn a_narrow_converter_gives_what_brute_force_gives() {
    let mut clipped = 0;
    for set in schemes() {
        for (bits, active) in [(3, 30), (4, 30), (5, 30), (3, 8)] {
            let mut set = set.clone();
            set.extend([
                format!("adc.sar.bits={bits}"),
                format!("crossbar.active_rows={active}"),
                "cost.adc.energy=1 pJ".into(),
                "cost.adc.area=1 um2".into(),
                "mapping.packing=dense".into(),
                "crossbar.rows=30".into(),
            ]);
            let Ok(arch) = load("reram-64", &set) else {
                continue;
            };
            let qnet = small(9, 1, true, &arch);
            let mapping = Mapping::build(&qnet.network, &arch, &MapOptions::default()).unwrap();
            let input = image(9, qnet.network.layer(LayerId(0)).shape, true);
            let model = FuncModel::prepare(&arch, &mapping, &qnet).unwrap();
            let mut session = FuncSession::new(&model);
            let got = int::run(&qnet, &input, &mut session).unwrap();
            assert_eq!(got, brute(&arch, &mapping, &qnet, &input), "{set:?}");
            clipped += session.stats.values().map(|s| s.clipped()).sum::<u64>();
        }
    }
    assert!(clipped > 0, "the test must exercise clipping");
}

fn brute(arch: &Arch, mapping: &Mapping, qnet: &QuantNetwork, input: &Array3<f32>) -> Array3<f32> {
    int::run(
        qnet,
        input,
        &mut Brute {
            arch,
            mapping,
            qnet,
        },
    )
    .unwrap()
}

/// Cell by cell, bit by bit, straight from the definitions.
struct Brute<'a> {
    arch: &'a Arch,
    mapping: &'a Mapping,
    qnet: &'a QuantNetwork,
}

impl Accumulate for Brute<'_> {
    fn accumulate(
        &mut self,
        layer: LayerId,
        group: usize,
        patches: ndarray::ArrayView2<'_, i32>,
    ) -> Array2<i64> {
        let (a, q, map) = (
            self.arch,
            &self.qnet.layers[&layer],
            self.mapping.layer(layer).unwrap(),
        );
        let outputs = q.weights.nrows() / q.groups;
        let rows_per = map.geometry.rows() / q.groups;
        let adc = a.adc.expect("a machine with ADCs");
        let (cell, wb, ib) = (
            a.device.cell_bits,
            a.format.weight_bits,
            a.format.input_bits,
        );
        let analog = a.format.partial_sums == PartialSums::Analog;
        let shifted = q.input_signed && (a.dac_bits > 1 || analog);
        // Binary weights -1 and 1 are stored as 0 and 1.
        let offset = matches!(a.format.signed_weights, SignedWeights::Offset { .. });
        let unit = if wb == 1 && offset { 2 } else { 1 };
        let top = (1i64 << cell) - 1;
        let convert = |sum: i64| match a.format.signed_weights {
            SignedWeights::Differential => {
                sum.clamp(-(1 << (adc.bits - 1)), (1 << (adc.bits - 1)) - 1)
            }
            _ => sum.min((1 << adc.bits) - 1),
        };
        Array2::from_shape_fn((patches.nrows(), outputs), |(p, o)| {
            let mut acc = 0i64;
            let uses = |g: &&RowGroup| {
                g.group == group && g.outputs.iter().any(|x| x == group * outputs + o)
            };
            // Row groups that share an array lie one below the other; a read drives the next rows of the array, whoever they
            // belong to.
            let mut reads: Vec<Vec<usize>> = Vec::new();
            for array in map.row_groups.chunks(map.groups_per_array(a)) {
                let live = array.iter().filter(|g| !g.outputs.is_empty());
                let rows: Vec<(bool, usize)> = live
                    .flat_map(|g| g.rows.iter().map(move |r| (uses(&g), r)))
                    .collect();
                for driven in rows.chunks(a.crossbar.active_rows as usize) {
                    let own = driven.iter().filter(|(own, _)| *own);
                    reads.push(own.map(|&(_, r)| r).collect());
                }
            }
            reads.retain(|rows| !rows.is_empty());
            for rows in reads {
                let pairs: Vec<(i64, i64)> = rows
                    .iter()
                    .map(|&r| {
                        (
                            i64::from(q.weights[[group * outputs + o, r - group * rows_per]]),
                            i64::from(patches[[p, r - group * rows_per]]),
                        )
                    })
                    .collect();
                let code = |x: i64| if shifted { x + (1 << (ib - 1)) } else { x };
                for slice in 0..a.weight_slices() {
                    let cut = |v: i64| (v >> (slice * cell)) & top;
                    let cells: Vec<i64> = pairs
                        .iter()
                        .map(|&(w, _)| match a.format.signed_weights {
                            SignedWeights::Offset { .. } => cut((w + (1 << (wb - 1))) / unit),
                            SignedWeights::Differential => cut(w.max(0)) - cut((-w).max(0)),
                            SignedWeights::TwosComplement => cut(w & ((1 << wb) - 1)),
                        })
                        .collect();
                    let flip = matches!(
                        a.format.signed_weights,
                        SignedWeights::Offset { flip: true, .. }
                    ) && 2 * cells.iter().sum::<i64>() > top * cells.len() as i64;
                    let mut value = 0i64;
                    let (mut charge, mut all_driven) = (0i64, 0i64);
                    let mut first = 0;
                    while first < ib {
                        let width = a.dac_bits.min(ib - first);
                        let digit = |x: i64| (code(x) >> first) & ((1 << width) - 1);
                        let driven: i64 = pairs.iter().map(|&(_, x)| digit(x)).sum();
                        let sum: i64 = pairs
                            .iter()
                            .zip(&cells)
                            .map(|(&(_, x), &c)| digit(x) * if flip { top - c } else { c })
                            .sum();
                        if analog {
                            charge += sum << first;
                            all_driven += driven << first;
                            first += width;
                            continue;
                        }
                        let seen = convert(sum);
                        let seen = if flip { top * driven - seen } else { seen };
                        let negative = q.input_signed && !shifted && first + 1 == ib;
                        value += if negative {
                            -(seen << first)
                        } else {
                            seen << first
                        };
                        first += width;
                    }
                    if analog {
                        let seen = convert(charge);
                        value = if flip { top * all_driven - seen } else { seen };
                    }
                    value *= unit;
                    let negative = a.format.signed_weights == SignedWeights::TwosComplement
                        && slice + 1 == a.weight_slices();
                    acc += if negative {
                        -(value << (slice * cell))
                    } else {
                        value << (slice * cell)
                    };
                }
                if let SignedWeights::Offset { .. } = a.format.signed_weights {
                    acc -= (1i64 << (wb - 1)) * pairs.iter().map(|&(_, x)| code(x)).sum::<i64>();
                }
                if shifted {
                    acc -= (1i64 << (ib - 1)) * pairs.iter().map(|&(w, _)| w).sum::<i64>();
                }
            }
            acc
        })
    }
}

/// One fully connected column of 128 equal weights on ISAAC's format, inputs all `x`.
fn isaac_column(
    flip: bool,
    adc_bits: u32,
    weight: f32,
    x: f32,
    input_bits: u32,
) -> (i64, u64, bool) {
    let set = [
        format!("format.signed.offset.flip={flip}"),
        format!("adc.sar.bits={adc_bits}"),
        "cost.adc.energy=1 pJ".into(),
        "format.weight_bits=2".into(),
        format!("format.input_bits={input_bits}"),
    ];
    let arch = load("isaac-ce", &set).unwrap();
    let mut net = Network::new("column");
    let input = net.push(
        "x",
        Op::Input(Shape::new(128, 1, 1)),
        &[],
        Shape::new(128, 1, 1),
    );
    let gemm = crosscut_traces::Gemm {
        weight: Weights::dense(ndarray::ArrayD::from_elem(
            ndarray::IxDyn(&[1, 128]),
            weight,
        )),
        bias: None,
    };
    crosscut_traces::net::push(&mut net, "fc", Op::Gemm(gemm), &[input]).unwrap();
    let image = Array3::from_elem((128, 1, 1), x);
    let spec = QuantSpec {
        weight_bits: 2,
        input_bits,
    };
    let qnet = quantise(&net, std::slice::from_ref(&image), spec).unwrap();
    let mapping = Mapping::build(&net, &arch, &MapOptions::default()).unwrap();
    let model = FuncModel::prepare(&arch, &mapping, &qnet).unwrap();
    let mut session = FuncSession::new(&model);
    let codes = Array2::from_elem((1, 128), if x < 0.0 { -1 } else { 1 });
    let acc = session.accumulate(LayerId(1), 0, codes.view())[[0, 0]];
    let stats = &session.stats[&LayerId(1)];
    (acc, stats.clipped(), stats.conversions() > 0)
}

#[test]
fn isaac_flip_encoding_saves_one_bit() {
    // 2-bit weights with bias 2: weight +1 is stored as 3. 128 cells of 3 and inputs of 1 sum to 384, beyond 8 bits.
    // Flipped they are stored as 0 and read 0; 3 x 128 - 0 = 384, less the bias 2 x 128, is 128.
    assert_eq!(isaac_column(true, 8, 1.0, 1.0, 1), (128, 0, true));
    // Without flip the converter stops at 255: 255 - 256 = -1.
    assert_eq!(isaac_column(false, 8, 1.0, 1.0, 1), (-1, 1, true));
    // Nine bits hold 384.
    assert_eq!(isaac_column(false, 9, 1.0, 1.0, 1), (128, 0, true));
    // Weight -1 is stored as 1; input -1 has both bits set, the upper one subtracted: the product is +1 each.
    assert_eq!(isaac_column(true, 8, -1.0, -1.0, 2).0, 128);
}

#[test]
fn digits_on_ideal_and_on_default_crossbars() {
    let net = embedded::digits_network();
    let (train, test) = (embedded::digits_train(), embedded::digits_heldout());
    let qnet = quantise(
        &net,
        &train.images[..64],
        QuantSpec {
            weight_bits: 8,
            input_bits: 8,
        },
    )
    .unwrap();
    let (images, labels) = (&test.images[..40], &test.labels[..40]);
    let run = |arch: &Arch| {
        let mapping = Mapping::build(&net, arch, &MapOptions::default()).unwrap();
        let model = FuncModel::prepare(arch, &mapping, &qnet).unwrap();
        (
            evaluate(&model, &qnet, images, labels, &|| {}).unwrap(),
            mapping,
        )
    };
    let (ideal, _) = run(&machine(&["adc.sar.bits=8".into()]));
    assert_eq!(ideal.agreement, 1.0);
    assert!(
        ideal
            .layers
            .iter()
            .all(|l| l.clip_rate == 0.0 && l.rms_error == 0.0)
    );
    let arch = machine(&[]);
    let (real, mapping) = run(&arch);
    for (l, m) in real.layers.iter().zip(&mapping.layers) {
        assert_eq!(
            l.conversions,
            40 * m.adc_conversions(&arch),
            "{}: conversions as mapped",
            l.name
        );
    }
    let one = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    assert_eq!(
        one.install(|| run(&arch)).0,
        real,
        "the result does not depend on the threads"
    );
}

#[test]
fn a_mapping_that_does_not_fit_its_weights_is_refused() {
    let arch = machine(&[]);
    let qnet = small(4, 2, false, &arch);
    let mapping = Mapping::build(&qnet.network, &arch, &MapOptions::default()).unwrap();
    let layer = mapping.layers[0].layer;
    let refused = |change: &dyn Fn(&mut Vec<RowGroup>)| {
        let mut groups = mapping.layers[0].row_groups.clone();
        change(&mut groups);
        let changed = mapping
            .with_row_groups(&qnet.network, &arch, [(layer, groups)].into())
            .unwrap();
        match FuncModel::prepare(&arch, &changed, &qnet) {
            Err(FuncError::Mapping { what, .. }) => what,
            Err(e) => panic!("{e}"),
            Ok(_) => String::new(),
        }
    };
    assert_eq!(refused(&|_| ()), "");
    assert!(refused(&|g| g.push(g[0].clone())).contains("twice"));
    assert!(refused(&|g| g[0].rows = Indices::list(vec![3, 1, 3])).contains("row 3 twice"));
    assert!(refused(&|g| g[0].rows = Indices::range(0, 4000)).contains("another channel group"));
    assert!(refused(&|g| g[0].outputs = Indices::range(7, 9)).contains("output"));
    assert!(refused(&|g| g[0].group = 9).contains("another channel group"));
}

#[test]
fn conversions_are_those_of_the_mapping_where_idle_columns_are_converted() {
    for (bits, groups) in [(6, 1), (6, 2), (16, 2)] {
        let arch = machine(&[
            "adc.sar.unused_columns=convert".into(),
            format!("adc.sar.bits={bits}"),
            "cost.adc.energy=1 pJ".into(),
            "cost.adc.area=1 um2".into(),
        ]);
        let qnet = small(4, groups, false, &arch);
        let mapping = Mapping::build(&qnet.network, &arch, &MapOptions::default()).unwrap();
        let model = FuncModel::prepare(&arch, &mapping, &qnet).unwrap();
        let mut session = FuncSession::new(&model);
        let input = image(4, qnet.network.layer(LayerId(0)).shape, false);
        int::run(&qnet, &input, &mut session).unwrap();
        let map = &mapping.layers[0];
        assert_eq!(
            session.stats[&map.layer].conversions(),
            map.adc_conversions(&arch),
            "{bits} bits, {groups} groups"
        );
    }
}

#[test]
fn fewer_active_rows_take_more_reads_and_clip_less() {
    // 64 rows of 2-bit cells and 1-bit inputs: sums up to 192 against 63 codes; 16 rows at once sum to 48 at most.
    let whole = machine(&[]);
    let parts = machine(&["crossbar.active_rows=16".into()]);
    let net = embedded::digits_network();
    let train = embedded::digits_train();
    let spec = QuantSpec {
        weight_bits: 8,
        input_bits: 8,
    };
    let qnet = quantise(&net, &train.images[..32], spec).unwrap();
    let run = |arch: &Arch| {
        let mapping = Mapping::build(&net, arch, &MapOptions::default()).unwrap();
        let model = FuncModel::prepare(arch, &mapping, &qnet).unwrap();
        let (images, labels) = (&train.images[..8], &train.labels[..8]);
        let result = evaluate(&model, &qnet, images, labels, &|| {}).unwrap();
        let mapped = mapping.layers.iter().map(|m| m.adc_conversions(arch));
        let mapped: Vec<u64> = mapped.collect();
        (result, mapped, mapping)
    };
    let ((one, mapped, mapping), (four, mapped_four, _)) = (run(&whole), run(&parts));
    assert!(one.layers.iter().any(|l| l.clip_rate > 0.0));
    assert!(
        four.layers
            .iter()
            .all(|l| l.clip_rate == 0.0 && l.rms_error == 0.0)
    );
    let mut more = 0;
    for (i, (a, b)) in one.layers.iter().zip(&four.layers).enumerate() {
        assert_eq!(a.conversions, 8 * mapped[i], "{}", a.name);
        assert_eq!(b.conversions, 8 * mapped_four[i], "{}", b.name);
        // The arrays of a row group have as many columns as those of any other: what differs is how often they are read.
        let groups = &mapping.layers[i].row_groups;
        let reads: usize = groups.iter().map(|g| g.rows.len().div_ceil(16)).sum();
        let (reads, arrays) = (reads as u64, groups.len() as u64);
        more += u64::from(reads > arrays);
        assert_eq!(mapped_four[i] * arrays, mapped[i] * reads, "{}", b.name);
    }
    assert!(more > 0, "no layer has more than 16 rows");
}

#[test]
fn unrolled_layers_with_few_active_rows_are_refused() {
    let arch = machine(&["crossbar.active_rows=16".into(), "mapping.fold=semi".into()]);
    let qnet = small(4, 1, false, &arch);
    let mapping = Mapping::build(&qnet.network, &arch, &MapOptions::default()).unwrap();
    assert!(mapping.layers[0].unroll > 1);
    let refused = FuncModel::prepare(&arch, &mapping, &qnet).map(|_| ());
    let message = refused.unwrap_err().to_string();
    assert!(message.contains("`conv` is unrolled"), "{message}");
}
