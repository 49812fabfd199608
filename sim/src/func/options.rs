//! Which non-idealities a functional run includes, and the numbers that choose one chip among many.

use crate::func::isa::Isa;
use crosscut_traces::Stop;
use crosscut_traces::random::Key;
use std::collections::BTreeMap;

/// Limits of ADC ranges by layer name, then weight slice (least significant first): column sums of the first and the last
/// code.
pub type Limits = BTreeMap<String, Vec<[i64; 2]>>;

/// Everything about a functional run that is not in the machine.
#[derive(Debug, Clone, PartialEq)]
pub struct FuncOptions {
    /// Seed of all random numbers.
    pub seed: u64,
    /// Which chip of a Monte-Carlo series: same machine, other cells.
    pub chip: u64,
    /// Seconds between programming and the read, in place of the machine's own figure.
    pub time_s: Option<f64>,
    /// Which non-idealities are on.
    pub non_idealities: NonIdealities,
    /// Limits of ADC ranges, in place of the machine's range rule.
    pub limits: Option<Limits>,
    /// What is recorded of the column sums.
    pub detail: Detail,
    /// Whether it is measured which rows carry something and which cells conduct.
    pub activity: bool,
    /// Instruction set of the kernels in place of the fastest; it changes no result.
    pub isa: Option<Isa>,
    /// Asked between images.
    pub stop: Stop,
}

impl FuncOptions {
    /// Key of all random numbers of the chip.
    pub fn key(&self) -> Key {
        Key::new(self.seed).named("chip").child(self.chip)
    }
}

impl Default for FuncOptions {
    fn default() -> FuncOptions {
        FuncOptions {
            seed: 0,
            chip: 0,
            time_s: None,
            non_idealities: NonIdealities::all(),
            limits: None,
            detail: Detail::Clips,
            activity: false,
            isa: None,
            stop: Stop::default(),
        }
    }
}

/// Which of the non-idealities that a machine describes are on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NonIdealities {
    /// Mismatch of programmed conductances, and the means of a level table.
    pub programming: bool,
    /// Fresh noise on every read.
    pub read_noise: bool,
    /// Decay of conductances between programming and read.
    pub drift: bool,
    /// Cells stuck at the highest or lowest conductance.
    pub stuck: bool,
    /// Current of cells at the lowest level.
    pub on_off: bool,
    /// Wire resistance.
    pub wires: bool,
    /// Saturation of converters.
    pub clipping: bool,
    /// Converter codes that stand for more than one unit of column sum.
    pub rounding: bool,
    /// Gain, offset and non-linearity of converters.
    pub converter: bool,
}

impl NonIdealities {
    /// Everything the machine describes.
    pub fn all() -> NonIdealities {
        NonIdealities::every(true)
    }

    /// Ideal cells, wires and converters.
    pub fn none() -> NonIdealities {
        NonIdealities::every(false)
    }

    fn every(on: bool) -> NonIdealities {
        NonIdealities {
            programming: on,
            read_noise: on,
            drift: on,
            stuck: on,
            on_off: on,
            wires: on,
            clipping: on,
            rounding: on,
            converter: on,
        }
    }
}

/// What is recorded of the column sums before conversion; more takes longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Clipped samples, smallest and largest sum.
    Clips,
    /// Also sums, squares and conversion errors.
    Moments,
    /// Also how often each (rounded) sum occurs.
    Histogram,
}
