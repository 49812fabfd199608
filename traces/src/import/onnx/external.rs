//! Tensor data kept in a file beside the model (keys `location`, `offset`, `length`).

use super::super::error::Fault;
use crate::file;
use crate::onnx::proto::Tensor;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Component, Path};

/// Reads the `expected` bytes of `t`.
pub(super) fn read(t: &Tensor, dir: Option<&Path>, expected: usize) -> Result<Vec<u8>, Fault> {
    let bad = |detail: String| Fault::Data {
        tensor: t.name.clone(),
        detail,
    };
    let entry = |key: &str| {
        t.external_data
            .iter()
            .find(|e| e.key == key)
            .map(|e| e.value.as_str())
    };
    let number = |key: &str| -> Result<Option<u64>, Fault> {
        entry(key)
            .map(|v| {
                v.parse()
                    .map_err(|_| bad(format!("external data {key} '{v}' is not a number")))
            })
            .transpose()
    };
    let location =
        entry("location").ok_or_else(|| bad("external data without a location".into()))?;
    // A model must not make the importer read files outside its own folder.
    if !Path::new(location)
        .components()
        .all(|c| matches!(c, Component::Normal(_) | Component::CurDir))
    {
        return Err(bad(format!(
            "external data file '{location}' lies outside the folder of the model"
        )));
    }
    let dir = dir.ok_or_else(|| {
        bad(format!(
            "external data file '{location}' but no folder to look in"
        ))
    })?;
    let offset = number("offset")?.unwrap_or(0);
    if let Some(length) = number("length")?.filter(|&l| l != expected as u64) {
        return Err(bad(format!(
            "needs {expected} bytes, external data has {length}"
        )));
    }
    let path = dir.join(location);
    let fail = |e: std::io::Error| bad(format!("external data file '{}': {e}", path.display()));
    let (mut file, size) = file::open(&path).map_err(fail)?;
    if offset
        .checked_add(expected as u64)
        .is_none_or(|end| end > size)
    {
        return Err(bad(format!(
            "external data file '{}' has {size} bytes, too few for {expected} from {offset}",
            path.display()
        )));
    }
    file.seek(SeekFrom::Start(offset)).map_err(fail)?;
    let mut bytes = vec![0; expected];
    file.read_exact(&mut bytes).map_err(fail)?;
    Ok(bytes)
}
