//! A wish to stop: long work asks for it between its steps.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Somebody's wish that work ends early. The default never wishes.
///
/// Whoever works asks [`Stop::is_asked`] between steps and ends with what is done, marked as partial, or with an error
/// that says so. It changes no result that is complete, so any two of them are equal.
#[derive(Debug, Clone, Default)]
pub struct Stop(Option<Arc<AtomicBool>>);

impl Stop {
    /// Asked as soon as the flag is set, by a signal handler or another thread.
    pub fn when(flag: Arc<AtomicBool>) -> Stop {
        Stop(Some(flag))
    }

    /// Whether work should end.
    pub fn is_asked(&self) -> bool {
        self.0.as_ref().is_some_and(|f| f.load(Ordering::Relaxed))
    }
}

impl PartialEq for Stop {
    fn eq(&self, _: &Stop) -> bool {
        true
    }
}
