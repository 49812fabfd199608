//! The energy of a read of an array, by what it depends on.

use super::point::Point;

/// Energy of a read by what it depends on.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Read {
    /// Of a cell in use: in a driven row and a column in use.
    pub cell_pj: f64,
    /// Of a driven row.
    pub row_pj: f64,
    /// What of a driven row is in proportion to the share of rows that carry something.
    pub active_row_pj: f64,
    /// Of a sensed column.
    pub column_pj: f64,
    /// Of the read itself.
    pub fixed_pj: f64,
}

impl Read {
    /// Energy of a read of all columns with as many rows as one read drives.
    pub(crate) fn full_pj(&self, p: &Point) -> f64 {
        let (rows, columns) = (p.active_rows, p.columns);
        rows * columns * self.cell_pj
            + rows * self.row_pj
            + columns * self.column_pj
            + self.fixed_pj
    }

    /// All shares times a factor.
    pub(crate) fn times(self, factor: f64) -> Read {
        Read {
            cell_pj: self.cell_pj * factor,
            row_pj: self.row_pj * factor,
            active_row_pj: self.active_row_pj * factor,
            column_pj: self.column_pj * factor,
            fixed_pj: self.fixed_pj * factor,
        }
    }
}
