//! Arrays of NumPy: `.npz` archives (compressed or not) and `.npy` files.
//!
//! Which array is what follows from its name: images are called `x...`, `...image...` or `data`, labels `y...`,
//! `...label...` or `target`; a name with `train` belongs to the calibration set, any other to the one to measure on.
//! Images are N x channels x height x width, N x height x width x channels, N x height x width (one channel) or N x
//! length; the network's input says which.

use super::{DataError, Raw, Room, Values, bounds};
use crate::shape::Shape;
use ndarray::{ArrayD, Axis, IxDyn};
use ndarray_npy::{ReadNpyError, ReadNpyExt, ReadableElement};

/// An array as stored.
#[derive(Debug, Clone, PartialEq)]
pub enum Stored {
    /// Bytes.
    Bytes(ArrayD<u8>),
    /// Floats; doubles are rounded. Integers of up to 16 bits.
    Floats(ArrayD<f32>),
    /// Other integers.
    Ints(ArrayD<i64>),
}

/// What a name says of an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Role {
    /// Images, or labels.
    pub images: bool,
    /// To calibrate on, or to measure on.
    pub train: bool,
}

/// The role of an array, if its name tells one.
pub fn role(name: &str) -> Option<Role> {
    let name = name.to_lowercase();
    let own = name.rsplit('/').next().unwrap_or_default();
    let labels = own.contains("label") || own.contains("target") || own.starts_with('y');
    let images = own.contains("image") || own.contains("data") || own.starts_with('x');
    (labels || images).then(|| Role {
        images: !labels,
        train: name.contains("train"),
    })
}

/// Names and contents of the arrays of an archive whose role is known.
///
/// # Errors
/// If it is damaged.
pub fn archive(file: &str, room: &Room) -> Result<Vec<(String, Stored)>, DataError> {
    arrays(file, room.bytes_of(file)?, room)
}

/// As [`archive`], from the bytes of a file; its name is for errors.
///
/// # Errors
/// As [`archive`].
pub fn arrays(file: &str, bytes: Vec<u8>, room: &Room) -> Result<Vec<(String, Stored)>, DataError> {
    let damaged = |e: zip::result::ZipError| {
        DataError::format(file, format!("is not a whole npz archive: {e}"))
    };
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).map_err(damaged)?;
    let mut found = Vec::new();
    for i in 0..zip.len() {
        let mut entry = zip.by_index(i).map_err(damaged)?;
        let name = entry.name().trim_end_matches(".npy").to_string();
        if role(&name).is_none() {
            continue;
        }
        // What the archive says of an entry may be wrong either way.
        room.fits(file, entry.size())?;
        let bytes = room.read(file, &mut entry)?;
        found.push((name.clone(), array(&format!("{file}[{name}]"), &bytes)?));
    }
    Ok(found)
}

/// An array from the bytes of a `.npy` file.
///
/// # Errors
/// If they are damaged or hold another type of element than numbers.
pub fn array(file: &str, bytes: &[u8]) -> Result<Stored, DataError> {
    bounds::npy_header(file, bytes)?;
    macro_rules! first_of {
        ($($element:ty => $make:expr),* $(,)?) => {$(
            if let Some(a) = read::<$element>(file, bytes)? {
                return Ok($make(a));
            }
        )*};
    }
    first_of! {
        u8 => Stored::Bytes,
        f32 => Stored::Floats,
        f64 => |a: ArrayD<f64>| Stored::Floats(a.mapv(|v| v as f32)),
        i64 => Stored::Ints,
        i32 => |a: ArrayD<i32>| Stored::Ints(a.mapv(i64::from)),
        // Floats hold them exactly, in half the room.
        i8 => |a: ArrayD<i8>| Stored::Floats(a.mapv(f32::from)),
        i16 => |a: ArrayD<i16>| Stored::Floats(a.mapv(f32::from)),
        u16 => |a: ArrayD<u16>| Stored::Floats(a.mapv(f32::from)),
        u32 => |a: ArrayD<u32>| Stored::Ints(a.mapv(i64::from)),
    }
    Err(DataError::format(
        file,
        "holds elements of a type that is not read; bytes, 32- and 64-bit floats and integers of up to 64 bits are",
    ))
}

fn read<T: ReadableElement>(file: &str, bytes: &[u8]) -> Result<Option<ArrayD<T>>, DataError> {
    match ArrayD::<T>::read_npy(bytes) {
        Ok(a) if a.is_standard_layout() => Ok(Some(a)),
        Ok(a) => {
            let shape = a.shape().to_vec();
            // Stored column by column; values are wanted row by row.
            let values = a.into_iter().collect();
            Ok(ArrayD::from_shape_vec(IxDyn(&shape), values).ok())
        }
        Err(ReadNpyError::WrongDescriptor(_)) => Ok(None),
        Err(e) => Err(DataError::format(
            file,
            format!("is not a whole npy array: {e}"),
        )),
    }
}

/// A set from arrays of images and labels; `expected` is the input of the network.
///
/// # Errors
/// If shapes do not match or labels are no classes.
pub fn raw(
    name: &str,
    images: (&str, Stored),
    labels: (&str, Stored),
    expected: Shape,
) -> Result<Raw, DataError> {
    let (file, stored) = images;
    let (count, size, values) = match stored {
        Stored::Bytes(a) => {
            let (n, size, a) = channels_first(file, a, expected)?;
            (n, size, Values::Bytes(a))
        }
        Stored::Floats(a) => {
            let (n, size, a) = channels_first(file, a, expected)?;
            (n, size, Values::Floats(a))
        }
        Stored::Ints(a) => {
            let (n, size, a) = channels_first(file, a.mapv(|v| v as f32), expected)?;
            (n, size, Values::Floats(a))
        }
    };
    let labels = classes(labels.0, labels.1)?;
    if labels.len() != count || count == 0 {
        let what = format!("holds {count} images, with {} labels", labels.len());
        return Err(DataError::format(file, what));
    }
    Ok(Raw {
        name: name.to_string(),
        file: file.to_string(),
        size,
        values,
        labels,
    })
}

/// Number, size and values of images with channels first.
fn channels_first<T: Copy>(
    file: &str,
    a: ArrayD<T>,
    expected: Shape,
) -> Result<(usize, Shape, Vec<T>), DataError> {
    let dims = a.shape().to_vec();
    let flat = |a: ArrayD<T>| a.into_iter().collect::<Vec<T>>();
    let Shape { c, h, w } = expected;
    match dims[..] {
        [n, p, q, r] if [q, r, p] == [h, w, c] => Ok((n, expected, flat(a))),
        // Height x width x channels: told from the other order by the network's input, else by few channels.
        [n, p, q, r] if [p, q, r] == [h, w, c] || (r <= 4 && p > 4) => {
            let mut turned = a;
            turned.swap_axes(2, 3);
            turned.swap_axes(1, 2);
            Ok((n, Shape::new(r, p, q), flat(turned)))
        }
        [n, p, q, r] => Ok((n, Shape::new(p, q, r), flat(a))),
        [n, p, q] => Ok((n, Shape::new(1, p, q), flat(a))),
        [n, l] if l == expected.len() => Ok((n, expected, flat(a))),
        _ => Err(DataError::format(
            file,
            format!(
                "has the shape {dims:?}; the network takes images of {expected}: N x {c} x {h} x {w}, N x {h} x {w} x {c}{} or N x {}",
                if c == 1 {
                    format!(", N x {h} x {w}")
                } else {
                    String::new()
                },
                expected.len()
            ),
        )),
    }
}

/// Classes from integers, or from rows with a single 1.
fn classes(file: &str, stored: Stored) -> Result<Vec<u16>, DataError> {
    let all: ArrayD<f64> = match stored {
        Stored::Bytes(a) => a.mapv(f64::from),
        Stored::Floats(a) => a.mapv(f64::from),
        Stored::Ints(a) => a.mapv(|v| v as f64),
    };
    let single = |v: f64, i: usize| {
        let whole = v.fract() == 0.0 && (0.0..=f64::from(u16::MAX)).contains(&v);
        whole.then_some(v as u16).ok_or_else(|| {
            DataError::format(
                file,
                format!("label {i} is {v}, not a class number from 0 on"),
            )
        })
    };
    match *all.shape() {
        [_] | [_, 1] => all.iter().enumerate().map(|(i, &v)| single(v, i)).collect(),
        [_, _] => all
            .axis_iter(Axis(0))
            .enumerate()
            .map(|(i, row)| {
                let ones: Vec<usize> = (0..row.len()).filter(|&k| row[[k]] != 0.0).collect();
                match ones[..] {
                    [class] if row[[class]] == 1.0 => single(class as f64, i),
                    _ => Err(DataError::format(
                        file,
                        format!("row {i} does not hold a single 1, as one-hot labels do"),
                    )),
                }
            })
            .collect(),
        _ => Err(DataError::format(
            file,
            format!(
                "has the shape {:?}; labels take one number per image",
                all.shape()
            ),
        )),
    }
}
