//! Layers that move values: flatten, reshape, transpose, channel shuffle, padding are all one list of sources.

use crate::train::real::Real;
use crosscut_traces::{Op, Shape};

/// No source: the value is the fill.
const NONE: u32 = u32::MAX;

/// Where each value of an image comes from, row-major over channel, row, column.
#[derive(Debug, Clone, PartialEq)]
pub struct Moves<T> {
    from: Vec<u32>,
    fill: T,
    input: Shape,
    output: Shape,
}

/// Place of value `e` of image `i` among `n` images of a chunk.
pub fn place(e: usize, i: usize, n: usize, shape: Shape) -> usize {
    let plane = shape.h * shape.w;
    (e / plane * n + i) * plane + e % plane
}

impl<T: Real> Moves<T> {
    /// Of a layer that moves values; `None` for any other.
    pub fn of(op: &Op, input: Shape, output: Shape) -> Option<Moves<T>> {
        let at = |s: Shape, c: usize, y: usize, x: usize| ((c * s.h + y) * s.w + x) as u32;
        let each = |f: &dyn Fn(usize, usize, usize) -> u32| {
            let mut from = Vec::with_capacity(output.len());
            for c in 0..output.c {
                for y in 0..output.h {
                    for x in 0..output.w {
                        from.push(f(c, y, x));
                    }
                }
            }
            from
        };
        let mut fill = T::zero();
        let from = match op {
            Op::Flatten | Op::Reshape(_) => (0..output.len() as u32).collect(),
            Op::Transpose(axes) => each(&|c, y, x| {
                let mut source = [0; 3];
                for (axis, v) in axes.iter().zip([c, y, x]) {
                    source[*axis] = v;
                }
                at(input, source[0], source[1], source[2])
            }),
            Op::ChannelShuffle(groups) => {
                let rest = input.c / groups;
                each(&|c, y, x| at(input, (c % groups) * rest + c / groups, y, x))
            }
            Op::Pad { pad, value } => {
                fill = T::of(f64::from(*value));
                each(&|c, y, x| {
                    let (iy, ix) = (y.wrapping_sub(pad[0]), x.wrapping_sub(pad[1]));
                    if iy < input.h && ix < input.w {
                        at(input, c, iy, ix)
                    } else {
                        NONE
                    }
                })
            }
            _ => return None,
        };
        Some(Moves {
            from,
            fill,
            input,
            output,
        })
    }

    /// Forward over `n` images.
    pub fn forward(&self, x: &[T], n: usize, y: &mut [T]) {
        for (e, &from) in self.from.iter().enumerate() {
            for i in 0..n {
                y[place(e, i, n, self.output)] = match from {
                    NONE => self.fill,
                    from => x[place(from as usize, i, n, self.input)],
                };
            }
        }
    }

    /// Adds the gradient of the input to `dx`.
    pub fn backward(&self, dy: &[T], n: usize, dx: &mut [T]) {
        for (e, &from) in self.from.iter().enumerate() {
            if from != NONE {
                for i in 0..n {
                    dx[place(from as usize, i, n, self.input)] += dy[place(e, i, n, self.output)];
                }
            }
        }
    }
}
