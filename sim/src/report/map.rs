//! Crossbars of a mapped network, by layer and role.

use super::About;
use crate::map::{LayerMap, Mapping, RoleCounts};
use crate::optimise::Summary;
use crosscut_arch::{Arch, Packing};
use crosscut_traces::Network;
use serde::{Deserialize, Serialize};

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
    /// ADC conversions of one image.
    pub adc_conversions: u64,
    /// Processing elements in use.
    pub pes: u64,
}

/// One layer that occupies crossbars.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerMapReport {
    /// Layer name.
    pub name: String,
    /// `Conv`, `Gemm`, `MaxPool`, ...
    pub op: String,
    /// Its crossbars.
    #[serde(flatten)]
    pub crossbars: Crossbars,
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
    /// ADC conversions of one image.
    pub adc_conversions: u64,
    /// Processing elements in use.
    pub pes: u64,
    /// Tiles in use.
    pub tiles: u64,
    /// Chips in use.
    pub chips: u64,
}

/// A mapped network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MapReport {
    /// Network, machine and seed.
    #[serde(flatten)]
    pub about: About,
    /// Objective, budget and bound, if the mapping was optimised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub optimised: Option<Summary>,
    /// Sums over the layers.
    pub totals: Totals,
    /// Layers that occupy crossbars, in network order within compute layers, then the others.
    pub layers: Vec<LayerMapReport>,
}

impl MapReport {
    /// Describes a mapping.
    pub fn new(about: About, net: &Network, arch: &Arch, mapping: &Mapping) -> MapReport {
        let mut layers: Vec<LayerMapReport> = Vec::new();
        for (layer, place) in mapping.layers.iter().zip(&mapping.places) {
            layers.push(LayerMapReport {
                name: layer.name.clone(),
                op: net.layer(layer.layer).op.name().to_string(),
                crossbars: of_compute(layer, arch, place.pes),
            });
        }
        let places = mapping.places.iter().skip(mapping.layers.len());
        for (unit, place) in mapping.units.iter().zip(places) {
            layers.push(LayerMapReport {
                name: unit.name.clone(),
                op: net.layer(unit.layer).op.name().to_string(),
                crossbars: of_roles(unit.roles, place.pes),
            });
        }
        MapReport {
            about,
            optimised: None,
            totals: totals(&layers, mapping),
            layers,
        }
    }
}

fn of_compute(layer: &LayerMap, arch: &Arch, pes: u64) -> Crossbars {
    let kout = layer.kout(arch, layer.unroll).max(1);
    let widest = layer.row_groups.iter().map(|g| g.outputs.len()).max();
    let [rx, ry] = layer.replicas.map(|r| r as u64);
    Crossbars {
        row_groups: layer.live_row_groups() as u64,
        column_groups: widest.unwrap_or(0).div_ceil(kout) as u64,
        slices: layer.slices().len() as u64,
        unroll: layer.unroll as u64,
        replicas: rx * ry,
        replicas_x: rx,
        replicas_y: ry,
        firings: layer.firings(),
        packing: Some(layer.packing),
        utilization: layer.utilization,
        adc_conversions: layer.adc_conversions(arch),
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
        slices: 0,
        unroll: 0,
        replicas: 0,
        replicas_x: 0,
        replicas_y: 0,
        firings: 0,
        packing: None,
        utilization: 0.0,
        adc_conversions: 0,
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
        pes: mapping.pes,
        tiles: mapping.tiles,
        chips: mapping.chips,
    }
}
