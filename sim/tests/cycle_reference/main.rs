//! Does the event engine agree, firing by firing, with an engine that steps tick by tick? Both are also held to cases
//! worked out by hand.

mod by_hand;
mod by_hand_network;
mod compare;
mod coverage;
mod describe;
mod draw;
mod engine;
mod log;
mod machines;
mod network;
mod plans;
mod properties;
mod random;
mod routing;
mod shapes;
mod windows;
