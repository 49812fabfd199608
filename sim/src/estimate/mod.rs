//! Time without contention: the machine's own delays, windows and buffers, but every bus, port, unit and link to whoever
//! asks. Where nothing contends it equals the cycle engine; elsewhere the difference is what contention costs.

mod load;
mod recurrence;
mod run;
mod steady;
mod tally;

pub use load::Load;
pub use run::run;
pub use steady::{Estimate, images, times};
