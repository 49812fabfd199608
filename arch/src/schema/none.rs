//! `[adc.none]`, `[format.signed.differential]`: a table that only names its kind.

use schemars::JsonSchema;
use serde::Deserialize;

/// A table that holds no keys.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoKeys {}
