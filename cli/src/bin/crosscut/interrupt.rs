//! Ctrl-C: the first asks the work to end with what is done, the second ends the program at once.

use crate::fail::INTERRUPTED;
use crosscut_traces::Stop;
use signal_hook::consts::SIGINT;
use signal_hook::flag::{register, register_conditional_shutdown};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, LazyLock};

static FLAG: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// Listens. Verbs call it once their work asks [`stop`] between its steps; until then the signal ends the program.
pub fn listen() -> anyhow::Result<()> {
    register_conditional_shutdown(SIGINT, i32::from(INTERRUPTED), flag())?;
    register(SIGINT, flag())?;
    Ok(())
}

/// Set by the signal.
pub fn flag() -> Arc<AtomicBool> {
    Arc::clone(&FLAG)
}

/// For the work.
pub fn stop() -> Stop {
    Stop::when(flag())
}
