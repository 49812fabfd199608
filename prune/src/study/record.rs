//! The record of a layer, made whole once everything about it is known.

use super::planned::Chosen;
use crate::outcome::LayerOutcome;
use crate::provenance::{GroupProvenance, LayerProvenance};
use crate::refit::{FitQuality, Fitted};
use crate::select::units::pairs;
use crosscut_sim::map::LayerMap;

/// What was asked of a layer and done to it.
pub(super) struct Work {
    /// What was decided.
    pub outcome: LayerOutcome,
    /// Method and ratio, if it was to be pruned.
    pub chosen: Option<Chosen>,
    /// Name of the method, if there was a choice.
    pub way: Option<String>,
}

impl Work {
    /// A layer that was not to be pruned.
    pub fn kept(outcome: LayerOutcome) -> Work {
        Work {
            outcome,
            chosen: None,
            way: None,
        }
    }
}

/// The record of a layer. `fitted` if its decision changed it.
pub(super) fn record(
    work: Work,
    fitted: Option<&Fitted>,
    before: &LayerMap,
    after: &LayerMap,
) -> LayerProvenance {
    let (pairs_before, pairs_kept) = (pairs(&before.row_groups), pairs(&after.row_groups));
    let dead_maps_went = pairs_kept < pairs_before && work.outcome != LayerOutcome::Pruned;
    let quality = fitted.map_or(FitQuality::default(), |f| f.quality);
    LayerProvenance {
        layer: before.name.clone(),
        outcome: if dead_maps_went {
            LayerOutcome::OnlyDeadMaps
        } else {
            work.outcome
        },
        row_groups: before.live_row_groups(),
        row_groups_live: after.live_row_groups(),
        outputs: before.geometry.output.c,
        pairs_before,
        pairs_kept,
        ratio_asked: work.chosen.map_or(0.0, |c| c.ratio),
        ratio_achieved: removed(pairs_kept, pairs_before),
        way: work.way,
        samples: quality.samples,
        residual_masked: fitted.map(|f| f.quality.residual_masked),
        residual_refitted: quality.residual_refitted,
        refits_rejected: quality.refits_rejected,
        refit_method: quality.method,
        order: fitted.and_then(|f| f.decision.order.clone()),
        groups: fitted.map_or(Vec::new(), groups),
        unroll_before: before.unroll,
        unroll_after: after.unroll,
        compute_before: before.roles.compute,
        compute_after: after.roles.compute,
        total_before: before.roles.total(),
        total_after: after.roles.total(),
    }
}

fn groups(fitted: &Fitted) -> Vec<GroupProvenance> {
    let decision = &fitted.decision;
    let groups = decision.row_groups.iter().enumerate();
    groups
        .map(|(i, g)| GroupProvenance {
            rows: g.rows.len(),
            outputs_kept: g.outputs.len(),
            weight: decision.shares.get(i).map(|s| s.all),
            weight_removed: decision.shares.get(i).map(|s| s.removed),
        })
        .collect()
}

/// Share of pairs removed.
fn removed(kept: usize, before: usize) -> f64 {
    1.0 - kept as f64 / before.max(1) as f64
}

/// The record of a layer that an earlier round had pruned before: what was there is what that round found.
pub(super) fn since(new: LayerProvenance, earlier: LayerProvenance) -> LayerProvenance {
    LayerProvenance {
        order: new.order.or(earlier.order),
        row_groups: earlier.row_groups,
        pairs_before: earlier.pairs_before,
        compute_before: earlier.compute_before,
        total_before: earlier.total_before,
        unroll_before: earlier.unroll_before,
        ratio_achieved: removed(new.pairs_kept, earlier.pairs_before),
        ..new
    }
}
