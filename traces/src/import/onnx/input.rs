//! The network input: its shape, and layouts other than channels first.

use super::super::error::Fault;
use super::build::{Act, Builder, Value, layer_shape};
use super::constant::{elements, type_name};
use super::node::NodeView;
use crate::onnx::proto::{Graph, ValueInfo};
use crate::op::Op;

/// Adds the input layer for `info`.
pub(crate) fn add(
    b: &mut Builder,
    graph: &Graph,
    order: &[usize],
    info: &ValueInfo,
) -> Result<(), Fault> {
    let bad = |detail: String| Fault::InputShape {
        input: info.name.clone(),
        detail,
    };
    let tensor = info.kind.as_ref().and_then(|k| k.tensor.as_ref());
    let code = tensor.map_or(1, |t| t.elem_type);
    if !matches!(code, 0 | 1 | 10 | 11 | 16) {
        b.warnings.push(format!(
            "input '{}' of type {} is taken as real numbers",
            info.name,
            type_name(code)
        ));
    }
    let shape = tensor.and_then(|t| t.shape.as_ref());
    let shape = shape.ok_or_else(|| bad("no shape is declared".into()))?;
    if !(2..=4).contains(&shape.dim.len()) {
        return Err(bad(format!(
            "{} dimensions; expected a batch and one to three others",
            shape.dim.len()
        )));
    }
    let mut dims = vec![1];
    for (i, d) in shape.dim.iter().enumerate() {
        let size = d
            .value
            .and_then(|v| usize::try_from(v).ok())
            .filter(|&v| v > 0);
        match (i, size) {
            (0, Some(batch)) if batch > 1 => {
                b.batch = Some(batch);
                b.warnings.push(format!(
                    "input '{}': the fixed batch of {batch} is taken as 1",
                    info.name
                ));
            }
            (0, _) => {}
            (_, Some(size)) => dims.push(size),
            (_, None) => return Err(bad(format!("dimension {i} is not a fixed positive number"))),
        }
    }
    if elements(&dims).is_none() {
        return Err(bad(format!("shape {dims:?} is too large")));
    }
    // Channels-last input whose only readers turn it to channels-first: the network takes the image
    // channels-first and those nodes do nothing.
    if let &[_, h, w, c] = dims.as_slice()
        && readers_make_channels_first(b, graph, order, &info.name, [h, w, c])
    {
        b.warnings.push(format!(
            "input '{}' is height x width x channels in the file; the network takes channels x height x width",
            info.name
        ));
        dims = vec![1, c, h, w];
    }
    let shape = layer_shape(&dims);
    let name = b.unique(&info.name);
    let layer = b.net.push(name, Op::Input(shape), &[], shape);
    b.values
        .insert(info.name.clone(), Value::Act(Act { layer, dims }));
    Ok(())
}

/// Whether every reader is the Transpose to channels-first, or for one channel a Reshape to it. Such
/// nodes are bound to the input itself, through [`Builder::absorbed`].
fn readers_make_channels_first(
    b: &mut Builder,
    graph: &Graph,
    order: &[usize],
    input: &str,
    [h, w, c]: [usize; 3],
) -> bool {
    let mut found = Vec::new();
    for &i in order
        .iter()
        .filter(|&&i| graph.node[i].input.iter().any(|t| t == input))
    {
        let node = NodeView::new(i, &graph.node[i]);
        let turns = match node.proto.op_type.as_str() {
            "Transpose" => node.ints("perm") == Some(&[0, 3, 1, 2]),
            "Reshape" if c == 1 => {
                let target = b.ints(&node, "shape", 1).ok().flatten().unwrap_or_default();
                matches!(target[..], [_, 1, th, tw] if (th, tw) == (h as i64, w as i64))
            }
            _ => false,
        };
        if !turns {
            return false;
        }
        found.push(i);
    }
    let any = !found.is_empty();
    b.absorbed.extend(found);
    any
}
