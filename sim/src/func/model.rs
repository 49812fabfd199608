//! A programmed machine: every compute layer's cells and kernel.

use super::adc::Codes;
use super::error::FuncError;
use super::kernel::{Isa, Kernel, exact::Matrix};
use super::program::GroupProgram;
use super::reads::Inputs;
use crate::map::held::no_weight_twice;
use crate::map::layer::reads;
use crate::map::{Indices, LayerMap, Mapping, RowGroup};
use crosscut_arch::{Adc, Arch, UnusedColumns};
use crosscut_traces::{LayerId, QuantLayer, QuantNetwork};
use ndarray::Array2;
use std::collections::BTreeMap;

/// One programmed layer.
pub struct LayerModel {
    /// Layer name.
    pub name: String,
    /// Kernel.
    pub kernel: Kernel,
    pub(super) groups: Vec<GroupProgram>,
    pub(super) inputs: Inputs,
    /// Live weights by channel group: the ideal product of the very same cells.
    pub(super) exact: Vec<Matrix>,
    /// Column samples of one position.
    pub(super) samples_per_position: u64,
    /// Samples of one image of columns without weights, on machines that convert every column.
    pub(super) idle_samples: u64,
    /// Output positions of one image.
    pub(super) positions: u64,
}

/// Every compute layer, programmed.
pub struct FuncModel {
    /// Instruction set of the kernels; the fastest this processor has.
    pub(super) isa: Isa,
    pub(super) arch: Arch,
    pub(super) codes: Option<Codes>,
    pub(super) layers: BTreeMap<LayerId, LayerModel>,
}

impl FuncModel {
    /// Programs the cells of a mapped, quantised network.
    ///
    /// # Errors
    /// If the formats of network and machine differ, a layer is not mapped, or its mapping does not fit its weights.
    pub fn prepare(
        arch: &Arch,
        mapping: &Mapping,
        qnet: &QuantNetwork,
    ) -> Result<FuncModel, FuncError> {
        for (what, expected, found) in [
            ("weight", arch.format.weight_bits, qnet.weight_bits),
            ("input", arch.format.input_bits, qnet.input_bits),
        ] {
            if expected != found {
                return Err(FuncError::Format {
                    what,
                    expected,
                    found,
                });
            }
        }
        if matches!(arch.adc, Adc::Sar(c) if c.conversions_per_output.is_some()) {
            return Err(FuncError::AnalogSums(arch.name.clone()));
        }
        let codes = Codes::of(arch);
        let mut layers = BTreeMap::new();
        for (&id, q) in &qnet.layers {
            let name = &qnet.network.layer(id).name;
            let map = mapping
                .layer(id)
                .ok_or_else(|| FuncError::NotMapped(name.clone()))?;
            if map.unroll > 1 && arch.row_steps() > 1 {
                return Err(FuncError::ActiveRows(name.clone()));
            }
            fits(map, q).map_err(|what| FuncError::Mapping {
                layer: name.clone(),
                what,
            })?;
            layers.insert(id, LayerModel::new(map, q, arch, codes, qnet.input_bits));
        }
        Ok(FuncModel {
            isa: Isa::best(),
            arch: arch.clone(),
            codes,
            layers,
        })
    }

    /// Layers in order.
    pub fn layers(&self) -> impl Iterator<Item = (LayerId, &LayerModel)> {
        self.layers.iter().map(|(&id, l)| (id, l))
    }
}

/// Whether every row and output of a mapping exists in the weights and no weight is held twice.
fn fits(map: &LayerMap, q: &QuantLayer) -> Result<(), String> {
    let rows = q.weights.ncols();
    let mapped = [
        map.geometry.groups,
        map.geometry.output.c,
        map.geometry.rows() / map.geometry.groups,
    ];
    if mapped != [q.groups, q.weights.nrows(), rows] {
        return Err(format!(
            "mapped as {} channel groups, {} outputs and {} rows a group; its weights have {}, {} and {rows}",
            mapped[0],
            mapped[1],
            mapped[2],
            q.groups,
            q.weights.nrows()
        ));
    }
    no_weight_twice(map)
}

impl LayerModel {
    /// The largest column sum the programmed cells can give in one read.
    pub fn largest_sum(&self) -> u64 {
        self.groups
            .iter()
            .map(|g| g.largest.unsigned_abs())
            .max()
            .unwrap_or(0)
    }

    fn new(
        map: &LayerMap,
        q: &QuantLayer,
        arch: &Arch,
        codes: Option<Codes>,
        input_bits: u32,
    ) -> LayerModel {
        let used = map.row_groups.iter().filter(|g| !g.outputs.is_empty());
        let groups: Vec<GroupProgram> = used
            .clone()
            .flat_map(|g| active(g, arch))
            .map(|g| GroupProgram::new(&g, map, q, arch))
            .collect();
        let clips = !groups.iter().all(|g| g.cannot_clip(codes));
        let kernel = if clips {
            Kernel::BitPlaneClip
        } else {
            Kernel::ExactInteger
        };
        let per_group = q.weights.nrows() / q.groups;
        let mut live: Vec<Array2<i32>> =
            vec![Array2::zeros((per_group, q.weights.ncols())); q.groups];
        for g in &groups {
            for &o in &g.outputs {
                for &r in &g.rows {
                    live[g.channel_group][[o, r]] = q.weights[[g.channel_group * per_group + o, r]];
                }
            }
        }
        let slices = arch.weight_slices() as usize;
        let columns = used.map(|g| g.outputs.len() * slices).sum::<usize>() as u64;
        let read: usize = groups.iter().map(|g| g.columns).sum();
        // An array goes through all its groups of active rows, also those no weight lies in.
        let steps = u64::from(input_bits.div_ceil(arch.dac_bits));
        let empty = (columns * u64::from(arch.row_steps()) - read as u64) * steps;
        let positions = map.geometry.positions() as u64;
        LayerModel {
            name: map.name.clone(),
            kernel,
            samples_per_position: read as u64 * steps,
            idle_samples: idle_samples(map, arch) + empty * positions,
            positions,
            groups,
            inputs: Inputs {
                bits: input_bits,
                dac_bits: arch.dac_bits,
                signed: q.input_signed,
            },
            exact: live
                .into_iter()
                .map(|w| Matrix::new(w, input_bits))
                .collect(),
        }
    }
}

/// The parts of a row group whose rows one read drives together.
fn active(group: &RowGroup, arch: &Arch) -> Vec<RowGroup> {
    let rows: Vec<u32> = group.rows.iter().map(|r| r as u32).collect();
    rows.chunks(arch.crossbar.active_rows as usize)
        .map(|rows| RowGroup {
            rows: Indices::list(rows.to_vec()),
            ..group.clone()
        })
        .collect()
}

/// Samples of one image that hold nothing: what is left of each array beside its weights. A differential pair is one
/// sample.
fn idle_samples(map: &LayerMap, arch: &Arch) -> u64 {
    let convert_all = matches!(arch.adc, Adc::Sar(c) if c.unused_columns == UnusedColumns::Convert);
    if !convert_all {
        return 0;
    }
    let columns = u64::from(arch.crossbar.columns / arch.columns_per_conversion());
    let mut idle = 0;
    for slice in map.slices() {
        let used = map
            .row_groups
            .iter()
            .map(|g| g.outputs.len())
            .sum::<usize>()
            * slice.width;
        idle +=
            map.arrays(arch, slice.width) * columns - used as u64 * u64::from(arch.weight_slices());
    }
    idle * map.geometry.output.h as u64 * reads(arch)
}
