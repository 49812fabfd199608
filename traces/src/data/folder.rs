//! What a folder (or file) of images holds: found out by its content, split into images to calibrate on and images to
//! measure on.

use super::{DataError, DataSet, Preprocess, Raw, Room, Values, cifar, idx, npz, png};
use crate::shape::Shape;
use std::path::{Path, PathBuf};

/// What is accepted, for messages.
pub const ACCEPTED: &str = "idx files (*-images-idx3-ubyte[.gz] with *-labels-idx1-ubyte[.gz]), CIFAR-10 binary files (*_batch*.bin[.gz]), NumPy arrays (*.npz, or x*.npy and y*.npy), or PNG images in one sub-folder per class or with a labels.csv";

/// Images as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// The training part, if there is one.
    pub train: Option<Raw>,
    /// The part to measure on, or the only one.
    pub test: Raw,
}

/// Images to calibrate on and to measure on, ready for the network.
#[derive(Debug, Clone)]
pub struct Images {
    /// Images that ranges are calibrated and weights fitted on.
    pub calibration: DataSet,
    /// Other training images, for probes and fine-tuning.
    pub rest: DataSet,
    /// Images that accuracy is measured on; none of them is among the others.
    pub evaluation: DataSet,
    /// What was done to stored values.
    pub preprocessing: String,
    /// What the reader of a result should know of the choice of images.
    pub note: Option<String>,
}

/// How many images to take for each purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Selection {
    /// To calibrate on.
    pub calibration: usize,
    /// Other training images, at most.
    pub rest: usize,
    /// To measure on.
    pub evaluation: usize,
    /// Whether training images are taken from the classes in turn instead of as stored.
    pub per_class: bool,
}

impl Selection {
    /// Numbers of the training images in the order they are taken.
    fn order(&self, labels: &[u16]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..labels.len()).collect();
        if self.per_class {
            let mut seen = std::collections::BTreeMap::<u16, usize>::new();
            let mut round = |label: u16| {
                let n = seen.entry(label).or_default();
                *n += 1;
                *n
            };
            let rounds: Vec<usize> = labels.iter().map(|&l| round(l)).collect();
            order.sort_by_key(|&i| rounds[i]);
        }
        order
    }
}

impl Images {
    /// A selection of two sets that are ready for the network.
    ///
    /// # Errors
    /// If there are too few.
    pub fn of_sets(
        train: DataSet,
        test: DataSet,
        preprocessing: String,
        selection: &Selection,
    ) -> Result<Images, DataError> {
        enough(
            &train.name,
            &train.name,
            train.labels.len(),
            selection.calibration,
        )?;
        enough(
            &test.name,
            &test.name,
            test.labels.len(),
            selection.evaluation,
        )?;
        let order = selection.order(&train.labels);
        let (calibration, rest) = order.split_at(selection.calibration);
        Ok(Images {
            calibration: train.select(calibration),
            rest: train.select(&rest[..selection.rest.min(rest.len())]),
            evaluation: test.select(&(0..selection.evaluation).collect::<Vec<_>>()),
            preprocessing,
            note: None,
        })
    }
}

fn enough(set: &str, file: &str, have: usize, wanted: usize) -> Result<(), DataError> {
    if wanted <= have {
        return Ok(());
    }
    let what = format!("{wanted} images of `{set}` are asked for, but it has {have}");
    Err(DataError::format(file, what))
}

/// Reads a folder or file. `expected` is the input of the network, for arrays that do not say their layout.
///
/// # Errors
/// If it holds none of the known kinds, or a damaged one; if it is larger than 1 GiB.
pub fn open(path: &Path, expected: Shape) -> Result<Stored, DataError> {
    open_within(path, expected, &Room::default())
}

/// As [`open`], with room for as many bytes as wanted.
///
/// # Errors
/// As [`open`].
pub fn open_within(path: &Path, expected: Shape, room: &Room) -> Result<Stored, DataError> {
    let shown = path.display().to_string();
    let files = if path.is_dir() {
        list(path)?
    } else {
        std::fs::metadata(path).map_err(|e| DataError::read(&shown, e))?;
        vec![path.to_path_buf()]
    };
    let title = short(path);
    if files.iter().any(|f| name(f).contains("idx3")) {
        return idx_parts(&shown, &title, &files, room);
    }
    if files.iter().any(|f| is_cifar(f)) {
        return cifar_parts(&shown, &title, &files, room);
    }
    if files
        .iter()
        .any(|f| extension(f) == "npz" || extension(f) == "npy")
    {
        return array_parts(&shown, &title, &files, expected, room);
    }
    if let Some(found) = png_parts(path, &title, room)? {
        return Ok(found);
    }
    let seen = match files.first() {
        Some(f) if path.is_dir() => format!("; it holds `{}`", short(f)),
        Some(_) => String::new(),
        None => "; it is empty".to_string(),
    };
    Err(DataError::format(
        &shown,
        format!("is not known as image data{seen}. Known are {ACCEPTED}"),
    ))
}

impl Stored {
    /// The selected images: those to calibrate on and the rest of the training part, those to measure on of the other.
    /// Without a training part, the first images of the only part calibrate and those after them are measured on.
    ///
    /// # Errors
    /// If there are too few, or preprocessing does not fit.
    pub fn images(
        &self,
        preprocess: Option<&Preprocess>,
        selection: &Selection,
    ) -> Result<Images, DataError> {
        let (calibration, evaluation) = (selection.calibration, selection.evaluation);
        let (chosen, text) = match (preprocess, &self.test.values) {
            (Some(p), _) => (p.clone(), p.formula()),
            (None, Values::Floats(_)) => (
                Preprocess::raw(),
                "x (floats are taken as they are; change it with --normalise)".to_string(),
            ),
            (None, Values::Bytes(_)) => {
                let (name, p) = Preprocess::by_size(self.test.size);
                let text = format!("{} (`{name}`, by the size of the images)", p.formula());
                (p, text)
            }
        };
        let test = &self.test;
        let checked = |set: &Raw, n| enough(&set.name, &set.file, set.len(), n);
        let Some(train) = &self.train else {
            let (have, set) = (test.len(), &test.name);
            if calibration.saturating_add(evaluation) > have {
                let what = format!(
                    "`{set}` has {have} images and no training part: {calibration} to calibrate and {evaluation} to measure on are too many; lower --calibration-images or --images"
                );
                return Err(DataError::format(&test.file, what));
            }
            let order = selection.order(&test.labels);
            let (calibrating, others) = order.split_at(calibration);
            return Ok(Images {
                calibration: test.pick(&chosen, calibrating)?,
                rest: test.pick(&chosen, &[])?,
                evaluation: test.pick(&chosen, &others[..evaluation])?,
                preprocessing: text,
                note: Some(format!(
                    "`{set}` has no training part: its first {calibration} images calibrate, accuracy is measured on those after them"
                )),
            });
        };
        checked(train, calibration)?;
        checked(test, evaluation)?;
        let order = selection.order(&train.labels);
        let (calibrating, rest) = order.split_at(calibration);
        Ok(Images {
            calibration: train.pick(&chosen, calibrating)?,
            rest: train.pick(&chosen, &rest[..selection.rest.min(rest.len())])?,
            evaluation: test.pick(&chosen, &(0..evaluation).collect::<Vec<_>>())?,
            preprocessing: text,
            note: None,
        })
    }
}

fn list(folder: &Path) -> Result<Vec<PathBuf>, DataError> {
    let fail = |source| DataError::read(&folder.display().to_string(), source);
    let mut files = std::fs::read_dir(folder)
        .map_err(fail)?
        .map(|e| e.map(|e| e.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(fail)?;
    // The order of a folder is not fixed.
    files.sort();
    Ok(files)
}

fn name(path: &Path) -> String {
    path.file_name()
        .map_or_else(String::new, |n| n.to_string_lossy().to_lowercase())
}

/// Last part of a path: reports hold no place of this machine.
fn short(path: &Path) -> String {
    path.file_name().map_or_else(
        || "images".to_string(),
        |n| n.to_string_lossy().into_owned(),
    )
}

fn extension(path: &Path) -> String {
    path.extension()
        .map_or_else(String::new, |e| e.to_string_lossy().to_lowercase())
}

const TRAIN: [&str; 1] = ["train"];
const TEST: [&str; 4] = ["t10k", "test", "heldout", "val"];

fn idx_parts(
    shown: &str,
    title: &str,
    files: &[PathBuf],
    room: &Room,
) -> Result<Stored, DataError> {
    let find = |kind: &str, is_train: bool| {
        let mark = |n: &str| TRAIN.iter().any(|m| n.contains(m));
        files
            .iter()
            .find(|f| name(f).contains(kind) && mark(&name(f)) == is_train)
    };
    let part = |is_train: bool| -> Result<Option<Raw>, DataError> {
        let Some(images) = find("idx3", is_train) else {
            return Ok(None);
        };
        let labels = find("idx1", is_train).ok_or_else(|| {
            let what = format!(
                "has no labels for `{}`: a file with `idx1` in its name",
                short(images)
            );
            DataError::format(shown, what)
        })?;
        let part = part_name(title, is_train);
        let (images, labels) = (images.display().to_string(), labels.display().to_string());
        idx::open(&part, &images, &labels, room).map(Some)
    };
    both(shown, part(true)?, part(false)?)
}

fn part_name(title: &str, is_train: bool) -> String {
    format!("{title} ({})", if is_train { "train" } else { "test" })
}

/// A lone training part is the only part.
fn both(shown: &str, train: Option<Raw>, test: Option<Raw>) -> Result<Stored, DataError> {
    match (train, test) {
        (train, Some(test)) => Ok(Stored { train, test }),
        (Some(test), None) => Ok(Stored { train: None, test }),
        (None, None) => Err(DataError::format(shown, "holds no images with labels")),
    }
}

fn is_cifar(file: &Path) -> bool {
    let n = name(file);
    n.ends_with(".bin") || n.ends_with(".bin.gz")
}

fn cifar_parts(
    shown: &str,
    title: &str,
    files: &[PathBuf],
    room: &Room,
) -> Result<Stored, DataError> {
    let part = |is_train: bool| {
        let test = |n: &str| TEST.iter().any(|m| n.contains(m));
        let files: Vec<String> = files
            .iter()
            .filter(|f| is_cifar(f) && test(&name(f)) != is_train)
            .map(|f| f.display().to_string())
            .collect();
        let set = || cifar::raw(&part_name(title, is_train), &files, room);
        (!files.is_empty()).then(set).transpose()
    };
    both(shown, part(true)?, part(false)?)
}

fn array_parts(
    shown: &str,
    title: &str,
    files: &[PathBuf],
    expected: Shape,
    room: &Room,
) -> Result<Stored, DataError> {
    let mut arrays = Vec::new();
    for path in files {
        let (file, stem) = (
            path.display().to_string(),
            path.file_stem().unwrap_or_default(),
        );
        let stem = stem.to_string_lossy();
        match extension(path).as_str() {
            "npz" => {
                for (inner, a) in npz::archive(&file, room)? {
                    arrays.push((format!("{stem}/{inner}"), format!("{file}[{inner}]"), a));
                }
            }
            "npy" if npz::role(&stem).is_some() => {
                let a = npz::array(&file, &room.bytes_of(&file)?)?;
                arrays.push((stem.into_owned(), file, a));
            }
            _ => {}
        }
    }
    let mut part = |is_train: bool| -> Result<Option<Raw>, DataError> {
        let mut take = |images: bool| {
            let wanted = npz::Role {
                images,
                train: is_train,
            };
            let at = arrays
                .iter()
                .position(|(n, ..)| npz::role(n) == Some(wanted))?;
            let (_, file, a) = arrays.swap_remove(at);
            Some((file, a))
        };
        match (take(true), take(false)) {
            (Some((image_file, i)), Some((label_file, l))) => npz::raw(
                &part_name(title, is_train),
                (&image_file, i),
                (&label_file, l),
                expected,
            )
            .map(Some),
            (None, _) => Ok(None),
            (Some((file, _)), None) => Err(DataError::format(
                &file,
                "comes without labels: an array named `y...` or `...label...`",
            )),
        }
    };
    let (train, test) = (part(true)?, part(false)?);
    both(shown, train, test).map_err(|_| {
        DataError::format(
            shown,
            "has no array named `x...`, `...image...` or `data` with one named `y...`, `...label...` or `target`",
        )
    })
}

fn png_parts(path: &Path, title: &str, room: &Room) -> Result<Option<Stored>, DataError> {
    if !path.is_dir() {
        return Ok(None);
    }
    let find = |marks: &[&str]| -> Result<Option<PathBuf>, DataError> {
        let named = |f: &PathBuf| marks.iter().any(|m| name(f).contains(m)) && png::is_here(f);
        Ok(png::subfolders(path)?.into_iter().find(named))
    };
    if let (Some(train), Some(test)) = (find(&TRAIN)?, find(&TEST)?) {
        return Ok(Some(Stored {
            train: Some(png::raw(&part_name(title, true), &train, room)?),
            test: png::raw(&part_name(title, false), &test, room)?,
        }));
    }
    if !png::is_here(path) {
        return Ok(None);
    }
    let test = png::raw(title, path, room)?;
    Ok(Some(Stored { train: None, test }))
}
