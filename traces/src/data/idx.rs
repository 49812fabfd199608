//! The idx format of MNIST: big-endian header, then bytes.

use super::{DataError, DataSet, Preprocess, unpack};
use ndarray::Array3;

fn header<'a>(
    file: &str,
    bytes: &'a [u8],
    dims: usize,
) -> Result<(Vec<usize>, &'a [u8]), DataError> {
    let fail = |what: String| {
        Err(DataError::Format {
            file: file.to_string(),
            what,
        })
    };
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

/// Images and labels from the bytes of two idx files (gzip or plain). File names are for errors.
///
/// # Errors
/// If either is damaged or their lengths differ.
pub fn parse(
    name: &str,
    images: (&str, &[u8]),
    labels: (&str, &[u8]),
    preprocess: &Preprocess,
) -> Result<DataSet, DataError> {
    let (image_bytes, label_bytes) = (unpack(images.0, images.1)?, unpack(labels.0, labels.1)?);
    let (size, pixels) = header(images.0, &image_bytes, 3)?;
    let (count, classes) = header(labels.0, &label_bytes, 1)?;
    if size[0] != count[0] || size[0] == 0 {
        let what = format!(
            "holds {} images, `{}` {} labels",
            size[0], labels.0, count[0]
        );
        return Err(DataError::Format {
            file: images.0.to_string(),
            what,
        });
    }
    let (h, w) = (size[1], size[2]);
    if h * w == 0 {
        let what = format!("holds images of {h}x{w} pixels");
        return Err(DataError::Format {
            file: images.0.to_string(),
            what,
        });
    }
    preprocess.check(images.0, 1)?;
    let images = pixels
        .chunks_exact(h * w)
        .map(|p| Array3::from_shape_fn((1, h, w), |(_, y, x)| preprocess.value(0, p[y * w + x])))
        .collect();
    Ok(DataSet {
        name: name.to_string(),
        images,
        labels: classes.to_vec(),
    })
}

/// Images and labels from two files.
///
/// # Errors
/// As [`parse`], or if a file cannot be read.
pub fn load(
    name: &str,
    images: &str,
    labels: &str,
    preprocess: &Preprocess,
) -> Result<DataSet, DataError> {
    let read = |file: &str| {
        std::fs::read(file).map_err(|source| DataError::Read {
            file: file.to_string(),
            source,
        })
    };
    parse(
        name,
        (images, &read(images)?),
        (labels, &read(labels)?),
        preprocess,
    )
}
