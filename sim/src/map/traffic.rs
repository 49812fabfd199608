//! What travels between tiles for one image, from the mapping alone; the cycle engine sends the same messages.
//!
//! Machines without phases: the last tile of a layer sends its results to every tile of each consumer, one message a
//! firing; partial sums run along the tiles of each copy. Phased machines, as in the engine: one packet per value
//! from the middle of a layer to the middle of its consumer, partial sums from the middle to the last tile. Digital
//! work (pools, additions) is done in the last tile of the layer that feeds it. The image itself lies in the buffer of
//! the first layer.

use super::{LayerMap, Mapping, Place};
use crosscut_arch::{Arch, Fold};
use crosscut_traces::op::Dataflow;
use crosscut_traces::{LayerId, Network};
use std::ops::Range;

/// Messages of one image from a tile to a run of tiles. Tiles are numbered in mapping order, wherever they sit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Tile that sends.
    pub from: u64,
    /// Tiles that receive.
    pub to: Range<u64>,
    /// Flits of one image.
    pub flits: u64,
}

/// Tiles in which a value is made, and how many firings make an image of it; none for the image.
type Maker = Option<(Range<u64>, u64)>;

/// All messages of one image.
pub fn messages(net: &Network, arch: &Arch, mapping: &Mapping) -> Vec<Message> {
    let mut out: Vec<Message> = Vec::new();
    let mut makers: Vec<Maker> = Vec::with_capacity(net.len());
    for (id, layer) in net.layers() {
        let inputs = net.inputs(id);
        let before = |n: usize| makers.get(inputs.get(n)?.0).cloned().flatten();
        let firings = match net.dataflow(id) {
            Dataflow::Source => {
                makers.push(None);
                continue;
            }
            Dataflow::Product => mapping.layer(id).map_or(1, LayerMap::firings),
            Dataflow::Digital(_) => match arch.mapping.fold {
                Fold::Semi => layer.shape.h as u64,
                Fold::Full => (layer.shape.h * layer.shape.w) as u64,
            },
            // Fused into the station that makes its input.
            Dataflow::Fused { .. } => {
                makers.push(before(0));
                continue;
            }
        };
        let to = match placed(mapping, id) {
            Some(place) => tiles(arch, place),
            None => {
                let end = before(inputs.len() - 1).map_or(1, |(t, _)| t.end);
                end - 1..end
            }
        };
        for (n, input) in inputs.iter().enumerate() {
            if let Some((from, firings)) = before(n) {
                let values = net.layer(*input).shape.len() as u64;
                out.push(values_message(arch, from, to.clone(), values, firings));
            }
        }
        makers.push(Some((to, firings)));
    }
    for (map, &place) in mapping.layers.iter().zip(&mapping.places) {
        if place.pes > 0 {
            partial_sums(arch, map, tiles(arch, place), &mut out);
        }
    }
    out.retain(|m| m.flits > 0 && !m.to.is_empty());
    out
}

/// The place of a layer that occupies PEs.
fn placed(mapping: &Mapping, id: LayerId) -> Option<Place> {
    let layers = mapping.layers.iter().map(|l| l.layer);
    let units = mapping.units.iter().map(|u| u.layer);
    let (_, &place) = layers
        .chain(units)
        .zip(&mapping.places)
        .find(|(l, _)| *l == id)?;
    (place.pes > 0).then_some(place)
}

/// Tiles of a place.
pub fn tiles(arch: &Arch, place: Place) -> Range<u64> {
    let per_tile = u64::from(arch.tile.pes);
    place.first_pe / per_tile..(place.first_pe + place.pes).div_ceil(per_tile)
}

/// The tile in the middle: where packets of phased machines start and end.
fn middle(tiles: &Range<u64>) -> u64 {
    tiles.start + (tiles.end - tiles.start) / 2
}

fn one(tile: u64) -> Range<u64> {
    tile..tile + 1
}

fn values_message(
    arch: &Arch,
    from: Range<u64>,
    to: Range<u64>,
    values: u64,
    firings: u64,
) -> Message {
    let per_firing = values.div_ceil(firings);
    match arch.phased() {
        Some(_) => Message {
            from: middle(&from),
            to: one(middle(&to)),
            flits: per_firing * firings,
        },
        None => {
            let bits = per_firing * u64::from(arch.format.input_bits);
            Message {
                from: from.end - 1,
                to,
                flits: bits.div_ceil(u64::from(arch.mesh().flit_bits)) * firings,
            }
        }
    }
}

/// Partial sums of one layer: a message per copy whose sums cross tiles.
fn partial_sums(arch: &Arch, map: &LayerMap, tiles: Range<u64>, out: &mut Vec<Message>) {
    if !map.adds_partial_sums() {
        return;
    }
    if arch.phased().is_some() {
        if map.roles.reduce > 0 {
            let widths = map.hardware_slices();
            let per_row: u64 = widths
                .iter()
                .map(|&w| map.activity(arch, w).partial_sums)
                .sum();
            out.push(Message {
                from: middle(&tiles),
                to: one(tiles.end - 1),
                flits: per_row * map.replicas[1] as u64 * map.firings(),
            });
        }
        return;
    }
    let copies = (map.hardware_slices().len() * map.replicas[1]) as u64;
    let span = (tiles.end - tiles.start) / copies;
    if span < 2 {
        return;
    }
    let sums = (map.geometry.output.c * map.unroll) as u64;
    let sum_bits =
        arch.format.weight_bits + arch.format.input_bits + map.geometry.rows().ilog2() + 1;
    let flits = (sums * u64::from(sum_bits)).div_ceil(u64::from(arch.mesh().flit_bits));
    out.extend((0..copies).map(|copy| {
        let first = tiles.start + copy * span;
        Message {
            from: first,
            to: first + 1..first + span,
            flits: flits * map.firings(),
        }
    }));
}
