//! Do all kernels give the same values where their domains overlap, and the analog ones the distributions their laws say?

mod one_layer;

use crosscut_arch::{Arch, PartKind, SignedWeights};
use crosscut_sim::cycle;
use crosscut_sim::func::kernel::{Isa, ReadAt, Scratch};
use crosscut_sim::func::{Codes, Detail, FuncSession, LayerStats, Physics, SliceStats, Switches};
use crosscut_sim::graph::DataflowGraph;
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_traces::quant::Accumulate;
use crosscut_traces::weights::{hash, normal};
use ndarray::{Array2, s};
use one_layer::{FC, layer, machine, prepare, random, run};
use std::collections::BTreeMap;

fn product(w: &Array2<i32>, x: &Array2<i32>) -> Array2<i64> {
    x.mapv(i64::from).dot(&w.mapv(i64::from).t())
}

const NO_SPREAD: &str = "device.reram.programming.proportional={sigma=0.0, source=\"test\"}";
const NO_NOISE: &str = "device.reram.read_noise.proportional={sigma=0.0, source=\"test\"}";

#[test]
fn all_kernels_agree_where_their_domains_overlap() {
    let mut kernels = BTreeMap::new();
    for case in 0..48u64 {
        let pick = |i: u64, n: u64| hash(case, i) % n;
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
        let physics = |detail, isa| Physics {
            detail,
            isa: Some(isa),
            ..Physics::default()
        };
        let mut want: Option<(Array2<i64>, LayerStats)> = None;
        for more in [&[][..], &[NO_SPREAD], &[NO_NOISE]] {
            let arch = machine(&[&set[..], more].concat());
            for detail in [Detail::Moments, Detail::Clips] {
                for isa in Isa::available() {
                    let (out, mut stats, kernel) = run(&arch, &qnet, &physics(detail, isa), &x);
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
                                for (a, b) in stats.slices.iter_mut().zip(&s.slices) {
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
) -> (Array2<i64>, Vec<SliceStats>) {
    let (bits, dac, cell) = (arch.format.input_bits, arch.dac_bits, arch.device.cell_bits);
    let (offset, flips) = match arch.format.signed_weights {
        SignedWeights::Offset { flip, .. } => (1i64 << (arch.format.weight_bits - 1), flip),
        _ => (0, false),
    };
    let top = (1i64 << cell) - 1;
    let shifted = signed && dac > 1;
    let shift = if shifted { 1i64 << (bits - 1) } else { 0 };
    let mut seen = vec![SliceStats::default(); codes.len()];
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
        let pick = |i: u64, n: u64| hash(case + 9000, i) % n;
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
                let physics = Physics {
                    detail,
                    isa: Some(isa),
                    ..Physics::default()
                };
                let model = prepare(&arch, &qnet, &physics).unwrap();
                let (_, l) = model.layers().next().unwrap();
                let codes = &l.converters.as_ref().unwrap().slices;
                let (product, seen) =
                    want.get_or_insert_with(|| read_by_read(&arch, codes, &w, &x, signed));
                let (out, stats, kernel) = run(&arch, &qnet, &physics, &x);
                assert_eq!(&out, &*product, "case {case}, {kernel}, {isa:?}, {set:?}");
                if kernel == "exact-integer" {
                    continue;
                }
                clipped += stats.clipped();
                for (got, seen) in stats.slices.iter().zip(seen) {
                    let mut seen = SliceStats {
                        conversions: got.conversions,
                        ..seen.clone()
                    };
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
    let physics = |detail, isa| Physics {
        detail,
        isa: Some(isa),
        seed: 5,
        ..Physics::default()
    };
    let (want, seen, kernel) = run(&arch, &qnet, &physics(Detail::Moments, Isa::Portable), &x);
    assert_eq!(kernel, "analog-conductance");
    for isa in Isa::available() {
        let (out, stats, _) = run(&arch, &qnet, &physics(Detail::Clips, isa), &x);
        assert_eq!(out, want, "{isa:?}");
        for (a, b) in stats.slices.iter().zip(&seen.slices) {
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
        &Physics::default(),
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
    let chip = Physics {
        chip: 1,
        ..physics(Detail::Clips, Isa::best())
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
        let physics = Physics {
            seed: 9,
            ..Physics::default()
        };
        let (whole, stats, _) = run(&arch, &qnet, &physics, &x);
        for isa in Isa::available() {
            let one = Physics {
                isa: Some(isa),
                ..physics.clone()
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
            for (a, b) in seen.slices.iter().zip(&stats.slices) {
                assert_eq!((a.below, a.above, a.range), (b.below, b.above, b.range));
            }
        }
        let single = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .build()
            .unwrap();
        assert_eq!(single.install(|| run(&arch, &qnet, &physics, &x)).0, whole);
        // Another seed, chip or image is another draw.
        let other = |p: Physics| run(&arch, &qnet, &p, &x).0;
        assert_ne!(
            other(Physics {
                seed: 10,
                ..physics.clone()
            }),
            whole
        );
        assert_ne!(
            other(Physics {
                chip: 1,
                ..physics.clone()
            }),
            whole
        );
        let model = prepare(&arch, &qnet, &physics).unwrap();
        let mut second = FuncSession::of_image(&model, 1);
        assert_ne!(second.accumulate(FC, 0, x.view()), whole);
    }
}

/// Mean and standard deviation.
fn moments(v: &[f64]) -> (f64, f64) {
    let n = v.len() as f64;
    let mean = v.iter().sum::<f64>() / n;
    let var = v.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, var.sqrt())
}

/// Cells of 8 bits, so that a conversion's rounding is small beside the spread: one slice, one row step, all inputs 1.
const ONE_CELL: [&str; 8] = [
    "format.signed.differential={}",
    "format.weight_bits=9",
    "format.input_bits=1",
    "device.reram.cell_bits=8",
    "device.reram.on=100 uS",
    "device.reram.off=10 uS",
    "adc.sar.bits=16",
    "crossbar.columns=64",
];

/// Accumulators of many columns of one cell each at `level` (other cells of the column at the lowest level are absent).
fn single_cells(set: &[&str], level: i32, physics: &Physics, columns: usize) -> Vec<f64> {
    let arch = machine(&[&ONE_CELL[..], set].concat());
    let qnet = layer(Array2::from_elem((columns, 1), level), &arch, false);
    let (out, _, kernel) = run(&arch, &qnet, physics, &Array2::ones((1, 1)));
    assert!(kernel.starts_with("analog"), "{kernel}");
    out.iter().map(|&v| v as f64).collect()
}

#[test]
fn programming_laws_have_their_mean_and_spread() {
    // Unit: 90 uS / 255 levels. Level 170 is 70 uS, level 0 of the negative cell 10 uS.
    let unit = 90.0 / 255.0;
    let n = 20_000;
    let two = |plus: f64, minus: f64| (plus * plus + minus * minus).sqrt() / unit;
    let fit = |g: f64| 0.5 + 2.0 * (g / 100.0) - 1.0 * (g / 100.0) * (g / 100.0);
    let lognormal = |g: f64| {
        let (mean, e) = (g * (0.1f64 * 0.1 / 2.0).exp(), (0.1f64 * 0.1).exp());
        (mean, mean * (e - 1.0).sqrt())
    };
    let ((m70, s70), (m10, s10)) = (lognormal(70.0), lognormal(10.0));
    for (law, mean, sd) in [
        (
            "proportional={sigma=0.05, source=\"t\"}",
            170.0,
            two(3.5, 0.5),
        ),
        (
            "uniform={sigma=\"2 uS\", source=\"t\"}",
            170.0,
            two(2.0, 2.0),
        ),
        (
            "polynomial={coefficients_us=[0.5, 2.0, -1.0], scale=\"100 uS\", source=\"t\"}",
            170.0,
            two(fit(70.0), fit(10.0)),
        ),
        (
            "lognormal={sigma=0.1, source=\"t\"}",
            (m70 - m10) / unit,
            two(s70, s10),
        ),
    ] {
        let set = format!("device.reram.programming.{law}");
        let got = single_cells(&[&set], 170, &Physics::default(), n);
        let (m, s) = moments(&got);
        // Rounding to codes adds a variance of 1/12.
        let sd = (sd * sd + 1.0 / 12.0).sqrt();
        let se = sd / (n as f64).sqrt();
        assert!((m - mean).abs() < 5.0 * se, "{law}: mean {m}, not {mean}");
        assert!((s - sd).abs() < 5.0 * se, "{law}: deviation {s}, not {sd}");
        let ideal = Physics {
            switches: Switches {
                programming: false,
                ..Switches::all()
            },
            ..Physics::default()
        };
        let arch = machine(&[&ONE_CELL[..], &[set.as_str()]].concat());
        let qnet = layer(Array2::from_elem((3, 1), 170), &arch, false);
        let (out, _, kernel) = run(&arch, &qnet, &ideal, &Array2::ones((1, 1)));
        assert_eq!(
            (out, kernel),
            (Array2::from_elem((1, 3), 170), "exact-integer")
        );
    }
}

#[test]
fn stuck_cells_occur_as_often_as_said() {
    let n = 20_000;
    let set = [
        "device.reram.stuck_lrs=0.0175",
        "device.reram.stuck_hrs=0.0904",
    ];
    let got = single_cells(&set, 100, &Physics::default(), n);
    // Positive cell as it should be, stuck high (255) or low (0); negative likewise from 0.
    let share = |value: f64| got.iter().filter(|v| **v == value).count() as f64 / n as f64;
    let (high, low) = (0.0175, 0.0904);
    let fine = 1.0 - high - low;
    let near = |got: f64, p: f64| {
        let se = (p * (1.0 - p) / n as f64).sqrt();
        assert!((got - p).abs() < 5.0 * se, "{got}, not {p}");
    };
    // The negative cell aims at the lowest level: only stuck-high changes it.
    near(share(100.0), fine * (1.0 - high));
    near(share(255.0), high * (1.0 - high));
    near(share(0.0), low * (1.0 - high) + high * high);
    near(share(100.0 - 255.0), fine * high);
}

#[test]
fn drift_follows_its_power_law_and_one_gain_makes_up_for_its_mean() {
    let n = 20_000;
    let drift = |more: &str| {
        format!(
            "device.reram.drift={{time=\"1 h\", law.power={{t0=\"1 s\", nu=0.05, nu_sd=0.01, source=\"t\"}}{more}}}"
        )
    };
    let (plain, global) = (drift(""), drift(", compensation=\"global\""));
    let unit = 90.0 / 255.0;
    let got = single_cells(&[&plain], 170, &Physics::default(), n);
    // 3600^-nu with nu = N(0.05, 0.01): lognormal with mean -0.05 ln 3600 and deviation 0.01 ln 3600.
    let l = 3600f64.ln();
    let factor = (-0.05 * l + (0.01 * l).powi(2) / 2.0).exp();
    let spread = factor * ((0.01 * l).powi(2).exp() - 1.0).sqrt();
    let mean = 60.0 / unit * factor;
    let sd =
        ((70.0f64.powi(2) + 10.0f64.powi(2)).sqrt() / unit * spread).hypot(12f64.sqrt().recip());
    let (m, s) = moments(&got);
    let se = sd / (n as f64).sqrt();
    assert!((m - mean).abs() < 5.0 * se, "mean {m}, not {mean}");
    assert!((s - sd).abs() < 5.0 * se, "deviation {s}, not {sd}");
    let (m, _) = moments(&single_cells(&[&global], 170, &Physics::default(), n));
    assert!(
        (m - 170.0).abs() < 5.0 * se / factor,
        "compensated mean {m}"
    );
    // A read at t0 sees no drift yet.
    let fresh = Physics {
        time_s: Some(1.0),
        ..Physics::default()
    };
    assert!(
        single_cells(&[&plain], 170, &fresh, 9)
            .iter()
            .all(|v| *v == 170.0)
    );
}

#[test]
fn a_table_of_levels_gives_means_and_deviations() {
    let folder = std::env::temp_dir().join(format!("crosscut-levels-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("cells.csv");
    std::fs::write(
        &file,
        "# measured\nmean_us,sd_us\n1,0\n20, 2\n50,0.5\n91,1\n",
    )
    .unwrap();
    let levels = format!("device.reram.levels={}", file.display());
    let set = [
        "format.weight_bits=3",
        "device.reram.cell_bits=2",
        "format.input_bits=8",
        "dac.bits=8",
        levels.as_str(),
    ];
    let arch = machine(&[&ONE_CELL[..], &set].concat());
    std::fs::remove_dir_all(&folder).unwrap();
    let n = 20_000;
    let qnet = layer(Array2::ones((n, 1)), &arch, false);
    // Unit: 90 uS / 3; level 1 conducts 20 +- 2 uS, the negative cell exactly 1: 19 / 30 of 255.
    let x = Array2::from_elem((1, 1), 255);
    let (out, _, _) = run(&arch, &qnet, &Physics::default(), &x);
    let (m, s) = moments(&out.iter().map(|&v| v as f64).collect::<Vec<_>>());
    let (mean, sd) = (255.0 * 19.0 / 30.0, 255.0 * 2.0 / 30.0);
    let se = sd / (n as f64).sqrt();
    assert!(
        (m - mean).abs() < 5.0 * se && (s - sd).abs() < 5.0 * se,
        "{m} {s}"
    );
}

#[test]
fn cells_at_the_lowest_level_conduct_unless_a_reference_takes_it_away() {
    // Unit 90 uS / 3 = 30 uS, lowest level 10 uS: a third of a unit per driven row.
    let set = [
        "format.weight_bits=2",
        "format.input_bits=1",
        "device.reram.on=100 uS",
        "device.reram.off=10 uS",
        "adc.sar.bits=10",
    ];
    let w = random(3, 5, 60, -2, 1);
    let x = Array2::ones((1, 60));
    let want = product(&w, &x);
    let with = |more: &[&str], physics: &Physics| {
        let arch = machine(&[&set[..], more].concat());
        run(&arch, &layer(w.clone(), &arch, false), physics, &x).0
    };
    assert_eq!(with(&[], &Physics::default()), want);
    let open = ["device.reram.off_compensation=none"];
    let shifted = with(&open, &Physics::default());
    // 60 driven rows add 20 to every column.
    assert_eq!(shifted, want.mapv(|v| v + 20));
    let off = Physics {
        switches: Switches {
            on_off: false,
            ..Switches::all()
        },
        ..Physics::default()
    };
    assert_eq!(with(&open, &off), want);
}

#[test]
fn one_normal_number_per_read_has_the_distribution_of_one_per_cell() {
    // Brute force: the test draws noise for every cell of every read by itself.
    for (dac, input, sums) in [(1, 3, "digital"), (3, 3, "digital"), (1, 3, "analog")] {
        let set = [
            "format.signed.differential={}".to_string(),
            "format.weight_bits=9".into(),
            format!("format.input_bits={input}"),
            format!("format.partial_sums={sums}"),
            "device.reram.cell_bits=8".into(),
            "device.reram.on=100 uS".into(),
            "device.reram.off=10 uS".into(),
            format!("dac.bits={dac}"),
            "adc.sar.bits=16".into(),
            "device.reram.read_noise.proportional={sigma=0.1, source=\"t\"}".into(),
        ];
        let set: Vec<&str> = set.iter().map(String::as_str).collect();
        let arch = machine(&set);
        let rows = 20;
        let w = random(4, 1, rows, -255, 255);
        let codes = random(5, 1, rows, 0, 7);
        let n = 8000;
        let x = Array2::from_shape_fn((n, rows), |(_, r)| codes[[0, r]]);
        let (out, _, kernel) = run(
            &arch,
            &layer(w.clone(), &arch, false),
            &Physics::default(),
            &x,
        );
        assert_eq!(kernel, "analog-read-noise");
        let got: Vec<f64> = out.iter().map(|&v| v as f64).collect();
        let unit = 90.0 / 255.0;
        let mut counter = 0;
        let mut draw = |g: f64| {
            counter += 1;
            g * (1.0 + 0.1 * f64::from(normal(77, counter)))
        };
        let brute: Vec<f64> = (0..n)
            .map(|_| {
                let mut total = 0.0;
                let mut charge = 0.0;
                for first in (0..input).step_by(dac) {
                    let mut sum = 0.0;
                    for r in 0..rows {
                        let digit = f64::from(codes[[0, r]] >> first & ((1 << dac) - 1));
                        let (p, m) = (w[[0, r]].max(0), (-w[[0, r]]).max(0));
                        let level = |l: i32| 10.0 + f64::from(l) * unit;
                        sum += digit * (draw(level(p)) - draw(level(m))) / unit;
                    }
                    if sums == "analog" {
                        charge += sum * f64::from(1 << first);
                    } else {
                        total += (sum + 0.5).floor() * f64::from(1 << first);
                    }
                }
                if sums == "analog" {
                    (charge + 0.5).floor()
                } else {
                    total
                }
            })
            .collect();
        let ((m, s), (bm, bs)) = (moments(&got), moments(&brute));
        // Two samples of n: differences have sqrt(2) of the standard errors s / sqrt(n) and s / sqrt(2 n).
        let se = bs / (n as f64).sqrt();
        assert!(
            (m - bm).abs() < 5.0 * 2f64.sqrt() * se,
            "{sums} {dac}: {m}, not {bm}"
        );
        assert!((s - bs).abs() < 5.0 * se, "{sums} {dac}: {s}, not {bs}");
        // Kolmogorov and Smirnov, two samples: 1.95 sqrt(2 / n) at 0.1 %.
        let sorted = |v: &[f64]| {
            let mut v = v.to_vec();
            v.sort_by(f64::total_cmp);
            v
        };
        let (a, b) = (sorted(&got), sorted(&brute));
        let below = |v: &[f64], at: f64| v.partition_point(|x| *x <= at) as f64 / n as f64;
        let distance = a
            .iter()
            .map(|&t| (below(&a, t) - below(&b, t)).abs())
            .fold(0.0, f64::max);
        assert!(
            distance < 1.95 * (2.0 / n as f64).sqrt(),
            "{sums} {dac}: {distance}"
        );
        // Reads are independent: no correlation between neighbours.
        let pairs = got.windows(2).map(|p| (p[0] - m) * (p[1] - m)).sum::<f64>();
        assert!((pairs / n as f64 / (s * s)).abs() < 5.0 / (n as f64).sqrt());
    }
}

/// Column currents per volt at each row of one array, by Kirchhoff's law at every node, relaxed until nothing moves: sources
/// left, columns grounded below the last row.
fn circuit(g_us: &Array2<f64>, row_ohm: f64, column_ohm: f64) -> Array2<f64> {
    let (rows, columns) = g_us.dim();
    let (gw, gb) = (1.0 / row_ohm, 1.0 / column_ohm);
    let mut out = Array2::zeros((rows, columns));
    for source in 0..rows {
        let mut word = Array2::<f64>::zeros((rows, columns));
        let mut bit = Array2::<f64>::zeros((rows, columns));
        for _ in 0..20_000 {
            let mut moved = 0.0f64;
            for i in 0..rows {
                for j in 0..columns {
                    let g = g_us[[i, j]] * 1e-6;
                    let left = match j {
                        0 => f64::from(u8::from(i == source)),
                        _ => word[[i, j - 1]],
                    };
                    let (mut current, mut sum) = (g * bit[[i, j]] + gw * left, g + gw);
                    if j + 1 < columns {
                        current += gw * word[[i, j + 1]];
                        sum += gw;
                    }
                    moved = moved.max((word[[i, j]] - current / sum).abs());
                    word[[i, j]] = current / sum;
                    let (mut current, mut sum) = (g * word[[i, j]], g + gb);
                    if i + 1 < rows {
                        current += gb * bit[[i + 1, j]];
                    }
                    if i > 0 {
                        current += gb * bit[[i - 1, j]];
                        sum += gb;
                    }
                    moved = moved.max((bit[[i, j]] - current / sum).abs());
                    bit[[i, j]] = current / sum;
                }
            }
            if moved < 1e-15 {
                break;
            }
        }
        for j in 0..columns {
            out[[source, j]] = gb * bit[[rows - 1, j]] * 1e6;
        }
    }
    out
}

#[test]
fn wires_give_the_sums_of_a_circuit_solved_by_relaxation() {
    // 6 rows, pairs of 8-bit cells: 3 outputs in one array of 6 columns, 200 and 300 ohm a segment.
    let set = [
        "crossbar.rows=6",
        "crossbar.columns=6",
        "format.signed.differential={}",
        "format.weight_bits=9",
        "format.input_bits=4",
        "dac.bits=4",
        "device.reram.cell_bits=8",
        "device.reram.on=100 uS",
        "device.reram.off=10 uS",
        "adc.sar.bits=16",
        "crossbar.wires={row_ohm=200.0, column_ohm=300.0}",
    ];
    let arch = machine(&set);
    // Two row groups and two arrays a group.
    let w = random(6, 5, 11, -255, 255);
    let x = random(7, 4, 11, 0, 15);
    let (out, _, kernel) = run(
        &arch,
        &layer(w.clone(), &arch, false),
        &Physics::default(),
        &x,
    );
    assert_eq!(kernel, "analog-conductance");
    let unit = 90.0 / 255.0;
    let mut want = Array2::<i64>::zeros(out.dim());
    for rows in [0..6usize, 6..11] {
        for outputs in [0..3usize, 3..5] {
            let level = |r: usize, c: usize| {
                let v = w[[outputs.start + c / 2, rows.start + r]];
                10.0 + f64::from(if c.is_multiple_of(2) {
                    v.max(0)
                } else {
                    (-v).max(0)
                }) * unit
            };
            let g = Array2::from_shape_fn((rows.len(), 2 * outputs.len()), |(r, c)| level(r, c));
            let t = circuit(&g, 200.0, 300.0);
            for p in 0..4 {
                for o in 0..outputs.len() {
                    let sum: f64 = (0..rows.len())
                        .map(|r| {
                            let v = f64::from(x[[p, rows.start + r]]);
                            v * (t[[r, 2 * o]] - t[[r, 2 * o + 1]]) / unit
                        })
                        .sum();
                    want[[p, outputs.start + o]] += (sum + 0.5).floor() as i64;
                }
            }
        }
    }
    assert_eq!(out, want);
    let ideal = product(&w, &x);
    assert!(
        out.iter().zip(&ideal).any(|(a, b)| (a - b).abs() > 50),
        "wires matter here"
    );
}

#[test]
fn wires_that_cannot_be_folded_are_refused() {
    let wires = "crossbar.wires={row_ohm=1.0, column_ohm=1.0}";
    let refusal = |more: &[&str]| {
        let arch = machine(&[&[wires], more].concat());
        let qnet = layer(random(1, 3, 10, -5, 5), &arch, false);
        match prepare(&arch, &qnet, &Physics::default()) {
            Err(e) => e.to_string(),
            Ok(_) => String::new(),
        }
    };
    assert_eq!(refusal(&[]), "");
    let gate = "crossbar.wires={row_ohm=1.0, column_ohm=1.0, drive=\"gate\"}";
    assert!(refusal(&[gate]).contains("`crossbar.wires.drive` is `gate`"));
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
        let cycle = cycle::run(&graph, &arch, &mapping, &mut |_, _| {}).unwrap();
        let x = random(2, 1, 150, 0, 255);
        let (_, stats, _) = run(&arch, &qnet, &Physics::default(), &x);
        let mapped = mapping.layers[0].adc_conversions(&arch);
        assert_eq!(stats.conversions(), mapped, "{sums}");
        assert_eq!(cycle.counts.get(PartKind::Adc), mapped, "{sums}");
        assert_eq!(cycle.counts.get(PartKind::ShiftAdd), mapped, "{sums}");
        (
            mapped,
            cycle.counts.get(PartKind::Crossbar),
            arch.cycle_ticks(),
        )
    };
    let ((digital, reads, ticks), (analog, same, shorter)) = (counts("digital"), counts("analog"));
    // 3 row groups of 64, 20 x 4 columns, 4 groups of active rows, 8 steps.
    assert_eq!((digital, analog), (3 * 80 * 4 * 8, 3 * 80 * 4));
    assert_eq!(reads, same);
    assert!(shorter <= ticks);
}
