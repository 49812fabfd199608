//! ONNX models.
//!
//! The messages are declared by hand (`crate::onnx::proto`), so no protobuf compiler is needed. Import walks the
//! nodes the output depends on, operands first; each operator of the visible table in [`ops`] turns
//! its node into layers, or into constants where all operands are constant. Operators stay as
//! declared (Conv, then batch norm, then Relu); only a bias written as a separate addition joins its
//! Conv or Gemm. The batch is taken as 1.

mod act;
mod affine;
mod budget;
mod build;
mod constant;
mod conv;
mod external;
mod fold;
mod gemm;
mod input;
mod join;
mod node;
mod norm;
mod ops;
mod order;
mod pool;
mod prune;
mod quant;
mod reshape;
mod source;
mod tensor;
#[cfg(test)]
mod tests;
mod transpose;

pub use budget::Limits;

use super::Import;
use super::error::{Fault, ImportError, UnsupportedNode};
use crate::file;
use crate::onnx::proto;
use build::{Builder, Value};
use node::NodeView;
use prost::Message;
use std::path::Path;

/// Reads the model file at `path`; external data is looked for in its folder. The network is named
/// after the file.
///
/// # Errors
/// See [`Fault`]; the message names the file.
pub fn load(path: &Path) -> Result<Import, ImportError> {
    load_within(path, &Limits::default())
}

/// As [`load`], with other limits than the default ones.
///
/// # Errors
/// As [`load`].
pub fn load_within(path: &Path, limits: &Limits) -> Result<Import, ImportError> {
    let origin = path.display().to_string();
    let fail = |fault| ImportError {
        origin: origin.clone(),
        fault,
    };
    let bytes = file::read(path).map_err(|e| fail(Fault::Unreadable(e.to_string())))?;
    let name = path
        .file_stem()
        .map_or_else(String::new, |s| s.to_string_lossy().into_owned());
    let dir = path.parent().unwrap_or(Path::new(""));
    import(&bytes, &name, Some(dir), limits).map_err(fail)
}

/// Reads a model from memory. `name` becomes the network's name and stands for the file in messages;
/// `external_dir` is the folder of external data, if any.
///
/// # Errors
/// See [`Fault`].
pub fn from_bytes(
    bytes: &[u8],
    name: &str,
    external_dir: Option<&Path>,
) -> Result<Import, ImportError> {
    import(bytes, name, external_dir, &Limits::default()).map_err(|fault| ImportError {
        origin: name.to_string(),
        fault,
    })
}

fn import(bytes: &[u8], name: &str, dir: Option<&Path>, limits: &Limits) -> Result<Import, Fault> {
    let model = proto::Model::decode(bytes).map_err(|e| Fault::NotProtobuf(e.to_string()))?;
    let graph = model
        .graph
        .filter(|g| !g.node.is_empty())
        .ok_or(Fault::NoGraph)?;
    let default_set = model
        .opset_import
        .iter()
        .find(|o| matches!(o.domain.as_str(), "" | "ai.onnx"));
    let opset = default_set.map_or(1, |o| o.version);
    let [output] = graph.output.as_slice() else {
        let names = graph.output.iter().map(|o| o.name.clone()).collect();
        return Err(Fault::Outputs(names));
    };
    let order = order::order(&graph, &output.name)?;
    let mut b = Builder::new(name, opset, &output.name, limits);
    for tensor in order
        .iter()
        .flat_map(|&i| &graph.node[i].input)
        .chain([&output.name])
    {
        *b.uses.entry(tensor.clone()).or_default() += 1;
    }
    check_operators(&graph, order.iter().copied())?;
    for t in graph
        .initializer
        .iter()
        .filter(|t| b.uses.contains_key(&t.name))
    {
        let value = tensor::decode(t, dir, &mut b.budget)?;
        b.values.insert(t.name.clone(), Value::Const(value));
    }
    let inputs: Vec<_> = graph
        .input
        .iter()
        .filter(|i| b.uses.contains_key(&i.name) && !b.values.contains_key(&i.name))
        .collect();
    let [single] = inputs[..] else {
        return Err(Fault::Inputs(
            inputs.iter().map(|i| i.name.clone()).collect(),
        ));
    };
    input::add(&mut b, &graph, &order, single)?;
    convert(&mut b, &graph, &order)?;
    finish(b)
}

/// All operators that are not in the table, at once.
fn check_operators(graph: &proto::Graph, nodes: impl Iterator<Item = usize>) -> Result<(), Fault> {
    let mut unknown: Vec<UnsupportedNode> = Vec::new();
    for i in nodes {
        let node = NodeView::new(i, &graph.node[i]);
        if ops::handler(&node.proto.domain, &node.proto.op_type).is_none()
            && let Fault::Unsupported(mut found) = node.unsupported("")
        {
            unknown.append(&mut found);
        }
    }
    if unknown.is_empty() {
        Ok(())
    } else {
        Err(Fault::Unsupported(unknown))
    }
}

/// Runs the operator functions. Uses without a counterpart are gathered; any other fault ends the import.
fn convert(b: &mut Builder, graph: &proto::Graph, order: &[usize]) -> Result<(), Fault> {
    let mut unsupported: Vec<UnsupportedNode> = Vec::new();
    for &i in order {
        let node = NodeView::new(i, &graph.node[i]);
        let poisoned = node
            .proto
            .input
            .iter()
            .any(|t| matches!(b.values.get(t), Some(Value::Poison)));
        let done = if poisoned {
            Ok(false)
        } else if b.absorbed.contains(&i) {
            b.value(&node, 0)
                .cloned()
                .map(|v| b.set(&node, v))
                .map(|()| true)
        } else if let Some(handler) = ops::handler(&node.proto.domain, &node.proto.op_type) {
            handler(b, &node).map(|()| true)
        } else {
            Ok(false)
        };
        match done {
            Ok(true) => {}
            Ok(false) => b.set(&node, Value::Poison),
            Err(Fault::Unsupported(mut found)) => {
                unsupported.append(&mut found);
                b.set(&node, Value::Poison);
            }
            Err(other) => return Err(other),
        }
    }
    if unsupported.is_empty() {
        Ok(())
    } else {
        Err(Fault::Unsupported(unsupported))
    }
}

/// Takes the output and drops layers it does not need (those read only for their shape).
fn finish(mut b: Builder) -> Result<Import, Fault> {
    let output = b.output.clone();
    let act = match b.values.get(&output) {
        Some(Value::Act(a)) => a.clone(),
        Some(Value::Const(_)) => {
            return Err(Fault::Graph(format!(
                "output '{output}' does not depend on the input"
            )));
        }
        Some(_) => {
            return Err(Fault::Graph(format!(
                "output '{output}' holds quantised codes; DequantizeLinear is missing"
            )));
        }
        None => {
            return Err(Fault::MissingTensor {
                node: "graph output".into(),
                tensor: output,
            });
        }
    };
    let end = proto::Node {
        op_type: "Output".into(),
        name: output,
        ..Default::default()
    };
    let layer = b.settled(&NodeView::new(0, &end), &act)?;
    let network = prune::ancestors(&b.net, layer);
    if !network
        .layers()
        .any(|(_, l)| matches!(l.op, crate::Op::Input(_)))
    {
        return Err(Fault::Graph(
            "the output does not depend on the input".into(),
        ));
    }
    network.check_finite()?;
    Ok(Import {
        network,
        warnings: b.warnings,
    })
}
