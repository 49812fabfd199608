//! Well-known shapes with seeded weights: for timing, energy and area, not for accuracy.

mod plain;
mod residual;

use crate::net::Network;
use crate::suggest::hint;

/// A name that the zoo does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no built-in network is called `{name}`{}; known are {}", hint(.name, names().map(|n| n.0)), known())]
pub struct UnknownNetwork {
    /// The name asked for.
    pub name: String,
}

fn known() -> String {
    names().map(|n| n.0).collect::<Vec<_>>().join(", ")
}

type Make = fn(&str, u64) -> Network;

/// Name, one line on what it is, how it is made.
const ZOO: &[(&str, &str, Make)] = &[
    (
        "lenet5",
        "LeNet-5: 1x28x28, two 5x5 convolutions, three fully connected layers",
        plain::lenet5,
    ),
    (
        "vgg8",
        "VGG8 of Liang et al. 2018: 3x32x32, six 3x3 convolutions, two fully connected layers",
        plain::vgg8,
    ),
    ("vgg11", "VGG configuration A, 3x224x224", plain::vgg),
    ("vgg13", "VGG configuration B, 3x224x224", plain::vgg),
    ("vgg16", "VGG configuration D, 3x224x224", plain::vgg),
    ("vgg19", "VGG configuration E, 3x224x224", plain::vgg),
    (
        "alexnet",
        "AlexNet in one tower without groups, 3x227x227",
        plain::alexnet,
    ),
    (
        "resnet18",
        "ResNet-18, 3x224x224, batch norm folded",
        residual::resnet18,
    ),
    (
        "resnet34",
        "ResNet-34, 3x224x224, batch norm folded",
        residual::resnet34,
    ),
    (
        "resnet50",
        "ResNet-50, 3x224x224, stride in the 3x3 convolutions, batch norm folded",
        residual::resnet50,
    ),
    (
        "resnet20",
        "ResNet-20 for 3x32x32, batch norm folded, 1x1 projections",
        residual::resnet20,
    ),
];

/// Names and descriptions.
pub fn names() -> impl Iterator<Item = (&'static str, &'static str)> {
    ZOO.iter().map(|&(name, text, _)| (name, text))
}

/// The network of a name, its weights generated from `seed` when they are asked for; `None` if there is none.
pub fn build(name: &str, seed: u64) -> Option<Network> {
    ZOO.iter().find(|z| z.0 == name).map(|z| (z.2)(name, seed))
}

/// As [`build`], with an error that lists the known names.
///
/// # Errors
/// If there is no such network.
pub fn named(name: &str, seed: u64) -> Result<Network, UnknownNetwork> {
    build(name, seed).ok_or_else(|| UnknownNetwork {
        name: name.to_string(),
    })
}
