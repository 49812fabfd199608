//! A part of a network as a network of its own.

use super::network::{LayerId, Network};
use crate::op::Op;
use crate::suggest::hint;
use std::collections::BTreeMap;

/// Why a part cannot stand alone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CutError {
    /// There is no layer of that name.
    #[error("the network `{network}` has no layer `{layer}`{hint}")]
    UnknownLayer {
        /// Network.
        network: String,
        /// Name asked for.
        layer: String,
        /// The nearest name, as the end of a sentence; empty if none is near.
        hint: String,
    },
    /// The last layer comes before the first.
    #[error("layer `{first}` comes after `{last}`")]
    Order {
        /// First layer asked for.
        first: String,
        /// Last layer asked for.
        last: String,
    },
    /// The part takes more than one value from outside.
    #[error(
        "layers `{first}` to `{last}` take the values of several layers outside ({}); choose a part with one input",
        outside.join(", ")
    )]
    Inputs {
        /// First layer.
        first: String,
        /// Last layer.
        last: String,
        /// Layers outside whose values it takes.
        outside: Vec<String>,
    },
}

/// The layers from `first` to `last`, fed by an input of the shape they take.
///
/// # Errors
/// If a name is unknown, the order is wrong, or the part needs more than one value from outside.
pub fn cut(net: &Network, first: &str, last: &str) -> Result<Network, CutError> {
    let find = |name: &str| {
        net.find(name).ok_or_else(|| CutError::UnknownLayer {
            network: net.name.clone(),
            layer: name.to_string(),
            hint: hint(name, net.layers().map(|(_, l)| l.name.as_str())),
        })
    };
    let (from, to) = (find(first)?, find(last)?);
    let (first, last) = (first.to_string(), last.to_string());
    if from > to {
        return Err(CutError::Order { first, last });
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
            let name = |&i: &LayerId| net.layer(i).name.clone();
            let outside = outside.iter().map(name).collect();
            return Err(CutError::Inputs {
                first,
                last,
                outside,
            });
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zoo;

    #[test]
    fn a_part_takes_one_value_and_keeps_its_layers() {
        let net = zoo::build("resnet20", 1).unwrap();
        let names: Vec<String> = net.layers().map(|(_, l)| l.name.clone()).collect();
        let part = cut(&net, &names[1], &names[3]).unwrap();
        let kept: Vec<&str> = part.layers().map(|(_, l)| l.name.as_str()).collect();
        assert_eq!(kept, ["input", &names[1], &names[2], &names[3]]);
        let shape = |net: &Network, name: &str| net.layer(net.find(name).unwrap()).shape;
        assert_eq!(shape(&part, &names[3]), shape(&net, &names[3]));
    }

    #[test]
    fn parts_that_cannot_stand_alone_say_why() {
        let net = zoo::build("resnet20", 1).unwrap();
        let names: Vec<String> = net.layers().map(|(_, l)| l.name.clone()).collect();
        let error = |first: &str, last: &str| cut(&net, first, last).unwrap_err();
        let near = format!("{}x", names[1]);
        assert!(
            matches!(error(&near, &names[2]), CutError::UnknownLayer { hint, .. } if hint.contains(&names[1]))
        );
        assert!(matches!(
            error(&names[3], &names[1]),
            CutError::Order { .. }
        ));
        let add = net.layers().find(|(_, l)| l.op.name() == "Add").unwrap();
        let add = &add.1.name;
        assert!(matches!(error(add, add), CutError::Inputs { outside, .. } if outside.len() == 2));
    }
}
