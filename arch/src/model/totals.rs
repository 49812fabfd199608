//! What there is of everything, and what an instance of a part draws.

use super::arch::Arch;
use crate::part::{Gate, Level, Part, PartKind};
use crate::topology::{Grid, Topology};

impl Arch {
    /// Crossbars of one tile.
    pub fn crossbars_per_tile(&self) -> u64 {
        u64::from(self.pe.crossbars) * u64::from(self.tile.pes)
    }

    /// Tiles of one chip.
    pub fn tiles_per_chip(&self) -> u64 {
        u64::from(self.chip.tiles)
    }

    /// Crossbars of one chip.
    pub fn crossbars_per_chip(&self) -> u64 {
        self.crossbars_per_tile() * self.tiles_per_chip()
    }

    /// The slots of its chips, in which tiles sit.
    pub fn grid(&self) -> Grid {
        Grid::new(&self.chip, self.noc.params.tiles_per_router)
    }

    /// The topology of its network, over the slots of [`Arch::grid`].
    pub fn topology(&self) -> Box<dyn Topology> {
        self.noc.topology(self.grid())
    }

    /// The part of a kind, if the machine has it.
    pub fn part(&self, kind: PartKind) -> Option<&Part> {
        self.parts.iter().find(|p| p.kind == kind)
    }

    /// Energy of a read of a whole array: as many rows as one read drives, all columns.
    pub fn full_read_pj(&self) -> f64 {
        let of = |kind| {
            let part = self.part(kind);
            part.map_or(0.0, |p: &Part| p.energy_pj * p.full_rate)
        };
        let shares = [
            PartKind::Crossbar,
            PartKind::CrossbarCells,
            PartKind::CrossbarRows,
            PartKind::CrossbarColumns,
        ];
        shares.into_iter().map(of).sum()
    }

    /// Instances of a part that draw its static power, of `units` of its level in use on `chips` chips. With
    /// [`Gate::Idle`] they do so only while they act.
    pub fn powered(&self, part: &Part, units: u64, chips: u64) -> u64 {
        let units = match part.gate {
            // Links of a chip that talks to no other are off.
            Gate::Unused | Gate::Idle if part.kind == PartKind::ChipLink && chips <= 1 => 0,
            Gate::Unused | Gate::Idle => units,
            Gate::Never => {
                let tiles = chips * self.tiles_per_chip();
                self.units(part.level, tiles * u64::from(self.tile.pes), tiles, chips)
            }
        };
        units * part.count
    }

    /// Units of a level in `pes` PEs spread over `tiles` tiles and `chips` chips.
    pub fn units(&self, level: Level, pes: u64, tiles: u64, chips: u64) -> u64 {
        match level {
            Level::Pe => pes,
            Level::Tile => tiles,
            Level::Router => {
                // No router serves tiles of two chips.
                let per_router = u64::from(self.noc.params.tiles_per_router);
                let (full, rest) = (tiles / self.tiles_per_chip(), tiles % self.tiles_per_chip());
                full * self.tiles_per_chip().div_ceil(per_router) + rest.div_ceil(per_router)
            }
            Level::Chip => chips,
        }
    }

    /// Power of one instance when fully busy.
    pub fn full_power_mw(&self, part: &Part) -> f64 {
        // pJ per ns is mW.
        part.static_power_mw + part.energy_pj * part.full_rate / self.cycle_ns()
    }
}
