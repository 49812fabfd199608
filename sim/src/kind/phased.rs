//! Machines that work in phases of fixed length (SemiMap): transport, product and addition of a firing each take whole
//! phases, rows of crossbars hold values, and a packet carries one.

use super::machine::{MachineKind, Phases, Travel};
use crosscut_arch::Phased;

impl MachineKind for Phased {
    fn streams_rows(&self) -> bool {
        true
    }

    fn travel(&self) -> Travel {
        Travel::Packets
    }

    fn messages_take_time(&self) -> bool {
        false
    }

    fn tiles_are_shared(&self) -> bool {
        false
    }

    fn drivers_are_counted(&self) -> bool {
        false
    }

    fn phases(&self) -> Option<Phases> {
        Some(Phases {
            ticks: self.phase_ticks,
            packets: self.packets_per_phase,
        })
    }

    fn packets_per_adder(&self) -> Option<u32> {
        Some(self.packets_per_phase)
    }

    fn source_ticks(&self) -> u64 {
        self.phase_ticks
    }

    fn least_digital_ticks(&self) -> u64 {
        self.phase_ticks
    }
}
