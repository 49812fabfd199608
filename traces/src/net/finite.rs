//! Weights that are numbers: an infinite one makes every figure that depends on it meaningless.

use super::network::Network;
use crate::op::Op;
use crate::weights::Weights;

/// A parameter that is infinite or not a number.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("layer '{layer}': {what} {index} is {value}, expected finite numbers")]
pub struct NotFinite {
    /// Layer.
    pub layer: String,
    /// Weight, bias, factor or addend.
    pub what: &'static str,
    /// Which of them, in row-major order.
    pub index: usize,
    /// What it is.
    pub value: f32,
}

impl Network {
    /// Looks at every weight, bias, factor and addend. Generated weights are finite by construction.
    ///
    /// # Errors
    /// The first that is infinite or not a number.
    pub fn check_finite(&self) -> Result<(), NotFinite> {
        for (_, layer) in self.layers() {
            let check = |what: &'static str, values: &mut dyn Iterator<Item = f32>| {
                let odd = values.enumerate().find(|(_, v)| !v.is_finite());
                odd.map_or(Ok(()), |(index, value)| {
                    Err(NotFinite {
                        layer: layer.name.clone(),
                        what,
                        index,
                        value,
                    })
                })
            };
            if let Some(product) = layer.op.operator().product() {
                if let Weights::Dense(values) = product.weight {
                    check("weight", &mut values.iter().copied())?;
                }
                if let Some(bias) = product.bias {
                    check("bias", &mut bias.iter().copied())?;
                }
            }
            if let Op::ScaleShift(s) = &layer.op {
                check("factor", &mut s.scale.iter().copied())?;
                check("addend", &mut s.shift.iter().copied())?;
            }
        }
        Ok(())
    }
}
