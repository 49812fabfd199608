//! eDRAM of PUMAsim at 32 nm with a 256-bit port: 17.2 pJ an access, 0.46 mW, 0.086 mm2 at 64 KiB; 25.35, 0.77, 0.121 at 128
//! KiB; a power law through both. Action: one byte, a 32nd of an access.
//!
//! Refresh is taken as part of the 0.46 mW: CACTI 6.5 (low-power DRAM at 45 nm) lets 20 fF at 1.1 V lose an eighth through
//! 19.5 pA, nine tenths of that time being 127 us; 2048 accesses of 17.2 pJ in 127 us are 0.28 mW.

use super::power::{Row, buffer_kib, by_size};
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
        let kib = buffer_kib(p, 16.0..=512.0, "16 to 512 KiB")?;
        let [access, mm2, static_mw] = by_size(kib, &EDRAM);
        Ok(Figures::new(access / 32.0, mm2 * 1e6, static_mw).at(32.0))
    }
}

const EDRAM: [Row; 2] = [(64.0, [17.2, 0.086, 0.46]), (128.0, [25.35, 0.121, 0.77])];
