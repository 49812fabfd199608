//! Windows as tables: what `Window::need` and `Window::free` say, by row and column of the consumer's blocks.

use crate::graph::{BlockClass, Blocks, Window};

/// The grid of a station's blocks, without divisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Raster {
    /// Firings of an image.
    pub count: u64,
    /// Those before and those from which on nothing is yielded.
    lead: u64,
    tail: u64,
    across: usize,
    down: usize,
}

impl Raster {
    /// Of the blocks of a station.
    pub fn of(blocks: &Blocks) -> Raster {
        Raster {
            count: blocks.count(),
            lead: blocks.lead as u64,
            tail: blocks.count() - blocks.tail as u64,
            across: blocks.across(),
            down: blocks.height.div_ceil(blocks.rows),
        }
    }
}

/// A firing of an image by its place in the grid of blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cursor {
    /// Firing within the image.
    pub index: u64,
    /// Image.
    pub image: u64,
    row: usize,
    column: usize,
}

impl Cursor {
    /// The firing after this one.
    #[inline]
    pub fn advance(&mut self, raster: &Raster) {
        self.index += 1;
        if self.index == raster.count {
            *self = Cursor {
                image: self.image + 1,
                ..Cursor::default()
            };
        } else if self.index > raster.lead {
            self.column += 1;
            if self.column == raster.across {
                self.column = 0;
                self.row += 1;
            }
        }
    }

    /// Whether the firing yields a block.
    #[inline]
    pub fn yields(&self, raster: &Raster) -> bool {
        self.index >= raster.lead && self.index < raster.tail
    }

    /// Whether it is the last of its image.
    #[inline]
    pub fn is_last(&self, raster: &Raster) -> bool {
        self.index + 1 == raster.count
    }

    /// The class of its block.
    #[inline]
    pub fn class(&self, raster: &Raster) -> BlockClass {
        if self.yields(raster) {
            BlockClass::at_edge(
                self.row + 1 == raster.down,
                self.column + 1 == raster.across,
            )
        } else {
            BlockClass::Silent
        }
    }
}

/// The window of an edge.
#[derive(Debug, Clone)]
pub struct Gate {
    /// Blocks of an image.
    blocks: u64,
    /// Firings of the consumer for an image.
    firings: u64,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    Whole,
    Running,
    /// Block numbers are sums of a part from the row and one from the column.
    Sliding {
        across: usize,
        last: [Vec<u64>; 2],
        first: [Vec<u64>; 2],
    },
}

impl Gate {
    /// Tables of a window between two stations.
    pub fn new(window: Window, producer: &Blocks, consumer: &Blocks) -> Gate {
        let kind = match window {
            Window::Whole => Kind::Whole,
            Window::Running => Kind::Running,
            Window::Sliding { .. } => {
                let across = consumer.across();
                let lead = consumer.lead as u64;
                let rows = consumer.yielding() / across as u64;
                let need = |n: u64| window.need(producer, consumer, lead + n) - 1;
                let first = |n: u64| window.first(producer, consumer, lead + n);
                let table = |block: &dyn Fn(u64) -> u64| {
                    let corner = block(0);
                    let row = (0..rows).map(|y| block(y * across as u64));
                    let column = (0..across as u64).map(|x| block(x) - corner);
                    [row.collect(), column.collect()]
                };
                Kind::Sliding {
                    across,
                    last: table(&need),
                    first: table(&first),
                }
            }
        };
        Gate {
            blocks: producer.yielding(),
            firings: consumer.count(),
            kind,
        }
    }

    /// Blocks, over all images, that must have arrived before a firing.
    #[inline]
    pub fn need(&self, at: &Cursor) -> u64 {
        let before = at.image * self.blocks;
        before
            + match &self.kind {
                Kind::Whole => self.blocks,
                Kind::Running => at.index + 1,
                Kind::Sliding { last, .. } => last[0][at.row] + last[1][at.column] + 1,
            }
    }

    /// Blocks, over all images, that are not needed any more once a firing has begun.
    #[inline]
    pub fn free(&self, at: &Cursor) -> u64 {
        let before = at.image * self.blocks;
        if at.index + 1 == self.firings {
            return before + self.blocks;
        }
        before
            + match &self.kind {
                Kind::Whole => 0,
                Kind::Running => at.index + 1,
                Kind::Sliding { across, first, .. } => {
                    let (row, column) = match at.column + 1 {
                        c if c == *across => (at.row + 1, 0),
                        c => (at.row, c),
                    };
                    let next = first[0][row] + first[1][column];
                    first[0].get(row + 1).map_or(next, |&below| next.min(below))
                }
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crosscut_traces::Shape;
    use crosscut_traces::random::Key;

    #[test]
    fn tables_say_what_the_window_says() {
        for case in 0..300u64 {
            let draw = |i: u64, n: u64| (Key::new(case).bits(i) >> 20) % n;
            let (reach, stride) = (
                [1 + draw(0, 3), 1 + draw(1, 3)],
                [1 + draw(2, 2), 1 + draw(3, 3)],
            );
            let pad = [draw(4, reach[0]), draw(5, reach[1])];
            let size = [reach[0] + 3 + draw(6, 4), reach[1] + 3 + draw(7, 4)];
            let out = [0, 1].map(|a| ((size[a] + 2 * pad[a] - reach[a]) / stride[a] + 1) as usize);
            let blocks = |h: usize, w: usize, i: u64| {
                let columns = 1 + draw(i, 3) as usize;
                Blocks::new(Shape::new(1, h, w), columns, 1 + draw(i + 1, 2) as usize)
            };
            let producer = blocks(size[0] as usize, size[1] as usize, 8);
            let consumer = blocks(out[0], out[1], 10);
            let window = match draw(12, 5) {
                0 => Window::Whole,
                _ => Window::Sliding {
                    reach: reach.map(|x| x as usize),
                    stride: stride.map(|x| x as usize),
                    pad: pad.map(|x| x as usize),
                },
            };
            let gate = Gate::new(window, &producer, &consumer);
            let mut at = Cursor::default();
            let raster = Raster::of(&consumer);
            for n in 0..2 * consumer.count() {
                let (image, i) = (n / consumer.count(), n % consumer.count());
                let before = image * producer.count();
                assert_eq!(
                    gate.need(&at),
                    before + window.need(&producer, &consumer, i)
                );
                assert_eq!(
                    gate.free(&at),
                    before + window.free(&producer, &consumer, i)
                );
                assert_eq!(at.class(&raster), consumer.class(i));
                assert_eq!(at.is_last(&raster), i + 1 == consumer.count());
                at.advance(&raster);
            }
        }
    }
}
