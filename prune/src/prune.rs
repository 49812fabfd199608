//! The procedure: layer by layer, masks and refit on inputs of the pruned prefix, targets from the dense network.

use crate::check::{check_images, check_layers, check_options};
use crate::error::PruneError;
use crate::layer::{Fitted, fit};
use crate::matrix::LayerMatrix;
use crate::options::PruneOptions;
use crate::pairs::Pairs;
use crate::prefix::Prefix;
use crate::provenance::{GroupProvenance, LayerProvenance, Outcome, Provenance};
use crate::rewrite::finish;
use crate::schedule::{Asked, asked};
use crate::site::{Method, Selection, Site};
use crate::stats::LayerStats;
use crate::targets::Targets;
use crosscut_arch::Arch;
use crosscut_sim::map::{LayerMap, Mapping};
use crosscut_traces::random::hash;
use crosscut_traces::{LayerId, Network, Tensor};
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
    check_layers(net, mapping, arch)?;
    let method = Pairs {
        options: options.clone(),
        name: "pairs".to_string(),
    };
    let select = |site: &Site<'_>| match asked[&site.layer.layer] {
        Asked::KeepFirst => Ok(Selection::all(site.layer, Outcome::KeptFirst)),
        Asked::KeepLast => Ok(Selection::all(site.layer, Outcome::KeptLast)),
        Asked::Ratio(ratio) => method.select(site, ratio),
    };
    let work: Vec<LayerId> = asked
        .iter()
        .filter(|(_, a)| matches!(a, Asked::Ratio(_)))
        .map(|(&id, _)| id)
        .collect();
    let targets = Targets::new(net, images, &work, options.points, options.seed);
    let before = Before {
        net,
        mapping,
        arch,
        images,
        targets: &targets,
    };
    let mut pruned = apply(&before, options, &select, progress)?;
    for record in &mut pruned.provenance.layers {
        let asked = net.find(&record.layer).map(|id| asked[&id]);
        if let Some(Asked::Ratio(ratio)) = asked {
            record.ratio_asked = ratio;
        }
    }
    Ok(pruned)
}

/// A network, its mapping, and the sums it computes on the calibration images.
#[derive(Clone, Copy)]
pub struct Before<'a> {
    /// The network.
    pub net: &'a Network,
    /// Its mapping.
    pub mapping: &'a Mapping,
    /// The machine.
    pub arch: &'a Arch,
    /// Calibration images.
    pub images: &'a [Tensor],
    /// Dense sums of the layers that may be pruned.
    pub targets: &'a Targets,
}

/// Carries out selections layer by layer, each on the inputs that the layers pruned before give. `select` is asked for
/// every layer with targets; the others stay, the first and last as such.
///
/// # Errors
/// Those of `select`, inputs that are not finite, and a mapping that cannot be placed.
pub fn apply(
    before: &Before<'_>,
    options: &PruneOptions,
    select: &dyn Fn(&Site<'_>) -> Result<Selection, PruneError>,
    progress: &mut dyn FnMut(&str, usize, usize),
) -> Result<Pruned, PruneError> {
    let Before {
        net, mapping, arch, ..
    } = *before;
    let mut prefix = Prefix::new(net, before.images);
    let mut choices = BTreeMap::new();
    let mut records = Vec::new();
    for (done, layer) in mapping.layers.iter().enumerate() {
        let id = layer.layer;
        progress(&layer.name, done, mapping.layers.len());
        let mut record = record(layer);
        if let Some(targets) = before.targets.layer(id) {
            let op = &net.layer(id).op;
            let matrix = LayerMatrix::of(op).expect("the caller has checked the layers");
            let stats = LayerStats::collect(
                &layer.geometry,
                &prefix.inputs(id),
                targets,
                options.refit_points,
            );
            if !stats.is_finite() {
                return Err(PruneError::ActivationNotFinite {
                    layer: layer.name.clone(),
                });
            }
            let site = Site {
                layer,
                arch,
                matrix: &matrix,
                stats: &stats,
                seed: hash(options.seed, id.0 as u64),
            };
            let selection = select(&site)?;
            record.outcome = selection.outcome;
            if selection.changes() {
                let fitted = fit(&site, &selection, options.refit.then_some(options.ridge));
                record.describe(&site, &selection, &fitted);
                prefix.replace(id, fitted.choice.matrix.write_to(op));
                choices.insert(id, fitted.choice);
            }
        } else if done == 0 {
            record.outcome = Outcome::KeptFirst;
        }
        records.push(record);
    }
    let (network, pruned) = finish(net, mapping, arch, &choices, options)?;
    for (record, (before, after)) in
        (records.iter_mut()).zip(mapping.layers.iter().zip(&pruned.layers))
    {
        record.row_groups_live = live(after);
        record.pairs_kept = crate::groups::pairs(&after.row_groups);
        if record.pairs_kept < record.pairs_before && record.outcome != Outcome::Pruned {
            record.outcome = Outcome::OnlyDeadMaps;
        }
        record.ratio_achieved = 1.0 - record.pairs_kept as f64 / record.pairs_before.max(1) as f64;
        record.unroll_after = after.unroll;
        (record.compute_before, record.total_before) = (before.roles.compute, before.roles.total());
        (record.compute_after, record.total_after) = (after.roles.compute, after.roles.total());
    }
    let last = mapping.layers.last().map_or("", |l| l.name.as_str());
    progress(last, mapping.layers.len(), mapping.layers.len());
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

fn record(layer: &LayerMap) -> LayerProvenance {
    let pairs = crate::groups::pairs(&layer.row_groups);
    LayerProvenance {
        layer: layer.name.clone(),
        outcome: Outcome::KeptLast,
        row_groups: live(layer),
        row_groups_live: live(layer),
        outputs: layer.geometry.output.c,
        pairs_before: pairs,
        pairs_kept: pairs,
        ratio_asked: 0.0,
        ratio_achieved: 0.0,
        way: None,
        samples: 0,
        residual_masked: None,
        residual_refitted: None,
        refits_rejected: 0,
        refit_method: None,
        order: None,
        groups: Vec::new(),
        unroll_before: layer.unroll,
        unroll_after: layer.unroll,
        compute_before: 0,
        compute_after: 0,
        total_before: 0,
        total_after: 0,
    }
}

impl LayerProvenance {
    /// What was decided and what it cost.
    fn describe(&mut self, site: &Site<'_>, selection: &Selection, fitted: &Fitted) {
        self.samples = site.stats.samples;
        self.residual_masked = Some(fitted.residual_masked);
        self.residual_refitted = fitted.residual_refitted;
        self.refits_rejected = fitted.refits_rejected;
        self.refit_method = fitted.method;
        self.order.clone_from(&selection.order);
        let groups = selection.row_groups.iter().enumerate();
        self.groups = groups
            .map(|(i, g)| GroupProvenance {
                rows: g.rows.len(),
                outputs_kept: g.outputs.len(),
                weight: selection.weight.get(i).map(|w| w[0]),
                weight_removed: selection.weight.get(i).map(|w| w[1]),
            })
            .collect();
    }
}
