//! Output positions cut into blocks, one per firing.

use crosscut_traces::Shape;

/// Firings that do the same: their blocks cover as many rows and as many columns. The last row of blocks may be lower,
/// the last column narrower than the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockClass {
    /// Neither in the last row nor in the last column.
    Inner,
    /// In the last column only.
    Right,
    /// In the last row only.
    Bottom,
    /// In the last row and in the last column.
    Corner,
    /// Without positions: a row of padding, or a step of a running pool before its result.
    Silent,
}

impl BlockClass {
    /// Every class, in the order of tables by class.
    pub const ALL: [BlockClass; 5] = [
        BlockClass::Inner,
        BlockClass::Right,
        BlockClass::Bottom,
        BlockClass::Corner,
        BlockClass::Silent,
    ];

    /// The class of a block with positions.
    #[inline]
    pub fn at_edge(last_row: bool, last_column: bool) -> BlockClass {
        match (last_row, last_column) {
            (false, false) => BlockClass::Inner,
            (false, true) => BlockClass::Right,
            (true, false) => BlockClass::Bottom,
            (true, true) => BlockClass::Corner,
        }
    }
}

/// Something by class of block, in the order of [`BlockClass::ALL`].
pub type ByClass<T> = [T; BlockClass::ALL.len()];

/// Output positions cut into blocks of `columns x rows`, fired in raster order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blocks {
    /// Output height.
    pub height: usize,
    /// Output width.
    pub width: usize,
    /// Columns of one block.
    pub columns: usize,
    /// Rows of one block.
    pub rows: usize,
    /// Firings before the first row that produce nothing (padding rows of a row-streaming source).
    pub lead: usize,
    /// Firings after the last row that produce nothing.
    pub tail: usize,
}

impl Blocks {
    /// Blocks of an output shape.
    pub fn new(output: Shape, columns: usize, rows: usize) -> Blocks {
        Blocks {
            height: output.h,
            width: output.w,
            columns: columns.clamp(1, output.w),
            rows: rows.clamp(1, output.h),
            lead: 0,
            tail: 0,
        }
    }

    /// Blocks side by side.
    pub fn across(&self) -> usize {
        self.width.div_ceil(self.columns)
    }

    /// Firings of one image.
    pub fn count(&self) -> u64 {
        (self.height.div_ceil(self.rows) * self.across() + self.lead + self.tail) as u64
    }

    /// Positions of firing `n` of an image.
    pub fn positions(&self, n: u64) -> u64 {
        let n = n as usize;
        if n < self.lead || n >= self.count() as usize - self.tail {
            return 0;
        }
        let (last_y, last_x) = self.last_position(n);
        let (y, x) = self.first_position(n);
        ((last_y - y + 1) * (last_x - x + 1)) as u64
    }

    /// Rows and columns of a block of a class.
    pub fn extent(&self, class: BlockClass) -> [usize; 2] {
        let last = |size: usize, block: usize| size - (size.div_ceil(block) - 1) * block;
        let last_row = last(self.height, self.rows);
        let last_column = last(self.width, self.columns);
        match class {
            BlockClass::Inner => [self.rows, self.columns],
            BlockClass::Right => [self.rows, last_column],
            BlockClass::Bottom => [last_row, self.columns],
            BlockClass::Corner => [last_row, last_column],
            BlockClass::Silent => [0, 0],
        }
    }

    /// The class of firing `n` of an image.
    pub fn class(&self, n: u64) -> BlockClass {
        let n = n as usize;
        if n < self.lead || n >= self.count() as usize - self.tail {
            return BlockClass::Silent;
        }
        let at = n - self.lead;
        let last_row = at / self.across() + 1 == self.height.div_ceil(self.rows);
        let last_column = at % self.across() + 1 == self.across();
        BlockClass::at_edge(last_row, last_column)
    }

    /// Firings of an image by class.
    pub fn fired(&self) -> ByClass<u64> {
        let [down, across] = [self.height.div_ceil(self.rows), self.across()].map(|n| n as u64);
        let silent = (self.lead + self.tail) as u64;
        [(down - 1) * (across - 1), down - 1, across - 1, 1, silent]
    }

    /// Blocks with positions in an image; firings beyond yield nothing.
    pub fn yielding(&self) -> u64 {
        self.count() - (self.lead + self.tail) as u64
    }

    /// Blocks that the first `n` firings of an image yield.
    pub fn yielded(&self, n: u64) -> u64 {
        n.saturating_sub(self.lead as u64).min(self.yielding())
    }

    /// First row and column of firing `n`.
    pub(super) fn first_position(&self, n: usize) -> (usize, usize) {
        let n = n - self.lead;
        (
            n / self.across() * self.rows,
            n % self.across() * self.columns,
        )
    }

    /// Last row and column of firing `n`.
    pub(super) fn last_position(&self, n: usize) -> (usize, usize) {
        let (y, x) = self.first_position(n);
        (
            (y + self.rows).min(self.height) - 1,
            (x + self.columns).min(self.width) - 1,
        )
    }

    /// The block that holds a position, counted among those that are yielded.
    pub(super) fn block(&self, y: usize, x: usize) -> u64 {
        (y / self.rows * self.across() + x / self.columns) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(h: usize, w: usize, columns: usize, rows: usize) -> Blocks {
        Blocks::new(Shape::new(1, h, w), columns, rows)
    }

    #[test]
    fn positions_of_all_firings_cover_the_output() {
        for (h, w, columns, rows) in [(5, 7, 2, 3), (1, 1, 1, 1), (8, 8, 8, 1), (9, 4, 3, 9)] {
            let b = blocks(h, w, columns, rows);
            assert_eq!(
                (0..b.count()).map(|n| b.positions(n)).sum::<u64>(),
                (h * w) as u64
            );
        }
    }

    #[test]
    fn firings_by_class_are_those_of_every_firing() {
        for (h, w, columns, rows) in [(5, 7, 2, 3), (1, 1, 1, 1), (4, 4, 2, 2), (3, 9, 9, 1)] {
            let mut b = blocks(h, w, columns, rows);
            (b.lead, b.tail) = (2, 1);
            let mut fired = [0; BlockClass::ALL.len()];
            (0..b.count()).for_each(|n| fired[b.class(n) as usize] += 1);
            assert_eq!(b.fired(), fired);
        }
    }

    #[test]
    fn a_block_of_a_class_has_the_extent_of_the_class() {
        for (h, w, columns, rows) in [(5, 7, 2, 3), (1, 1, 1, 1), (8, 8, 8, 1), (9, 4, 3, 9)] {
            let b = Blocks {
                lead: 2,
                tail: 1,
                ..blocks(h, w, columns, rows)
            };
            for n in 0..b.count() {
                let [rows, columns] = b.extent(b.class(n));
                assert_eq!((rows * columns) as u64, b.positions(n), "{b:?} {n}");
            }
        }
        // 5 x 7 in blocks of 3 x 2: the last row of blocks has 2 rows, the last column 1.
        let classes: Vec<BlockClass> = (0..8).map(|n| blocks(5, 7, 2, 3).class(n)).collect();
        let (inner, right) = (BlockClass::Inner, BlockClass::Right);
        let (bottom, corner) = (BlockClass::Bottom, BlockClass::Corner);
        let want = [inner, inner, inner, right, bottom, bottom, bottom, corner];
        assert_eq!(classes, want);
        assert_eq!(blocks(5, 7, 2, 3).extent(corner), [2, 1]);
    }
}
