//! What the JSON schema of a machine wants at a place.

use crate::schema::Machine;
use serde_json::Value;
use std::sync::LazyLock;

static MACHINE: LazyLock<Value> = LazyLock::new(|| schemars::schema_for!(Machine).to_value());

/// The schema of one place of a description.
pub(super) struct Wanted {
    /// As written at the key: its description may stand beside a reference.
    at: &'static Value,
    /// What it refers to.
    schema: &'static Value,
}

/// What a value is written as.
pub(super) enum Kind {
    /// A whole number.
    Whole,
    /// A number.
    Number,
    /// `true` or `false`.
    Switch,
    /// Text, often with a unit.
    Text,
    /// A list.
    List,
}

impl Kind {
    /// A value of that kind.
    pub(super) fn example(&self) -> &'static str {
        match self {
            Kind::Whole => "1",
            Kind::Number => "1.0",
            Kind::Switch => "true",
            Kind::Text => "\"...\"",
            Kind::List => "[]",
        }
    }
}

impl Wanted {
    /// A whole machine.
    pub(super) fn machine() -> Wanted {
        Wanted::of(&MACHINE)
    }

    fn of(at: &'static Value) -> Wanted {
        Wanted {
            at,
            schema: resolved(at),
        }
    }

    /// Keys that must be there. Of alternatives none: any one of them will do.
    pub(super) fn required(&self) -> Vec<String> {
        let list = self.schema.get("required").and_then(Value::as_array);
        let names = list.into_iter().flatten().filter_map(Value::as_str);
        names.map(str::to_owned).collect()
    }

    /// The schema of a key, whether it is one of a table's or names an alternative.
    pub(super) fn key(&self, key: &str) -> Option<Wanted> {
        let own = |schema: &'static Value| schema.get("properties")?.get(key);
        let alternatives = ["oneOf", "anyOf"].into_iter();
        let mut alternatives = alternatives.filter_map(|k| self.schema.get(k)?.as_array());
        let found = own(self.schema)
            .or_else(|| alternatives.find_map(|all| all.iter().find_map(own)))
            .or_else(|| {
                self.schema
                    .get("additionalProperties")
                    .filter(|v| v.is_object())
            });
        found.map(Wanted::of)
    }

    /// Keys of a table.
    pub(super) fn keys(&self) -> Vec<&'static str> {
        let own = self.schema.get("properties").and_then(Value::as_object);
        own.into_iter().flatten().map(|(k, _)| k.as_str()).collect()
    }

    /// Whether it is a table.
    pub(super) fn is_table(&self) -> bool {
        let has_keys = |v: &Value| v.get("properties").is_some();
        let kinds = self.schema.get("oneOf").and_then(Value::as_array);
        has_keys(self.schema) || kinds.is_some_and(|all| all.iter().any(has_keys))
    }

    /// Whether exactly one of several kinds must stand in it.
    pub(super) fn is_alternative(&self) -> bool {
        self.schema.get("oneOf").is_some()
    }

    /// What its value is written as.
    pub(super) fn kind(&self) -> Kind {
        match self.schema.get("type").and_then(Value::as_str) {
            Some("integer") => Kind::Whole,
            Some("number") => Kind::Number,
            Some("boolean") => Kind::Switch,
            Some("array") => Kind::List,
            _ => Kind::Text,
        }
    }

    /// What it is, in words.
    pub(super) fn about(&self) -> Option<String> {
        let own = self
            .at
            .get("description")
            .or(self.schema.get("description"));
        let text = own?.as_str()?.replace('\n', " ");
        Some(text.trim_end_matches('.').to_owned())
    }
}

/// What a schema refers to; of something or nothing, something.
fn resolved(mut schema: &'static Value) -> &'static Value {
    loop {
        let reference = schema.get("$ref").and_then(Value::as_str);
        let next = match reference.and_then(|r| r.strip_prefix("#/$defs/")) {
            Some(name) => MACHINE.get("$defs").and_then(|defs| defs.get(name)),
            None => optional(schema),
        };
        match next {
            Some(next) => schema = next,
            None => return schema,
        }
    }
}

fn optional(schema: &'static Value) -> Option<&'static Value> {
    let any = schema.get("anyOf")?.as_array()?;
    let is_null = |v: &&Value| v.get("type").and_then(Value::as_str) == Some("null");
    any.iter().find(is_null)?;
    any.iter().find(|v| !is_null(v))
}
