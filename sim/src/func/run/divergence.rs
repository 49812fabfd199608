//! The layer with which an image's class first differs from the integer reference's.

use crate::func::error::FuncError;
use crate::func::run::model::FuncModel;
use crate::func::run::session::FuncSession;
use crosscut_traces::exec::{exact::ExactAccumulator, int, top1};
use crosscut_traces::{Accumulate, LayerId, QuantNetwork, Tensor};
use ndarray::{Array2, ArrayView2};
use std::collections::BTreeMap;

/// Accumulators by layer and channel group.
type Recorded = BTreeMap<(LayerId, usize), Array2<i64>>;

/// Keeps what the crossbars give.
struct Recording<'a> {
    session: FuncSession<'a>,
    recorded: Recorded,
}

impl Accumulate for Recording<'_> {
    fn accumulate(
        &mut self,
        layer: LayerId,
        group: usize,
        patches: ArrayView2<'_, i32>,
    ) -> Array2<i64> {
        let sums = self.session.accumulate(layer, group, patches);
        self.recorded.insert((layer, group), sums.clone());
        sums
    }
}

/// Gives the recorded accumulators up to a layer, exact ones after it.
struct Prefix<'a> {
    recorded: &'a Recorded,
    last: LayerId,
    exact: ExactAccumulator<'a>,
}

impl Accumulate for Prefix<'_> {
    fn accumulate(
        &mut self,
        layer: LayerId,
        group: usize,
        patches: ArrayView2<'_, i32>,
    ) -> Array2<i64> {
        if layer <= self.last {
            return self.recorded[&(layer, group)].clone();
        }
        self.exact.accumulate(layer, group, patches)
    }
}

/// The first compute layer such that crossbars up to it and the reference after it give another class than `reference`;
/// `None` if none does.
pub(super) fn first_wrong(
    model: &FuncModel,
    qnet: &QuantNetwork,
    image: &Tensor,
    number: u64,
    reference: usize,
) -> Result<Option<LayerId>, FuncError> {
    let mut recording = Recording {
        session: FuncSession::of_image(model, number).without_comparison(),
        recorded: Recorded::new(),
    };
    int::run(qnet, image, &mut recording)?;
    // A layer whose accumulators are exact by construction changes nothing that those before it did not.
    for (last, _) in model.layers().filter(|(_, l)| !l.is_ideal()) {
        let mut prefix = Prefix {
            recorded: &recording.recorded,
            last,
            exact: ExactAccumulator::new(qnet),
        };
        if top1(&int::run(qnet, image, &mut prefix)?) != reference {
            return Ok(Some(last));
        }
    }
    Ok(None)
}
