//! The pipeline of one firing, from window to written result, in ticks.
//!
//! Bit-serial machines (ISAAC, ISCA 2016, Fig. 4): fetch, one read per input step, then the drain of the last read by
//! the ADCs, shift-and-add, reduction, activation and write, each latched once per crossbar cycle. The ADC works one
//! cycle behind the read; a drain slower than the read stretches the cycle (`Arch::cycle_ticks`), so converters never
//! fall behind. Phased machines (SemiMap): one phase for the product, one more where
//! partial sums are added; several for each where a crossbar cannot take its packets in one (`packets.rs`).

use super::packets;
use super::parts::{adc, crossbar, digital};
use crate::graph::{Station, StationKind};
use crate::kind::{self, Phases};
use crate::map::{LayerMap, Mapping};
use crosscut_arch::{Arch, Timing, Worker};

/// Timing of one firing of a station.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pipeline {
    /// Ticks from start until the crossbars (or the digital unit) begin.
    pub fetch: u64,
    /// Ticks the crossbars are taken: no other firing before.
    pub occupancy: u64,
    /// The part of `occupancy` in which crossbars wait for the converters.
    pub adc_wait: u64,
    /// Ticks from the end of the occupancy until the result is written.
    pub drain: u64,
}

impl Pipeline {
    /// Ticks from start to result.
    pub fn depth(&self) -> u64 {
        self.fetch + self.occupancy + self.drain
    }

    /// Pipeline of a station; digital work is shared by the units of `tiles` tiles.
    pub fn of(station: &Station, arch: &Arch, mapping: &Mapping, tiles: u64) -> Pipeline {
        let map = station.layer_map(mapping);
        if let Some(phase) = kind::of(arch).phases() {
            return Pipeline::phased(phase, arch, map);
        }
        match (&arch.timing, map) {
            _ if matches!(station.kind, StationKind::Source | StationKind::Results) => Pipeline {
                fetch: 0,
                occupancy: 0,
                adc_wait: 0,
                drain: 0,
            },
            (Timing::BitSerial(b), Some(map)) => {
                let cycle = arch.cycle_ticks_of(map.row_steps(arch));
                Pipeline {
                    fetch: b.fetch * cycle,
                    occupancy: crossbar::product_ticks(map, arch),
                    adc_wait: adc::wait_ticks(map, arch),
                    drain: (b.adc + b.shift_add + b.reduce + b.activation + b.write) * cycle,
                }
            }
            (Timing::Staged(s), Some(map)) => {
                let (front, back) = (
                    s.front(arch.crossbar.read_ticks),
                    s.back(arch.drain_ticks_of(map.row_steps(arch))),
                );
                // Of the last step, what the longer half does not cover is drain: no other read waits for it.
                let rest = if s.pipelined { front.min(back) } else { 0 };
                Pipeline {
                    fetch: s.fetch_ticks,
                    occupancy: crossbar::product_ticks(map, arch),
                    adc_wait: adc::wait_ticks(map, arch),
                    drain: rest + s.write_ticks,
                }
            }
            // A machine without crossbar timing is refused before it gets here; its cycle stands in.
            (Timing::Integrated(_) | Timing::Phased(_) | Timing::None { .. }, Some(map)) => {
                Pipeline {
                    fetch: 0,
                    occupancy: crossbar::product_ticks(map, arch),
                    adc_wait: 0,
                    drain: 0,
                }
            }
            _ => Pipeline {
                fetch: 0,
                occupancy: digital::ticks(station, arch, tiles),
                adc_wait: 0,
                drain: 0,
            },
        }
    }
    /// Of whole phases: the product, then the additions if crossbars do them.
    fn phased(phase: Phases, arch: &Arch, map: Option<&LayerMap>) -> Pipeline {
        let ticks = map.map_or(phase.ticks, |map| {
            phase.ticks * packets::phases(arch, phase, map)
        });
        let adds =
            arch.roles.reduce == Worker::Crossbar && map.is_some_and(LayerMap::adds_partial_sums);
        Pipeline {
            fetch: 0,
            occupancy: ticks,
            adc_wait: 0,
            drain: if adds { ticks } else { 0 },
        }
    }
}
