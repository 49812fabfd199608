//! Why a layer takes as many crossbars as it does: every step as a formula, with the numbers put in, and its result.
//!
//! Symbols: N rows and M columns of a crossbar; P, Q input and output feature maps; k_h x k_w kernel; H x W output
//! positions; w neighbouring output columns per array; r_x, r_y copies. The numbers of a step multiply out to its value,
//! and the last values are those of the mapping itself.

mod compute;
mod cut;
mod step;
mod terms;
mod unit;
mod work;

use crate::about::VERSION;
use crate::kind::Kind;
use crosscut_arch::Arch;
use crosscut_sim::map::{MapError, Mapping};
use crosscut_traces::{LayerId, Network};
use serde::Serialize;

pub use step::Step;

/// Why a layer takes as many crossbars as it does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// [`Kind::Explain`].
    pub kind: Kind,
    /// [`VERSION`] of the layout.
    pub report_version: u32,
    /// Network.
    pub network: String,
    /// Machine.
    pub machine: String,
    /// Layer name.
    pub layer: String,
    /// `Conv`, `Gemm`, `MaxPool`, ...
    pub op: String,
    /// What it computes, in one line.
    pub summary: String,
    /// From the weights to crossbars, firings, conversions and PEs.
    pub steps: Vec<Step>,
}

impl Explanation {
    /// Explains a layer of a mapped network.
    ///
    /// # Errors
    /// [`MapError::UnknownLayer`] if the network has no layer of that name.
    pub fn new(
        net: &Network,
        arch: &Arch,
        mapping: &Mapping,
        layer: &str,
    ) -> Result<Explanation, MapError> {
        let unknown = || {
            let layers = mapping.layers.iter().map(|l| l.name.as_str());
            let units = mapping.units.iter().map(|u| u.name.as_str());
            MapError::unknown_layer(layer, &layers.chain(units).collect::<Vec<_>>())
        };
        let id = net.find(layer).ok_or_else(unknown)?;
        let steps = steps(net, arch, mapping, id);
        Ok(Explanation {
            kind: Kind::Explain,
            report_version: VERSION,
            network: net.name.clone(),
            machine: arch.name.clone(),
            layer: layer.to_string(),
            op: net.layer(id).op.name().to_string(),
            summary: summary(net, mapping, id),
            steps,
        })
    }

    /// The value of a step.
    pub fn value(&self, step: &str) -> Option<f64> {
        let step = self.steps.iter().find(|s| s.name == step)?;
        Some(step.value)
    }
}

fn steps(net: &Network, arch: &Arch, mapping: &Mapping, id: LayerId) -> Vec<Step> {
    let mut steps = terms::Steps::default();
    let position = |mut ids: Box<dyn Iterator<Item = LayerId> + '_>| ids.position(|l| l == id);
    let layer = position(Box::new(mapping.layers.iter().map(|l| l.layer)));
    let unit = position(Box::new(mapping.units.iter().map(|u| u.layer)));
    let at = match (layer, unit) {
        (Some(n), _) => {
            compute::explain(&mut steps, net, arch, mapping, n);
            n
        }
        (None, Some(n)) => {
            unit::explain(&mut steps, net, arch, mapping, n);
            mapping.layers.len() + n
        }
        (None, None) => return Vec::new(),
    };
    let place = mapping.places[at];
    let (total, per_pe) = (steps.value("total"), u64::from(arch.pe.crossbars));
    steps.add(
        "pes",
        "ceil(total / crossbars per PE)",
        format!("ceil({total} / {per_pe})"),
        place.pes,
        "PEs belong to one layer each".to_string(),
    );
    let (tiles, per_tile) = (place.tiles(arch), arch.tile.pes);
    let (first, last) = (place.first_pe, place.first_pe + place.pes);
    steps.add(
        "tiles",
        "ceil((first PE + PEs) / PEs per tile) - floor(first PE / PEs per tile)",
        format!("ceil({last} / {per_tile}) - floor({first} / {per_tile})"),
        tiles.end - tiles.start,
        format!("PEs are numbered through; this layer starts at PE {first}"),
    );
    steps.steps
}

fn summary(net: &Network, mapping: &Mapping, id: LayerId) -> String {
    let layer = net.layer(id);
    let input = net.inputs(id).first().map(|&i| net.layer(i).shape);
    let input = input.unwrap_or(layer.shape);
    let Some(map) = mapping.layer(id) else {
        let occupies = mapping.units.iter().any(|u| u.layer == id);
        let end = if occupies {
            ""
        } else {
            "; it occupies no crossbars on this machine"
        };
        return format!("{input} -> {}{end}", layer.shape);
    };
    let g = &map.geometry;
    if g.is_gemm {
        return format!("{} inputs -> {} outputs", g.input.c, g.output.c);
    }
    let mut text = format!(
        "{} x {} kernel, stride {} x {}, {input} -> {}",
        g.kernel[0], g.kernel[1], g.stride[0], g.stride[1], g.output
    );
    if g.dilation != [1, 1] {
        text += &format!(", dilation {} x {}", g.dilation[0], g.dilation[1]);
    }
    if g.groups > 1 {
        text += &format!(", {} channel groups", g.groups);
    }
    text
}
