//! Whether a mapping holds each weight at most once.

use super::layer::LayerMap;
use fixedbitset::FixedBitSet;

/// Whether every row and output exists, and no weight is held twice.
///
/// # Errors
/// What is wrong, and in which row group.
pub fn no_weight_twice(map: &LayerMap) -> Result<(), String> {
    let g = &map.geometry;
    let (outputs, rows) = (g.output.c / g.groups, g.rows() / g.groups);
    let mut held = vec![FixedBitSet::with_capacity(rows); g.output.c];
    for (i, group) in map.row_groups.iter().enumerate() {
        let mut own = FixedBitSet::with_capacity(rows);
        for r in group.rows.iter() {
            if group.group >= g.groups || r / rows != group.group {
                return Err(format!(
                    "row group {i} holds row {r} of another channel group"
                ));
            }
            if own.put(r % rows) {
                return Err(format!("row group {i} holds row {r} twice"));
            }
        }
        for o in group.outputs.iter() {
            if group.group >= g.groups || o / outputs != group.group {
                return Err(format!(
                    "row group {i} feeds output {o} of another channel group"
                ));
            }
            if !held[o].is_disjoint(&own) {
                return Err(format!("row group {i} holds weights of output {o} twice"));
            }
            held[o].union_with(&own);
        }
    }
    Ok(())
}
