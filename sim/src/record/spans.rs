//! When each of the first images passed each station, and when it was done.

use crate::cycle::observe::{Firing, Observer};
use crate::cycle::plan::Plan;

/// Images whose spans are kept.
const IMAGES: u64 = 8;

/// First begin and last end, by station and image.
#[derive(Debug, Clone)]
pub struct Spans {
    counts: Vec<u64>,
    /// By station, then image.
    pub stations: Vec<Vec<[u64; 2]>>,
    /// Tick at which each image's last result was there.
    pub images: Vec<u64>,
}

impl Spans {
    /// For the stations of a plan.
    pub fn new(plan: &Plan) -> Spans {
        Spans {
            counts: plan.stations.iter().map(|s| s.blocks.count()).collect(),
            stations: vec![Vec::new(); plan.stations.len()],
            images: Vec::new(),
        }
    }
}

impl Observer for Spans {
    fn fired(&mut self, station: usize, firing: u64, times: &Firing) {
        let image = firing / self.counts[station];
        if image >= IMAGES {
            return;
        }
        let spans = &mut self.stations[station];
        match spans.get_mut(image as usize) {
            Some(span) => span[1] = times.end,
            None => spans.push([times.begin, times.end]),
        }
    }

    fn image(&mut self, image: u64, tick: u64) {
        if image < IMAGES {
            self.images.push(tick);
        }
    }
}
