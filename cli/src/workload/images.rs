//! Images by name or file: the embedded digits, or a folder or file of images.

use super::network::{DIGITS, is_digits, is_generated};
use crate::error::Error;
use crosscut_traces::data::folder::{self, Images, Selection};
use crosscut_traces::data::{DataError, MOST_GIB, Preprocess, Room};
use crosscut_traces::{Network, Shape, embedded};
use std::path::Path;

/// Images to evaluate, unless asked otherwise.
pub const EVALUATED: u32 = 300;

/// Images to calibrate and fit on, unless asked otherwise.
pub const CALIBRATED: u32 = 256;

/// Other training images to probe single layers with, unless asked otherwise.
pub const PROBED: u32 = 64;

/// Which images to use.
#[derive(Debug, Clone)]
pub struct ImageChoice {
    /// `digits`, a folder or a file; none: the images that belong to the network.
    pub data: Option<String>,
    /// How stored values become inputs; none: by the size of the images.
    pub normalise: Option<Preprocess>,
    /// Images to evaluate: the first ones held back.
    pub images: usize,
    /// Training images to calibrate and fit on: the first ones.
    pub calibration_images: usize,
    /// Whether calibration images are taken from the classes in turn.
    pub per_class: bool,
    /// Other training images to keep for probes and fine-tuning, at most.
    pub rest: usize,
    /// GiB that the files of the set may hold, stored and unpacked.
    pub most_gib: u32,
}

impl Default for ImageChoice {
    fn default() -> ImageChoice {
        ImageChoice {
            data: None,
            normalise: None,
            images: EVALUATED as usize,
            calibration_images: CALIBRATED as usize,
            per_class: false,
            rest: PROBED as usize,
            most_gib: MOST_GIB,
        }
    }
}

/// The images of a choice, checked against the network. `name` is what the network was asked for by.
///
/// # Errors
/// If there are no images for the network, too few, or some of another shape; if the network's weights are generated,
/// so that accuracy would mean nothing.
pub fn images(net: &Network, name: &str, choice: &ImageChoice) -> Result<Images, Error> {
    if is_generated(name) && choice.data.as_deref() != Some(DIGITS) {
        return Err(Error::Generated {
            network: name.to_string(),
            with_data: choice.data.is_some(),
        });
    }
    load(net, name, choice)
}

/// As [`images`], whatever the weights are.
pub(super) fn load(net: &Network, name: &str, choice: &ImageChoice) -> Result<Images, Error> {
    let normalise = choice.normalise.as_ref();
    let selection = Selection {
        calibration: choice.calibration_images,
        rest: choice.rest,
        evaluation: choice.images,
        per_class: choice.per_class,
    };
    let expected = net.layer(net.input()).shape;
    let images = match choice.data.as_deref() {
        Some(DIGITS) => digits(&selection, normalise)?,
        None if is_digits(name) => digits(&selection, normalise)?,
        None => return Err(Error::NoImages(name.to_string())),
        Some(path) => {
            let given = Path::new(path);
            if !given.exists() {
                return Err(Error::NoData {
                    path: path.to_string(),
                });
            }
            folder::open_within(given, expected, &Room::gib(choice.most_gib))?
                .images(normalise, &selection)?
        }
    };
    check(net, &images)?;
    Ok(images)
}

/// Shapes and classes fit the network.
fn check(net: &Network, images: &Images) -> Result<(), Error> {
    let expected = net.layer(net.input()).shape;
    for set in [&images.calibration, &images.evaluation] {
        let found = Shape::of(&set.images[0]);
        if found != expected {
            return Err(Error::ImageShape {
                network: net.name.clone(),
                expected,
                set: set.name.clone(),
                found,
            });
        }
    }
    let (classes, outputs) = (
        images.evaluation.classes(),
        net.layer(net.output()).shape.len(),
    );
    if classes > outputs {
        return Err(Error::Classes {
            set: images.evaluation.name.clone(),
            classes,
            network: net.name.clone(),
            outputs,
        });
    }
    Ok(())
}

fn digits(selection: &Selection, normalise: Option<&Preprocess>) -> Result<Images, Error> {
    if normalise.is_some_and(|p| *p != Preprocess::digits()) {
        return Err(Error::DigitsNormalised);
    }
    let (train, heldout) = (embedded::digits_train(), embedded::digits_heldout());
    let images: Result<Images, DataError> =
        Images::of_sets(train, heldout, Preprocess::digits().formula(), selection);
    Ok(images?)
}
