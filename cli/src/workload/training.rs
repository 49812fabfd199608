//! Images to train on: all of them, unless fewer are asked for.

use super::images::{ImageChoice, load};
use super::network::{DIGITS, is_digits};
use crate::error::Error;
use crosscut_traces::data::folder::{self, Images};
use crosscut_traces::data::{MOST_GIB, Preprocess, Room};
use crosscut_traces::{Network, embedded};
use std::path::Path;

/// Which images to train on.
#[derive(Debug, Clone)]
pub struct TrainChoice {
    /// `digits`, a folder or a file; none: the images that belong to the network.
    pub data: Option<String>,
    /// How stored values become inputs; none: by the size of the images.
    pub normalise: Option<Preprocess>,
    /// Images to train on: the first ones. None: all.
    pub train_images: Option<usize>,
    /// Images to measure accuracy on: the first ones held back. None: all.
    pub images: Option<usize>,
    /// GiB that the files of the set may hold, stored and unpacked.
    pub most_gib: u32,
}

impl Default for TrainChoice {
    fn default() -> TrainChoice {
        TrainChoice {
            data: None,
            normalise: None,
            train_images: None,
            images: None,
            most_gib: MOST_GIB,
        }
    }
}

/// The images of a choice: those to train on as `calibration`, those held back as `evaluation`. Networks with
/// generated weights may be trained, too. `name` is what the network was asked for by.
///
/// # Errors
/// If there are no images for the network, too few, or some of another shape.
pub fn training_images(net: &Network, name: &str, choice: &TrainChoice) -> Result<Images, Error> {
    let [train, held_back] = counts(net, name, choice)?;
    let choice = ImageChoice {
        data: choice.data.clone(),
        normalise: choice.normalise.clone(),
        images: held_back,
        calibration_images: train,
        per_class: false,
        rest: 0,
        most_gib: choice.most_gib,
    };
    load(net, name, &choice)
}

/// Numbers of images to train on and to hold back.
fn counts(net: &Network, name: &str, choice: &TrainChoice) -> Result<[usize; 2], Error> {
    if let (Some(train), Some(held_back)) = (choice.train_images, choice.images) {
        return Ok([train, held_back]);
    }
    let have = match choice.data.as_deref() {
        Some(path) if path != DIGITS && Path::new(path).exists() => {
            let stored = folder::open_within(
                Path::new(path),
                net.layer(net.input()).shape,
                &Room::gib(choice.most_gib),
            )?;
            let Some(train) = &stored.train else {
                return Err(Error::NoTrainingPart(stored.test.name));
            };
            [train.len(), stored.test.len()]
        }
        data if data == Some(DIGITS) || is_digits(name) => [
            embedded::digits_train().images.len(),
            embedded::digits_heldout().images.len(),
        ],
        // What is wrong is said where the images are read.
        _ => [1, 1],
    };
    Ok([
        choice.train_images.unwrap_or(have[0]),
        choice.images.unwrap_or(have[1]),
    ])
}
