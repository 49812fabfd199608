//! Runs the layers of a network in order.

use crate::net::{LayerId, Network};
use crate::shape::{Shape, Tensor};

/// Why a network cannot be run on an input.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExecError {
    /// The image does not have the shape of the input layer.
    #[error(
        "the network `{network}` takes an image of {expected} (channels x height x width), but got {found}"
    )]
    InputShape {
        /// Network name.
        network: String,
        /// Shape of the input layer.
        expected: Shape,
        /// Shape of the image.
        found: Shape,
    },
}

fn check_input(net: &Network, input: &Tensor) -> Result<(), ExecError> {
    let expected = net.layer(net.input()).shape;
    let found = Shape::of(input);
    if expected == found {
        Ok(())
    } else {
        Err(ExecError::InputShape {
            network: net.name.clone(),
            expected,
            found,
        })
    }
}

/// Values that are dropped as soon as their last user has run.
struct Values {
    values: Vec<Option<Tensor>>,
    uses: Vec<usize>,
}

impl Values {
    fn new(net: &Network) -> Values {
        let uses = net
            .layers()
            .map(|(id, _)| net.consumers(id).len())
            .collect();
        Values {
            values: vec![None; net.len()],
            uses,
        }
    }

    fn get(&self, id: LayerId) -> &Tensor {
        self.values[id.0]
            .as_ref()
            .expect("inputs run before their users")
    }

    fn release(&mut self, id: LayerId) {
        self.uses[id.0] -= 1;
        if self.uses[id.0] == 0 {
            self.values[id.0] = None;
        }
    }
}

/// Runs every layer in order. `compute` gives the value of compute layers; `seen` sees every value.
pub(super) fn walk(
    net: &Network,
    input: &Tensor,
    mut compute: impl FnMut(LayerId, &Tensor) -> Tensor,
    mut seen: impl FnMut(LayerId, &Tensor),
) -> Result<Tensor, ExecError> {
    check_input(net, input)?;
    let mut values = Values::new(net);
    for (id, layer) in net.layers() {
        let inputs = net.inputs(id);
        let value = if layer.op.is_compute() {
            compute(id, values.get(inputs[0]))
        } else {
            let xs: Vec<&Tensor> = inputs.iter().map(|&i| values.get(i)).collect();
            layer.op.value(&xs, input, layer.shape)
        };
        seen(id, &value);
        values.values[id.0] = Some(value);
        let mut distinct = inputs;
        distinct.sort_unstable();
        distinct.dedup();
        distinct.into_iter().for_each(|i| values.release(i));
    }
    Ok(values.values[net.output().0]
        .take()
        .expect("the output has just been computed"))
}

/// Index of the largest value; the first of equals.
pub fn top1(x: &Tensor) -> usize {
    let mut best = (f32::NEG_INFINITY, 0);
    for (i, &v) in x.iter().enumerate() {
        if v > best.0 {
            best = (v, i);
        }
    }
    best.1
}
