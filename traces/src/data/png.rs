//! A folder of PNG images: one sub-folder per class, or a table `labels.csv` with the columns `file,label`.
//!
//! Classes are numbers where every name is one, otherwise the places of the names in alphabetical order. Images are
//! grey or colour, of 8 bits (16 are cut to 8, palettes expanded); transparency is left out.

use super::{DataError, Raw, Room, Values, bounds};
use crate::shape::Shape;
use std::collections::BTreeSet;
use std::io::{BufRead, Seek};
use std::path::{Path, PathBuf};

/// Whether a folder holds such images.
pub fn is_here(folder: &Path) -> bool {
    folder.join(TABLE).is_file()
        || subfolders(folder).is_ok_and(|f| f.iter().any(|f| pngs(f).is_ok_and(|p| !p.is_empty())))
}

const TABLE: &str = "labels.csv";

/// Reads the folder.
///
/// # Errors
/// If a file is damaged, sizes differ, or the table is wrong.
pub fn raw(name: &str, folder: &Path, room: &Room) -> Result<Raw, DataError> {
    let shown = folder.display().to_string();
    let listed = if folder.join(TABLE).is_file() {
        table(folder, room)?
    } else {
        by_subfolder(folder)?
    };
    if listed.is_empty() {
        return Err(DataError::format(&shown, "lists no image"));
    }
    let names: BTreeSet<&str> = listed.iter().map(|l| l.1.as_str()).collect();
    let numbers = names.iter().all(|n| n.parse::<u16>().is_ok());
    let class = |name: &str| match name.parse() {
        Ok(number) if numbers => number,
        _ => names.iter().position(|n| *n == name).unwrap_or_default() as u16,
    };
    let labels = listed.iter().map(|l| class(&l.1)).collect();
    let (mut size, mut pixels) = (None, Vec::new());
    for (file, _) in &listed {
        let (found, values) = image(file, room)?;
        let first = *size.get_or_insert(found);
        if found != first {
            let what = format!(
                "is an image of {found} (channels x height x width), the first of the folder is {first}; all must be of one size"
            );
            return Err(DataError::format(&file.display().to_string(), what));
        }
        pixels.extend(values);
    }
    Ok(Raw {
        name: name.to_string(),
        file: shown,
        size: size.expect("there is an image"),
        values: Values::Bytes(pixels),
        labels,
    })
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, DataError> {
    let fail = |source| DataError::read(&folder.display().to_string(), source);
    let mut paths = std::fs::read_dir(folder)
        .map_err(fail)?
        .map(|e| e.map(|e| e.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(fail)?;
    // The order of a folder is not fixed.
    paths.sort();
    Ok(paths)
}

pub(super) fn subfolders(folder: &Path) -> Result<Vec<PathBuf>, DataError> {
    Ok(entries(folder)?
        .into_iter()
        .filter(|p| p.is_dir())
        .collect())
}

fn pngs(folder: &Path) -> Result<Vec<PathBuf>, DataError> {
    let png = |p: &PathBuf| p.extension().is_some_and(|e| e.eq_ignore_ascii_case("png"));
    Ok(entries(folder)?.into_iter().filter(png).collect())
}

fn by_subfolder(folder: &Path) -> Result<Vec<(PathBuf, String)>, DataError> {
    let mut classes = Vec::new();
    for class in subfolders(folder)? {
        let name = class
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        classes.push((name, pngs(&class)?));
    }
    // One of each class in turn, so that any first images are of all classes.
    let most = classes.iter().map(|c| c.1.len()).max().unwrap_or(0);
    let mut listed = Vec::new();
    for i in 0..most {
        for (name, files) in &classes {
            listed.extend(files.get(i).map(|f| (f.clone(), name.clone())));
        }
    }
    Ok(listed)
}

fn table(folder: &Path, room: &Room) -> Result<Vec<(PathBuf, String)>, DataError> {
    let path = folder.join(TABLE);
    let shown = path.display().to_string();
    let text = String::from_utf8(room.bytes_of(&shown)?)
        .map_err(|_| DataError::format(&shown, "is no UTF-8 text"))?;
    let mut listed = Vec::new();
    for (i, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || (i == 0 && line.replace(' ', "").eq_ignore_ascii_case("file,label")) {
            continue;
        }
        let fields: Vec<&str> = line.split(',').map(str::trim).collect();
        match fields[..] {
            [file, label] if !file.is_empty() && !label.is_empty() => {
                listed.push((folder.join(file), label.to_string()));
            }
            _ => {
                let what = format!("line {}: `{line}` should be `file,label`", i + 1);
                return Err(DataError::format(&shown, what));
            }
        }
    }
    Ok(listed)
}

fn image(file: &Path, room: &Room) -> Result<(Shape, Vec<u8>), DataError> {
    let shown = file.display().to_string();
    let (opened, stored) = room.open(&shown)?;
    decode(&shown, std::io::BufReader::new(opened), stored, room)
}

/// Size and values of an image, channels first, from a stream of `stored` bytes. The file name is for errors.
///
/// # Errors
/// If it is damaged, promises more than the bytes can hold, or does not fit.
pub fn decode(
    file: &str,
    stream: impl BufRead + Seek,
    stored: u64,
    room: &Room,
) -> Result<(Shape, Vec<u8>), DataError> {
    let damaged =
        |e: png::DecodingError| DataError::format(file, format!("is not a whole PNG image: {e}"));
    let mut decoder = png::Decoder::new(stream);
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(damaged)?;
    // The library takes colours of three bytes for granted, and no more than an index can name.
    if let Some(colours) = &reader.info().palette
        && (colours.len() % 3 != 0 || colours.len() > 3 * 256)
    {
        let what = format!(
            "is not a whole PNG image: its palette has {} bytes",
            colours.len()
        );
        return Err(DataError::format(file, what));
    }
    let size = reader
        .output_buffer_size()
        .filter(|&size| bounds::deflated(size as u64, stored))
        .ok_or_else(|| {
            let what = "is not a whole PNG image: its header promises more than the file can hold";
            DataError::format(file, what)
        })?;
    room.take(file, size as u64)?;
    let mut buffer = vec![0; size];
    let frame = reader.next_frame(&mut buffer).map_err(damaged)?;
    let (samples, channels) = match frame.color_type {
        png::ColorType::Grayscale | png::ColorType::Indexed => (1, 1),
        png::ColorType::GrayscaleAlpha => (2, 1),
        png::ColorType::Rgb => (3, 3),
        png::ColorType::Rgba => (4, 3),
    };
    let (w, h) = (frame.width as usize, frame.height as usize);
    let mut values = Vec::with_capacity(channels * w * h);
    for c in 0..channels {
        values.extend(
            buffer[..w * h * samples]
                .chunks_exact(samples)
                .map(|p| p[c]),
        );
    }
    Ok((Shape::new(channels, h, w), values))
}
