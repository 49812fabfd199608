//! Weights in safetensors files onto a network whose structure is known: `LAYER.weight`, `LAYER.bias`.

use crate::net::Network;
use crate::op::{Product, ProductMut};
use crate::weights::Weights;
use ndarray::{Array1, ArrayD};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use std::collections::HashMap;

/// Key of the metadata that names the network.
const NETWORK: &str = "crosscut-network";

/// What is wrong with a weight file.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum WeightsError {
    /// It is no safetensors file.
    #[error("not a safetensors file: {0}")]
    Format(String),
    /// A tensor is missing, of another shape or type.
    #[error("tensor `{name}`: {what}")]
    Tensor {
        /// Tensor.
        name: String,
        /// What is wrong.
        what: String,
    },
}

/// Replaces weights and biases of every compute layer of `net` by those of the file; only a layer without a bias may
/// lack one there.
///
/// # Errors
/// [`WeightsError`] if the file is damaged or a tensor is missing or does not fit.
pub fn load_onto(net: &mut Network, bytes: &[u8]) -> Result<(), WeightsError> {
    let file = SafeTensors::deserialize(bytes).map_err(|e| WeightsError::Format(e.to_string()))?;
    for id in net.compute_layers() {
        let name = net.layer(id).name.clone();
        let product = net.layer_mut(id).op.product_mut();
        let ProductMut { weight, bias } = product.expect("compute layers have weights");
        let shape = weight.shape().to_vec();
        *weight = Weights::dense(tensor(&file, &format!("{name}.weight"), &shape)?);
        let name = format!("{name}.bias");
        // A layer without a bias stays so unless the file has one.
        if bias.is_some() || file.tensor(&name).is_ok() {
            *bias = Some(Array1::from_iter(tensor(&file, &name, &shape[..1])?));
        }
    }
    Ok(())
}

/// Name of the network that the weights of a file are of, if the file says it, as those of [`save`] do.
pub fn network_of(bytes: &[u8]) -> Option<String> {
    let (_, header) = SafeTensors::read_metadata(bytes).ok()?;
    header.metadata().as_ref()?.get(NETWORK).cloned()
}

fn tensor(
    file: &SafeTensors<'_>,
    name: &str,
    shape: &[usize],
) -> Result<ArrayD<f32>, WeightsError> {
    let fail = |what: String| WeightsError::Tensor {
        name: name.to_string(),
        what,
    };
    let view = file
        .tensor(name)
        .map_err(|_| fail("is missing".to_string()))?;
    if view.shape() != shape {
        return Err(fail(format!(
            "has shape {:?}, the network needs {shape:?}",
            view.shape()
        )));
    }
    let values = values(&view)
        .ok_or_else(|| fail(format!("has type {:?}, expected F32 or F16", view.dtype())))?;
    if let Some(at) = values.iter().position(|v| !v.is_finite()) {
        return Err(fail(format!(
            "value {at} is {}, expected finite numbers",
            values[at]
        )));
    }
    ArrayD::from_shape_vec(shape.to_vec(), values).map_err(|e| fail(e.to_string()))
}

fn values(view: &TensorView<'_>) -> Option<Vec<f32>> {
    let data = view.data();
    match view.dtype() {
        Dtype::F32 => Some(
            data.chunks_exact(4)
                .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
                .collect(),
        ),
        Dtype::F16 => Some(
            data.chunks_exact(2)
                .map(|b| half::f16::from_le_bytes([b[0], b[1]]).to_f32())
                .collect(),
        ),
        _ => None,
    }
}

/// Weights and biases of every compute layer as a safetensors file (F32), with the name of the network.
///
/// # Errors
/// If the format cannot hold them (more than 2^63 bytes).
pub fn save(net: &Network) -> Result<Vec<u8>, WeightsError> {
    let mut tensors: Vec<(String, Vec<usize>, Vec<u8>)> = Vec::new();
    let bytes = |values: &mut dyn Iterator<Item = f32>| {
        values.flat_map(f32::to_le_bytes).collect::<Vec<u8>>()
    };
    for id in net.compute_layers() {
        let layer = net.layer(id);
        let product = layer.op.operator().product();
        let Product { weight, bias, .. } = product.expect("compute layers have weights");
        let values = weight.values();
        tensors.push((
            format!("{}.weight", layer.name),
            weight.shape().to_vec(),
            bytes(&mut values.iter().copied()),
        ));
        if let Some(b) = bias {
            tensors.push((
                format!("{}.bias", layer.name),
                vec![b.len()],
                bytes(&mut b.iter().copied()),
            ));
        }
    }
    let views = tensors.iter().map(|(name, shape, data)| {
        TensorView::new(Dtype::F32, shape.clone(), data).map(|v| (name.clone(), v))
    });
    let views = views
        .collect::<Result<Vec<_>, _>>()
        .map_err(|e| WeightsError::Format(e.to_string()))?;
    let about = HashMap::from([(NETWORK.to_string(), net.name.clone())]);
    safetensors::serialize(views, Some(about)).map_err(|e| WeightsError::Format(e.to_string()))
}
