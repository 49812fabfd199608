//! Whether a mapping holds each weight at most once.

use super::LayerMap;

/// Whether every row and output exists, and no weight is held twice.
///
/// # Errors
/// What is wrong, and in which row group.
pub fn no_weight_twice(map: &LayerMap) -> Result<(), String> {
    let g = &map.geometry;
    let (outputs, rows) = (g.output.c / g.groups, g.rows() / g.groups);
    // One bit per weight.
    let words = rows.div_ceil(64);
    let mut held = vec![0u64; g.output.c * words];
    let mut mask = vec![0u64; words];
    for (i, group) in map.row_groups.iter().enumerate() {
        mask.fill(0);
        for r in group.rows.iter() {
            if group.group >= g.groups || r / rows != group.group {
                return Err(format!(
                    "row group {i} holds row {r} of another channel group"
                ));
            }
            let (word, bit) = (r % rows / 64, 1u64 << (r % rows % 64));
            if mask[word] & bit != 0 {
                return Err(format!("row group {i} holds row {r} twice"));
            }
            mask[word] |= bit;
        }
        for o in group.outputs.iter() {
            if group.group >= g.groups || o / outputs != group.group {
                return Err(format!(
                    "row group {i} feeds output {o} of another channel group"
                ));
            }
            for (word, &bits) in mask.iter().enumerate() {
                let seen = &mut held[o * words + word];
                if *seen & bits != 0 {
                    return Err(format!("row group {i} holds weights of output {o} twice"));
                }
                *seen |= bits;
            }
        }
    }
    Ok(())
}
