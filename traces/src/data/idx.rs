//! The idx format of MNIST: big-endian header, then bytes.

use super::{DataError, DataSet, Preprocess, Raw, Room, Values};
use crate::shape::Shape;

fn header<'a>(
    file: &str,
    bytes: &'a [u8],
    dims: usize,
) -> Result<(Vec<usize>, &'a [u8]), DataError> {
    let fail = |what: String| Err(DataError::format(file, what));
    if bytes.len() < 4 + 4 * dims || bytes[..3] != [0, 0, 8] {
        return fail("is not an idx file of bytes".to_string());
    }
    if usize::from(bytes[3]) != dims {
        return fail(format!("has {} dimensions, expected {dims}", bytes[3]));
    }
    let sizes: Vec<usize> = bytes[4..4 + 4 * dims]
        .chunks_exact(4)
        .map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]) as usize)
        .collect();
    let data = &bytes[4 + 4 * dims..];
    match sizes.iter().try_fold(1usize, |a, &n| a.checked_mul(n)) {
        Some(n) if n == data.len() => Ok((sizes, data)),
        _ => fail(format!(
            "holds {} bytes of data, its header promises {sizes:?}",
            data.len()
        )),
    }
}

/// Images and labels as stored, from the bytes of two idx files (gzip or plain). File names are for errors.
///
/// # Errors
/// If either is damaged or too large, or their lengths differ.
pub fn raw(
    name: &str,
    images: (&str, Vec<u8>),
    labels: (&str, Vec<u8>),
    room: &Room,
) -> Result<Raw, DataError> {
    let image_bytes = room.unpack(images.0, images.1)?;
    let label_bytes = room.unpack(labels.0, labels.1)?;
    let (size, pixels) = header(images.0, &image_bytes, 3)?;
    let (count, classes) = header(labels.0, &label_bytes, 1)?;
    if size[0] != count[0] || size[0] == 0 {
        let what = format!(
            "holds {} images, `{}` {} labels",
            size[0], labels.0, count[0]
        );
        return Err(DataError::format(images.0, what));
    }
    let (h, w) = (size[1], size[2]);
    if h * w == 0 {
        let what = format!("holds images of {h}x{w} pixels");
        return Err(DataError::format(images.0, what));
    }
    Ok(Raw {
        name: name.to_string(),
        file: images.0.to_string(),
        size: Shape::new(1, h, w),
        values: Values::Bytes(pixels.to_vec()),
        labels: classes.iter().map(|&l| u16::from(l)).collect(),
    })
}

/// Images and labels from the bytes of two idx files (gzip or plain).
///
/// # Errors
/// As [`raw`], or if preprocessing does not fit.
pub fn parse(
    name: &str,
    images: (&str, &[u8]),
    labels: (&str, &[u8]),
    preprocess: &Preprocess,
) -> Result<DataSet, DataError> {
    let own = |(file, bytes): (&'_ str, &[u8])| (file.to_string(), bytes.to_vec());
    let ((i, image_bytes), (l, label_bytes)) = (own(images), own(labels));
    raw(name, (&i, image_bytes), (&l, label_bytes), &Room::default())?.prepare(preprocess)
}

/// Images and labels as stored in two files.
///
/// # Errors
/// As [`raw`], or if a file cannot be read.
pub fn open(name: &str, images: &str, labels: &str, room: &Room) -> Result<Raw, DataError> {
    let bytes = (room.bytes_of(images)?, room.bytes_of(labels)?);
    raw(name, (images, bytes.0), (labels, bytes.1), room)
}

/// Images and labels from two files.
///
/// # Errors
/// As [`open`], or if preprocessing does not fit.
pub fn load(
    name: &str,
    images: &str,
    labels: &str,
    preprocess: &Preprocess,
) -> Result<DataSet, DataError> {
    open(name, images, labels, &Room::default())?.prepare(preprocess)
}
