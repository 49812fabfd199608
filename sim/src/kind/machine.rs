//! What a kind of machine decides.

/// How values and partial sums travel between tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Travel {
    /// As flits, values packed.
    Flits,
    /// As packets of one value each.
    Packets,
}

/// Phases of fixed length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phases {
    /// Ticks of a phase.
    pub ticks: u64,
    /// Packets that enter one crossbar in a phase.
    pub packets: u32,
}

/// A kind of machine: how its parts work together, beyond the numbers in its description. The mapping, the graph, the
/// placement and the engines ask these questions and never which kind it is.
pub trait MachineKind {
    /// Whether a semi-folded machine takes in the image row by row, rows of padding included; else the whole image is
    /// there from the start.
    fn streams_rows(&self) -> bool;

    /// How values and partial sums travel.
    fn travel(&self) -> Travel;

    /// Whether messages take time of their own; else the time of a firing includes them.
    fn messages_take_time(&self) -> bool;

    /// Whether stations share the buses, buffer ports and digital units of their tiles, and buffers fill up.
    fn tiles_are_shared(&self) -> bool;

    /// Whether row drivers and registers of PEs act step by step; else the action of a crossbar includes them.
    fn drivers_are_counted(&self) -> bool;

    /// The phases: a firing takes a whole number of them. None where it takes the time that its parts need.
    fn phases(&self) -> Option<Phases>;

    /// Packets that a crossbar which adds takes per firing; any number if there is none.
    fn packets_per_adder(&self) -> Option<u32>;

    /// Ticks that a firing of the source takes.
    fn source_ticks(&self) -> u64;

    /// Ticks that a firing of any other station without weights takes at least.
    fn least_digital_ticks(&self) -> u64;
}
