//! Recorders: what observers of a run keep for reports and pictures.
//!
//! [`Profile`] splits each station's time by cause along time, [`Spans`] keeps when each image passed each station,
//! [`Timeline`] writes every firing as a trace for the Perfetto viewer.

pub mod perfetto;
mod profile;
mod spans;
mod timeline;

pub use profile::{Cause, Profile, pieces};
pub use spans::Spans;
pub use timeline::{Timeline, TimelineWindow};

use crate::cycle::observe::{Firing, Observer};

/// Two observers of the same run.
#[derive(Debug)]
pub struct Both<'a, A, B>(pub &'a mut A, pub &'a mut B);

impl<A: Observer, B: Observer> Observer for Both<'_, A, B> {
    fn fired(&mut self, station: usize, firing: u64, times: &Firing) {
        self.0.fired(station, firing, times);
        self.1.fired(station, firing, times);
    }

    fn fill(&mut self, edge: usize, tick: u64, held: u64) {
        self.0.fill(edge, tick, held);
        self.1.fill(edge, tick, held);
    }

    fn hop(&mut self, link: usize, route: usize, start: u64, end: u64) {
        self.0.hop(link, route, start, end);
        self.1.hop(link, route, start, end);
    }

    fn arrived(&mut self, edge: usize, tick: u64) {
        self.0.arrived(edge, tick);
        self.1.arrived(edge, tick);
    }

    fn image(&mut self, image: u64, tick: u64) {
        self.0.image(image, tick);
        self.1.image(image, tick);
    }
}
