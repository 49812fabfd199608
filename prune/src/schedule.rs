//! Which layer is pruned by how much.

use crate::error::PruneError;
use crate::options::PruneOptions;
use crosscut_traces::suggest::hint;
use crosscut_traces::{LayerId, Network};
use std::collections::BTreeMap;

/// Row groups an output keeps of `groups`: `max(1, floor(groups * (1 - ratio)))`, the rule that fits the published
/// counts. The tiny addend makes up for ratios such as 0.9 that are not exact in binary.
pub fn kept(groups: usize, ratio: f64) -> usize {
    (share(groups, ratio)).max(1)
}

/// `floor(n * (1 - ratio))`.
pub fn share(n: usize, ratio: f64) -> usize {
    (n as f64 * (1.0 - ratio) + 1e-9).floor() as usize
}

/// Whether and how much a layer is to be pruned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Asked {
    /// By this ratio.
    Ratio(f64),
    /// Not, as the first compute layer.
    KeepFirst,
    /// Not, as the last compute layer.
    KeepLast,
}

/// What is asked of every compute layer.
///
/// # Errors
/// Ratios out of range and unknown layer names.
pub fn asked(
    net: &Network,
    options: &PruneOptions,
) -> Result<BTreeMap<LayerId, Asked>, PruneError> {
    check_ratio("all layers", options.ratio)?;
    let compute = net.compute_layers();
    let names: Vec<&str> = compute
        .iter()
        .map(|&id| net.layer(id).name.as_str())
        .collect();
    for (name, &ratio) in &options.ratios {
        if !names.contains(&name.as_str()) {
            return Err(PruneError::UnknownLayer {
                name: name.clone(),
                hint: hint(name, names.iter().copied()),
            });
        }
        check_ratio(&format!("layer `{name}`"), ratio)?;
    }
    let of = |position: usize, name: &str| match options.ratios.get(name) {
        Some(&ratio) => Asked::Ratio(ratio),
        None if options.keep_first && position == 0 => Asked::KeepFirst,
        None if options.keep_last && position + 1 == compute.len() => Asked::KeepLast,
        None => Asked::Ratio(options.ratio),
    };
    Ok(compute
        .iter()
        .enumerate()
        .map(|(position, &id)| (id, of(position, names[position])))
        .collect())
}

fn check_ratio(of: &str, value: f64) -> Result<(), PruneError> {
    if (0.0..1.0).contains(&value) {
        return Ok(());
    }
    Err(PruneError::RatioOutOfRange {
        of: of.to_string(),
        value,
    })
}
