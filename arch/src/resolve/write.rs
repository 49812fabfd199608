//! How cells are written, in ticks and pJ.

use super::ticks::ticks;
use crate::model::CellWrite;
use crate::schema as raw;

pub(crate) fn resolve(m: &raw::Machine, w: &raw::WriteTable) -> CellWrite {
    let number = |n: &Option<raw::At<u32>>, default| n.as_deref().copied().unwrap_or(default);
    CellWrite {
        pulse_ticks: ticks(w.pulse.0, m.clock.0).max(1.0) as u64,
        verify_ticks: w.verify.as_ref().map_or(0.0, |v| ticks(v.0, m.clock.0)) as u64,
        pulses: number(&w.pulses, 1),
        energy_pj: w.energy.as_ref().map(|e| e.0),
        rows_at_once: number(&w.rows_at_once, 1),
        // One column more than hold weights may be there.
        columns_at_once: number(&w.columns_at_once, *m.crossbar.columns + 1),
        arrays_at_once: number(&w.arrays_at_once, 1),
        load_bytes_per_tick: w.load_bytes_per_tick.as_deref().copied(),
        endurance: w.endurance.as_deref().copied(),
        source: w.source.clone(),
        confidence: w.confidence,
    }
}
