//! A programmed machine: every compute layer's cells and kernel.

use crate::func::adc::converters::Converters;
use crate::func::adc::limits;
use crate::func::adc::stats::LayerStats;
use crate::func::cells::activity::ActivityMeter;
use crate::func::cells::block::Block;
use crate::func::cells::device::DeviceModel;
use crate::func::cells::encode::Encoding;
use crate::func::cells::layout::Layout;
use crate::func::error::FuncError;
use crate::func::isa::Isa;
use crate::func::kernel::LayerKernel;
use crate::func::kernel::analog::{Analog, Cells};
use crate::func::kernel::exact::{Exact, Matrix};
use crate::func::kernel::nodal::Nodal;
use crate::func::kernel::planes::BitPlanes;
use crate::func::options::{Detail, FuncOptions};
use crate::map::held::no_weight_twice;
use crate::map::{LayerMap, Mapping};
use crosscut_arch::{Arch, ConverterKind};
use crosscut_traces::{LayerId, QuantLayer, QuantNetwork};
use ndarray::{Array2, ArrayView2, s};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One programmed layer.
pub struct LayerModel {
    /// Layer name.
    pub name: String,
    /// Kernel.
    pub kernel: Box<dyn LayerKernel>,
    /// Its converters; `None` where columns are summed digitally.
    pub converters: Option<Converters>,
    /// Smallest and largest sum the programmed cells can give in one read, by weight slice.
    pub sum_bounds: Vec<(i64, i64)>,
    detail: Detail,
    /// Measures which rows carry something, if the run asks for it.
    pub(super) activity: Option<ActivityMeter>,
    /// Whether the kernel's accumulators are the ideal ones by construction.
    ideal: bool,
    /// Live weights by channel group: the ideal product of the very same cells.
    exact: Arc<Vec<Matrix>>,
}

/// Every compute layer, programmed.
pub struct FuncModel {
    pub(super) layers: BTreeMap<LayerId, LayerModel>,
    /// What the run includes.
    pub options: FuncOptions,
    /// Kind of the converters as advice names it: `sar` in `adc.sar.bits`.
    pub(super) adc_kind: &'static str,
}

impl FuncModel {
    /// Programs the cells of a mapped, quantised network with everything the machine describes.
    ///
    /// # Errors
    /// As [`FuncModel::prepare_with`].
    pub fn prepare(
        arch: &Arch,
        mapping: &Mapping,
        qnet: &QuantNetwork,
    ) -> Result<FuncModel, FuncError> {
        FuncModel::prepare_with(arch, mapping, qnet, &FuncOptions::default())
    }

    /// Programs the cells of a mapped, quantised network.
    ///
    /// # Errors
    /// If the formats of network and machine differ, a layer is not mapped, its mapping does not fit its weights, or what the
    /// machine describes cannot be computed for it.
    pub fn prepare_with(
        arch: &Arch,
        mapping: &Mapping,
        qnet: &QuantNetwork,
        options: &FuncOptions,
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
        if let Some(adc) = arch.adc
            && adc.conversions_per_output.is_some()
        {
            return Err(FuncError::AnalogSums {
                machine: arch.name.clone(),
                key: adc.key("conversions_per_output"),
            });
        }
        limits::check(arch, qnet, options)?;
        let device = DeviceModel::of(arch, options);
        if let Some(device) = &device {
            let layers: Vec<_> = qnet
                .layers
                .iter()
                .filter_map(|(&id, q)| {
                    let map = mapping.layer(id)?;
                    let encoding = Encoding::of(arch, q.input_signed);
                    Some((&*qnet.network.layer(id).name, map, encoding))
                })
                .collect();
            if let Some(error) = device.too_much_work(arch, &layers) {
                return Err(error);
            }
        }
        let mut layers = BTreeMap::new();
        for (&id, q) in &qnet.layers {
            let name = &qnet.network.layer(id).name;
            let map = mapping
                .layer(id)
                .ok_or_else(|| FuncError::NotMapped(name.clone()))?;
            if map.unroll > 1 && map.row_steps(arch) > 1 {
                return Err(FuncError::ActiveRows(name.clone()));
            }
            fits(map, q).map_err(|what| FuncError::Mapping {
                layer: name.clone(),
                what,
            })?;
            if let Some(device) = &device {
                let shared = map.groups_per_array(arch) > 1;
                if let Some(error) = device.refusal(name, map.unroll, shared) {
                    return Err(error);
                }
            }
            let run = Run {
                arch,
                options,
                device: device.as_ref(),
                layer: id.0 as u64,
            };
            layers.insert(id, LayerModel::new(map, q, qnet.input_bits, &run)?);
        }
        Ok(FuncModel {
            layers,
            options: options.clone(),
            adc_kind: arch.adc.map_or("none", |c| c.kind.name()),
        })
    }

    /// Layers in order.
    pub fn layers(&self) -> impl Iterator<Item = (LayerId, &LayerModel)> {
        self.layers.iter().map(|(&id, l)| (id, l))
    }
}

/// What the layers of a model are programmed with.
struct Run<'a> {
    arch: &'a Arch,
    options: &'a FuncOptions,
    device: Option<&'a DeviceModel>,
    /// Number of the layer.
    layer: u64,
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
    /// The largest magnitude of a column sum the programmed cells can give in one read.
    pub fn largest_sum(&self) -> u64 {
        let ends = self.sum_bounds.iter().flat_map(|&(a, b)| [a, b]);
        ends.map(i64::unsigned_abs).max().unwrap_or(0)
    }

    /// Whether the accumulators equal the integer reference by construction.
    pub fn is_ideal(&self) -> bool {
        self.ideal
    }

    /// Accumulators of ideal cells and converters.
    pub fn ideal(&self, channel_group: usize, patches: ArrayView2<'_, i32>) -> Array2<i64> {
        self.exact[channel_group].product(patches)
    }

    pub(super) fn no_statistics(&self) -> LayerStats {
        LayerStats::new(self.sum_bounds.len(), self.detail)
    }

    fn new(
        map: &LayerMap,
        q: &QuantLayer,
        input_bits: u32,
        run: &Run<'_>,
    ) -> Result<LayerModel, FuncError> {
        let (arch, options) = (run.arch, run.options);
        let isa = options.isa.unwrap_or_else(Isa::best);
        let encoding = Encoding::of(arch, q.input_signed);
        let converters = Converters::of(arch, &map.name, options);
        let layout = Layout::new(map, q, arch, encoding);
        let per_group = q.weights.nrows() / q.groups;
        let mut sum_bounds = vec![(0, 0); encoding.weight_slices];
        for g in &layout.blocks {
            for (all, one) in sum_bounds.iter_mut().zip(&g.sum_bounds) {
                *all = (all.0.min(one.0), all.1.max(one.1));
            }
        }
        let exact = Arc::new(live_weights(&layout.blocks, q, input_bits, isa));
        let lossless = converters.as_ref().is_none_or(|c| {
            let mut codes = c.codes.iter().zip(&sum_bounds);
            c.mismatch.is_none()
                && codes.all(|(codes, &(least, most))| codes.is_exact_on(least, most))
        });
        let read_noise = options.key().named("read-noise").child(run.layer);
        let ideal = lossless && (run.device.is_none() || converters.is_none());
        let kernel: Box<dyn LayerKernel> = match (&converters, run.device) {
            (Some(c), Some(device)) if device.solves_every_read() => {
                let arrays = device.arrays(run.layer, &map.name, &layout)?;
                let c = c.clone();
                Box::new(Nodal::new(isa, c, &layout, arrays, per_group, read_noise))
            }
            (Some(c), Some(device)) => {
                let cells = Cells::Programmed(device, run.layer);
                let c = c.clone();
                Box::new(Analog::new(isa, c, &layout, cells, per_group, read_noise))
            }
            (Some(c), None) if c.mismatch.is_some() => {
                let (c, cells) = (c.clone(), Cells::Ideal);
                Box::new(Analog::new(isa, c, &layout, cells, per_group, read_noise))
            }
            (Some(c), None) if !lossless || options.detail > Detail::Clips => {
                Box::new(BitPlanes::new(isa, c.clone(), &layout, per_group))
            }
            _ => Box::new(Exact::new(exact.clone(), &layout, converters.is_some())),
        };
        Ok(LayerModel {
            name: map.name.clone(),
            kernel,
            converters,
            sum_bounds,
            detail: options.detail,
            activity: options.activity.then(|| ActivityMeter::new(&layout, arch)),
            ideal,
            exact,
        })
    }
}

/// Weights that some block holds, by channel group; zero where none serves an output.
fn live_weights(blocks: &[Block], q: &QuantLayer, input_bits: u32, isa: Isa) -> Vec<Matrix> {
    let per_group = q.weights.nrows() / q.groups;
    let mut live: Vec<Array2<i32>> = vec![Array2::zeros((per_group, q.weights.ncols())); q.groups];
    for f in blocks {
        for &o in f.outputs.indices() {
            let from = q.weights.row(f.channel_group * per_group + o);
            let mut to = live[f.channel_group].row_mut(o);
            match f.rows.start() {
                Some(start) => {
                    let rows = s![start..start + f.rows.len()];
                    to.slice_mut(rows).assign(&from.slice(rows));
                }
                None => f.rows.indices().iter().for_each(|&r| to[r] = from[r]),
            }
        }
    }
    let matrices = live.into_iter();
    let matrices = matrices.map(|w| Matrix::new(w, input_bits, q.input_signed, isa));
    matrices.collect()
}
