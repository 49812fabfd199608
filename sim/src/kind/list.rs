//! Every kind of machine.

use super::machine::MachineKind;
use super::pipelined::Pipelined;
use crosscut_arch::{Arch, Timing};

/// The kind of a machine.
pub fn of(arch: &Arch) -> &dyn MachineKind {
    match &arch.timing {
        Timing::Phased(phased) => phased,
        Timing::BitSerial(_) | Timing::Staged(_) | Timing::Integrated(_) | Timing::None { .. } => {
            &Pipelined
        }
    }
}
