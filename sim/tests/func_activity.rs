//! Is measured activity what a count by hand gives?

mod one_layer;

use crosscut_sim::func::FuncOptions;
use crosscut_sim::func::cells::activity::{ActivityCounts, ActivityMeter};
use crosscut_sim::func::cells::encode::Encoding;
use crosscut_sim::func::cells::layout::Layout;
use crosscut_sim::map::{MapOptions, Mapping};
use ndarray::Array2;
use one_layer::{layer, machine, random, run};

/// 150 rows on arrays of 64 (64, 64 and 22), 20 outputs of 4 columns: 16 to an array of 64 columns, two arrays a row group.
#[test]
fn rows_steps_and_cells_are_counted_as_reads_drive_them() {
    for (signed, dac, least) in [
        (false, 1, 0),
        (true, 1, -128),
        (false, 2, 0),
        (true, 4, -128),
    ] {
        let arch = machine(&[&format!("dac.bits={dac}"), "adc.sar.bits=10"]);
        let (w, x) = (random(3, 20, 150, -128, 127), random(4, 5, 150, least, 127));
        // Most inputs are small, so that steps and whole reads stay empty.
        let mut x = x.mapv(|v| {
            if v % 3 == 0 {
                v
            } else {
                v.signum() * (v % 4).abs()
            }
        });
        if signed && dac == 1 {
            x.mapv_inplace(|v| if v < -64 { v } else { v.abs() % 8 });
        }
        x.row_mut(0).fill(if signed && dac > 1 { -128 } else { 0 });
        let qnet = layer(w.clone(), &arch, signed);
        let options = FuncOptions {
            activity: true,
            ..FuncOptions::default()
        };
        let (_, stats, _) = run(&arch, &qnet, &options, &x);
        let steps = 8usize.div_ceil(dac);
        let mut want = ActivityCounts {
            active: vec![0; steps],
            empty: vec![0; steps],
            row_steps: vec![0; 150],
            row_sums: vec![0; 150],
            ..ActivityCounts::default()
        };
        for position in x.rows() {
            for rows in [0..64, 64..128, 128..150] {
                want.rows += 2 * rows.len() as u64;
                want.reads += 2;
                let mut needed = 0;
                for step in 0..steps {
                    // Two's complement bit by bit; more bits a step enter shifted to be non-negative.
                    let code = |v: i32| match (signed, dac) {
                        (true, 2..) => v + 128,
                        _ => v & 255,
                    };
                    let digit = |v: i32| (code(v) / (1 << (step * dac))) % (1 << dac);
                    let active = rows.clone().filter(|&r| digit(position[r]) != 0).count();
                    want.active[step] += 2 * active as u64;
                    want.empty[step] += if active == 0 { 2 } else { 0 };
                    needed = if active == 0 { needed } else { step as u64 + 1 };
                }
                want.needed += 2 * needed;
                for r in rows {
                    let digits = (0..steps).map(|step| {
                        let v = position[r];
                        let code = if signed && dac > 1 { v + 128 } else { v & 255 };
                        (code / (1 << (step * dac))) % (1 << dac)
                    });
                    let digits: Vec<i32> = digits.collect();
                    want.row_steps[r] += digits.iter().filter(|d| **d != 0).count() as u64;
                    want.row_sums[r] += digits.iter().sum::<i32>() as u64;
                }
            }
        }
        assert_eq!(stats.activity, want, "{signed} {dac}");
        assert!(want.empty.iter().any(|&n| n > 0) && want.needed < want.reads * steps as u64);

        let mapping = Mapping::build(&qnet.network, &arch, &MapOptions::default()).unwrap();
        let (map, q) = (&mapping.layers[0], &qnet.layers[&one_layer::FC]);
        let layout = Layout::new(map, q, &arch, Encoding::of(&arch, signed));
        let measured = ActivityMeter::new(&layout, &arch).of(&want, None);
        assert_eq!(measured.mean_code, None);
        // Stored with an offset of 128, two bits a cell.
        let mean = |slice: u32| {
            let level = |v: &i32| f64::from(((v + 128) >> (2 * slice)) & 3) / 3.0;
            w.iter().map(level).sum::<f64>() / w.len() as f64
        };
        for (slice, got) in measured.cells.iter().enumerate() {
            assert!((got - mean(slice as u32)).abs() < 1e-12, "{slice}");
        }
        let all = Array2::from_shape_fn((4, 1), |(s, _)| mean(s as u32))
            .mean()
            .unwrap();
        assert!((measured.mean_cell - all).abs() < 1e-12);
        // Which cells conduct: the levels of a row count as often as it carries something.
        let (mut conducting, mut of) = (0.0, 0.0);
        let mut sums = vec![0.0; 4];
        for r in 0..150 {
            for o in 0..20 {
                for (slice, sum) in sums.iter_mut().enumerate() {
                    let level = f64::from(((w[[o, r]] + 128) >> (2 * slice)) & 3);
                    conducting += want.row_steps[r] as f64 * level / 3.0;
                    of += want.row_steps[r] as f64;
                    *sum += want.row_sums[r] as f64 * level;
                }
            }
        }
        assert!((measured.mean_active_cell - conducting / of).abs() < 1e-12);
        // Five positions, three row groups of twenty outputs, a conversion each step.
        for (got, sum) in measured.column_sums.iter().zip(&sums) {
            let want = sum / (5.0 * 3.0 * 20.0 * steps as f64);
            assert!((got - want).abs() < 1e-9 * want, "{got} {want}");
        }
        let active = want.active.iter().sum::<u64>() as f64;
        let share = active / (want.rows as f64 * steps as f64);
        assert!((measured.mean_input - share).abs() < 1e-12);
    }
}

/// Measuring changes nothing else, and without it nothing is counted.
#[test]
fn measuring_changes_no_value() {
    let arch = machine(&["adc.sar.bits=5"]);
    let qnet = layer(random(5, 10, 90, -128, 127), &arch, false);
    let x = random(6, 4, 90, 0, 255);
    let with = |activity| {
        let options = FuncOptions {
            activity,
            ..FuncOptions::default()
        };
        run(&arch, &qnet, &options, &x)
    };
    let ((plain, mut none, _), (measured, stats, _)) = (with(false), with(true));
    assert_eq!(plain, measured);
    assert_eq!(none.activity, ActivityCounts::default());
    none.activity = stats.activity.clone();
    assert_eq!(none, stats);
}
