//! Values of the dense and of the pruned network on the calibration images, up to the layer at work.

use crosscut_traces::exec::apply;
use crosscut_traces::{LayerId, Network, Op, Tensor};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

type Values = Arc<Vec<Tensor>>;

/// Advances both networks layer by layer; a value is dropped once its last user has been computed, and shared
/// between the two while they agree.
pub struct Prefix<'a> {
    net: &'a Network,
    images: &'a [Tensor],
    /// Dense and pruned value of each layer that is still needed.
    values: Vec<Option<[Values; 2]>>,
    uses: Vec<usize>,
    /// Layers computed so far.
    done: usize,
    replaced: BTreeMap<LayerId, Op>,
}

impl<'a> Prefix<'a> {
    /// Nothing computed yet.
    pub fn new(net: &'a Network, images: &'a [Tensor]) -> Self {
        Prefix {
            net,
            images,
            values: vec![None; net.len()],
            uses: net
                .layers()
                .map(|(id, _)| net.consumers(id).len())
                .collect(),
            done: 0,
            replaced: BTreeMap::new(),
        }
    }

    /// The network walked.
    pub fn net(&self) -> &'a Network {
        self.net
    }

    /// Inputs of a layer in the dense and in the pruned network, one per image. Layers must be asked in order.
    pub fn inputs(&mut self, id: LayerId) -> [Values; 2] {
        while self.done < id.0 {
            self.advance(LayerId(self.done));
        }
        let input = self.net.inputs(id)[0];
        self.values[input.0]
            .clone()
            .expect("inputs are kept until their users have run")
    }

    /// From now on, the pruned network computes `op` in layer `id`, which has not been computed yet.
    pub fn replace(&mut self, id: LayerId, op: Op) {
        self.replaced.insert(id, op);
    }

    fn advance(&mut self, id: LayerId) {
        let layer = self.net.layer(id);
        let inputs = self.net.inputs(id);
        let run = |op: &Op, which: usize| -> Values {
            let value = |image: usize| {
                let xs: Vec<&Tensor> = inputs
                    .iter()
                    .map(|i| &self.values[i.0].as_ref().expect("inputs are kept")[which][image])
                    .collect();
                apply(op, &xs, &self.images[image], layer.shape)
            };
            Arc::new((0..self.images.len()).into_par_iter().map(value).collect())
        };
        let dense = run(&layer.op, 0);
        let same = inputs.iter().all(|i| {
            self.values[i.0]
                .as_ref()
                .is_some_and(|[d, p]| Arc::ptr_eq(d, p))
        });
        let pruned = match self.replaced.get(&id) {
            Some(op) => run(op, 1),
            None if same => dense.clone(),
            None => run(&layer.op, 1),
        };
        self.values[id.0] = Some([dense, pruned]);
        self.done = id.0 + 1;
        let mut distinct = inputs;
        distinct.sort_unstable();
        distinct.dedup();
        for input in distinct {
            self.uses[input.0] -= 1;
            if self.uses[input.0] == 0 {
                self.values[input.0] = None;
            }
        }
    }
}
