//! Machines that fetch, read, convert, add and write in a pipeline (ISAAC and its kin): tiles have buses, buffers and
//! digital units, and values travel as flits.

use super::machine::{MachineKind, Phases, Travel};

/// Every machine without phases.
#[derive(Debug, Clone, Copy)]
pub struct Pipelined;

impl MachineKind for Pipelined {
    fn streams_rows(&self) -> bool {
        false
    }

    fn travel(&self) -> Travel {
        Travel::Flits
    }

    fn messages_take_time(&self) -> bool {
        true
    }

    fn tiles_are_shared(&self) -> bool {
        true
    }

    fn drivers_are_counted(&self) -> bool {
        true
    }

    fn phases(&self) -> Option<Phases> {
        None
    }

    fn packets_per_adder(&self) -> Option<u32> {
        None
    }

    fn source_ticks(&self) -> u64 {
        0
    }

    fn least_digital_ticks(&self) -> u64 {
        1
    }
}
