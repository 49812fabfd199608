//! JSON in which every key and every object has a line of its own and lists of numbers stay on one.

use serde_json::ser::Formatter;
use std::io::{Result, Write};

/// What is open, outermost first; each with whether it has taken more than one line.
#[derive(Default)]
pub struct Lines {
    open: Vec<Open>,
}

enum Open {
    Object { broken: bool },
    List { broken: bool },
}

impl Lines {
    fn line<W: ?Sized + Write>(&self, out: &mut W) -> Result<()> {
        out.write_all(b"\n")?;
        (0..self.open.len()).try_for_each(|_| out.write_all(b"  "))
    }

    fn close<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> Result<()> {
        if let Some(Open::Object { broken: true } | Open::List { broken: true }) = self.open.pop() {
            self.line(out)?;
        }
        out.write_all(bracket)
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> Result<()> {
        self.open.push(Open::List { broken: false });
        out.write_all(b"[")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> Result<()> {
        match (first, self.open.last()) {
            (true, _) => Ok(()),
            (false, Some(Open::List { broken: true })) => out.write_all(b","),
            _ => out.write_all(b", "),
        }
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> Result<()> {
        self.close(out, b"]")
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> Result<()> {
        if let Some(Open::List { broken }) = self.open.last_mut() {
            *broken = true;
            self.line(out)?;
        }
        self.open.push(Open::Object { broken: false });
        out.write_all(b"{")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> Result<()> {
        if !first {
            out.write_all(b",")?;
        }
        if let Some(Open::Object { broken }) = self.open.last_mut() {
            *broken = true;
        }
        self.line(out)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> Result<()> {
        out.write_all(b": ")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> Result<()> {
        self.close(out, b"}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Serialize;
    use serde_json::{Serializer, Value, json};

    #[test]
    fn numbers_stay_on_a_line() {
        let value = json!({
            "a": [1, 2, [3]], "b": [{"c": {}}, {"d": []}], "e": {"f": "x"}, "g": [[1, 2], [3, 4]]
        });
        let mut bytes = Vec::new();
        let mut json = Serializer::with_formatter(&mut bytes, Lines::default());
        value.serialize(&mut json).expect("plain values");
        let text = String::from_utf8(bytes).expect("text");
        let want = r#"{
  "a": [1, 2, [3]],
  "b": [
    {
      "c": {}
    },
    {
      "d": []
    }
  ],
  "e": {
    "f": "x"
  },
  "g": [[1, 2], [3, 4]]
}"#;
        assert_eq!(text, want);
        assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), value);
    }
}
