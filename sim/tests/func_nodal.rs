//! Wires and read noise together: does solving every read give what folding gives where both hold, what circuit theory
//! gives where folding does not, and is what cannot be computed refused?

mod one_layer;

use crosscut_sim::func::kernel::{ReadAt, Scratch};
use crosscut_sim::func::{Detail, FuncOptions, FuncSession, LayerStats};
use crosscut_traces::quant::Accumulate;
use crosscut_traces::random::Key;
use ndarray::{Array2, s};
use one_layer::{FC, layer, machine, moments, prepare, random, run};
use rand_distr::Open01;

fn noise(sigma: f64) -> String {
    format!("device.reram.read_noise.proportional={{sigma={sigma:?}, source=\"test\"}}")
}

fn wires(row_ohm: f64, column_ohm: f64) -> String {
    format!("crossbar.wires={{row_ohm={row_ohm:?}, column_ohm={column_ohm:?}}}")
}

const SPREAD: &str = "device.reram.programming.proportional={sigma=0.05, source=\"test\"}";

#[test]
fn without_noise_every_read_is_that_of_the_folded_arrays() {
    for case in 0..24u64 {
        let pick = |i: u64, n: u64| Key::new(case).bits(i) % n;
        let scheme = [
            "format.signed.offset={unit_column=true, flip=false}",
            "format.signed.offset={unit_column=true, flip=true}",
            "format.signed.differential={}",
        ][pick(0, 3) as usize];
        let (weight, input, cell) = (2 + pick(1, 7), 1 + pick(2, 8), 1 + pick(3, 4));
        let ohm = [(3.0, 5.0), (200.0, 300.0), (0.0, 50.0), (50.0, 0.0)][pick(4, 4) as usize];
        let set = [
            scheme.to_string(),
            format!("format.weight_bits={weight}"),
            format!("format.input_bits={input}"),
            format!("format.partial_sums={}", ["digital", "analog"][pick(5, 2) as usize]),
            format!("device.reram.cell_bits={cell}"),
            format!("dac.bits={}", 1 + pick(6, input)),
            "device.reram.on=100 uS".into(),
            "device.reram.off=10 uS".into(),
            format!("device.reram.off_compensation={}", ["none", "reference"][pick(7, 2) as usize]),
            "device.reram.drift={time=\"1 day\", compensation=\"global\", law.power={t0=\"1 s\", nu=0.05, nu_sd=0.01, source=\"test\"}}".into(),
            "crossbar.rows=32".into(),
            format!("crossbar.active_rows={}", 5 + pick(8, 28)),
            format!("adc.sar.bits={}", [5, 16][pick(9, 2) as usize]),
            wires(ohm.0, ohm.1),
            SPREAD.into(),
        ];
        let mut set: Vec<&str> = set.iter().map(String::as_str).collect();
        let signed = pick(10, 2) == 1;
        let top = (1i64 << (weight - 1)) - 1;
        // Several row groups and several arrays a group.
        let w = random(
            case,
            1 + pick(11, 40) as usize,
            1 + pick(12, 70) as usize,
            -top,
            top,
        );
        let half = 1i64 << (input - 1);
        let (lo, hi) = if signed {
            (-half, half - 1)
        } else {
            (0, 2 * half - 1)
        };
        let x = random(case + 500, 3, w.ncols(), lo, hi);
        let options = FuncOptions {
            detail: Detail::Histogram,
            ..FuncOptions::default()
        };
        let one = |set: &[&str]| {
            let arch = machine(set);
            run(&arch, &layer(w.clone(), &arch, signed), &options, &x)
        };
        let (want, seen, kernel) = one(&set);
        assert_eq!(kernel, "analog-conductance");
        let none = noise(0.0);
        set.push(&none);
        let (got, stats, kernel) = one(&set);
        assert_eq!(kernel, "nodal-solve");
        assert_eq!(got, want, "case {case}: {set:?}");
        assert_eq!(stats, seen, "case {case}: {set:?}");
    }
}

#[test]
fn with_hardly_any_resistance_noise_has_the_distribution_of_the_column_variance() {
    for (dac, sums) in [(1, "digital"), (3, "digital"), (1, "analog")] {
        let set = [
            "format.signed.differential={}".to_string(),
            "format.weight_bits=9".into(),
            "format.input_bits=3".into(),
            format!("format.partial_sums={sums}"),
            "device.reram.cell_bits=8".into(),
            "device.reram.on=100 uS".into(),
            "device.reram.off=10 uS".into(),
            format!("dac.bits={dac}"),
            "adc.sar.bits=16".into(),
            noise(0.1),
        ];
        let mut set: Vec<&str> = set.iter().map(String::as_str).collect();
        let n = 8000;
        let codes = random(5, 1, 20, 0, 7);
        let x = Array2::from_shape_fn((n, 20), |(_, r)| codes[[0, r]]);
        let one = |set: &[&str]| {
            let arch = machine(set);
            let qnet = layer(random(4, 1, 20, -255, 255), &arch, false);
            let (out, _, kernel) = run(&arch, &qnet, &FuncOptions::default(), &x);
            let mut v: Vec<f64> = out.iter().map(|&v| v as f64).collect();
            let (m, s) = moments(&v);
            // Reads are independent: no correlation between neighbours.
            let pairs = v.windows(2).map(|p| (p[0] - m) * (p[1] - m)).sum::<f64>();
            assert!((pairs / n as f64 / (s * s)).abs() < 5.0 / (n as f64).sqrt());
            v.sort_by(f64::total_cmp);
            (v, m, s, kernel)
        };
        let (a, m, s, kernel) = one(&set);
        assert_eq!(kernel, "analog-read-noise");
        let tiny = wires(1e-6, 1e-6);
        set.push(&tiny);
        let (b, bm, bs, kernel) = one(&set);
        assert_eq!(kernel, "nodal-solve");
        // Two samples of n: differences have sqrt(2) of the standard errors s / sqrt(n) and s / sqrt(2 n).
        let se = s / (n as f64).sqrt();
        assert!(
            (m - bm).abs() < 5.0 * 2f64.sqrt() * se,
            "{sums} {dac}: {bm}, not {m}"
        );
        assert!((s - bs).abs() < 5.0 * se, "{sums} {dac}: {bs}, not {s}");
        assert_ne!(a, b);
        // Kolmogorov and Smirnov, two samples: 1.95 sqrt(2 / n) at 0.1 %.
        let below = |v: &[f64], at: f64| v.partition_point(|x| *x <= at) as f64 / n as f64;
        let apart = a.iter().map(|&t| (below(&a, t) - below(&b, t)).abs());
        let distance = apart.fold(0.0, f64::max);
        assert!(
            distance < 1.95 * (2.0 / n as f64).sqrt(),
            "{sums} {dac}: {distance}"
        );
    }
}

#[test]
fn one_noisy_cell_behind_wires_has_the_spread_of_three_resistors() {
    // 100 +- 10 uS behind 4 + 6 kilo-ohm; its negative partner conducts nothing.
    let set = [
        "format.signed.differential={}".to_string(),
        "format.weight_bits=9".into(),
        "format.input_bits=8".into(),
        "device.reram.cell_bits=8".into(),
        "device.reram.on=100 uS".into(),
        "device.reram.off=0 uS".into(),
        "dac.bits=8".into(),
        "adc.sar.bits=16".into(),
        noise(0.1),
        wires(4000.0, 6000.0),
    ];
    let set: Vec<&str> = set.iter().map(String::as_str).collect();
    let arch = machine(&set);
    let qnet = layer(Array2::from_elem((1, 1), 255), &arch, false);
    let n = 20_000;
    let x = Array2::from_elem((n, 1), 100);
    let (out, _, kernel) = run(&arch, &qnet, &FuncOptions::default(), &x);
    assert_eq!(kernel, "nodal-solve");
    let (m, s) = moments(&out.iter().map(|&v| v as f64).collect::<Vec<_>>());
    // The current of the series over the normal density, by the midpoint rule.
    let (mut total, mut mean, mut square) = (0.0f64, 0.0, 0.0);
    for i in -5000..5000 {
        let z = (f64::from(i) + 0.5) / 1000.0;
        let sum = 100.0 / (0.01 + 1.0 / (100.0 * (1.0 + 0.1 * z))) / (100.0 / 255.0);
        let density = (-z * z / 2.0).exp();
        total += density;
        mean += density * sum;
        square += density * sum * sum;
    }
    let (mean, square) = (mean / total, square / total);
    let sd = (square - mean * mean).sqrt();
    // A quarter of the spread that the same cell has without wires.
    assert!((sd / (100.0 * 10.0 / (100.0 / 255.0)) - 0.25).abs() < 0.01);
    let se = sd / (n as f64).sqrt();
    assert!((m - mean).abs() < 5.0 * se, "{m}, not {mean}");
    assert!((s - sd).abs() < 5.0 * se, "{s}, not {sd}");
}

#[test]
fn reads_do_not_depend_on_batch_or_threads() {
    for dac in ["dac.bits=1", "dac.bits=2"] {
        let (noise, wires) = (noise(0.05), wires(20.0, 30.0));
        let set = [dac, &noise, &wires, SPREAD, "crossbar.active_rows=16"];
        let arch = machine(&set);
        let qnet = layer(random(1, 20, 70, -100, 100), &arch, false);
        let x = random(2, 9, 70, 0, 255);
        let options = FuncOptions {
            seed: 9,
            ..FuncOptions::default()
        };
        let (whole, stats, _) = run(&arch, &qnet, &options, &x);
        let model = prepare(&arch, &qnet, &options).unwrap();
        let (_, l) = model.layers().next().unwrap();
        let mut seen = LayerStats::new(4, Detail::Clips);
        let mut scratch = Scratch::default();
        for (first, end) in [(4, 9), (1, 4), (0, 1)] {
            let at = ReadAt {
                image: 0,
                first_position: first as u64,
            };
            let part = x.slice(s![first..end, ..]);
            let out = l.kernel.multiply(0, part, at, &mut scratch, &mut seen);
            assert_eq!(out, whole.slice(s![first..end, ..]));
        }
        for (a, b) in seen.weight_slices.iter().zip(&stats.weight_slices) {
            assert_eq!((a.below, a.above, a.range), (b.below, b.above, b.range));
        }
        for threads in [1, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            let pool = pool.build().unwrap();
            assert_eq!(pool.install(|| run(&arch, &qnet, &options, &x)).0, whole);
        }
        let other = |p: FuncOptions| run(&arch, &qnet, &p, &x).0;
        let seed = FuncOptions {
            seed: 10,
            ..options.clone()
        };
        let chip = FuncOptions {
            chip: 1,
            ..options.clone()
        };
        assert_ne!(other(seed), whole);
        assert_ne!(other(chip), whole);
        assert_ne!(
            FuncSession::of_image(&model, 1).accumulate(FC, 0, x.view()),
            whole
        );
        // The same input at another position is another read.
        let same = Array2::from_shape_fn((2, 70), |(_, r)| x[[0, r]]);
        let out = run(&arch, &qnet, &options, &same).0;
        assert_ne!(out.row(0), out.row(1));
    }
}

#[test]
fn what_takes_too_long_or_has_no_solution_is_refused() {
    let (noise5, wires1) = (noise(0.05), wires(1.0, 1.0));
    let refusal = |w: Array2<i32>, set: &[&str]| {
        let arch = machine(set);
        let qnet = layer(w, &arch, false);
        prepare(&arch, &qnet, &FuncOptions::default())
            .err()
            .map_or_else(String::new, |e| e.to_string())
    };
    // 512 rows of 1000 outputs in 4 cells each; every array has 256 rows, read one by one in 8 steps.
    let large = Array2::from_shape_fn((1000, 512), |(o, r)| {
        (Key::new(1).draw::<f64, _>((512 * o + r) as u64, Open01) * 100.0) as i32
    });
    let cells = 512 * 1000 * 4 * 256 * 8u64;
    let one = [
        "crossbar.rows=256",
        "crossbar.active_rows=1",
        &noise5,
        &wires1,
    ];
    let said = refusal(large.clone(), &one);
    for part in [
        "layer `fc`: wires together with read noise take a nodal solve for every read",
        &format!(
            "{} million cells solved for one image",
            cells.div_ceil(1_000_000)
        ),
        "beyond the limit of 4000 million",
        "leave out either `crossbar.wires` or the read noise",
        "make arrays no higher than the rows active at once",
    ] {
        assert!(said.contains(part), "{said}");
    }
    // Half as many reads are within it.
    assert_eq!(
        refusal(
            large,
            &[
                "crossbar.rows=256",
                "crossbar.active_rows=2",
                &noise5,
                &wires1
            ]
        ),
        ""
    );
    let small = || random(1, 3, 10, -5, 5);
    assert_eq!(refusal(small(), &[&noise5, &wires1]), "");
    // Inputs at the gates stay refused.
    let gate = "crossbar.wires={row_ohm=1.0, column_ohm=1.0, drive=\"gate\"}";
    let said = refusal(small(), &[&noise5, gate]);
    assert!(said.contains("`crossbar.wires.drive` is `gate`"), "{said}");
    // 40 uS of noise on every cell, lines of 100 kilo-ohm a segment.
    let loud = "device.reram.read_noise.uniform={sigma=\"40 uS\", source=\"test\"}";
    let said = refusal(small(), &[loud, &wires(1e5, 1e5)]);
    assert!(said.contains("need not have a solution"), "{said}");
}
