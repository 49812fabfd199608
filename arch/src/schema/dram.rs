//! `[dram]`: memory outside the chips and the links to it.

use super::At;
use crate::part::Confidence;
use crate::units::{Bandwidth, Capacity};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};
use std::borrow::Cow;
use std::fmt;

/// `[dram]`: memory outside the chips, where input images come from, results go to and weights are loaded from.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DramTable {
    /// What the links of one chip move, in and out together; or `"unbounded"`.
    pub bandwidth: At<LinkRate>,
    /// Bytes it holds. Without it, it is never full.
    pub capacity: Option<At<Capacity>>,
    /// Where the figures come from.
    pub source: String,
    /// How well they are founded.
    pub confidence: Confidence,
}

/// A bandwidth, or none that is known.
#[derive(Debug, Clone, Copy)]
pub enum LinkRate {
    /// So much.
    Bounded(Bandwidth),
    /// Whatever is asked of it.
    Unbounded,
}

impl<'de> Deserialize<'de> for LinkRate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl Visitor<'_> for Either {
            type Value = LinkRate;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a bandwidth such as \"25.6 GB/s\", or \"unbounded\"")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<LinkRate, E> {
                match text {
                    "unbounded" => Ok(LinkRate::Unbounded),
                    text => text.parse().map(LinkRate::Bounded).map_err(E::custom),
                }
            }
        }

        deserializer.deserialize_str(Either)
    }
}

impl JsonSchema for LinkRate {
    fn schema_name() -> Cow<'static, str> {
        "LinkRate".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let bandwidth = generator.subschema_for::<Bandwidth>();
        json_schema!({ "anyOf": [{ "const": "unbounded" }, bandwidth] })
    }
}
