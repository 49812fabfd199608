//! Images of `--data`: the embedded digits, or a folder or file of images.

use super::DIGITS;
use crate::args::DataArgs;
use anyhow::{bail, ensure};
use crosscut_traces::data::folder::Selection;
use crosscut_traces::data::{Preprocess, folder};
use crosscut_traces::exec::shape_of;
use crosscut_traces::{Network, embedded};
use std::path::Path;

pub use crosscut_traces::data::folder::Images;

/// The images of the options, cut to the numbers asked for and checked against the network; at most `rest` training
/// images beside those that calibrate.
pub fn images(
    net: &Network,
    network_name: &str,
    args: &DataArgs,
    rest: usize,
) -> anyhow::Result<Images> {
    if super::is_generated(network_name) && args.data.as_deref() != Some(DIGITS) {
        let instead = match args.data {
            None => format!("use the network `{DIGITS}`, or an ONNX file with --data"),
            Some(_) => "use an ONNX file with trained weights".to_string(),
        };
        bail!(
            "the weights of `{network_name}` are generated, not trained, so its accuracy means nothing; {instead}"
        );
    }
    load(net, network_name, args, rest)
}

/// As [`images`], whatever the weights are.
pub(super) fn load(
    net: &Network,
    network_name: &str,
    args: &DataArgs,
    rest: usize,
) -> anyhow::Result<Images> {
    let normalise = args.normalise.as_ref();
    let selection = Selection {
        calibration: args.calibration_images as usize,
        rest,
        evaluation: args.images as usize,
        per_class: args.calibration_per_class,
    };
    let expected = net.layer(net.input()).shape;
    let images = match args.data.as_deref() {
        Some(DIGITS) => digits(&selection, normalise)?,
        None if super::network_is_digits(network_name) => digits(&selection, normalise)?,
        None => bail!(
            "there are no images for `{network_name}`; give a folder with --data DIR: {}",
            folder::ACCEPTED
        ),
        Some(path) => {
            let given = Path::new(path);
            if !given.exists() {
                let hint = crosscut_arch::suggest::nearest(path, [DIGITS]);
                let hint = hint.map_or(String::new(), |n| format!(" Did you mean `{n}`?"));
                bail!(
                    "there is no data folder or file `{path}`.{hint} `{DIGITS}` is embedded; folders may hold {}",
                    folder::ACCEPTED
                );
            }
            folder::open(given, expected)?.images(normalise, &selection)?
        }
    };
    for set in [&images.calibration, &images.evaluation] {
        let found = shape_of(&set.images[0]);
        ensure!(
            found == expected,
            "the network `{}` takes images of {expected} (channels x height x width), but those of `{}` are {found}",
            net.name,
            set.name
        );
    }
    let (classes, outputs) = (
        images.evaluation.classes(),
        net.layer(net.output()).shape.len(),
    );
    ensure!(
        classes <= outputs,
        "the data set `{}` has {classes} classes, but the network `{}` has {outputs} outputs",
        images.evaluation.name,
        net.name
    );
    Ok(images)
}

fn digits(selection: &Selection, normalise: Option<&Preprocess>) -> anyhow::Result<Images> {
    if let Some(p) = normalise {
        ensure!(
            *p == Preprocess::digits(),
            "the embedded images are made for their network: --normalise has no place beside `{DIGITS}`"
        );
    }
    let (train, heldout) = (embedded::digits_train(), embedded::digits_heldout());
    Ok(Images::of_sets(
        train,
        heldout,
        Preprocess::digits().formula(),
        selection,
    )?)
}
