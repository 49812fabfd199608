//! A session multiplies for the integer executor and keeps the books.

use super::kernel::{Kernel, exact, popcount};
use super::program::{FuncModel, ProgrammedGroup, ProgrammedLayer};
use super::result::LayerFidelity;
use crosscut_traces::LayerId;
use crosscut_traces::quant::Accumulate;
use ndarray::{Array2, ArrayView2};

/// Integer records of one compute layer; sums of sessions in any order are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LayerTally {
    /// Column samples taken.
    pub conversions: u64,
    /// Samples beyond the last code.
    pub clipped: u64,
    /// Largest column sum seen.
    pub largest_sum: u64,
    /// Sum of (crossbar - reference)^2 over accumulators.
    pub squared_error: u128,
    /// Sum of reference^2 over accumulators.
    pub squared_reference: u128,
}

impl std::ops::AddAssign<&LayerTally> for LayerTally {
    fn add_assign(&mut self, o: &LayerTally) {
        self.conversions += o.conversions;
        self.clipped += o.clipped;
        self.largest_sum = self.largest_sum.max(o.largest_sum);
        self.squared_error += o.squared_error;
        self.squared_reference += o.squared_reference;
    }
}

/// Simulated crossbars as multiplier of the integer executor. One per thread.
#[derive(Debug, Clone)]
pub struct FuncSession<'a> {
    model: &'a FuncModel,
    tallies: Vec<LayerTally>,
    planes: Vec<u64>,
    sums: Vec<[i64; popcount::LANES]>,
}

impl<'a> FuncSession<'a> {
    /// A session without records.
    pub fn new(model: &'a FuncModel) -> Self {
        FuncSession {
            model,
            tallies: vec![LayerTally::default(); model.layers.len()],
            planes: Vec::new(),
            sums: Vec::new(),
        }
    }

    /// Records of every compute layer, in order.
    pub fn tallies(&self) -> &[LayerTally] {
        &self.tallies
    }

    /// Adds the sums of one row group for one input vector.
    fn group(
        &mut self,
        layer: &ProgrammedLayer,
        group: &ProgrammedGroup,
        codes: &[i32],
        out: &mut [i64],
    ) -> popcount::Seen {
        let job = popcount::Job {
            words: group.words,
            ..layer.job.expect("layers with cells have a converter")
        };
        let encoding = &layer.encoding;
        self.planes.resize(encoding.planes() * group.words, 0);
        let driven = encoding.pack(codes, &group.rows, group.words, &mut self.planes);
        let slices = group.factors.len();
        self.sums.resize(
            group.outputs.len().div_ceil(popcount::LANES) * slices,
            Default::default(),
        );
        let seen = popcount::columns(
            self.model.isa,
            &job,
            &group.cells,
            &self.planes,
            &mut self.sums,
        );
        for (j, &q) in group.outputs.iter().enumerate() {
            let mut sum = -group.offset * driven - group.constants[j];
            for (slice, &factor) in group.factors.iter().enumerate() {
                let read = self.sums[j / popcount::LANES * slices + slice][j % popcount::LANES];
                let inverted = group.flipped[j * slices + slice];
                sum += factor
                    * if inverted {
                        group.level * driven - read
                    } else {
                        read
                    };
            }
            out[q as usize] += sum;
        }
        seen
    }
}

impl Accumulate for FuncSession<'_> {
    /// The patches hold whole images (all output positions), with codes in the range of the layer's input format.
    ///
    /// # Panics
    /// If the layer is not one of the model's: sessions belong to the network the model was prepared for.
    fn accumulate(
        &mut self,
        id: LayerId,
        group: usize,
        patches: ArrayView2<'_, i32>,
    ) -> Array2<i64> {
        let model = self.model;
        let at = model.index[&id];
        let layer = &model.layers[at];
        let patches = patches.as_standard_layout();
        let (positions, k) = patches.dim();
        let mut tally = LayerTally {
            conversions: positions as u64 * layer.live[group] * layer.samples
                + layer.idle[group] * positions as u64 / layer.positions,
            ..LayerTally::default()
        };
        let part = group * layer.outputs * k..(group + 1) * layer.outputs * k;
        let reference = &layer.reference.as_slice().expect("kept in standard layout")[part.clone()];
        let mapped = layer.mapped.as_ref().map_or(reference, |m| {
            &m.as_slice().expect("made in standard layout")[part]
        });
        let mut out = Array2::zeros((positions, layer.outputs));
        let mut wanted = vec![0i64; layer.outputs];
        for (codes, mut out) in patches.rows().into_iter().zip(out.rows_mut()) {
            let codes = codes.to_slice().expect("standard layout");
            let out = out.as_slice_mut().expect("fresh rows are contiguous");
            match layer.kernel {
                Kernel::ExactInteger => {
                    exact::product(model.isa, layer.narrow, mapped, codes, out);
                    tally.largest_sum = layer.bound;
                }
                Kernel::BitPlaneClip => {
                    for programmed in &layer.groups[group] {
                        let seen = self.group(layer, programmed, codes, out);
                        tally.clipped += seen.clipped;
                        tally.largest_sum = tally.largest_sum.max(seen.largest);
                    }
                }
            }
            if layer.kernel == Kernel::ExactInteger && layer.mapped.is_none() {
                wanted.copy_from_slice(out);
            } else {
                exact::product(model.isa, layer.narrow, reference, codes, &mut wanted);
            }
            for (&got, &wanted) in out.iter().zip(&wanted) {
                tally.squared_error += square(got - wanted);
                tally.squared_reference += square(wanted);
            }
        }
        self.tallies[at] += &tally;
        out
    }
}

fn square(x: i64) -> u128 {
    u128::from(x.unsigned_abs()).pow(2)
}

/// Records as reported.
pub(crate) fn fidelity(model: &FuncModel, tallies: &[LayerTally]) -> Vec<LayerFidelity> {
    let ratio = |a: f64, b: f64| if b == 0.0 { 0.0 } else { a / b };
    model
        .layers
        .iter()
        .zip(tallies)
        .map(|(layer, t)| LayerFidelity {
            name: layer.name.clone(),
            kernel: layer.kernel.name().to_owned(),
            conversions: t.conversions,
            clipped: t.clipped,
            clip_rate: ratio(t.clipped as f64, t.conversions as f64),
            largest_sum: t.largest_sum,
            // With a reference of zeros only, the error is reported over one unit instead.
            rms_error: (t.squared_error as f64 / (t.squared_reference as f64).max(1.0)).sqrt(),
        })
        .collect()
}
