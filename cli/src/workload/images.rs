//! Images of `--data`: the embedded digits, or a folder of idx or CIFAR-10 binary files.

use super::DIGITS;
use crate::args::DataArgs;
use anyhow::{Context, bail, ensure};
use crosscut_traces::data::{Preprocess, cifar, idx};
use crosscut_traces::exec::shape_of;
use crosscut_traces::{DataSet, Network, embedded};
use std::path::{Path, PathBuf};

/// Images to calibrate on and images to measure on.
#[derive(Debug)]
pub struct Images {
    /// Training images to calibrate and fit on.
    pub calibration: DataSet,
    /// The other training images, for probes and fine-tuning.
    pub rest: DataSet,
    /// Held-back images.
    pub evaluation: DataSet,
}

/// The images of the options, cut to the numbers asked for and checked against the network.
pub fn images(net: &Network, network_name: &str, args: &DataArgs) -> anyhow::Result<Images> {
    let mut images = match args.data.as_deref() {
        Some(DIGITS) => digits(),
        None if super::network_is_digits(network_name) => digits(),
        None if super::is_generated(network_name) => bail!(
            "the weights of `{network_name}` are generated, not trained, so its accuracy means nothing; use the network `{DIGITS}`, or an ONNX file with --data"
        ),
        None => bail!(
            "there are no images for `{network_name}`; give a folder of idx or CIFAR-10 files with --data DIR"
        ),
        Some(_) if super::is_generated(network_name) => bail!(
            "the weights of `{network_name}` are generated, not trained, so its accuracy means nothing; use an ONNX file with trained weights"
        ),
        Some(folder) => from_folder(Path::new(folder))?,
    };
    if args.calibration_per_class {
        by_class(&mut images.calibration);
    }
    images.rest = split(&mut images.calibration, args.calibration_images)?;
    limit(&mut images.evaluation, args.images)?;
    let expected = net.layer(net.input()).shape;
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

fn digits() -> Images {
    Images {
        calibration: embedded::digits_train(),
        rest: none(),
        evaluation: embedded::digits_heldout(),
    }
}

fn none() -> DataSet {
    DataSet {
        name: String::new(),
        images: Vec::new(),
        labels: Vec::new(),
    }
}

/// Puts the images in rounds: the first of every class, then the second of every class, and so on.
fn by_class(set: &mut DataSet) {
    let mut seen = [0usize; 256];
    let mut order: Vec<(usize, usize)> = Vec::with_capacity(set.labels.len());
    for (i, &label) in set.labels.iter().enumerate() {
        order.push((seen[usize::from(label)], i));
        seen[usize::from(label)] += 1;
    }
    order.sort_unstable();
    let mut images: Vec<_> = std::mem::take(&mut set.images)
        .into_iter()
        .map(Some)
        .collect();
    let take = |&(_, i): &(usize, usize)| images[i].take();
    set.images = order.iter().filter_map(take).collect();
    set.labels = order.iter().map(|&(_, i)| set.labels[i]).collect();
}

/// Keeps the first `n` images and returns the others.
fn split(set: &mut DataSet, n: u32) -> anyhow::Result<DataSet> {
    let (n, have) = (n as usize, set.images.len());
    ensure!(
        n <= have,
        "{n} images of `{}` are asked for, but it has {have}",
        set.name
    );
    Ok(DataSet {
        name: set.name.clone(),
        images: set.images.split_off(n),
        labels: set.labels.split_off(n),
    })
}

/// Keeps the first `n` images.
fn limit(set: &mut DataSet, n: u32) -> anyhow::Result<()> {
    split(set, n).map(|_| ())
}

fn from_folder(folder: &Path) -> anyhow::Result<Images> {
    let files = list(folder)?;
    if files.iter().any(|f| name(f).contains("idx3")) {
        return Ok(Images {
            calibration: idx_set(folder, &files, &["train"])?,
            rest: none(),
            evaluation: idx_set(folder, &files, &["t10k", "test", "heldout"])?,
        });
    }
    if files.iter().any(|f| name(f).contains(".bin")) {
        return Ok(Images {
            calibration: cifar_set(folder, &files, "data_batch")?,
            rest: none(),
            evaluation: cifar_set(folder, &files, "test_batch")?,
        });
    }
    bail!(
        "`{}` holds neither idx files (*-images-idx3-ubyte[.gz]) nor CIFAR-10 binary files (*.bin[.gz])",
        folder.display()
    )
}

fn list(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let text = || format!("cannot read the data folder `{}`", folder.display());
    let entries = std::fs::read_dir(folder).with_context(text)?;
    let mut files = entries
        .map(|e| e.map(|e| e.path()))
        .collect::<Result<Vec<_>, _>>()
        .with_context(text)?;
    // The order of a folder is not fixed.
    files.sort();
    Ok(files)
}

fn name(path: &Path) -> String {
    path.file_name()
        .map_or_else(String::new, |n| n.to_string_lossy().to_lowercase())
}

fn idx_set(folder: &Path, files: &[PathBuf], marks: &[&str]) -> anyhow::Result<DataSet> {
    let find = |kind: &str| {
        let wanted = |f: &&PathBuf| {
            let n = name(f);
            n.contains(kind) && marks.iter().any(|m| n.contains(m))
        };
        files.iter().find(wanted).with_context(|| {
            format!(
                "`{}` has no {kind} file whose name holds {}",
                folder.display(),
                marks.join(" or ")
            )
        })
    };
    let (images, labels) = (find("idx3")?, find("idx1")?);
    let title = format!("{} ({})", short(folder), marks[0]);
    let (images, labels) = (images.display().to_string(), labels.display().to_string());
    let load = |p: &Preprocess| idx::load(&title, &images, &labels, p);
    // The size of the images tells which of the known sets they are.
    let set = load(&Preprocess::mnist())?;
    match set.images.first().map(shape_of) {
        Some(s) if (s.h, s.w) == (8, 8) => Ok(load(&Preprocess::digits())?),
        Some(_) => Ok(set),
        None => bail!("`{images}` holds no image"),
    }
}

fn cifar_set(folder: &Path, files: &[PathBuf], mark: &str) -> anyhow::Result<DataSet> {
    let title = format!("{} ({mark})", short(folder));
    let mut set = DataSet {
        name: title.clone(),
        images: Vec::new(),
        labels: Vec::new(),
    };
    let wanted = |f: &&PathBuf| name(f).contains(mark) && name(f).contains(".bin");
    for file in files.iter().filter(wanted) {
        let part = cifar::load(&title, &file.display().to_string(), &Preprocess::cifar())?;
        set.images.extend(part.images);
        set.labels.extend(part.labels);
    }
    ensure!(
        !set.images.is_empty(),
        "`{}` has no file whose name holds {mark} and .bin",
        folder.display()
    );
    Ok(set)
}

/// Last part of a path: reports hold no place of this machine.
fn short(folder: &Path) -> String {
    folder.file_name().map_or_else(
        || "images".to_string(),
        |n| n.to_string_lossy().into_owned(),
    )
}
