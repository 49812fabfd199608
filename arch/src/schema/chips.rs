//! `chips = "as-needed"` or `chips = 4`.

use crate::model::Chips;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use std::borrow::Cow;
use std::fmt;

/// How many chips there are, in its TOML form.
#[derive(Debug, Clone, Copy)]
pub struct ChipCount(pub Chips);

impl<'de> Deserialize<'de> for ChipCount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Either)
    }
}

struct Either;

impl Visitor<'_> for Either {
    type Value = ChipCount;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"as-needed\" or a number of chips")
    }

    fn visit_i64<E: de::Error>(self, n: i64) -> Result<ChipCount, E> {
        let n = u32::try_from(n).map_err(|_| E::invalid_value(de::Unexpected::Signed(n), &self))?;
        Ok(ChipCount(Chips::Exactly(n)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<ChipCount, E> {
        match text {
            "as-needed" => Ok(ChipCount(Chips::AsNeeded)),
            _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
        }
    }
}

impl JsonSchema for ChipCount {
    fn schema_name() -> Cow<'static, str> {
        "ChipCount".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [{ "const": "as-needed" }, { "type": "integer", "minimum": 1 }],
        })
    }
}
