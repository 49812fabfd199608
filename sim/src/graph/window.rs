//! Which blocks of its producer a consumer waits for.

use super::Blocks;
use crosscut_traces::op::Reach;

/// Which blocks of its producer a consumer firing needs. Blocks are counted among those that are yielded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// The whole image.
    Whole,
    /// One block after the other, none of them kept: each firing takes up the next.
    Running,
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

    /// The window of a digital unit.
    pub fn of(reach: Reach) -> Window {
        match reach {
            Reach::Point => Window::POINT,
            Reach::Whole => Window::Whole,
            Reach::Window {
                kernel,
                stride,
                pad,
            } => Window::Sliding {
                reach: kernel,
                stride,
                pad,
            },
        }
    }

    /// Blocks of an image that must have arrived before the consumer's firing `n` of that image.
    pub fn need(&self, producer: &Blocks, consumer: &Blocks, n: u64) -> u64 {
        match *self {
            Window::Whole => producer.yielding(),
            Window::Running => n + 1,
            Window::Sliding { reach, stride, pad } => {
                let (y, x) = consumer.last_position(n as usize);
                let input = |at: usize, axis: usize, size: usize| {
                    (at * stride[axis] + reach[axis] - 1)
                        .saturating_sub(pad[axis])
                        .min(size - 1)
                };
                let (y, x) = (input(y, 0, producer.height), input(x, 1, producer.width));
                producer.block(y, x) + 1
            }
        }
    }

    /// Blocks of an image, from its first on, that no firing after the consumer's firing `n` of that image needs.
    pub fn free(&self, producer: &Blocks, consumer: &Blocks, n: u64) -> u64 {
        if n + 1 >= consumer.count() {
            return producer.yielding();
        }
        match *self {
            Window::Whole => 0,
            Window::Running => n + 1,
            Window::Sliding { .. } => {
                // The oldest of the next firing, or the first of the row of blocks below.
                let next = self.first(producer, consumer, n + 1);
                let across = consumer.across() as u64;
                let below = ((n + 1 - consumer.lead as u64) / across + 1) * across;
                if below >= consumer.yielding() {
                    return next;
                }
                next.min(self.first(producer, consumer, consumer.lead as u64 + below))
            }
        }
    }

    /// The first block of an image that the consumer's firing `n` of that image looks at.
    pub fn first(&self, producer: &Blocks, consumer: &Blocks, n: u64) -> u64 {
        match *self {
            Window::Whole => 0,
            Window::Running => n,
            Window::Sliding { stride, pad, .. } => {
                let input = |at: usize, axis: usize, size: usize| {
                    (at * stride[axis]).saturating_sub(pad[axis]).min(size - 1)
                };
                let (y, x) = consumer.first_position(n as usize);
                producer.block(input(y, 0, producer.height), input(x, 1, producer.width))
            }
        }
    }

    /// Most blocks held at once if the producer is never ahead of what the next firing needs: the greatest
    /// `need(n) - free(n - 1)`.
    pub fn demand(&self, producer: &Blocks, consumer: &Blocks) -> u64 {
        let Window::Sliding { .. } = self else {
            return match self {
                Window::Whole => producer.yielding(),
                _ => 1,
            };
        };
        // Block numbers are sums of a part from the row and one from the column, so the two can be maximised apart.
        let (lead, across) = (consumer.lead as u64, consumer.across() as u64);
        let rows = consumer.yielding() / across;
        let last = |n: u64| self.need(producer, consumer, lead + n) as i64;
        let first = |n: u64| self.first(producer, consumer, lead + n) as i64;
        let column = |x: u64| last(x) - last(0);
        let high = |y: u64| last(y * across) - first(y * across);
        let wide = |x: u64| column(x) - (first(x) - first(0));
        let most = |of: &dyn Fn(u64) -> i64, n: u64| (0..n).map(of).max().unwrap_or(0);
        let window = most(&high, rows) + most(&wide, across);
        // Towards the end of a row, the next one may look at blocks before those of the window.
        let below = |y: u64| last(y * across) - first((y + 1) * across);
        let row = most(&below, rows - 1) + most(&column, across);
        let most = if rows > 1 { window.max(row) } else { window };
        most.max(0) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crosscut_traces::Shape;

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
    fn demand_is_the_most_that_is_held() {
        // 3x3 window on rows of 8: two rows and three blocks. 2x2 with stride 2: one row and two. 1x1: one.
        let same = |k: usize, pad: usize| Window::Sliding {
            reach: [k; 2],
            stride: [1; 2],
            pad: [pad; 2],
        };
        let b = blocks(8, 8, 1, 1);
        assert_eq!(same(3, 1).demand(&b, &b), 19);
        assert_eq!(same(3, 0).demand(&b, &blocks(6, 6, 1, 1)), 19);
        let pool = Window::Sliding {
            reach: [2; 2],
            stride: [2; 2],
            pad: [0; 2],
        };
        assert_eq!(pool.demand(&b, &blocks(4, 4, 1, 1)), 10);
        assert_eq!(Window::POINT.demand(&b, &b), 1);
        assert_eq!(Window::Whole.demand(&b, &blocks(1, 1, 1, 1)), 64);
        // Whatever the blocks: as many as the definition says.
        for (columns, rows) in [(1, 1), (2, 1), (3, 2), (8, 1), (8, 8), (5, 3)] {
            for (k, pad) in [(1, 0), (2, 0), (3, 1), (5, 2)] {
                let (w, p) = (same(k, pad), blocks(8, 8, columns, rows));
                let side = 8 + 2 * pad - k + 1;
                for c in [blocks(side, side, 1, 1), blocks(side, side, 3, 2)] {
                    let released = |n: u64| if n == 0 { 0 } else { w.free(&p, &c, n - 1) };
                    let held = |n: u64| w.need(&p, &c, n).saturating_sub(released(n));
                    let most = (0..c.count()).map(held).max();
                    assert_eq!(Some(w.demand(&p, &c)), most, "{k} {columns}x{rows}");
                }
            }
        }
    }
}
