//! Programming: integer weights become cells of the mapped row groups.

use super::adc::Quantiser;
use super::coverage::mapped_weights;
use super::error::FuncError;
use super::input::Encoding;
use super::kernel::popcount::{Job, LANES, Word};
use super::kernel::{Isa, Kernel};
use super::samples;
use crate::map::{LayerMap, Mapping, RowGroup};
use crosscut_arch::{Arch, SignedWeights};
use crosscut_traces::{LayerId, QuantLayer, QuantNetwork};
use ndarray::Array2;
use std::collections::BTreeMap;

/// Programmed arrays of a network, shared by all threads.
#[derive(Debug, Clone)]
pub struct FuncModel {
    pub(crate) layers: Vec<ProgrammedLayer>,
    pub(crate) index: BTreeMap<LayerId, usize>,
    pub(crate) isa: Isa,
}

/// One compute layer on arrays.
#[derive(Debug, Clone)]
pub(crate) struct ProgrammedLayer {
    pub name: String,
    pub kernel: Kernel,
    /// Q x K, what the integer reference multiplies with.
    pub reference: Array2<i32>,
    /// Q x K with weights that no row group holds at zero, where it differs from `reference`.
    pub mapped: Option<Array2<i32>>,
    /// Outputs of one channel group.
    pub outputs: usize,
    /// Whether products of one channel group stay within 32 bits.
    pub narrow: bool,
    /// Samples per column of one output position: weight slices x input steps.
    pub samples: u64,
    /// Output positions of one image.
    pub positions: u64,
    /// Per channel group: samples of columns without weights, per image.
    pub idle: Vec<u64>,
    /// Largest column sum the cells can give.
    pub bound: u64,
    /// Used columns per position and channel group: live (row group, output) pairs.
    pub live: Vec<u64>,
    pub encoding: Encoding,
    /// Row groups of each channel group; empty where the kernel does not need cells.
    pub groups: Vec<Vec<ProgrammedGroup>>,
    pub job: Option<Job>,
}

/// One row group: the cells of its live outputs.
#[derive(Debug, Clone)]
pub(crate) struct ProgrammedGroup {
    /// Index of each row within its channel group.
    pub rows: Vec<u32>,
    /// Live outputs, within the channel group.
    pub outputs: Vec<u32>,
    pub words: usize,
    /// (block of eight outputs, slice) x sign x cell bit x word.
    pub cells: Vec<Word>,
    /// Output x slice: stored inverted.
    pub flipped: Vec<bool>,
    /// Factor of each slice.
    pub factors: Vec<i64>,
    /// Highest level of a cell.
    pub level: i64,
    /// Subtracted per unit of the sum of inputs.
    pub offset: i64,
    /// Per output: subtracted for inputs driven with an excess.
    pub constants: Vec<i64>,
}

impl FuncModel {
    /// Programs the arrays of every compute layer, with the fastest kernels this processor has.
    ///
    /// # Errors
    /// [`FuncError`] if network, mapping and machine do not belong together.
    pub fn prepare(
        arch: &Arch,
        mapping: &Mapping,
        qnet: &QuantNetwork,
    ) -> Result<FuncModel, FuncError> {
        Self::prepare_for(Isa::best(), arch, mapping, qnet)
    }

    /// As [`FuncModel::prepare`] with the kernels of one instruction set; one that the processor lacks is
    /// replaced by the portable one.
    ///
    /// # Errors
    /// As [`FuncModel::prepare`].
    pub fn prepare_for(
        isa: Isa,
        arch: &Arch,
        mapping: &Mapping,
        qnet: &QuantNetwork,
    ) -> Result<FuncModel, FuncError> {
        check_formats(arch, qnet)?;
        let isa = if Isa::available().contains(&isa) {
            isa
        } else {
            Isa::Portable
        };
        let mut layers = Vec::with_capacity(qnet.layers.len());
        let mut index = BTreeMap::new();
        for (&id, layer) in &qnet.layers {
            let map = mapping.layer(id).ok_or_else(|| FuncError::Mapping {
                layer: qnet.network.layer(id).name.clone(),
                fault: "the mapping does not have it".into(),
            })?;
            index.insert(id, layers.len());
            layers.push(program_layer(arch, map, layer)?);
        }
        Ok(FuncModel { layers, index, isa })
    }

    /// Name and kernel of every compute layer, in order.
    pub fn kernels(&self) -> impl Iterator<Item = (&str, Kernel)> {
        self.layers.iter().map(|l| (l.name.as_str(), l.kernel))
    }
}

fn check_formats(arch: &Arch, qnet: &QuantNetwork) -> Result<(), FuncError> {
    for (what, network, machine) in [
        ("weights", qnet.weight_bits, arch.format.weight_bits),
        ("inputs", qnet.input_bits, arch.format.input_bits),
    ] {
        if network > machine {
            return Err(FuncError::Format {
                what,
                network,
                machine,
                arch: arch.name.clone(),
            });
        }
    }
    let cell_bits = arch.device.cell_bits;
    let converted = Quantiser::of(arch).is_some();
    if converted && cell_bits > 1 && arch.format.signed_weights == SignedWeights::TwosComplement {
        return Err(FuncError::SignSlice { cell_bits });
    }
    Ok(())
}

fn program_layer(
    arch: &Arch,
    map: &LayerMap,
    layer: &QuantLayer,
) -> Result<ProgrammedLayer, FuncError> {
    let limit = (1i32 << (arch.format.weight_bits - 1)) - 1;
    if layer.weights.iter().any(|w| !(-limit..=limit).contains(w)) {
        return Err(FuncError::Mapping {
            layer: map.name.clone(),
            fault: format!("a weight is outside -{limit}..={limit}"),
        });
    }
    let mapped = mapped_weights(map, layer, arch.crossbar.rows as usize)?;
    let encoding = Encoding::of(arch, layer.input_signed);
    let adc = Quantiser::of(arch);
    let (outputs, rows) = (layer.weights.nrows() / layer.groups, layer.weights.ncols());
    let mut groups = vec![Vec::new(); layer.groups];
    let mut live = vec![0; layer.groups];
    let (mut bound, mut exact) = (0, true);
    for group in map.row_groups.iter().filter(|g| !g.outputs.is_empty()) {
        live[group.group] += group.outputs.len() as u64;
        let Some(adc) = adc else { continue };
        let programmed = program_group(
            arch,
            &encoding,
            group,
            &mapped,
            outputs,
            |lowest, highest| {
                bound = highest.max(-lowest).max(bound);
                exact &= adc.is_exact(lowest, highest);
            },
        );
        groups[group.group].push(programmed);
    }
    let kernel = if exact {
        Kernel::ExactInteger
    } else {
        Kernel::BitPlaneClip
    };
    if exact {
        groups.iter_mut().for_each(Vec::clear);
    }
    let largest = mapped
        .iter()
        .chain(&layer.weights)
        .map(|w| w.unsigned_abs())
        .max();
    let product = u128::from(largest.unwrap_or(0)) << arch.format.input_bits;
    Ok(ProgrammedLayer {
        name: map.name.clone(),
        kernel,
        narrow: product * (rows as u128) < 1 << 31,
        mapped: (mapped != layer.weights).then_some(mapped),
        reference: layer.weights.as_standard_layout().into_owned(),
        outputs,
        samples: u64::from(arch.weight_slices()) * u64::from(arch.input_steps()),
        positions: map.geometry.positions() as u64,
        idle: (0..layer.groups)
            .map(|g| samples::idle_per_image(map, arch, g))
            .collect(),
        bound: bound as u64,
        live,
        encoding,
        groups,
        job: adc.map(|adc| Job {
            words: 0,
            cell_bits: arch.device.cell_bits as usize,
            differential: arch.format.signed_weights == SignedWeights::Differential,
            steps: encoding.steps,
            step_bits: encoding.step_bits,
            subtract_last: encoding.subtract_last,
            adc,
        }),
    })
}

/// Cells of one row group; `bounds` is told the lowest and highest sum each column can give.
fn program_group(
    arch: &Arch,
    encoding: &Encoding,
    group: &RowGroup,
    weights: &Array2<i32>,
    outputs: usize,
    mut bounds: impl FnMut(i64, i64),
) -> ProgrammedGroup {
    let scheme = arch.format.signed_weights;
    let (weight_bits, cell_bits) = (arch.format.weight_bits, arch.device.cell_bits as usize);
    let slices = arch.weight_slices() as usize;
    let level = (1i64 << cell_bits) - 1;
    let (flip, offset) = match scheme {
        SignedWeights::Offset { flip, .. } => (flip, 1i64 << (weight_bits - 1)),
        _ => (false, 0),
    };
    let signs = if scheme == SignedWeights::Differential {
        2
    } else {
        1
    };
    let rows: Vec<u32> = group
        .rows
        .iter()
        .map(|r| (r % weights.ncols()) as u32)
        .collect();
    let live: Vec<u32> = group.outputs.iter().map(|q| (q % outputs) as u32).collect();
    let words = rows.len().div_ceil(64);
    let side = cell_bits * words;
    let mut cells = vec![[0u64; LANES]; live.len().div_ceil(LANES) * slices * signs * side];
    let mut flipped = vec![false; live.len() * slices];
    let mut constants = vec![0i64; live.len()];
    let driver = (1i64 << encoding.step_bits) - 1;
    for (j, q) in group.outputs.iter().enumerate() {
        let column: Vec<i64> = rows
            .iter()
            .map(|&r| i64::from(weights[[q, r as usize]]))
            .collect();
        constants[j] = encoding.excess * column.iter().sum::<i64>();
        for slice in 0..slices {
            let mut sums = [0i64; 2];
            for sign in 0..signs {
                let mut stored: Vec<i64> = column
                    .iter()
                    .map(|&w| cut(stored_value(scheme, w, weight_bits, sign), slice, cell_bits))
                    .collect();
                let sum: i64 = stored.iter().sum();
                // More than half of what these rows could store: the inverted column draws less.
                if flip && 2 * sum > level * rows.len() as i64 {
                    flipped[j * slices + slice] = true;
                    stored.iter_mut().for_each(|c| *c = level - *c);
                }
                sums[sign] = stored.iter().sum();
                let at = (((j / LANES) * slices + slice) * signs + sign) * side;
                for (r, cell) in stored.into_iter().enumerate() {
                    for bit in 0..cell_bits {
                        let word = &mut cells[at + bit * words + r / 64][j % LANES];
                        *word |= ((cell >> bit) as u64 & 1) << (r % 64);
                    }
                }
            }
            bounds(-sums[1] * driver, sums[0] * driver);
        }
    }
    let factors = (0..slices)
        .map(|s| {
            let factor = 1i64 << (s * cell_bits);
            let sign_slice = scheme == SignedWeights::TwosComplement && s + 1 == slices;
            if sign_slice { -factor } else { factor }
        })
        .collect();
    ProgrammedGroup {
        rows,
        outputs: live,
        words,
        cells,
        flipped,
        factors,
        level,
        offset,
        constants,
    }
}

/// The non-negative integer that is cut into cells.
fn stored_value(scheme: SignedWeights, weight: i64, bits: u32, sign: usize) -> i64 {
    match scheme {
        SignedWeights::Offset { .. } => weight + (1 << (bits - 1)),
        SignedWeights::Differential if sign == 0 => weight.max(0),
        SignedWeights::Differential => (-weight).max(0),
        SignedWeights::TwosComplement => weight & ((1 << bits) - 1),
    }
}

fn cut(value: i64, slice: usize, cell_bits: usize) -> i64 {
    (value >> (slice * cell_bits)) & ((1 << cell_bits) - 1)
}
