//! Published routers at another flit width, number of ports or queue. Action: one flit through one router.
//!
//! As the power model of BookSim 2 has it, with its constants at 32 nm: a wire of 0.16 um pitch and 1.07 fF/um (twice its
//! coupling and its ground capacitance) at 0.9 V. A flit is written to a queue and read from it (a bit line over all words of the queue)
//! and crosses a matrix of ports x flit bits wires a side, whose length grows with both. Area: the matrix and the queues, an
//! SRAM cell of 48 squares of a metal pitch of 80 nm a bit. A packet is taken to be of eight flits, and the repeaters and the
//! crosspoints to load a wire of the matrix with 1.8 times its own capacitance.

use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::{self, Key};
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::{Confidence, PartKind};

pub(crate) struct Switch;

impl CostLaw for Switch {
    fn name(&self) -> &'static str {
        "switch"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::Router]
    }

    fn source(&self, _: &Point) -> &'static str {
        "law switch: power model of BookSim 2 at 32 nm, queues and matrix"
    }

    fn confidence(&self, _: &Point) -> Confidence {
        Confidence::Derived
    }

    fn follows(&self) -> &'static [Key] {
        &[key::FLIT_BITS, key::TILES_PER_ROUTER, key::QUEUE]
    }

    fn node(&self) -> Class {
        Class::Logic
    }

    fn figures(&self, _: PartKind, p: &Point) -> Result<Figures, NoFigures> {
        let ports = 4.0 + p.tiles_per_router;
        let words = p.queue_packets * FLITS_OF_A_PACKET;
        let side = ports * p.flit_bits * WIRE_UM;
        // fF of a bit line over a queue, written and read, and of a wire across the matrix along both sides.
        let queue = 2.0 * words * 8.0 * METAL_UM * FF_PER_UM;
        let matrix = 2.0 * side * FF_PER_UM * (1.0 + LOADS) / 2.0;
        let energy = p.flit_bits * (queue + matrix) * VOLT * VOLT / 1e3;
        let area = side * side + ports * words * p.flit_bits * 48.0 * METAL_UM * METAL_UM;
        Ok(Figures::new(energy, area, area).at(32.0))
    }
}

const METAL_UM: f64 = 0.080;
const WIRE_UM: f64 = 2.0 * METAL_UM;
const FF_PER_UM: f64 = 1.07;
const VOLT: f64 = 0.9;
const LOADS: f64 = 1.8;
const FLITS_OF_A_PACKET: f64 = 8.0;
