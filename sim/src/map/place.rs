//! Placement: crossbars onto PEs, tiles and chips, in network order, each layer on fresh PEs.

use super::{MapError, Mapping, Place};
use crosscut_arch::{Arch, Chips};

/// Fills in `places`, `pes`, `tiles` and `chips`.
pub(super) fn place(mapping: &mut Mapping, arch: &Arch) -> Result<(), MapError> {
    let crossbars = mapping
        .layers
        .iter()
        .map(|l| l.roles)
        .chain(mapping.units.iter().map(|u| u.roles));
    let mut first_pe = 0;
    mapping.places = crossbars
        .map(|roles| {
            let place = Place {
                first_pe,
                pes: roles.total().div_ceil(u64::from(arch.pe.crossbars)),
            };
            first_pe += place.pes;
            place
        })
        .collect();
    mapping.pes = first_pe;
    mapping.tiles = mapping.pes.div_ceil(u64::from(arch.tile.pes));
    mapping.chips = mapping.tiles.div_ceil(arch.tiles_per_chip());
    match arch.chips {
        Chips::Exactly(n) if mapping.chips > u64::from(n) => Err(MapError::DoesNotFit {
            needed: mapping.chips,
            available: u64::from(n),
        }),
        _ => Ok(()),
    }
}
