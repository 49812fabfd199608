//! Which weights of a layer the mapping puts on arrays.

use crate::func::FuncError;
use crate::map::LayerMap;
use crosscut_traces::QuantLayer;
use ndarray::Array2;

/// The layer's weights with those that no row group holds set to zero.
///
/// # Errors
/// [`FuncError::Mapping`] on indices outside the layer, row groups longer than an array, or weights held twice.
pub(crate) fn mapped_weights(
    map: &LayerMap,
    layer: &QuantLayer,
    array_rows: usize,
) -> Result<Array2<i32>, FuncError> {
    let fault = |fault: String| FuncError::Mapping {
        layer: map.name.clone(),
        fault,
    };
    let (outputs, rows) = layer.weights.dim();
    if layer.groups == 0
        || !outputs.is_multiple_of(layer.groups)
        || map.geometry.groups != layer.groups
    {
        return Err(fault(
            "mapping and weights disagree on the channel groups".into(),
        ));
    }
    if outputs != map.geometry.output.c || rows * layer.groups != map.geometry.rows() {
        return Err(fault(format!(
            "the mapping has {} outputs and {} rows, the weights {outputs} and {}",
            map.geometry.output.c,
            map.geometry.rows(),
            rows * layer.groups
        )));
    }
    let per_group = outputs / layer.groups;
    let mut mapped = Array2::zeros((outputs, rows));
    let mut held = Array2::from_elem((outputs, rows), false);
    for (i, group) in map.row_groups.iter().enumerate() {
        if group.rows.len() > array_rows {
            return Err(fault(format!(
                "row group {i} has {} rows, an array {array_rows}",
                group.rows.len()
            )));
        }
        for q in group.outputs.iter() {
            for row in group.rows.iter() {
                let inside = group.group < layer.groups
                    && q / per_group == group.group
                    && row / rows == group.group;
                if !inside {
                    return Err(fault(format!(
                        "row group {i} holds row {row} for output {q}, which its channel group {} does not have",
                        group.group
                    )));
                }
                let at = [q, row % rows];
                if std::mem::replace(&mut held[at], true) {
                    return Err(fault(format!(
                        "row {row} feeds output {q} from two row groups"
                    )));
                }
                mapped[at] = layer.weights[at];
            }
        }
    }
    Ok(mapped)
}
