//! What is fuzzed: one entry a reader.

mod data;
mod machine;
mod network;
mod saved;

pub use network::small;

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

/// Makes a target.
pub type Make = fn() -> Target;

/// All of them.
pub const ALL: [(&str, Make); 14] = [
    ("machine", machine::description),
    ("set", machine::overriding),
    ("onnx", network::onnx),
    ("weights", network::weights),
    ("npy", data::npy),
    ("npz", data::npz),
    ("idx", data::idx),
    ("cifar", data::cifar),
    ("png", data::png),
    ("mapping", saved::mapping),
    ("limits", saved::limits),
    ("masks", saved::masks),
    ("report", saved::report),
    ("checkpoint", saved::checkpoint),
];

/// Their names.
pub fn names() -> String {
    ALL.map(|(name, _)| name).join(", ")
}

/// Text of an input; a reader of texts refuses what is none.
fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}
