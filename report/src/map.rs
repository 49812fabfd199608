//! Crossbars of a mapped network, by layer and role.

use super::about::About;
use super::kind::Kind;
use crosscut_arch::{Arch, Packing, Topology};
use crosscut_sim::graph::GraphError;
use crosscut_sim::map::{LayerMap, Mapping, Place, PlacementMethod, RoleCounts};
use crosscut_sim::optimise::Summary;
use crosscut_sim::place::{self, BeforeAndAfter};
use crosscut_traces::{LayerId, Network, Op, Shape};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Crossbars of one layer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Crossbars {
    /// Crossbars that hold weights.
    pub compute: u64,
    /// Crossbars that add partial sums (0 where digital units do).
    pub reduce: u64,
    /// Crossbars that hold input rows (0 where a digital buffer does).
    pub buffer: u64,
    /// Crossbars that pool (0 where digital units do).
    pub pool: u64,
    /// All roles.
    pub total: u64,
    /// Row groups that feed an output (I).
    pub row_groups: u64,
    /// Arrays side by side in the row group with the most outputs (J).
    pub column_groups: u64,
    /// Channel groups of a grouped convolution that share an array, block-diagonally.
    #[serde(default)]
    pub groups_per_array: u64,
    /// Slices of one output row.
    pub slices: u64,
    /// Neighbouring output columns one array computes at once (w).
    pub unroll: u64,
    /// Copies that work at the same time, rx x ry.
    pub replicas: u64,
    /// Copies along an output row.
    pub replicas_x: u64,
    /// Copies on different output rows.
    pub replicas_y: u64,
    /// Firings of one image.
    pub firings: u64,
    /// How im2col rows are packed; absent for layers without weights.
    pub packing: Option<Packing>,
    /// Cells that hold a weight over all cells of the compute crossbars.
    pub utilization: f64,
    /// ADC conversions of one image, those of unit columns left out.
    pub adc_conversions: u64,
    /// How often all columns of an array are converted for one image, summed over arrays.
    #[serde(default)]
    pub array_conversions: u64,
    /// ADC conversions of unit columns for one image.
    #[serde(default)]
    pub unit_conversions: u64,
    /// Processing elements in use.
    pub pes: u64,
}

/// What a layer computes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerShape {
    /// Input: feature maps, rows, columns.
    pub input: [u64; 3],
    /// Output: feature maps, rows, columns.
    pub output: [u64; 3],
    /// Kernel, vertical and horizontal; absent for layers without one.
    pub kernel: Option<[u64; 2]>,
    /// Stride, vertical and horizontal; absent for layers without a kernel.
    pub stride: Option<[u64; 2]>,
    /// Channel groups.
    pub groups: u64,
}

/// One layer that occupies crossbars.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerMapReport {
    /// Layer name.
    pub name: String,
    /// `Conv`, `Gemm`, `MaxPool`, ...
    pub op: String,
    /// What it computes.
    pub shape: LayerShape,
    /// Its crossbars.
    #[serde(flatten)]
    pub crossbars: Crossbars,
    /// Its first PE; PEs are numbered through the tiles of `placement.slots`.
    pub first_pe: u64,
    /// Tiles it sits in, shared ones included.
    pub tiles: u64,
    /// Chips it sits on, the first being 0.
    pub chips: Vec<u64>,
}

/// Where the tiles sit, and what travels between them for one image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacementReport {
    /// How slots were chosen.
    pub method: PlacementMethod,
    /// Bits x routers they pass with tile n in slot n.
    pub bit_hops_before: u64,
    /// Bits x routers they pass as placed.
    pub bit_hops_after: u64,
    /// Bits x links between chips with tile n in slot n.
    pub chip_bits_before: u64,
    /// Bits x links between chips as placed.
    pub chip_bits_after: u64,
    /// Router passes that the search counts for a flit between chips.
    pub chip_weight: u64,
    /// Layers that sit on more than one chip.
    pub split_layers: u64,
    /// Slot of each tile, numbered chip after chip and router after router along a snake of rows.
    pub slots: Vec<u32>,
}

/// Sums over the layers. Utilization is the mean over compute crossbars.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Totals {
    /// Crossbars that hold weights.
    pub compute: u64,
    /// Crossbars that add partial sums.
    pub reduce: u64,
    /// Crossbars that hold input rows.
    pub buffer: u64,
    /// Crossbars that pool.
    pub pool: u64,
    /// All roles.
    pub total: u64,
    /// Row groups.
    pub row_groups: u64,
    /// Column groups.
    pub column_groups: u64,
    /// Slices.
    pub slices: u64,
    /// Replicas.
    pub replicas: u64,
    /// Cells that hold a weight over all cells of the compute crossbars.
    pub utilization: f64,
    /// ADC conversions of one image, those of unit columns left out.
    pub adc_conversions: u64,
    /// ADC conversions of unit columns for one image.
    #[serde(default)]
    pub unit_conversions: u64,
    /// Processing elements in use.
    pub pes: u64,
    /// Tiles in use.
    pub tiles: u64,
    /// Routers with a tile in use.
    pub routers: u64,
    /// Chips in use.
    pub chips: u64,
}

/// A mapped network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MapReport {
    /// [`Kind::Map`].
    #[serde(default = "Kind::map")]
    pub kind: Kind,
    /// Network, machine and seed.
    #[serde(flatten)]
    pub about: About,
    /// Objective, budget and bound, if the mapping was optimised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub optimised: Option<Summary>,
    /// Sums over the layers.
    pub totals: Totals,
    /// Where the tiles sit.
    pub placement: PlacementReport,
    /// Layers that occupy crossbars, in network order within compute layers, then the others.
    pub layers: Vec<LayerMapReport>,
}

impl MapReport {
    /// Describes a mapping of `net`.
    ///
    /// # Errors
    /// [`GraphError`] if network and mapping do not belong together.
    pub fn new(
        about: About,
        net: &Network,
        arch: &Arch,
        mapping: &Mapping,
    ) -> Result<MapReport, GraphError> {
        MapReport::on_topology(about, net, arch, mapping, &*arch.topology())
    }

    /// As [`MapReport::new`], its traffic on a topology of the caller's own.
    ///
    /// # Errors
    /// As [`MapReport::new`].
    pub fn on_topology(
        about: About,
        net: &Network,
        arch: &Arch,
        mapping: &Mapping,
        topology: &dyn Topology,
    ) -> Result<MapReport, GraphError> {
        let traffic = place::traffic_on(topology, net, arch, mapping)?;
        let grid = arch.grid();
        let row = |id: LayerId, place: Place, crossbars: Crossbars| {
            let tiles = place.tiles(arch);
            let slots = tiles.clone().map(|t| mapping.placement.slot(t));
            let chips = slots.map(|s| grid.chip_of_slot(s));
            LayerMapReport {
                name: net.layer(id).name.clone(),
                op: net.layer(id).op.name().to_string(),
                shape: shape(net, id),
                crossbars,
                first_pe: place.first_pe,
                tiles: if place.pes > 0 {
                    tiles.end - tiles.start
                } else {
                    0
                },
                chips: chips.collect::<BTreeSet<u64>>().into_iter().collect(),
            }
        };
        let (compute, units) = mapping.places.split_at(mapping.layers.len());
        let compute = mapping.layers.iter().zip(compute);
        let units = mapping.units.iter().zip(units);
        let layers: Vec<LayerMapReport> = compute
            .map(|(l, &p)| row(l.layer, p, of_compute(l, arch, p.pes)))
            .chain(units.map(|(u, &p)| row(u.layer, p, of_roles(u.roles, p.pes))))
            .collect();
        Ok(MapReport {
            kind: Kind::Map,
            about,
            optimised: None,
            totals: totals(&layers, mapping),
            placement: placement(traffic, arch, mapping, &layers),
            layers,
        })
    }
}

fn shape(net: &Network, id: LayerId) -> LayerShape {
    let layer = net.layer(id);
    let sizes = |s: Shape| [s.c as u64, s.h as u64, s.w as u64];
    let input = net.inputs(id).first().map(|&i| net.layer(i).shape);
    let (kernel, stride, groups) = match &layer.op {
        Op::Conv(c) => {
            let s = c.weight.shape();
            (Some([s[2], s[3]]), Some(c.stride), c.groups)
        }
        Op::Pool(p) => (Some(p.kernel), Some(p.stride), 1),
        _ => (None, None, 1),
    };
    let wide = |pair: Option<[usize; 2]>| pair.map(|p| p.map(|n| n as u64));
    LayerShape {
        input: sizes(input.unwrap_or(layer.shape)),
        output: sizes(layer.shape),
        kernel: wide(kernel),
        stride: wide(stride),
        groups: groups as u64,
    }
}

fn placement(
    traffic: BeforeAndAfter,
    arch: &Arch,
    mapping: &Mapping,
    layers: &[LayerMapReport],
) -> PlacementReport {
    let (before, after) = (traffic.in_order, traffic.placed);
    let bits = u64::from(arch.noc.params.flit_bits);
    PlacementReport {
        method: mapping.placement.method,
        bit_hops_before: before.flit_hops * bits,
        bit_hops_after: after.flit_hops * bits,
        chip_bits_before: before.chip_flits * bits,
        chip_bits_after: after.chip_flits * bits,
        chip_weight: place::chip_weight(arch),
        split_layers: layers.iter().filter(|l| l.chips.len() > 1).count() as u64,
        slots: mapping.placement.tile_order.to_vec(),
    }
}

fn of_compute(layer: &LayerMap, arch: &Arch, pes: u64) -> Crossbars {
    let kout = layer.kout(arch, layer.unroll).max(1);
    let widest = layer.row_groups.iter().map(|g| g.outputs.len()).max();
    let [rx, ry] = layer.replicas.map(|r| r as u64);
    Crossbars {
        row_groups: layer.live_row_groups() as u64,
        column_groups: widest.unwrap_or(0).div_ceil(kout) as u64,
        groups_per_array: layer.groups_per_array(arch) as u64,
        slices: layer.slices().len() as u64,
        unroll: layer.unroll as u64,
        replicas: rx * ry,
        replicas_x: rx,
        replicas_y: ry,
        firings: layer.firings(),
        packing: Some(layer.packing),
        utilization: layer.utilization,
        adc_conversions: layer.adc_conversions(arch),
        array_conversions: layer.array_conversions(arch),
        unit_conversions: layer.unit_conversions(arch),
        ..of_roles(layer.roles, pes)
    }
}

/// Crossbars by role alone: all there is to say of a layer without weights.
fn of_roles(roles: RoleCounts, pes: u64) -> Crossbars {
    Crossbars {
        compute: roles.compute,
        reduce: roles.reduce,
        buffer: roles.buffer,
        pool: roles.pool,
        total: roles.total(),
        row_groups: 0,
        column_groups: 0,
        groups_per_array: 0,
        slices: 0,
        unroll: 0,
        replicas: 0,
        replicas_x: 0,
        replicas_y: 0,
        firings: 0,
        packing: None,
        utilization: 0.0,
        adc_conversions: 0,
        array_conversions: 0,
        unit_conversions: 0,
        pes,
    }
}

fn totals(layers: &[LayerMapReport], mapping: &Mapping) -> Totals {
    let sum = |f: fn(&Crossbars) -> u64| layers.iter().map(|l| f(&l.crossbars)).sum::<u64>();
    let compute = sum(|c| c.compute);
    let used: f64 = layers
        .iter()
        .map(|l| l.crossbars.utilization * l.crossbars.compute as f64)
        .sum();
    Totals {
        compute,
        reduce: sum(|c| c.reduce),
        buffer: sum(|c| c.buffer),
        pool: sum(|c| c.pool),
        total: sum(|c| c.total),
        row_groups: sum(|c| c.row_groups),
        column_groups: sum(|c| c.column_groups),
        slices: sum(|c| c.slices),
        replicas: sum(|c| c.replicas),
        utilization: if compute == 0 {
            0.0
        } else {
            used / compute as f64
        },
        adc_conversions: sum(|c| c.adc_conversions),
        unit_conversions: sum(|c| c.unit_conversions),
        pes: mapping.pes,
        tiles: mapping.tiles,
        routers: mapping.placement.routers,
        chips: mapping.chips,
    }
}
