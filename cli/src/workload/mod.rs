//! Workloads by name or file: the network, the images to measure and calibrate on, the images to train on.

mod images;
mod network;
mod training;

pub use images::{CALIBRATED, EVALUATED, ImageChoice, PROBED, images};
pub use network::{DIGITS, DIGITS_TEXT, declared, is_digits, is_generated, network, weights};
pub use training::{TrainChoice, training_images};

pub use crosscut_traces::data::folder::Images;
