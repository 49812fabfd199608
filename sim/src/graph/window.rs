//! Blocks of output positions, and which of them a consumer waits for.

use crosscut_traces::Shape;

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

    fn across(&self) -> usize {
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
        let (y, x) = (
            (n - self.lead) / self.across() * self.rows,
            (n - self.lead) % self.across() * self.columns,
        );
        ((last_y - y + 1) * (last_x - x + 1)) as u64
    }

    /// Last row and column of firing `n`.
    fn last_position(&self, n: usize) -> (usize, usize) {
        let n = n - self.lead;
        let (by, bx) = (n / self.across(), n % self.across());
        (
            ((by + 1) * self.rows).min(self.height) - 1,
            ((bx + 1) * self.columns).min(self.width) - 1,
        )
    }

    /// The firing that yields a position, as a count: so many firings must be complete.
    fn until(&self, y: usize, x: usize) -> u64 {
        (self.lead + y / self.rows * self.across() + x / self.columns + 1) as u64
    }
}

/// Which producer firings a consumer firing needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// The whole image.
    Whole,
    /// A sliding window.
    Sliding {
        /// Kernel extent, dilation included (vertical, horizontal).
        reach: [usize; 2],
        /// Stride.
        stride: [usize; 2],
        /// Padding on top and left.
        pad: [usize; 2],
    },
}

impl Window {
    /// One output position needs the input position at the same place.
    pub const POINT: Window = Window::Sliding {
        reach: [1, 1],
        stride: [1, 1],
        pad: [0, 0],
    };

    /// Producer firings of an image that must be complete before the consumer's firing `n` of that image.
    pub fn need(&self, producer: &Blocks, consumer: &Blocks, n: u64) -> u64 {
        match *self {
            Window::Whole => producer.count() - producer.tail as u64,
            Window::Sliding { reach, stride, pad } => {
                let (y, x) = consumer.last_position(n as usize);
                let input = |at: usize, axis: usize, size: usize| {
                    (at * stride[axis] + reach[axis] - 1)
                        .saturating_sub(pad[axis])
                        .min(size - 1)
                };
                producer.until(input(y, 0, producer.height), input(x, 1, producer.width))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(h: usize, w: usize, columns: usize, rows: usize) -> Blocks {
        Blocks::new(Shape::new(1, h, w), columns, rows)
    }

    #[test]
    fn a_3x3_window_with_padding_needs_one_row_and_one_column_more() {
        let w = Window::Sliding {
            reach: [3, 3],
            stride: [1, 1],
            pad: [1, 1],
        };
        let (p, c) = (blocks(4, 4, 1, 1), blocks(4, 4, 1, 1));
        // Output (0,0) looks at inputs up to (1,1): 4 + 1 + 1 firings.
        assert_eq!(w.need(&p, &c, 0), 6);
        // Output (0,3) at the right edge: up to (1,3).
        assert_eq!(w.need(&p, &c, 3), 8);
        assert_eq!(w.need(&p, &c, 15), 16);
    }

    #[test]
    fn stride_and_blocks() {
        let w = Window::Sliding {
            reach: [2, 2],
            stride: [2, 2],
            pad: [0, 0],
        };
        // Producer fires rows of 4, consumer single positions.
        let (p, c) = (blocks(4, 4, 4, 1), blocks(2, 2, 1, 1));
        assert_eq!((w.need(&p, &c, 0), w.need(&p, &c, 3)), (2, 4));
        // Producer in blocks of 2 columns x 2 rows.
        let p = blocks(4, 4, 2, 2);
        assert_eq!(
            (w.need(&p, &c, 0), w.need(&p, &c, 1), w.need(&p, &c, 3)),
            (1, 2, 4)
        );
        assert_eq!(Window::Whole.need(&p, &c, 0), 4);
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
}
