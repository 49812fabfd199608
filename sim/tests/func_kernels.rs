//! Do all kernels give the same values where their domains overlap, and those of the definition?

mod one_layer;

use crosscut_arch::{Arch, PartKind, SignedWeights};
use crosscut_sim::func::kernel::{ReadAt, Scratch};
use crosscut_sim::func::{
    Codes, Detail, FuncOptions, FuncSession, Isa, LayerStats, WeightSliceStats,
};
use crosscut_sim::graph::{DataflowGraph, Mapped};
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_sim::time;
use crosscut_traces::quant::Accumulate;
use crosscut_traces::random::Key;
use ndarray::{Array2, s};
use one_layer::{FC, layer, machine, prepare, product, random, run};
use std::collections::BTreeMap;

const NO_SPREAD: &str = "device.reram.programming.proportional={sigma=0.0, source=\"test\"}";
const NO_NOISE: &str = "device.reram.read_noise.proportional={sigma=0.0, source=\"test\"}";

#[test]
fn all_kernels_agree_where_their_domains_overlap() {
    let mut kernels = BTreeMap::new();
    for case in 0..48u64 {
        let pick = |i: u64, n: u64| Key::new(case).bits(i) % n;
        let scheme = [
            "format.signed.offset={unit_column=true, flip=false}",
            "format.signed.offset={unit_column=true, flip=true}",
            "format.signed.differential={}",
        ][pick(0, 3) as usize];
        let (weight, input, cell) = (2 + pick(1, 7), 1 + pick(2, 10), 1 + pick(3, 4));
        let dac = 1 + pick(4, input);
        let active = 5 + pick(5, 28);
        let bits = [4, 6, 16][pick(6, 3) as usize];
        let range = ["unit-step", "full"][pick(7, 2) as usize];
        let sums = ["digital", "analog"][pick(8, 2) as usize];
        let set = [
            scheme.to_string(),
            format!("format.weight_bits={weight}"),
            format!("format.input_bits={input}"),
            format!("format.partial_sums={sums}"),
            format!("device.reram.cell_bits={cell}"),
            format!("dac.bits={dac}"),
            "crossbar.rows=32".into(),
            format!("crossbar.active_rows={active}"),
            format!("adc.sar.bits={bits}"),
            format!("adc.sar.range={range}"),
        ];
        let set: Vec<&str> = set.iter().map(String::as_str).collect();
        let signed = pick(9, 2) == 1;
        let top = (1i64 << (weight - 1)) - 1;
        let w = random(
            case,
            1 + pick(10, 70) as usize,
            1 + pick(11, 90) as usize,
            -top,
            top,
        );
        let (lo, hi) = if signed {
            (-(1i64 << (input - 1)), (1i64 << (input - 1)) - 1)
        } else {
            (0, (1i64 << input) - 1)
        };
        let x = random(case + 500, 3, w.ncols(), lo, hi);
        let ideal = machine(&set);
        let qnet = layer(w.clone(), &ideal, signed);
        let options = |detail, isa| FuncOptions {
            detail,
            isa: Some(isa),
            ..FuncOptions::default()
        };
        let mut want: Option<(Array2<i64>, LayerStats)> = None;
        for more in [&[][..], &[NO_SPREAD], &[NO_NOISE]] {
            let arch = machine(&[&set[..], more].concat());
            for detail in [Detail::Moments, Detail::Clips] {
                for isa in Isa::available() {
                    let (out, mut stats, kernel) = run(&arch, &qnet, &options(detail, isa), &x);
                    *kernels.entry(kernel).or_insert(0) += 1;
                    if bits == 16 && stats.clipped() == 0 && range == "unit-step" {
                        assert_eq!(out, product(&w, &x), "case {case}, {kernel}, {isa:?}");
                    }
                    match &want {
                        None => want = Some((out, stats)),
                        Some((o, s)) => {
                            assert_eq!(&out, o, "case {case}, {kernel}, {isa:?}, {set:?}");
                            if kernel == "exact-integer" {
                                continue;
                            }
                            // The first had all details; these count in every case.
                            if detail == Detail::Clips {
                                stats.detail = Detail::Moments;
                                for (a, b) in stats.weight_slices.iter_mut().zip(&s.weight_slices) {
                                    (a.sum, a.squares, a.error) = (b.sum, b.squares, b.error);
                                }
                            }
                            assert_eq!(&stats, s, "case {case}, {kernel}, {isa:?}, {set:?}");
                        }
                    }
                }
            }
        }
    }
    let names: Vec<&str> = kernels.keys().copied().collect();
    let all = [
        "analog-conductance",
        "analog-read-noise",
        "bit-plane-clip",
        "exact-integer",
    ];
    assert_eq!(names, all, "{kernels:?}");
}

/// The definition, read by read, of one row group of ideal cells: accumulators, and what the converters saw.
fn read_by_read(
    arch: &Arch,
    codes: &[Codes],
    w: &Array2<i32>,
    x: &Array2<i32>,
    signed: bool,
) -> (Array2<i64>, Vec<WeightSliceStats>) {
    let (bits, dac, cell) = (arch.format.input_bits, arch.dac_bits, arch.device.cell_bits);
    let (offset, flips) = match arch.format.signed_weights {
        SignedWeights::Offset { flip, .. } => (1i64 << (arch.format.weight_bits - 1), flip),
        _ => (0, false),
    };
    let top = (1i64 << cell) - 1;
    let shifted = signed && dac > 1;
    let shift = if shifted { 1i64 << (bits - 1) } else { 0 };
    let mut seen = vec![WeightSliceStats::default(); codes.len()];
    let mut out = Array2::zeros((x.nrows(), w.nrows()));
    for ((position, o), out) in out.indexed_iter_mut() {
        let (w, x) = (w.row(o).mapv(i64::from), x.row(position).mapv(i64::from));
        let raw = x.mapv(|x| x + shift);
        let total = raw.sum();
        for (slice, (codes, seen)) in codes.iter().zip(&mut seen).enumerate() {
            let cut = |v: i64| v >> (slice as u32 * cell) & top;
            let mut levels = match offset {
                0 => w.mapv(|w| if w < 0 { -cut(-w) } else { cut(w) }),
                _ => w.mapv(|w| cut(w + offset)),
            };
            let flip = flips && 2 * levels.sum() > top * levels.len() as i64;
            if flip {
                levels.mapv_inplace(|level| top - level);
            }
            let mut value = 0;
            for first in (0..bits).step_by(dac as usize) {
                let n = dac.min(bits - first);
                let sum = (&raw.mapv(|x| x >> first & ((1 << n) - 1)) * &levels).sum();
                let code = (sum as f64 / codes.step as f64).round_ties_even() as i64;
                let held = code.clamp(codes.lo, codes.hi) * codes.step;
                seen.below += u64::from(code < codes.lo);
                seen.above += u64::from(code > codes.hi);
                let (least, most) = seen.range.unwrap_or((sum, sum));
                seen.range = Some((least.min(sum), most.max(sum)));
                seen.sum += i128::from(sum);
                seen.squares += (i128::from(sum) * i128::from(sum)) as u128;
                seen.error += u128::from(held.abs_diff(sum));
                seen.histogram.add(sum, 1);
                seen.conversions += 1;
                let sign = if signed && !shifted && first + n == bits {
                    -1
                } else {
                    1
                };
                value += sign * (held << first);
            }
            let value = if flip { top * total - value } else { value };
            *out += value << (slice as u32 * cell);
        }
        *out -= offset * total + shift * w.sum();
    }
    (out, seen)
}

/// Many rows, many levels and full columns, so that sums pass 8 and 16 bits.
#[test]
fn sums_of_any_size_are_those_of_the_definition() {
    let mut clipped = 0;
    for case in 0..60u64 {
        let pick = |i: u64, n: u64| Key::new(case + 9000).bits(i) % n;
        let scheme = [
            "format.signed.offset={unit_column=true, flip=false}",
            "format.signed.offset={unit_column=true, flip=true}",
            "format.signed.differential={}",
        ][pick(0, 3) as usize];
        let input = 1 + pick(2, 12);
        let set = [
            scheme.to_string(),
            "format.weight_bits=8".into(),
            format!("format.input_bits={input}"),
            format!(
                "device.reram.cell_bits={}",
                [1, 2, 4, 8][pick(3, 4) as usize]
            ),
            format!("dac.bits={}", 1 + pick(4, input.min(3))),
            "crossbar.rows=700".into(),
            "crossbar.columns=1024".into(),
            format!("adc.sar.bits={}", [5, 8, 12][pick(6, 3) as usize]),
            format!(
                "adc.sar.range={}",
                ["unit-step", "full"][pick(7, 2) as usize]
            ),
        ];
        let set: Vec<&str> = set.iter().map(String::as_str).collect();
        let arch = machine(&set);
        let (rows, outputs) = (1 + pick(8, 700) as usize, 1 + pick(9, 90) as usize);
        let mut w = random(case, outputs, rows, -127, 127);
        // Columns of nothing but the largest weights of one sign.
        w.row_mut(0).fill(127);
        w.row_mut(outputs / 2).fill(-127);
        let signed = pick(10, 2) == 1;
        let top = (1i64 << input) - 1;
        let (lo, hi) = if signed {
            (-(top + 1) / 2, top / 2)
        } else {
            (0, top)
        };
        let mut x = random(case + 500, 40, rows, lo, hi);
        x.row_mut(0).fill(hi as i32);
        x.row_mut(1).fill(0);
        x.row_mut(2).fill(lo as i32);
        let qnet = layer(w.clone(), &arch, signed);
        let mut want = None;
        for detail in [Detail::Clips, Detail::Moments, Detail::Histogram] {
            for isa in Isa::available() {
                let options = FuncOptions {
                    detail,
                    isa: Some(isa),
                    ..FuncOptions::default()
                };
                let model = prepare(&arch, &qnet, &options).unwrap();
                let (_, l) = model.layers().next().unwrap();
                let codes = &l.converters.as_ref().unwrap().codes;
                let (product, seen) =
                    want.get_or_insert_with(|| read_by_read(&arch, codes, &w, &x, signed));
                let (out, stats, kernel) = run(&arch, &qnet, &options, &x);
                assert_eq!(&out, &*product, "case {case}, {kernel}, {isa:?}, {set:?}");
                if kernel == "exact-integer" {
                    continue;
                }
                clipped += stats.clipped();
                for (got, seen) in stats.weight_slices.iter().zip(seen) {
                    let mut seen = seen.clone();
                    if detail < Detail::Histogram {
                        seen.histogram = Default::default();
                    }
                    if detail < Detail::Moments {
                        (seen.sum, seen.squares, seen.error) = (0, 0, 0);
                    }
                    assert_eq!(*got, seen, "case {case}, {detail:?}, {isa:?}, {set:?}");
                }
            }
        }
    }
    assert!(clipped > 0, "the cases must exercise clipping");
}

const SPREAD: &str = "device.reram.programming.proportional={sigma=0.05, source=\"test\"}";
const NOISE: &str = "device.reram.read_noise.proportional={sigma=0.05, source=\"test\"}";

/// Converters that scatter: what one converts is off together, others apart. What is recorded and the instructions change nothing.
#[test]
fn converters_that_differ_bend_each_column_by_a_line_of_its_own() {
    let arch = machine(&[
        "crossbar.rows=32",
        "crossbar.columns=32",
        "adc.sar.bits=6",
        "adc.sar.range=full",
        "adc.sar.errors.offset_spread=0.8",
        "adc.sar.errors.gain_spread=0.05",
        "format.input_bits=1",
    ]);
    let (w, x) = (random(3, 40, 70, -127, 127), random(4, 200, 70, 0, 1));
    let qnet = layer(w.clone(), &arch, false);
    let options = |detail, isa| FuncOptions {
        detail,
        isa: Some(isa),
        seed: 5,
        ..FuncOptions::default()
    };
    let (want, seen, kernel) = run(&arch, &qnet, &options(Detail::Moments, Isa::Portable), &x);
    assert_eq!(kernel, "analog-conductance");
    for isa in Isa::available() {
        let (out, stats, _) = run(&arch, &qnet, &options(Detail::Clips, isa), &x);
        assert_eq!(out, want, "{isa:?}");
        for (a, b) in stats.weight_slices.iter().zip(&seen.weight_slices) {
            assert_eq!((a.below, a.above, a.range), (b.below, b.above, b.range));
        }
    }
    // Sums of the outputs of one array are off together, and arrays apart: 40 outputs in 4 slices fill 5 arrays of 32
    // columns, 8 outputs each, in each of 3 row groups.
    let ideal = machine(&[
        "crossbar.rows=32",
        "crossbar.columns=32",
        "adc.sar.bits=12",
        "format.input_bits=1",
    ]);
    let (exact, ..) = run(
        &ideal,
        &layer(w.clone(), &ideal, false),
        &FuncOptions::default(),
        &x,
    );
    assert_eq!(exact, product(&w, &x));
    let off = |o: usize| -> f64 {
        let (got, want) = (want.column(o), exact.column(o));
        got.iter()
            .zip(want)
            .map(|(a, b)| (a - b) as f64)
            .sum::<f64>()
            / 200.0
    };
    let means: Vec<f64> = (0..40).map(off).collect();
    let scatter = |v: &[f64]| {
        let mean = v.iter().sum::<f64>() / v.len() as f64;
        (v.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / v.len() as f64).sqrt()
    };
    let arrays: Vec<f64> = means
        .chunks(8)
        .map(|c| c.iter().sum::<f64>() / 8.0)
        .collect();
    let within = means.chunks(8).map(scatter).fold(0.0, f64::max);
    assert!(scatter(&arrays) > 3.0 * within, "{arrays:?}, {within}");
    // Another chip has other converters.
    let chip = FuncOptions {
        chip: 1,
        ..options(Detail::Clips, Isa::best())
    };
    assert_ne!(run(&arch, &qnet, &chip, &x).0, want);
}

#[test]
fn noise_does_not_depend_on_batch_instruction_set_or_threads() {
    for dac in [1, 2] {
        let dac = format!("dac.bits={dac}");
        let arch = machine(&[&dac, SPREAD, NOISE, "format.signed.differential={}"]);
        let w = random(1, 30, 150, -100, 100);
        let qnet = layer(w, &arch, false);
        let x = random(2, 70, 150, 0, 255);
        let options = FuncOptions {
            seed: 9,
            ..FuncOptions::default()
        };
        let (whole, stats, _) = run(&arch, &qnet, &options, &x);
        for isa in Isa::available() {
            let one = FuncOptions {
                isa: Some(isa),
                ..options.clone()
            };
            let model = prepare(&arch, &qnet, &one).unwrap();
            let (_, l) = model.layers().next().unwrap();
            let mut seen = LayerStats::new(4, Detail::Clips);
            let mut pieces = Vec::new();
            // Pieces of odd sizes, last first.
            for (first, end) in [(33, 70), (1, 33), (0, 1)] {
                let at = ReadAt {
                    image: 0,
                    first_position: first as u64,
                };
                let part = x.slice(s![first..end, ..]);
                let mut scratch = Scratch::default();
                let out = l.kernel.multiply(0, part, at, &mut scratch, &mut seen);
                assert_eq!(out, whole.slice(s![first..end, ..]), "{isa:?}");
                pieces.push(out);
            }
            for (a, b) in seen.weight_slices.iter().zip(&stats.weight_slices) {
                assert_eq!((a.below, a.above, a.range), (b.below, b.above, b.range));
            }
        }
        let single = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .build()
            .unwrap();
        assert_eq!(single.install(|| run(&arch, &qnet, &options, &x)).0, whole);
        // Another seed, chip or image is another draw.
        let other = |p: FuncOptions| run(&arch, &qnet, &p, &x).0;
        assert_ne!(
            other(FuncOptions {
                seed: 10,
                ..options.clone()
            }),
            whole
        );
        assert_ne!(
            other(FuncOptions {
                chip: 1,
                ..options.clone()
            }),
            whole
        );
        let model = prepare(&arch, &qnet, &options).unwrap();
        let mut second = FuncSession::of_image(&model, 1);
        assert_ne!(second.accumulate(FC, 0, x.view()), whole);
    }
}

#[test]
fn charge_added_over_the_steps_is_converted_once_in_every_engine() {
    let counts = |sums: &str| {
        let arch = machine(&[
            &format!("format.partial_sums={sums}"),
            "crossbar.active_rows=16",
        ]);
        let qnet = layer(random(1, 20, 150, -100, 100), &arch, false);
        let mapping = Mapping::build(&qnet.network, &arch, &MapOptions::default()).unwrap();
        let graph = DataflowGraph::build(&qnet.network, &arch, &mapping).unwrap();
        let cycle = time::run(Mapped::new(&graph, &arch, &mapping))
            .map(|t| t.result)
            .unwrap();
        let x = random(2, 1, 150, 0, 255);
        let (_, stats, _) = run(&arch, &qnet, &FuncOptions::default(), &x);
        let mapped = mapping.layers[0].adc_conversions(&arch);
        assert_eq!(stats.conversions(), mapped, "{sums}");
        // The engine counts the unit column of each array as well.
        let all = mapped + mapping.layers[0].unit_conversions(&arch);
        assert_eq!(cycle.counts.get(PartKind::Adc), all, "{sums}");
        assert_eq!(cycle.counts.get(PartKind::ShiftAdd), all, "{sums}");
        (
            mapped,
            cycle.counts.get(PartKind::Crossbar),
            arch.cycle_ticks(),
        )
    };
    let ((digital, reads, ticks), (analog, same, shorter)) = (counts("digital"), counts("analog"));
    // Row groups of 64, 64 and 22 rows: 4 + 4 + 2 groups of active rows; 20 x 4 columns, 8 steps.
    assert_eq!((digital, analog), (10 * 80 * 8, 10 * 80));
    assert_eq!(reads, same);
    assert!(shorter <= ticks);
}
