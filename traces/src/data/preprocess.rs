//! How a stored value becomes an input of the network: (x / divisor - mean) / deviation, per channel.

use super::DataError;
use crate::shape::Shape;

/// Preprocessing: (x / divisor - mean) / std per channel. One mean or deviation alone holds for every channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Preprocess {
    /// Divisor of the stored value.
    pub divisor: f32,
    /// Mean per channel.
    pub mean: Vec<f32>,
    /// Deviation per channel.
    pub std: Vec<f32>,
}

/// Names that [`Preprocess::named`] knows, with what they do to bytes.
pub const NAMES: [(&str, &str); 7] = [
    ("mnist", "(x / 255 - 0.1307) / 0.3081"),
    (
        "cifar",
        "(x / 255 - [0.4914, 0.4822, 0.4465]) / [0.2470, 0.2435, 0.2616]",
    ),
    (
        "imagenet",
        "(x / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]",
    ),
    ("digits", "x / 16"),
    ("unit", "x / 255"),
    ("centred", "(x / 255 - 0.5) / 0.5"),
    ("raw", "x"),
];

impl Preprocess {
    fn of(divisor: f32, mean: &[f32], std: &[f32]) -> Self {
        Preprocess {
            divisor,
            mean: mean.to_vec(),
            std: std.to_vec(),
        }
    }

    /// Digits: 0..16 to 0..1.
    pub fn digits() -> Self {
        Preprocess::of(16.0, &[0.0], &[1.0])
    }

    /// The usual MNIST normalisation.
    pub fn mnist() -> Self {
        Preprocess::of(255.0, &[0.1307], &[0.3081])
    }

    /// The usual CIFAR-10 normalisation.
    pub fn cifar() -> Self {
        Preprocess::of(255.0, &[0.4914, 0.4822, 0.4465], &[0.2470, 0.2435, 0.2616])
    }

    /// Values as stored.
    pub fn raw() -> Self {
        Preprocess::of(1.0, &[0.0], &[1.0])
    }

    /// One of [`NAMES`].
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "mnist" => Preprocess::mnist(),
            "cifar" => Preprocess::cifar(),
            "imagenet" => Preprocess::of(255.0, &[0.485, 0.456, 0.406], &[0.229, 0.224, 0.225]),
            "digits" => Preprocess::digits(),
            "unit" => Preprocess::of(255.0, &[0.0], &[1.0]),
            "centred" => Preprocess::of(255.0, &[0.5], &[0.5]),
            "raw" => Preprocess::raw(),
            _ => return None,
        })
    }

    /// The choice for bytes of this image size when nothing is said: those of the sets known by their size, x / 255
    /// otherwise.
    pub fn by_size(size: Shape) -> (&'static str, Self) {
        match (size.c, size.h, size.w) {
            (1, 8, 8) => ("digits", Preprocess::digits()),
            (1, 28, 28) => ("mnist", Preprocess::mnist()),
            (3, 32, 32) => ("cifar", Preprocess::cifar()),
            _ => ("unit", Preprocess::of(255.0, &[0.0], &[1.0])),
        }
    }

    /// A name of [`NAMES`], or `mean=M[:M...],std=S[:S...]` on x / 255.
    ///
    /// # Errors
    /// What the text should have been.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(known) = Preprocess::named(text) {
            return Ok(known);
        }
        let form = || {
            let names: Vec<&str> = NAMES.iter().map(|n| n.0).collect();
            format!(
                "must be one of {}, or mean=M,std=S with one number or one per channel (mean=0.48:0.46:0.41,std=0.23:0.22:0.23), taken of x / 255",
                names.join(", ")
            )
        };
        let mut made = Preprocess::of(255.0, &[0.0], &[1.0]);
        for part in text.split(',') {
            let (key, values) = part.split_once('=').ok_or_else(form)?;
            let values: Vec<f32> = values
                .split(':')
                .map(|v| v.trim().parse::<f32>().ok().filter(|v| v.is_finite()))
                .collect::<Option<_>>()
                .ok_or_else(form)?;
            match key.trim() {
                "mean" => made.mean = values,
                "std" if values.contains(&0.0) => {
                    return Err("a deviation of 0 divides by 0".to_string());
                }
                "std" => made.std = values,
                _ => return Err(form()),
            }
        }
        Ok(made)
    }

    /// The formula, for reports.
    pub fn formula(&self) -> String {
        let list = |v: &[f32]| match v {
            [one] => one.to_string(),
            many => format!(
                "[{}]",
                many.iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        };
        let x = match self.divisor {
            1.0 => "x".to_string(),
            d => format!("x / {d}"),
        };
        match (
            self.mean.iter().all(|&m| m == 0.0),
            self.std.iter().all(|&s| s == 1.0),
        ) {
            (true, true) => x,
            (false, true) => format!("{x} - {}", list(&self.mean)),
            (true, false) => format!("{x} / {}", list(&self.std)),
            (false, false) => format!("({x} - {}) / {}", list(&self.mean), list(&self.std)),
        }
    }

    /// Checks that every channel of `file` has a mean and a usable deviation; values for further channels are not used.
    pub(super) fn check(&self, file: &str, channels: usize) -> Result<(), DataError> {
        let usable = |v: &f32| v.is_finite() && *v != 0.0;
        let enough = |v: &[f32]| v.len() == 1 || v.len() >= channels;
        if enough(&self.mean)
            && enough(&self.std)
            && self.std.iter().all(usable)
            && usable(&self.divisor)
        {
            return Ok(());
        }
        Err(DataError::format(
            file,
            format!(
                "has {channels} channels; preprocessing must give a mean and a nonzero deviation for each (or one for all) and a nonzero divisor, has {} and {}",
                self.mean.len(),
                self.std.len()
            ),
        ))
    }

    /// The network value of a stored one.
    ///
    /// # Panics
    /// If there is no such channel; [`super::Raw::prepare`] checks that first.
    pub fn value(&self, channel: usize, stored: f32) -> f32 {
        let of = |v: &[f32]| if v.len() == 1 { v[0] } else { v[channel] };
        (stored / self.divisor - of(&self.mean)) / of(&self.std)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_lists_are_read_and_shown() {
        let p = Preprocess::parse("mean=0.5,std=0.25:0.5:1").unwrap();
        assert_eq!(p.value(1, 255.0), 1.0);
        assert_eq!(p.formula(), "(x / 255 - 0.5) / [0.25, 0.5, 1]");
        for (name, formula) in NAMES {
            let shown = Preprocess::parse(name).unwrap().formula();
            assert_eq!(shown.replace("0.247,", "0.2470,"), formula, "{name}");
        }
        for wrong in ["mnst", "mean", "mean=a", "std=1:x", "var=2", ""] {
            let e = Preprocess::parse(wrong).unwrap_err();
            assert!(e.contains("mean=M,std=S"), "{wrong}: {e}");
        }
        assert!(
            Preprocess::parse("std=0")
                .unwrap_err()
                .contains("deviation of 0")
        );
    }
}
