//! Time without events. [`times`] gives the time without contention: the machine's own delays, windows and buffers, but every
//! bus, port, unit and link to whoever asks. Where nothing contends it equals the cycle engine; elsewhere it is a bound, and the
//! difference is what contention costs. [`run`] raises it by what the busiest part has to do ([`Expected`]): what a cycle run is
//! expected to find, as far off as [`error`] says.

pub mod error;
mod expected;
mod load;
mod recurrence;
mod run;
mod steady;
mod tally;

pub use expected::Expected;
pub use load::Load;
pub use run::run;
pub use steady::{Estimate, images, times};
