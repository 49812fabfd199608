//! What is run: the network and the images, from names or files.

mod cut;
mod images;
mod training;

pub use cut::cut;
pub use images::{Images, images};
pub use training::training_images;

use anyhow::Context;
use crosscut_traces::{Network, embedded, fold, import, zoo};
use std::path::Path;

/// Name of the embedded network and data set.
pub const DIGITS: &str = "digits";

/// One line on the embedded network.
pub const DIGITS_TEXT: &str = "the default: 1x8x8 handwritten digits, four 3x3 convolutions, two fully connected layers, trained";

/// The network of `--network`; weights of the built-in shapes follow from the seed. Warnings go to `warn`.
pub fn network(name: &str, seed: u64, warn: &mut dyn FnMut(&str)) -> anyhow::Result<Network> {
    Ok(fold::fold(&declared(name, seed, warn)?))
}

/// As [`network`], with batch norm where the file has it.
pub fn declared(name: &str, seed: u64, warn: &mut dyn FnMut(&str)) -> anyhow::Result<Network> {
    if network_is_digits(name) {
        return Ok(embedded::digits_network());
    }
    let path = Path::new(name);
    let is_file = path.extension().is_some() || name.contains(std::path::MAIN_SEPARATOR);
    if !is_file {
        return zoo::named(name, seed).map_err(|e| {
            anyhow::anyhow!(
                "{e}; the embedded one is `{DIGITS}`, and an ONNX file has an extension"
            )
        });
    }
    let imported = import::onnx::load(path)?;
    imported.warnings.iter().for_each(|w| warn(w));
    Ok(imported.network)
}

/// Lays the weights of a safetensors file over the network.
pub fn weights(net: &mut Network, file: &Path) -> anyhow::Result<()> {
    let shown = file.display();
    let bytes = std::fs::read(file).with_context(|| format!("cannot read `{shown}`"))?;
    import::safetensors::load_onto(net, &bytes).with_context(|| {
        format!(
            "the weights `{shown}` do not fit the network `{}`",
            net.name
        )
    })
}

/// Whether weights are generated instead of trained: accuracy means nothing then.
pub fn is_generated(name: &str) -> bool {
    zoo::names().any(|(known, _)| known == name)
}

/// Whether a name means the embedded network.
pub fn network_is_digits(name: &str) -> bool {
    name == DIGITS || name == "digits-cnn"
}
