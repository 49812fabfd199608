//! Images back to back, runs that were stopped, and how the estimate compares.

use super::energy::{Component, known};
use crosscut_arch::Gate;
use crosscut_sim::cycle::{CycleResult, End};
use crosscut_sim::estimate::Estimate;
use serde::{Deserialize, Serialize};

/// A batch: images one after the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Batch {
    /// Images.
    pub images: u64,
    /// From the first input of the first to the last output of the last.
    pub total_ns: f64,
    /// Images over that time.
    pub throughput_ips: f64,
    /// Actions of all images, and static power of everything in use over that time; absent where the machine gives no costs.
    pub energy_pj: Option<f64>,
}

impl Batch {
    /// The first images as simulated, the rest an interval apart.
    pub(super) fn new(
        images: u64,
        image_ends: &[u64],
        interval: u64,
        tick_ns: f64,
        components: &[Component],
    ) -> Option<Batch> {
        let seen = image_ends.len().min(images as usize);
        let last = image_ends.get(seen.checked_sub(1)?)?;
        let total_ns = (last + (images - seen as u64) * interval) as f64 * tick_ns;
        let dynamic = known(components, |c| c.dynamic_pj);
        let power: f64 = components.iter().map(Component::always_mw).sum();
        // Parts that are off while idle draw for what they do.
        let of_image = components.iter().filter(|c| c.gate == Gate::Idle);
        let gated: f64 = of_image.filter_map(|c| c.static_pj).sum();
        Some(Batch {
            images,
            total_ns,
            throughput_ips: if total_ns > 0.0 {
                images as f64 * 1e9 / total_ns
            } else {
                0.0
            },
            // mW x ns = pJ.
            energy_pj: dynamic.map(|pj| images as f64 * (pj + gated) + power * total_ns),
        })
    }
}

/// The estimate without contention beside the cycle run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deviation {
    /// Latency of one image in ticks, by the estimate.
    pub cycles: u64,
    /// Interval in ticks, by the estimate.
    pub interval_cycles: u64,
    /// The same in nanoseconds.
    pub latency_ns: f64,
    /// The same in nanoseconds.
    pub interval_ns: f64,
    /// Estimate / cycle run - 1; negative where contention costs time.
    pub latency_deviation: f64,
    /// As above.
    pub interval_deviation: f64,
}

impl Deviation {
    /// Against what the cycle run found.
    pub(super) fn new(e: &Estimate, latency: u64, interval: u64, tick_ns: f64) -> Deviation {
        let off = |estimate: u64, run: u64| match run {
            0 => 0.0,
            _ => (estimate as f64 - run as f64) / run as f64,
        };
        Deviation {
            cycles: e.latency_ticks,
            interval_cycles: e.interval_ticks,
            latency_ns: e.latency_ticks as f64 * tick_ns,
            interval_ns: e.interval_ticks as f64 * tick_ns,
            latency_deviation: off(e.latency_ticks, latency),
            interval_deviation: off(e.interval_ticks, interval),
        }
    }
}

/// A run that did not come to its end: times are those up to the stop, counts and energy those of a whole image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partial {
    /// What stopped it.
    pub reason: Stop,
    /// Whether the first image, alone, was done; if not, `cycles` is the stop and not a latency.
    pub first_image_done: bool,
    /// Last tick simulated of the part that was stopped.
    pub cycles: u64,
    /// Images back to back that were done.
    pub images_done: u64,
    /// Firings done of the image that was stopped alone, all stations.
    pub firings_done: u64,
}

/// What stopped a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stop {
    /// The last cycle asked for.
    Until,
    /// The user.
    Interrupted,
}

impl Partial {
    pub(super) fn of(result: &CycleResult) -> Option<Partial> {
        let reason = match result.end {
            End::Until => Stop::Until,
            End::Interrupted => Stop::Interrupted,
            End::Done | End::Steady => return None,
        };
        let firings = |s: &crosscut_sim::cycle::StationTiming| s.firings;
        Some(Partial {
            reason,
            first_image_done: result.first_image_done,
            cycles: result.stream.usage.ticks,
            images_done: result.stream.images,
            firings_done: result.stations.iter().map(firings).sum(),
        })
    }
}
