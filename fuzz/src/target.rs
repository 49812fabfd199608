//! What is fuzzed: one entry a reader.

mod data;
mod machine;
mod network;
mod saved;

use crate::reader::Target;
pub use network::small;

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
