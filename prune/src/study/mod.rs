//! The driver: every pruning is planned here, carried out, and recorded.
//!
//! A [`Study`] holds one network on one machine, with the sums that the dense network computes on calibration images. A
//! *plan* says for each layer what stays. There are three ways to plan:
//! - [`Study::in_turn`]: a decision is taken when the turn of its layer comes, on the inputs that the layers pruned before
//!   give. This is the published method;
//! - [`Study::plan`] with given ratios, and [`Study::to_budget`] with one ratio found by search: decided ahead, on the
//!   inputs of the dense network, whose moments are taken once, so that a ratio costs no pass over images;
//! - [`Study::spend`]: ratios of all layers set together, by single-layer sweeps and a knapsack.
//!
//! [`Study::carry_out`] does what any plan says, layer by layer, with the refit, and gives a [`Pruned`]. [`to_aim`] does
//! all of it in rounds, with fine-tuning between.

mod budget;
mod candidate;
mod carry_out;
pub mod cases;
mod check;
mod driver;
mod knapsack;
mod market;
mod planned;
mod prefix;
mod pruned;
mod record;
mod rounds;
mod sensitivity;

pub use candidate::{Candidate, Price, Probe};
pub use driver::Study;
pub use knapsack::{Offer, choose};
pub use market::{Market, Objective};
pub use planned::{Chosen, LayerPlan, Planned};
pub use pruned::Pruned;
pub use rounds::{Aim, Tuning, to_aim};
