//! Router of PUMAsim at 32 nm and 1 ns: 16.13 + 0.41 mW and 0.047 mm2 with 4 ports, 51.48 + 1.04 mW and 0.116 mm2 with 8, for
//! flits of 32 bits; a power law in ports through both, energy in proportion to the flit's bits. Action: one flit.

use super::power::power_law;
use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::{self, Key};
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::PartKind;

pub(crate) struct PumaRouter;

impl CostLaw for PumaRouter {
    fn name(&self) -> &'static str {
        "puma-router"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::Router]
    }

    fn source(&self, _: &Point) -> &'static str {
        "law puma-router: router constants of PUMAsim at 32 nm, 4 and 8 ports"
    }

    fn follows(&self) -> &'static [Key] {
        &[key::FLIT_BITS, key::TILES_PER_ROUTER]
    }

    fn node(&self) -> Class {
        Class::Logic
    }

    fn figures(&self, _: PartKind, p: &Point) -> Result<Figures, NoFigures> {
        let ports = 4.0 + p.tiles_per_router;
        if ports > 16.0 {
            let covers = "routers of 4 to 16 ports (four neighbours and their tiles)";
            let key = format!("noc.{}.tiles_per_router", p.noc);
            return Err(NoFigures::new(key, p.tiles_per_router, covers));
        }
        let through = |four: f64, eight: f64| power_law(ports, (4.0, four), (8.0, eight));
        let energy = through(16.13, 51.48) * p.flit_bits / 32.0;
        Ok(Figures::new(energy, through(47_000.0, 116_000.0), through(0.41, 1.04)).at(32.0))
    }
}
