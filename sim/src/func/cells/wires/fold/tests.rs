use super::*;
use crosscut_traces::random::Key;
use rand_distr::Open01;

/// Kirchhoff's current law at every node, solved by Gaussian elimination with pivots: nothing of the method above.
fn nodal(cells: &Array2<f64>, wires: Wires) -> Array2<f64> {
    let (rows, columns) = cells.dim();
    let (gw, gb) = (1e6 / wires.row_ohm, 1e6 / wires.column_ohm);
    let n = 2 * rows * columns;
    let word = |i: usize, j: usize| i * columns + j;
    let bit = |i: usize, j: usize| rows * columns + i * columns + j;
    // Matrix with one right-hand side a row source.
    let mut m = vec![vec![0.0; n + rows]; n];
    let mut join = |a: usize, b: Option<usize>, g: f64| {
        m[a][a] += g;
        if let Some(b) = b {
            m[b][b] += g;
            m[a][b] -= g;
            m[b][a] -= g;
        }
    };
    for i in 0..rows {
        for j in 0..columns {
            join(word(i, j), Some(bit(i, j)), cells[[i, j]]);
            join(word(i, j), (j > 0).then(|| word(i, j.wrapping_sub(1))), gw);
            let below = (i + 1 < rows).then(|| bit(i + 1, j));
            join(bit(i, j), below, gb);
        }
    }
    for i in 0..rows {
        m[word(i, 0)][n + i] = gw;
    }
    for k in 0..n {
        let p = (k..n)
            .max_by(|&a, &b| m[a][k].abs().total_cmp(&m[b][k].abs()))
            .expect("rows are left");
        m.swap(k, p);
        let pivot = m[k].clone();
        for row in m.iter_mut().skip(k + 1).filter(|r| r[k] != 0.0) {
            let f = row[k] / pivot[k];
            row.iter_mut()
                .zip(&pivot)
                .skip(k)
                .for_each(|(v, p)| *v -= f * p);
        }
    }
    let mut t = Array2::zeros((rows, columns));
    for source in 0..rows {
        let mut v = vec![0.0; n];
        for k in (0..n).rev() {
            let known: f64 = (k + 1..n).map(|c| m[k][c] * v[c]).sum();
            v[k] = (m[k][n + source] - known) / m[k][k];
        }
        for j in 0..columns {
            t[[source, j]] = gb * v[bit(rows - 1, j)];
        }
    }
    t
}

fn cells(rows: usize, columns: usize, seed: u64) -> Array2<f64> {
    // Between 1 and 100 uS, spread evenly over the decades.
    Array2::from_shape_fn((rows, columns), |(i, j)| {
        10f64.powf(
            2.0 * Key::new(seed)
                .draw::<f64, _>((i * columns + j) as u64, Open01)
                .abs(),
        )
    })
}

fn relative_difference(a: &Array2<f64>, b: &Array2<f64>) -> f64 {
    let square = |m: &Array2<f64>| m.iter().map(|v| v * v).sum::<f64>();
    (square(&(a - b)) / square(b)).sqrt()
}

#[test]
fn equals_the_nodal_solve() {
    for (case, (rows, columns)) in [(1, 1), (1, 5), (5, 1), (7, 4), (4, 7), (12, 12)]
        .into_iter()
        .enumerate()
    {
        for (row_ohm, column_ohm) in [(1.0, 1.0), (20.0, 0.5), (0.01, 300.0)] {
            let wires = Wires {
                row_ohm,
                column_ohm,
            };
            let cells = cells(rows, columns, case as u64);
            let error = relative_difference(&fold(cells.view(), wires), &nodal(&cells, wires));
            assert!(error < 1e-9, "{rows} x {columns}, {wires:?}: {error}");
        }
    }
}

#[test]
fn ideal_wires_change_nothing_and_nearly_ideal_ones_little() {
    let cells = cells(6, 9, 3);
    let ideal = |row_ohm, column_ohm| {
        fold(
            cells.view(),
            Wires {
                row_ohm,
                column_ohm,
            },
        )
    };
    assert_eq!(ideal(0.0, 0.0), cells);
    for (r, c) in [(0.0, 10.0f64), (10.0f64, 0.0)] {
        // One kind of wire ideal: the limit of a vanishing resistance.
        let small = ideal(r.max(1e-7), c.max(1e-7));
        assert!(relative_difference(&ideal(r, c), &small) < 1e-9);
        assert!(relative_difference(&ideal(r, c), &cells) > 1e-4);
    }
}

#[test]
fn one_cell_is_a_series_of_three_resistors() {
    // 10 kohm cell behind 300 and 700 ohm: 1 / 11 kohm.
    let cells = Array2::from_elem((1, 1), 100.0);
    let wires = Wires {
        row_ohm: 300.0,
        column_ohm: 700.0,
    };
    assert!((fold(cells.view(), wires)[[0, 0]] - 1e6 / 11_000.0).abs() < 1e-9);
}
