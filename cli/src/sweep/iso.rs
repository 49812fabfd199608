//! Questions at equal accuracy: how far down a figure can go before accuracy gives way.

use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumMessage, IntoStaticStr};

/// What is made as small as possible while accuracy holds.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    Serialize,
    Deserialize,
    EnumIter,
    EnumMessage,
    IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum IsoBy {
    /// Bits of the column converters.
    #[default]
    Bits,
    /// Share of the crossbars that pruning keeps, in steps of 5 %.
    Keep,
}

/// A loss of accuracy that is allowed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IsoAccuracy {
    /// Per cent of all images that may be lost against the reference.
    pub points: f64,
    /// By what.
    pub by: IsoBy,
}

/// Steps of the share to keep.
pub const SHARES: u32 = 20;

/// The smallest number from 1 to `most` for which `holds` is true. Bisection finds it, and assumes that `holds` stays true for
/// all larger numbers. `None` if it is false for `most`.
pub fn smallest<E>(
    most: u32,
    holds: &mut dyn FnMut(u32) -> Result<bool, E>,
) -> Result<Option<u32>, E> {
    if most == 0 || !holds(most)? {
        return Ok(None);
    }
    let (mut fails, mut works) = (0, most);
    while works - fails > 1 {
        let middle = fails + (works - fails) / 2;
        if holds(middle)? {
            works = middle;
        } else {
            fails = middle;
        }
    }
    Ok(Some(works))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bisection_finds_the_edge_in_few_questions() {
        for edge in 1..=21 {
            let mut asked = 0;
            let found = smallest::<()>(20, &mut |n| {
                asked += 1;
                Ok(n >= edge)
            });
            assert_eq!(found, Ok((edge <= 20).then_some(edge)));
            assert!(asked <= 6, "{asked}");
        }
    }
}
