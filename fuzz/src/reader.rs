//! A reader that is fuzzed, and what it starts from.

/// A reader with the inputs it starts from.
pub struct Target {
    /// Name on the command line.
    pub name: &'static str,
    /// Inputs as the program or its users write them.
    pub corpus: Vec<Vec<u8>>,
    /// Words of the format.
    pub words: &'static [&'static str],
    /// Whether the format is made of fields with lengths.
    pub protobuf: bool,
    /// Takes any bytes; says whether it accepted them.
    pub read: Read,
}

/// Takes any bytes; says whether it accepted them.
pub type Read = Box<dyn Fn(&[u8]) -> bool>;

/// Text of an input; a reader of texts refuses what is none.
pub(crate) fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// What an error says is neither nothing nor `most` bytes or more.
pub(crate) fn assert_short(said: &str, most: usize) {
    assert!(
        !said.is_empty() && said.len() < most,
        "{} bytes are said",
        said.len()
    );
}
