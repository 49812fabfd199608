//! What can be wrong with a mapping request.

use super::identity::Elsewhere;
use crosscut_traces::suggest::hint;

/// A network that cannot be mapped as asked. The user's input is at fault.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum MapError {
    /// A layer named in the options is not a compute layer of the network.
    #[error("no compute layer is named `{name}`{hint}")]
    UnknownLayer {
        /// Name as given.
        name: String,
        /// `; did you mean ...`, or empty.
        hint: String,
    },
    /// A saved mapping of another machine or network.
    #[error("the saved mapping does not belong here: {0}")]
    Elsewhere(#[from] Elsewhere),
    /// A saved mapping lacks a layer.
    #[error("the saved mapping does not say how layer `{0}` is mapped")]
    NotSaved(String),
    /// A saved mapping holds what the network or the machine does not have.
    #[error("the saved mapping of layer `{layer}` does not fit: {what}")]
    Saved {
        /// Layer.
        layer: String,
        /// What is wrong.
        what: String,
    },
    /// Published slice widths were asked for a network that has none.
    #[error("no slice widths are published for the network `{network}`; there are {known}")]
    NotPublished {
        /// Network.
        network: String,
        /// Names of the tables.
        known: String,
    },
    /// An unroll, replica or firing count out of range.
    #[error("layer `{layer}`: {what} is {value}, but must be {allowed}")]
    OutOfRange {
        /// Layer.
        layer: String,
        /// Which option.
        what: &'static str,
        /// Value as given.
        value: usize,
        /// Allowed range in words.
        allowed: String,
    },
    /// A weight does not fit the width of an array.
    #[error(
        "one weight takes {needed} columns (weight slices x sign columns), but a crossbar has {columns}; use wider crossbars, more bits per cell or fewer weight bits"
    )]
    WeightTooWide {
        /// Columns per weight.
        needed: u32,
        /// Columns of a crossbar.
        columns: u32,
    },
    /// The machine has a fixed number of chips and the network needs more.
    #[error(
        "the network needs {needed} chips of this machine, which has {available}; `run --reload` writes its weights in groups of layers, one after the other"
    )]
    DoesNotFit {
        /// Chips needed.
        needed: u64,
        /// Chips there are.
        available: u64,
    },
    /// The network has no layer that runs on crossbars.
    #[error("the network `{0}` has no convolution or fully connected layer to map")]
    NothingToMap(String),
}

impl MapError {
    /// The unknown name with the nearest known one, or all of them.
    pub fn unknown_layer(name: &str, known: &[&str]) -> MapError {
        let mut hint = hint(name, known.iter().copied());
        if hint.is_empty() {
            hint = format!("; its compute layers are {}", known.join(", "));
        }
        MapError::UnknownLayer {
            name: name.to_string(),
            hint,
        }
    }
}
