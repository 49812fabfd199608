//! Folding wire resistance into effective conductances.

use crosscut_sim::func::wires::{Wires, fold};
use crosscut_traces::weights::uniform;
use ndarray::Array2;

fn main() {
    divan::main();
}

/// One array, 1 ohm a segment, cells of 1 to 100 microsiemens.
#[divan::bench(args = [(128, 64), (128, 256), (256, 256), (512, 512)], sample_count = 3)]
fn one_array(bencher: divan::Bencher, (rows, columns): (usize, usize)) {
    let cells = Array2::from_shape_fn((rows, columns), |(i, j)| {
        10f64.powf(2.0 * uniform(0, (i * columns + j) as u64))
    });
    let wires = Wires {
        row_ohm: 1.0,
        column_ohm: 1.0,
    };
    bencher.bench(|| fold(cells.view(), wires));
}
