//! Masks as safetensors files, for tools that train elsewhere.
//!
//! One tensor of bytes (1: stays, 0: zero) per compute layer, named `LAYER.weight` like the weights and in their shape.
//! The metadata entry `crosscut-masks` is JSON: format version, network, its digest, machine, layers in order.

use super::{LayerMask, Masks};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// Version of the layout.
const FORMAT: u32 = 1;

/// Key of the metadata.
const KEY: &str = "crosscut-masks";

/// What masks belong to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Version of the layout.
    pub format: u32,
    /// Network.
    pub network: String,
    /// Digest of the pruned network.
    pub digest: String,
    /// Machine it was pruned for.
    pub machine: String,
    /// Layers in network order.
    pub layers: Vec<String>,
}

impl About {
    /// Of masks of a network pruned for a machine.
    pub fn new(masks: &Masks, net: &crosscut_traces::Network, machine: &str) -> About {
        About {
            format: FORMAT,
            network: net.name.clone(),
            digest: net.digest(),
            machine: machine.to_string(),
            layers: masks.layers().map(|(name, _)| name.to_string()).collect(),
        }
    }
}

/// A file that holds no masks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a mask file: {0}")]
pub struct MaskFileError(pub String);

fn wrong(e: impl std::fmt::Display) -> MaskFileError {
    MaskFileError(e.to_string())
}

/// Masks as the bytes of a file.
///
/// # Errors
/// If the format cannot hold them.
pub fn save(masks: &Masks, about: &About) -> Result<Vec<u8>, MaskFileError> {
    let bytes: Vec<(String, &[usize], Vec<u8>)> = masks
        .layers()
        .map(|(name, mask)| {
            let bytes = mask.keep.iter().map(|&k| u8::from(k)).collect();
            (format!("{name}.weight"), mask.shape.as_slice(), bytes)
        })
        .collect();
    let views = bytes.iter().map(|(name, shape, bytes)| {
        let view = TensorView::new(Dtype::U8, shape.to_vec(), bytes);
        view.map(|v| (name.clone(), v))
    });
    let views = views.collect::<Result<Vec<_>, _>>().map_err(wrong)?;
    let about = serde_json::to_string(about).map_err(wrong)?;
    let metadata = HashMap::from([(KEY.to_string(), about)]);
    safetensors::serialize(views, Some(metadata)).map_err(wrong)
}

/// Masks from the bytes of a file. Values other than 0 stay; bytes and booleans are read.
///
/// # Errors
/// If the file is damaged or was not written by [`save`] (or by a tool that kept its metadata).
pub fn load(bytes: &[u8]) -> Result<(Masks, About), MaskFileError> {
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(wrong)?;
    let about = header.metadata().as_ref().and_then(|m| m.get(KEY));
    let about = about.ok_or_else(|| wrong(format!("it has no metadata entry `{KEY}`")))?;
    let about: About = serde_json::from_str(about).map_err(wrong)?;
    if about.format != FORMAT {
        return Err(wrong(format!(
            "its format is {}, this program reads {FORMAT}",
            about.format
        )));
    }
    let file = SafeTensors::deserialize(bytes).map_err(wrong)?;
    let mut layers = Vec::new();
    let mut seen = HashSet::new();
    for layer in &about.layers {
        // Else a short file could ask for its largest tensor many times.
        if !seen.insert(layer) {
            return Err(wrong(format!("it lists the layer `{layer}` twice")));
        }
        let name = format!("{layer}.weight");
        let view = file.tensor(&name);
        let view = view.map_err(|_| wrong(format!("tensor `{name}` is missing")))?;
        if !matches!(view.dtype(), Dtype::U8 | Dtype::BOOL) {
            let dtype = view.dtype();
            return Err(wrong(format!(
                "tensor `{name}` has type {dtype:?}, expected U8 or BOOL"
            )));
        }
        let mask = LayerMask {
            shape: view.shape().to_vec(),
            keep: view.data().iter().map(|&b| b != 0).collect(),
        };
        layers.push((layer.clone(), mask));
    }
    Ok((Masks::new(layers), about))
}
