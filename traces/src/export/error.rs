//! What cannot be written.

/// A layer the file format has no form for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("layer `{layer}` cannot be written: {what}")]
pub struct ExportError {
    /// Layer.
    pub layer: String,
    /// Why.
    pub what: String,
}
