//! What can be watched while a run goes on. All hooks are empty by default and vanish when compiled.

use super::waits::Waits;

/// A firing from start to result, in ticks (`docs/timing.md`, one firing).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Firing {
    /// Window, room and array were there.
    pub start: u64,
    /// Crossbars or unit begin.
    pub begin: u64,
    /// They are free again.
    pub end: u64,
    /// The result is written.
    pub written: u64,
    /// Partial sums of other tiles have arrived; messages leave.
    pub finished: u64,
    /// Where the time since the end of the firing before went (of the first: since it could have begun).
    pub waits: Waits,
}

/// Told of everything that happens, in order of time except where a hook says otherwise.
pub trait Observer {
    /// A firing of a station, counted over all images, is finished.
    fn fired(&mut self, station: usize, firing: u64, times: &Firing) {
        let _ = (station, firing, times);
    }

    /// From `tick` on an edge holds `held` blocks: reserved, under way or waiting to be used.
    fn fill(&mut self, edge: usize, tick: u64, held: u64) {
        let _ = (edge, tick, held);
    }

    /// A packet of a route takes a link from `start` to `end`; told at `start`.
    fn hop(&mut self, link: usize, route: usize, start: u64, end: u64) {
        let _ = (link, route, start, end);
    }

    /// A block has arrived over an edge.
    fn arrived(&mut self, edge: usize, tick: u64) {
        let _ = (edge, tick);
    }

    /// The last result of an image is finished.
    fn image(&mut self, image: u64, tick: u64) {
        let _ = (image, tick);
    }
}

/// Watches nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {}

/// Who watches a run: one the image that is alone in the machine, one the images back to back.
#[derive(Debug)]
pub struct Observers<'a, A, S> {
    /// Watches the image alone.
    pub alone: &'a mut A,
    /// Watches the images back to back.
    pub stream: &'a mut S,
}
