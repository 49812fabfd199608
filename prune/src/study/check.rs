//! Whether a request can be carried out, before any work is done.

use crate::error::PruneError;
use crate::matrix::{LayerMatrix, fits};
use crate::options::PruneOptions;
use crate::select::solve::Solver;
use crate::select::{Decision, LayerContext, Method};
use crosscut_arch::Arch;
use crosscut_sim::map::held::no_weight_twice;
use crosscut_sim::map::{LayerMap, Mapping};
use crosscut_traces::exec::ExecError;
use crosscut_traces::{Network, Shape, Tensor};

pub(super) fn check_options(options: &PruneOptions) -> Result<(), PruneError> {
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
    if options.kout == 0 || options.gemm_kout == 0 {
        return Err(wrong("kout", "0".into(), "at least 1"));
    }
    if (options.fill || options.balance) && (options.kout > 1 || options.gemm_kout > 1) {
        let value = options.kout.max(options.gemm_kout).to_string();
        return Err(wrong("kout", value, "1 with `fill` or `balance`"));
    }
    if let Solver::Lgd(lgd) = options.solver
        && let Some(eta) = lgd.eta
        && !(eta.is_finite() && eta > 0.0)
    {
        return Err(wrong("eta", eta.to_string(), "above 0 and finite"));
    }
    Ok(())
}

pub(super) fn check_images<'a>(
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
    match images.iter().map(Shape::of).find(|&s| s != expected) {
        None => Ok(images),
        Some(found) => Err(PruneError::Image(ExecError::InputShape {
            network: net.name.clone(),
            expected,
            found,
        })),
    }
}

/// Whether mapping and network belong together, and an array of the machine holds at least one output.
pub(super) fn check_layers(
    net: &Network,
    mapping: &Mapping,
    arch: &Arch,
) -> Result<(), PruneError> {
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
    }
    Ok(())
}

/// Whether a decision keeps to the contract of [`Method`]: an own method may be wrong.
pub(super) fn check_decision(
    context: &LayerContext<'_>,
    decision: &Decision,
    method: &dyn Method,
) -> Result<(), PruneError> {
    let wrong = |what: String| PruneError::WrongDecision {
        method: method.name(),
        layer: context.layer.name.clone(),
        what,
    };
    let decided = LayerMap {
        row_groups: decision.row_groups.clone(),
        ..context.layer.clone()
    };
    no_weight_twice(&decided).map_err(wrong)?;
    let rows = context.arch.crossbar.rows as usize;
    for (i, group) in decided.row_groups.iter().enumerate() {
        let taken = decided.physical_rows(group, decided.unroll);
        if taken > rows {
            let what = format!("row group {i} takes {taken} rows, a crossbar has {rows}");
            return Err(wrong(what));
        }
    }
    let (outputs, columns) = context.matrix.weights.dim();
    if let Some(q) = decision.silent.iter().find(|q| **q >= outputs) {
        let what = format!("output {q} is given up, but the layer has {outputs}");
        return Err(wrong(what));
    }
    if let Some(weights) = &decision.weights
        && weights.dim() != (outputs, columns)
    {
        let what = format!(
            "the mask of single weights is {} x {}, the layer has {outputs} x {columns}",
            weights.nrows(),
            weights.ncols()
        );
        return Err(wrong(what));
    }
    Ok(())
}
