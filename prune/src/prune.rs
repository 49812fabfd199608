//! The published procedure behind one call.

use crate::error::PruneError;
use crate::options::PruneOptions;
use crate::progress::Progress;
use crate::select::methods::Entry;
use crate::study::{Pruned, Study};
use crosscut_arch::Arch;
use crosscut_sim::map::Mapping;
use crosscut_traces::{Network, Tensor};

/// Prunes `net` as mapped on `arch`, layer by layer: masks and refit on inputs of the pruned prefix, targets from the dense
/// network. `calibration` are images the network was trained on, not those its accuracy is measured on.
///
/// # Errors
/// [`PruneError`] if options are out of range or the inputs do not belong together.
pub fn prune(
    net: &Network,
    mapping: &Mapping,
    arch: &Arch,
    calibration: &[Tensor],
    options: &PruneOptions,
    progress: &mut dyn Progress,
) -> Result<Pruned, PruneError> {
    let study = Study::new(net, mapping, arch, calibration, options)?;
    let entry = Entry::pairs("pairs", options.clone(), false);
    study.carry_out(&entry, &study.in_turn(), progress)
}
