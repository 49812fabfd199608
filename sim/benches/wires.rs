//! Wire resistance: folding an array into effective conductances, and solving one read of it.

use crosscut_sim::func::cells::wires::{Wires, fold, solve::Solver};
use crosscut_traces::random::Key;
use ndarray::Array2;
use rand_distr::Open01;

fn main() {
    divan::main();
}

/// One array, 1 ohm a segment, cells of 1 to 100 microsiemens.
#[divan::bench(args = [(128, 64), (128, 256), (256, 256), (512, 512)], sample_count = 3)]
fn one_array(bencher: divan::Bencher, (rows, columns): (usize, usize)) {
    let cells = Array2::from_shape_fn((rows, columns), |(i, j)| {
        10f64.powf(2.0 * Key::new(0).draw::<f64, _>((i * columns + j) as u64, Open01))
    });
    let wires = Wires {
        row_ohm: 1.0,
        column_ohm: 1.0,
    };
    bencher.bench(|| fold(cells.view(), wires));
}

/// One read of one array, half of the rows driven, as wires and read noise together need for every read.
#[divan::bench(args = [(64, 64, 1), (128, 128, 1), (128, 256, 1), (256, 256, 1), (128, 128, 20)], sample_count = 50)]
fn one_read(bencher: divan::Bencher, (rows, columns, ohm): (usize, usize, u32)) {
    let cells = Array2::from_shape_fn((rows, columns), |(i, j)| {
        10f64.powf(2.0 * Key::new(0).draw::<f64, _>((i * columns + j) as u64, Open01))
    });
    let wires = Wires {
        row_ohm: f64::from(ohm),
        column_ohm: f64::from(ohm),
    };
    let volts: Vec<f64> = (0..rows).map(|i| (i % 2) as f64).collect();
    let mut solver = Solver::default();
    let mut out = vec![0.0; columns];
    bencher.bench_local(|| solver.currents(cells.view(), wires, &volts, &mut out));
}
