//! What the cells of a layer hold and conduct.

pub mod block;
pub mod device;
pub mod encode;
pub(in crate::func) mod gauss;
pub mod layout;
pub(in crate::func) mod packed;
pub mod samples;
pub(crate) mod selection;
pub mod wires;
