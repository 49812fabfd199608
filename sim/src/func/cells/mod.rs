//! What the cells of a layer hold and conduct.
//!
//! Reading order: `encode` (a weight as levels), `selection`, `samples` and `block` (what is known of a block of cells),
//! `layout` (a mapped layer as blocks), `device` (programmed cells), `wires`; `gauss` and `packed` are numbers in bulk.

pub mod activity;
pub mod block;
pub mod device;
pub mod encode;
pub(in crate::func) mod gauss;
pub mod layout;
pub(in crate::func) mod packed;
pub mod samples;
pub(crate) mod selection;
pub mod wires;
