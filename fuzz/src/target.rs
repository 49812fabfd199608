//! What is fuzzed: one entry a reader.

mod data;
mod machine;
mod network;
mod saved;

use crate::reader::Target;
pub use network::small;
use std::cell::RefCell;

/// Makes a target.
pub type Make = fn() -> Target;

/// All of them.
pub const ALL: [(&str, Make); 15] = [
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
    ("sweep", saved::sweep),
    ("checkpoint", saved::checkpoint),
];

/// Their names.
pub fn names() -> String {
    ALL.map(|(name, _)| name).join(", ")
}

thread_local! {
    static FED: RefCell<Option<Target>> = const { RefCell::new(None) };
}

/// Gives bytes to the reader of a target, for harnesses that bring inputs of their own. The target is made on the first call
/// of a thread and kept until another is named.
///
/// # Panics
///
/// If there is no such target, or the reader panics.
pub fn feed(name: &str, bytes: &[u8]) {
    FED.with_borrow_mut(|kept| {
        if kept.as_ref().is_none_or(|t| t.name != name) {
            let (_, make) = ALL.iter().find(|(n, _)| *n == name).expect("a target");
            *kept = Some(make());
        }
        let target = kept.as_ref().expect("just made");
        (target.read)(bytes);
    });
}
