//! A part of a network as a network of its own.

use crate::error::Error;
use crosscut_traces::{LayerId, Network, Op};
use std::collections::BTreeMap;

/// The layers from `first` to `last`, fed by an input of the shape they take.
///
/// # Errors
/// If a name is unknown, the order is wrong, or the part needs more than one value from outside.
pub fn cut(net: &Network, first: &str, last: &str) -> Result<Network, Error> {
    let find = |name: &str| {
        net.find(name).ok_or_else(|| {
            let names = net.layers().map(|(_, l)| l.name.as_str());
            let hint = crosscut_arch::suggest::nearest(name, names);
            Error::NoLayer {
                network: net.name.clone(),
                kind: "",
                name: name.to_string(),
                hint: hint.map_or(String::new(), |n| format!("; did you mean `{n}`?")),
            }
        })
    };
    let (from, to) = (find(first)?, find(last)?);
    if from > to {
        return Err(Error::Part(format!("layer `{first}` comes after `{last}`")));
    }
    let range = from.0..=to.0;
    let mut outside: Vec<LayerId> = range
        .clone()
        .flat_map(|i| net.inputs(LayerId(i)))
        .filter(|i| !range.contains(&i.0))
        .collect();
    outside.sort_unstable();
    outside.dedup();
    let mut part = Network::new(net.name.clone());
    let mut ids: BTreeMap<LayerId, LayerId> = BTreeMap::new();
    match outside[..] {
        [] => {}
        [source] => {
            let shape = net.layer(source).shape;
            ids.insert(source, part.push("input", Op::Input(shape), &[], shape));
        }
        _ => {
            let names: Vec<&str> = outside
                .iter()
                .map(|&i| net.layer(i).name.as_str())
                .collect();
            return Err(Error::Part(format!(
                "layers `{first}` to `{last}` take the values of several layers outside ({}); choose a part with one input",
                names.join(", ")
            )));
        }
    }
    for id in range.map(LayerId) {
        let layer = net.layer(id);
        let inputs: Vec<LayerId> = net.inputs(id).iter().map(|i| ids[i]).collect();
        let new = part.push(layer.name.clone(), layer.op.clone(), &inputs, layer.shape);
        ids.insert(id, new);
    }
    Ok(part)
}
