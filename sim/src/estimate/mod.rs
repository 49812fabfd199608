//! Time without contention: the machine's own delays, windows and buffers, but every bus, port, unit and link to whoever
//! asks. Where nothing contends it equals the cycle engine; elsewhere the difference is what contention costs.

mod load;
mod recurrence;
mod steady;

pub use load::Load;
pub use steady::{Estimate, run};
