//! Numbers as text.

/// Numbers as JSON writes them: short, whole ones without a point, and read back to the same bits.
#[derive(Default)]
pub(super) struct Numbers(Vec<u8>);

impl Numbers {
    /// A finite number.
    pub(super) fn text(&mut self, value: f64) -> &str {
        self.0.clear();
        let whole = value.fract() == 0.0 && value.abs() < 9e15;
        let written = match whole {
            true => serde_json::to_writer(&mut self.0, &(value as i64)),
            false => serde_json::to_writer(&mut self.0, &value),
        };
        // Finite numbers can be written to memory, as ASCII.
        written
            .ok()
            .and_then(|()| std::str::from_utf8(&self.0).ok())
            .unwrap_or_default()
    }
}
