//! Events of the loop.

use crate::cycle::wheel::Wheel;

/// Something that takes effect at a tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// Crossbars or unit of a station begin; blocks are released.
    Begin(u32),
    /// A firing's result is written.
    Written(u32),
    /// A station may start its next firing.
    Wake(u32),
    /// The message of a route without links is delivered.
    Turned(u32),
    /// The block of an edge is in the buffers.
    Arrived(u32),
    /// The head of a packet is in the router behind a hop.
    Head(u32, u32),
    /// A link is free before the tail of its packet has left it.
    Freed(u32),
    /// The tail of a packet has left the link of a hop.
    Left(u32, u32),
    /// The tail of a packet has arrived at the destination behind a hop.
    Tail(u32, u32),
}

/// The events to come.
pub type Calendar = Wheel<Event>;
