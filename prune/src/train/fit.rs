//! A whole training run.

use super::error::TrainError;
use super::observe::Observer;
use super::options::TrainOptions;
use super::session::{Session, Trained};
use crate::masks::Masks;
use crosscut_traces::{DataSet, Network};

/// Trains `net` on `data` for all epochs. With `masks`, weights they do not keep are zero from the start and stay exactly
/// zero. `held_back` images are measured before the first and after every epoch and nothing else.
///
/// # Errors
/// [`TrainError`] if options are out of range, the inputs do not belong together, or the loss is no longer finite.
pub fn fit(
    net: &Network,
    data: &DataSet,
    held_back: Option<&DataSet>,
    masks: Option<&Masks>,
    options: &TrainOptions,
    observer: &mut dyn Observer,
) -> Result<Trained, TrainError> {
    Session::new(net, data, held_back, masks, options)?.run(observer)
}
