//! The procedure: layer by layer, masks and refit on inputs of the pruned prefix, targets from the dense network.

use crate::error::PruneError;
use crate::layer::{LayerResult, prune_layer};
use crate::matrix::{LayerMatrix, fits};
use crate::options::PruneOptions;
use crate::prefix::Prefix;
use crate::provenance::{LayerProvenance, Outcome, Provenance};
use crate::rewrite::rewrite;
use crate::schedule::{Asked, asked};
use crosscut_arch::Arch;
use crosscut_sim::map::{LayerMap, Mapping};
use crosscut_traces::exec::{ExecError, shape_of};
use crosscut_traces::{Network, Tensor};
use std::collections::BTreeMap;

/// A pruned network.
#[derive(Debug, Clone)]
pub struct Pruned {
    /// The network: weights of removed pairs are zero, the others refitted.
    pub network: Network,
    /// Its mapping.
    pub mapping: Mapping,
    /// What was asked and done.
    pub provenance: Provenance,
}

/// Prunes `net` as mapped on `arch`. `calibration` are images the network was trained on, not those its accuracy is
/// measured on. `progress` is told the layer at work, the compute layers done and how many there are.
///
/// # Errors
/// [`PruneError`] if options are out of range or the inputs do not belong together.
pub fn prune(
    net: &Network,
    mapping: &Mapping,
    arch: &Arch,
    calibration: &[Tensor],
    options: &PruneOptions,
    progress: &mut dyn FnMut(&str, usize, usize),
) -> Result<Pruned, PruneError> {
    check_options(options)?;
    let asked = asked(net, options)?;
    let images = check_images(net, calibration, options)?;
    let layers = check_layers(net, mapping, arch)?;

    let mut prefix = Prefix::new(net, images);
    let mut choices = BTreeMap::new();
    let mut records = Vec::new();
    for (done, (&id, layer)) in asked.keys().zip(&layers).enumerate() {
        let name = &net.layer(id).name;
        progress(name, done, layers.len());
        let result = match asked[&id] {
            Asked::KeepFirst => LayerResult::kept(Outcome::KeptFirst),
            Asked::KeepLast => LayerResult::kept(Outcome::KeptLast),
            Asked::Ratio(ratio) => prune_layer(layer, arch, options, ratio, &mut prefix)?,
        };
        let mut record = record(layer, &asked[&id], &result);
        if let Some(choice) = result.choice {
            record.pairs_kept = crate::groups::pairs(&choice.row_groups);
            prefix.replace(id, choice.matrix.write_to(&net.layer(id).op));
            choices.insert(id, choice);
        }
        records.push(record);
    }
    let (network, pruned) = rewrite(net, mapping, arch, &choices)?;
    for (record, (before, after)) in records.iter_mut().zip(layers.iter().zip(&pruned.layers)) {
        record.row_groups_live = live(after);
        record.ratio_achieved = 1.0 - record.pairs_kept as f64 / record.pairs_before.max(1) as f64;
        (record.compute_before, record.total_before) = (before.roles.compute, before.roles.total());
        (record.compute_after, record.total_after) = (after.roles.compute, after.roles.total());
    }
    let last = layers.last().map_or("", |l| l.name.as_str());
    progress(last, layers.len(), layers.len());
    Ok(Pruned {
        network,
        mapping: pruned,
        provenance: Provenance {
            network: net.name.clone(),
            machine: arch.name.clone(),
            options: options.clone(),
            layers: records,
        },
    })
}

fn live(layer: &LayerMap) -> usize {
    let used = layer.row_groups.iter().filter(|g| !g.outputs.is_empty());
    used.count()
}

fn record(layer: &LayerMap, asked: &Asked, result: &LayerResult) -> LayerProvenance {
    let pairs = crate::groups::pairs(&layer.row_groups);
    LayerProvenance {
        layer: layer.name.clone(),
        outcome: result.outcome,
        row_groups: live(layer),
        row_groups_live: live(layer),
        outputs: layer.geometry.output.c,
        pairs_before: pairs,
        pairs_kept: pairs,
        ratio_asked: match asked {
            Asked::Ratio(r) => *r,
            Asked::KeepFirst | Asked::KeepLast => 0.0,
        },
        ratio_achieved: 0.0,
        samples: result.samples,
        residual_masked: result.residual_masked,
        residual_refitted: result.residual_refitted,
        refits_rejected: result.refits_rejected,
        compute_before: 0,
        compute_after: 0,
        total_before: 0,
        total_after: 0,
    }
}

fn check_options(options: &PruneOptions) -> Result<(), PruneError> {
    let wrong = |option, value: String, allowed| PruneError::OptionOutOfRange {
        option,
        value,
        allowed,
    };
    if options.images == 0 {
        return Err(wrong("images", "0".into(), "at least 1"));
    }
    if options.points == 0 {
        return Err(wrong("points", "0".into(), "at least 1"));
    }
    if options.refit_points == 0 || options.refit_points > options.points {
        let value = options.refit_points.to_string();
        return Err(wrong(
            "refit_points",
            value,
            "at least 1 and at most `points`",
        ));
    }
    if !(options.ridge.is_finite() && options.ridge > 0.0) {
        return Err(wrong(
            "ridge",
            options.ridge.to_string(),
            "above 0 and finite",
        ));
    }
    Ok(())
}

fn check_images<'a>(
    net: &Network,
    calibration: &'a [Tensor],
    options: &PruneOptions,
) -> Result<&'a [Tensor], PruneError> {
    let Some(images) = calibration.get(..options.images) else {
        return Err(PruneError::TooFewImages {
            needed: options.images,
            available: calibration.len(),
        });
    };
    let expected = net.layer(net.input()).shape;
    match images.iter().map(shape_of).find(|&s| s != expected) {
        None => Ok(images),
        Some(found) => Err(PruneError::Image(ExecError::InputShape {
            network: net.name.clone(),
            expected,
            found,
        })),
    }
}

/// The mapped compute layers in network order, after checking that mapping and network belong together
/// and that an array of the machine holds at least one output.
fn check_layers<'a>(
    net: &Network,
    mapping: &'a Mapping,
    arch: &Arch,
) -> Result<Vec<&'a LayerMap>, PruneError> {
    let mut layers = Vec::new();
    for id in net.compute_layers() {
        let layer = net.layer(id);
        let foreign = |what| PruneError::ForeignMapping {
            layer: layer.name.clone(),
            what,
        };
        let map = mapping.layer(id).ok_or_else(|| foreign("is not mapped"))?;
        let matrix = LayerMatrix::of(&layer.op).ok_or_else(|| foreign("has no weights"))?;
        if !fits(&map.geometry, &matrix) {
            return Err(foreign("has another shape"));
        }
        if map.kout(arch, map.unroll) == 0 {
            return Err(foreign("was mapped for wider arrays"));
        }
        if !matrix.is_finite() {
            return Err(PruneError::WeightNotFinite {
                layer: layer.name.clone(),
            });
        }
        layers.push(map);
    }
    Ok(layers)
}
