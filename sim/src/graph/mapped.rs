//! A mapped network, as the engines and the estimate take it.

use super::DataflowGraph;
use crate::map::Mapping;
use crosscut_arch::Arch;

/// The dataflow graph of a network, the machine and the mapping it was built from.
#[derive(Debug, Clone, Copy)]
pub struct Mapped<'a> {
    /// Stations and streams.
    pub graph: &'a DataflowGraph,
    /// The machine.
    pub arch: &'a Arch,
    /// What sits in which crossbars, and which tiles sit where.
    pub mapping: &'a Mapping,
}

impl<'a> Mapped<'a> {
    /// All three; graph and mapping are of the same network on this machine.
    pub fn new(graph: &'a DataflowGraph, arch: &'a Arch, mapping: &'a Mapping) -> Mapped<'a> {
        Mapped {
            graph,
            arch,
            mapping,
        }
    }
}
