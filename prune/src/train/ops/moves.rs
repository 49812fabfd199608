//! Layers that move values: flatten, reshape, transpose, channel shuffle, padding are all one list of sources.

use crate::train::real::Real;
use crosscut_traces::{Shape, op};

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
    /// Of a layer that moves values.
    pub fn of(moves: &dyn op::Moves, input: Shape, output: Shape) -> Moves<T> {
        let from = |e| {
            let source = moves.source(output.place(e), input, output);
            source.map_or(NONE, |place| input.index(place) as u32)
        };
        Moves {
            from: (0..output.len()).map(from).collect(),
            fill: T::of(f64::from(moves.fill())),
            input,
            output,
        }
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
