//! Programmed machines, images through them, and what is said about the result.
//!
//! Reading order: `setup` (from a float network to a programmed machine), `model`, `session` (one image), `images` and
//! `evaluate` (a data set), `result`; `fidelity`, `divergence` and `diagnosis` say where accuracy is lost; `profile` and
//! `limits` find ranges of ADCs, `values` compares the outputs of a layer, `monte_carlo` measures many chips.

mod diagnosis;
mod divergence;
pub mod evaluate;
mod fidelity;
mod images;
pub mod limits;
pub mod model;
pub mod monte_carlo;
pub mod profile;
pub mod result;
pub mod session;
pub mod setup;
pub mod values;
