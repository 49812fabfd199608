//! How far a simulation goes, and why it ended.

use std::sync::atomic::{AtomicBool, Ordering};

/// How far a simulation goes.
#[derive(Debug, Clone, Copy)]
pub struct Limits<'a> {
    /// Images, back to back.
    pub images: u64,
    /// Stop as soon as the steady state is proven or this many images are done.
    pub until_steady: Option<u64>,
    /// Skip images whose course is proven to repeat; the result is the same.
    pub extrapolate: bool,
    /// Stop before the first tick beyond this one.
    pub until: Option<u64>,
    /// Stop soon after this is set.
    pub interrupt: Option<&'a AtomicBool>,
}

impl Default for Limits<'_> {
    /// One image to its end.
    fn default() -> Self {
        Limits {
            images: 1,
            until_steady: None,
            extrapolate: true,
            until: None,
            interrupt: None,
        }
    }
}

impl Limits<'_> {
    /// Whether to stop before the tick `next`.
    pub(super) fn stop(&self, next: u64) -> Option<End> {
        if self.until.is_some_and(|until| next > until) {
            return Some(End::Until);
        }
        let interrupted = |flag: &AtomicBool| flag.load(Ordering::Relaxed);
        self.interrupt
            .is_some_and(interrupted)
            .then_some(End::Interrupted)
    }
}

/// Why a simulation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Every image is done.
    Done,
    /// The steady state is proven, or as many images are done as were to be looked at.
    Steady,
    /// The last tick asked for is reached.
    Until,
    /// It was interrupted.
    Interrupted,
}
