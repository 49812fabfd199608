//! One line of a log, read without keeping what the header says already.

use super::header::Header;
use super::row::{Row, Status};
use crate::schema::Method;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, Visitor};
use serde::{Deserializer, de};
use std::borrow::Cow;
use std::fmt;

/// Reads rows of a header.
#[derive(Clone, Copy)]
pub(super) struct Line<'h>(pub(super) &'h Header);

/// A text, borrowed where it holds no escapes.
#[derive(serde::Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> DeserializeSeed<'de> for Line<'_> {
    type Value = Row;

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Row, D::Error> {
        d.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Line<'_> {
    type Value = Row;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row of a sweep")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row, A::Error> {
        let header = self.0;
        let mut row = Row {
            index: u64::MAX,
            point: 0,
            method: Method::Estimate,
            status: Status::Failed,
            error: None,
            values: vec![f64::NAN; header.fields.len()],
        };
        let mut seen = [false; 5];
        // Fields stand in the order of the header: the next one is looked for first.
        let mut next = 0;
        while let Some(Text(key)) = map.next_key()? {
            match key.as_ref() {
                "index" => (row.index, seen[0]) = (map.next_value()?, true),
                "plan" => {
                    let Text(plan) = map.next_value()?;
                    if plan != header.plan.as_str() {
                        let own = &header.plan;
                        let text = format!("the row is of plan {plan}, the log of {own}");
                        return Err(A::Error::custom(text));
                    }
                    seen[1] = true;
                }
                "point" => {
                    let Text(point) = map.next_value()?;
                    row.point = u64::from_str_radix(&point, 16).map_err(de::Error::custom)?;
                    seen[2] = true;
                }
                "method" => (row.method, seen[3]) = (map.next_value()?, true),
                "status" => (row.status, seen[4]) = (map.next_value()?, true),
                "error" => row.error = Some(map.next_value()?),
                name => match place(header, name, next) {
                    Some(at) => {
                        row.values[at] = map.next_value()?;
                        next = at + 1;
                    }
                    None => {
                        let _: IgnoredAny = map.next_value()?;
                    }
                },
            }
        }
        let keys = ["index", "plan", "point", "method", "status"];
        match keys.iter().zip(seen).find(|(_, seen)| !seen) {
            Some((key, _)) => Err(A::Error::missing_field(key)),
            None => Ok(row),
        }
    }
}

fn place(header: &Header, name: &str, next: usize) -> Option<usize> {
    let fields = &header.fields;
    match fields.get(next) {
        Some(f) if f.name == name => Some(next),
        _ => header.field(name),
    }
}
