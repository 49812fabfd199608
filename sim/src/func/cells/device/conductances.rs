//! What the columns of a block see of its cells: conductances in units of column sum, wires folded in.

use super::draw::RowGroupCells;
use super::model::DeviceModel;
use crate::func::cells::block::{Block, by_row_group};
use crate::func::cells::layout::Layout;
use crate::func::cells::wires::fold;
use crosscut_traces::random::Key;
use ndarray::{Array2, s};
use rayon::prelude::*;

/// Conductances of the cells that one read drives, as seen by a column: positive less negative cells, less what a
/// reference column takes away. Columns are weight slices x outputs.
#[derive(Debug, Clone, PartialEq)]
pub struct Conductances {
    /// Rows x columns, in units of column sum per driven unit.
    pub mean: Array2<f32>,
    /// Variance of the read noise, in the same units squared; absent without noise.
    pub variance: Option<Array2<f32>>,
}

impl Conductances {
    /// Of cells that conduct their levels.
    pub fn ideal(layout: &Layout<'_>, block: &Block) -> Conductances {
        let (levels, outputs) = (layout.levels(block), block.outputs.len());
        let mut mean = Array2::zeros((block.rows.len(), block.columns()));
        for (column, mut to) in mean.columns_mut().into_iter().enumerate() {
            let (plus, minus) = levels.column(column / outputs, column % outputs);
            for (r, to) in to.iter_mut().enumerate() {
                *to = f32::from(plus[r]) - minus.get(r).map_or(0.0, |&m| f32::from(m));
            }
        }
        Conductances {
            mean,
            variance: None,
        }
    }
}

/// What makes up for drift: a gain on every current, known when all cells of a layer are drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Compensation {
    gain: f64,
    /// Added, in units of column sum per unit of input.
    more: f64,
}

impl Compensation {
    /// A mean conductance, compensated.
    pub fn of(&self, g: f32) -> f32 {
        (self.gain * f64::from(g) + self.more) as f32
    }

    /// Factor on a variance.
    pub fn of_variance(&self) -> f32 {
        (self.gain * self.gain) as f32
    }
}

/// The blocks of a layer, each as `lay` laid it out, and what makes up for drift.
pub struct Programmed<T> {
    /// In the order of the layout's blocks.
    pub blocks: Vec<T>,
    /// What is still to be taken of every block; absent where nothing drifted.
    pub compensation: Option<Compensation>,
}

/// The blocks of one row group, and what its cells conducted when programmed and conduct now.
struct RowGroupDrawn<T> {
    blocks: Vec<T>,
    programmed_us: f64,
    now_us: f64,
}

impl DeviceModel {
    /// Programs the cells of a layer row group by row group and gives each block to `lay`, so that no more than that of a
    /// layer need be held; the layer's number keys the draws.
    pub fn program<T: Send>(
        &self,
        layer: u64,
        layout: &Layout<'_>,
        lay: impl Fn(&Block, Conductances) -> T + Sync,
    ) -> Programmed<T> {
        let layer_key = self.key.child(layer);
        let drawn: Vec<RowGroupDrawn<T>> = by_row_group(&layout.blocks)
            .par_iter()
            .map(|blocks| {
                let drawn = self.row_group(layer_key, layout, blocks);
                let laid = blocks.iter().zip(drawn.blocks);
                RowGroupDrawn {
                    blocks: laid.map(|(block, c)| lay(block, c)).collect(),
                    programmed_us: drawn.programmed_us,
                    now_us: drawn.now_us,
                }
            })
            .collect();
        let programmed = drawn.iter().map(|d| d.programmed_us).sum::<f64>();
        let now = drawn.iter().map(|d| d.now_us).sum::<f64>();
        let gain = self.gain(programmed, now);
        // A gain acts on the current before the reference is taken away.
        let reference = self.reference_us(&layout.encoding) / self.unit_us();
        Programmed {
            blocks: drawn.into_iter().flat_map(|d| d.blocks).collect(),
            compensation: (gain != 1.0).then_some(Compensation {
                gain,
                more: (gain - 1.0) * reference,
            }),
        }
    }

    /// Conductances of all blocks of one row group.
    fn row_group(
        &self,
        layer_key: Key,
        layout: &Layout<'_>,
        blocks: &[Block],
    ) -> RowGroupDrawn<Conductances> {
        let (e, outputs) = (&layout.encoding, blocks[0].outputs.len());
        let cells = RowGroupCells::new(layout, blocks);
        let (signs, unit) = (if e.pairs() { 2 } else { 1 }, self.unit_us());
        let columns = e.weight_slices * outputs;
        let mut mean = Array2::<f32>::zeros((cells.rows, columns));
        let mut variance = self
            .is_noisy()
            .then(|| Array2::<f32>::zeros((cells.rows, columns)));
        let (mut programmed_us, mut now_us) = (0.0, 0.0);
        for (at, array) in self.drawn_arrays(layer_key, &cells) {
            programmed_us += array.programmed_us;
            now_us += array.now_us;
            if let Some(v) = &mut variance {
                for ((row, column), s) in array.variance.indexed_iter() {
                    // Columns are (output, weight slice, sign).
                    let logical = column / signs;
                    let (o, weight_slice) = (logical / e.weight_slices, logical % e.weight_slices);
                    let column = weight_slice * outputs + at.first + o;
                    v[[row, column]] += (s / (unit * unit)) as f32;
                }
            }
            let mut g = array.g_us;
            if let Some(wires) = self.wires {
                g = fold(g.view(), wires);
            }
            let reference = self.reference_us(e);
            for row in 0..cells.rows {
                for o in 0..at.width {
                    for weight_slice in 0..e.weight_slices {
                        let column = (o * e.weight_slices + weight_slice) * signs;
                        let other = if e.pairs() {
                            g[[row, column + 1]]
                        } else {
                            reference
                        };
                        // Differences first, so that ideal cells count whole levels.
                        let value = (g[[row, column]] - other) / unit;
                        mean[[row, weight_slice * outputs + at.first + o]] = value as f32;
                    }
                }
            }
        }
        let mut start = 0;
        let cut =
            |m: &Array2<f32>, start: usize, n: usize| m.slice(s![start..start + n, ..]).to_owned();
        let parts = blocks.iter().map(|block| {
            let n = block.rows.len();
            let c = Conductances {
                mean: cut(&mean, start, n),
                variance: variance.as_ref().map(|v| cut(v, start, n)),
            };
            start += n;
            c
        });
        RowGroupDrawn {
            blocks: parts.collect(),
            programmed_us,
            now_us,
        }
    }
}
