//! Do devices and wires give the distributions and the sums that their laws say?

mod one_layer;

use crosscut_sim::func::{FuncOptions, NonIdealities};
use crosscut_traces::random::Key;
use ndarray::Array2;
use one_layer::{layer, machine, moments, prepare, product, random, run};
use rand_distr::StandardNormal;

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
fn single_cells(set: &[&str], level: i32, options: &FuncOptions, columns: usize) -> Vec<f64> {
    let arch = machine(&[&ONE_CELL[..], set].concat());
    let qnet = layer(Array2::from_elem((columns, 1), level), &arch, false);
    let (out, _, kernel) = run(&arch, &qnet, options, &Array2::ones((1, 1)));
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
        let got = single_cells(&[&set], 170, &FuncOptions::default(), n);
        let (m, s) = moments(&got);
        // Rounding to codes adds a variance of 1/12.
        let sd = (sd * sd + 1.0 / 12.0).sqrt();
        let se = sd / (n as f64).sqrt();
        assert!((m - mean).abs() < 5.0 * se, "{law}: mean {m}, not {mean}");
        assert!((s - sd).abs() < 5.0 * se, "{law}: deviation {s}, not {sd}");
        let ideal = FuncOptions {
            non_idealities: NonIdealities {
                programming: false,
                ..NonIdealities::all()
            },
            ..FuncOptions::default()
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
    let got = single_cells(&set, 100, &FuncOptions::default(), n);
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
    let got = single_cells(&[&plain], 170, &FuncOptions::default(), n);
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
    let (m, _) = moments(&single_cells(&[&global], 170, &FuncOptions::default(), n));
    assert!(
        (m - 170.0).abs() < 5.0 * se / factor,
        "compensated mean {m}"
    );
    // A read at t0 sees no drift yet.
    let fresh = FuncOptions {
        time_s: Some(1.0),
        ..FuncOptions::default()
    };
    assert!(
        single_cells(&[&plain], 170, &fresh, 9)
            .iter()
            .all(|v| *v == 170.0)
    );
}

/// What the cited model (aihwkit, `PCMLikeNoiseModel`) makes of a cell: programming scatter, drift with the exponent of the
/// target, and 1/f noise drawn once for the time of the reads; microsiemens, three normal numbers.
fn aihwkit_pcm(target: f64, t: f64, z: [f64; 3]) -> f64 {
    let (scale, t0, t_read) = (25.0, 20.0, 250e-9);
    let g = target / scale;
    let sigma = 0.26348 + 1.9650 * g - 1.1731 * g * g;
    let programmed = (target + sigma * z[0]).max(0.0);
    let mean = (-0.0155 * g.ln() + 0.0244).clamp(0.049, 0.1);
    let sd = (-0.0125 * g.ln() - 0.0059).clamp(0.008, 0.045);
    let nu = (mean + sd * z[1]).abs();
    let drifted = programmed * (t / t0).powf(-nu);
    let q = (0.0088 / (programmed / scale).powf(0.65).max(1e-3)).min(0.2);
    let noise = q * ((t + t_read) / (2.0 * t_read)).ln().sqrt();
    (drifted + drifted * noise * z[2]).max(0.0)
}

#[test]
fn phase_change_cells_are_those_of_the_cited_model_at_every_level_and_time() {
    let n = 20_000;
    // One step of 8 bits: 255 times a sum resolves 0.03 uS.
    let unit = 24.9 / 3.0 / 255.0;
    let (key, mut counter) = (Key::new(3), 0..);
    for (time, seconds) in [
        ("20 s", 20.0),
        ("1 day", 86_400.0),
        ("1 year", 31_557_600.0),
    ] {
        let drift = format!("device.reram.drift={{time=\"{time}\", law.preset=\"pcm-aihwkit\"}}");
        let set = [
            "format.weight_bits=3",
            "device.reram.cell_bits=2",
            "format.input_bits=8",
            "dac.bits=8",
            "device.reram.on=25 uS",
            "device.reram.off=0.1 uS",
            "device.reram.programming.preset=pcm-aihwkit",
            "device.reram.read_noise.preset=pcm-aihwkit",
            &drift,
        ];
        let arch = machine(&[&ONE_CELL[..], &set].concat());
        for level in 0..4 {
            let qnet = layer(Array2::from_elem((n, 1), level), &arch, false);
            let x = Array2::from_elem((1, 1), 255);
            let (out, _, kernel) = run(&arch, &qnet, &FuncOptions::default(), &x);
            // Noise that stays is part of the conductances: no read draws anew.
            assert_eq!(kernel, "analog-conductance");
            let (m, s) = moments(&out.iter().map(|&v| v as f64).collect::<Vec<_>>());
            let mut cell = |level: i32| {
                let z =
                    [(); 3].map(|()| key.draw::<f64, _>(counter.next().unwrap(), StandardNormal));
                aihwkit_pcm(0.1 + f64::from(level) * 8.3, seconds, z) / unit
            };
            let pairs = (0..4 * n).map(|_| cell(level) - cell(0));
            let (mean, sd) = moments(&pairs.collect::<Vec<_>>());
            // Both are samples, the second four times as large; tails of drift are heavier than normal.
            let se = sd * (1.25 / n as f64).sqrt();
            assert!((m - mean).abs() < 5.0 * se, "{time} {level}: {m} {mean}");
            assert!((s / sd - 1.0).abs() < 0.03, "{time} {level}: {s} {sd}");
        }
    }
}

#[test]
fn flicker_noise_is_the_same_in_every_step_of_a_product() {
    let n = 20_000;
    let set = [
        "format.input_bits=8",
        "dac.bits=1",
        "device.reram.on=25 uS",
        "device.reram.off=0.1 uS",
        "device.reram.read_noise.preset=pcm-aihwkit",
    ];
    let arch = machine(&[&ONE_CELL[..], &set].concat());
    let qnet = layer(Array2::from_elem((n, 1), 170), &arch, false);
    let x = Array2::from_elem((1, 1), 255);
    let sd = |options: &FuncOptions| {
        let (out, _, _) = run(&arch, &qnet, options, &x);
        moments(&out.iter().map(|&v| v as f64).collect::<Vec<_>>()).1
    };
    // Level 170 is 16.7 uS; 20 s after programming. Eight fresh draws would give sqrt(sum 4^k) = 147.8 instead of 255.
    let unit = 24.9 / 255.0;
    let deviation = |g: f64| {
        let q = (0.0088 / (g / 25.0f64).powf(0.65)).min(0.2);
        g * q * (20.0f64 / 500e-9).ln().sqrt() / unit
    };
    let cell = deviation(16.7).hypot(deviation(0.1));
    let want = (255.0 * cell).hypot(147.8 / 12f64.sqrt());
    let got = sd(&FuncOptions::default());
    assert!(
        (got / want - 1.0).abs() < 5.0 / (2.0 * n as f64).sqrt(),
        "{got} {want}"
    );
    // Another time is another draw, and a wider one.
    let later = FuncOptions {
        time_s: Some(86_400.0),
        ..FuncOptions::default()
    };
    let wider = ((86_400.0f64 / 500e-9).ln() / (20.0f64 / 500e-9).ln()).sqrt();
    assert!((sd(&later) / got / wider - 1.0).abs() < 0.03);
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
    let (out, _, _) = run(&arch, &qnet, &FuncOptions::default(), &x);
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
    let with = |more: &[&str], options: &FuncOptions| {
        let arch = machine(&[&set[..], more].concat());
        run(&arch, &layer(w.clone(), &arch, false), options, &x).0
    };
    assert_eq!(with(&[], &FuncOptions::default()), want);
    let open = ["device.reram.off_compensation=none"];
    let shifted = with(&open, &FuncOptions::default());
    // 60 driven rows add 20 to every column.
    assert_eq!(shifted, want.mapv(|v| v + 20));
    let off = FuncOptions {
        non_idealities: NonIdealities {
            on_off: false,
            ..NonIdealities::all()
        },
        ..FuncOptions::default()
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
            &FuncOptions::default(),
            &x,
        );
        assert_eq!(kernel, "analog-read-noise");
        let got: Vec<f64> = out.iter().map(|&v| v as f64).collect();
        let unit = 90.0 / 255.0;
        let mut counter = 0;
        let mut draw = |g: f64| {
            counter += 1;
            g * (1.0 + 0.1 * Key::new(77).draw::<f64, _>(counter, StandardNormal))
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
        &FuncOptions::default(),
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
        match prepare(&arch, &qnet, &FuncOptions::default()) {
            Err(e) => e.to_string(),
            Ok(_) => String::new(),
        }
    };
    assert_eq!(refusal(&[]), "");
    let gate = "crossbar.wires={row_ohm=1.0, column_ohm=1.0, drive=\"gate\"}";
    assert!(refusal(&[gate]).contains("`crossbar.wires.drive` is `gate`"));
}
