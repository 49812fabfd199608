//! Images to train on: all of them, unless fewer are asked for.

use super::images::{Images, load};
use super::{DIGITS, network_is_digits};
use crate::args::{DataArgs, TrainDataArgs};
use anyhow::Context;
use crosscut_traces::data::folder;
use crosscut_traces::{Network, embedded};
use std::path::Path;

/// The images of the options. Networks with generated weights may be trained, too.
pub fn training_images(
    net: &Network,
    network_name: &str,
    args: &TrainDataArgs,
) -> anyhow::Result<Images> {
    let [train, held_back] = counts(net, network_name, args)?;
    let number = |n: usize| u32::try_from(n).context("the data set is too large");
    let args = DataArgs {
        data: args.data.clone(),
        normalise: args.normalise.clone(),
        images: number(held_back)?,
        calibration_images: number(train)?,
        calibration_per_class: false,
    };
    load(net, network_name, &args, 0)
}

/// Numbers of images to train on and to hold back.
fn counts(net: &Network, network: &str, args: &TrainDataArgs) -> anyhow::Result<[usize; 2]> {
    let asked = [args.train_images, args.images].map(|n| n.map(|n| n as usize));
    if let [Some(train), Some(held_back)] = asked {
        return Ok([train, held_back]);
    }
    let have = match args.data.as_deref() {
        Some(path) if path != DIGITS && Path::new(path).exists() => {
            let stored = folder::open(Path::new(path), net.layer(net.input()).shape)?;
            let Some(train) = &stored.train else {
                anyhow::bail!(
                    "`{}` has no training part: say with --train-images how many images to train on and with --images how many after them to hold back",
                    stored.test.name
                );
            };
            [train.len(), stored.test.len()]
        }
        data if data == Some(DIGITS) || network_is_digits(network) => [
            embedded::digits_train().images.len(),
            embedded::digits_heldout().images.len(),
        ],
        // What is wrong is said where the images are read.
        _ => [1, 1],
    };
    Ok([asked[0].unwrap_or(have[0]), asked[1].unwrap_or(have[1])])
}
