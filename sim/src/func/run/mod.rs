//! Programmed machines, images through them, and what is said about the result.

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
