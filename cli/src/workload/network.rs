//! Networks by name or file.

use crate::error::Error;
use crosscut_traces::import::onnx::Limits;
use crosscut_traces::{Network, embedded, file as traces_file, fold, import, zoo};
use std::path::Path;

/// Name of the embedded network and data set.
pub const DIGITS: &str = "digits";

/// One line on the embedded network.
pub const DIGITS_TEXT: &str = "the default: 1x8x8 handwritten digits, four 3x3 convolutions, two fully connected layers, trained";

/// The network of a name or an ONNX file, batch norm folded. Weights of the built-in shapes follow from the seed.
/// Warnings of the import go to `warn`.
///
/// # Errors
/// If no network has that name, or the file cannot be imported.
pub fn network(name: &str, seed: u64, warn: &mut dyn FnMut(&str)) -> Result<Network, Error> {
    Ok(fold(&declared(name, seed, &Limits::default(), warn)?))
}

/// As [`network`], with batch norm where the file has it, from a file that keeps to `limits`.
///
/// # Errors
/// As [`network`].
pub fn declared(
    name: &str,
    seed: u64,
    limits: &Limits,
    warn: &mut dyn FnMut(&str),
) -> Result<Network, Error> {
    if is_digits(name) {
        return Ok(embedded::digits_network());
    }
    let path = Path::new(name);
    let is_file = path.extension().is_some() || name.contains(std::path::MAIN_SEPARATOR);
    if !is_file {
        return Ok(zoo::named(name, seed)?);
    }
    let imported = import::onnx::load_within(path, limits)?;
    imported.warnings.iter().for_each(|w| warn(w));
    Ok(imported.network)
}

/// Lays the weights of a safetensors file over the network.
///
/// # Errors
/// If the file cannot be read or does not fit.
pub fn weights(net: &mut Network, file: &Path) -> Result<(), Error> {
    let bytes = traces_file::read(file).map_err(|e| Error::read(file, e))?;
    import::safetensors::load_onto(net, &bytes).map_err(|source| Error::Weights {
        path: file.display().to_string(),
        of: import::safetensors::network_of(&bytes),
        network: net.name.clone(),
        source: Box::new(source),
    })
}

/// Whether the weights of a name are generated instead of trained: accuracy means nothing then.
pub fn is_generated(name: &str) -> bool {
    zoo::names().any(|(known, _)| known == name)
}

/// Whether a name means the embedded network.
pub fn is_digits(name: &str) -> bool {
    name == DIGITS || name == "digits-cnn"
}
