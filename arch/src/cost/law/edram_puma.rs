//! eDRAM of PUMAsim at 32 nm with a 256-bit port: 17.2 pJ an access, 0.46 mW, 0.086 mm2 at 64 KiB; 25.35, 0.77, 0.121 at 128
//! KiB; a power law through both. Action: one byte, a 32nd of an access.

use super::power::power_law;
use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::{self, Key};
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::PartKind;

pub(crate) struct EdramPuma;

impl CostLaw for EdramPuma {
    fn name(&self) -> &'static str {
        "edram-puma"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::Buffer]
    }

    fn source(&self, _: &Point) -> &'static str {
        "law edram-puma: eDRAM constants of PUMAsim at 32 nm, 256-bit port"
    }

    fn follows(&self) -> &'static [Key] {
        &[key::BUFFER]
    }

    fn node(&self) -> Class {
        Class::Logic
    }

    fn figures(&self, _: PartKind, p: &Point) -> Result<Figures, NoFigures> {
        let kib = p.buffer_bytes / 1024.0;
        if !(16.0..=512.0).contains(&kib) {
            let value = format!("{} bytes", p.buffer_bytes);
            return Err(NoFigures::new("tile.buffer", value, "16 to 512 KiB"));
        }
        let through = |small: f64, large: f64| power_law(kib, (64.0, small), (128.0, large));
        let energy = through(17.2, 25.35) / 32.0;
        Ok(Figures::new(energy, through(86_000.0, 121_000.0), through(0.46, 0.77)).at(32.0))
    }
}
