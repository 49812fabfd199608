//! Column converters. A kind is one file beside this one and its line in the list below; `docs/extending.md` walks
//! through it.

mod converter;
mod errors;
mod flash;
mod kind;
mod list;
mod ramp;
mod range;
mod sar;
mod table;

pub use converter::ConverterOf;
pub use errors::AdcErrors;
pub use flash::{Flash, FlashTable};
pub use kind::{ConverterKind, ConverterSize, OwnLaw, Work};
pub use ramp::{Ramp, RampTable};
pub use range::{AdcRange, FixedRange, RangeCalibration, RangeRule, UnusedColumns};
pub use sar::{Sar, SarTable};
pub use table::ErrorTable;
pub(crate) use table::{SHARED_KEYS, Shared};

use crate::schema::{Law, NoKeys};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A resolved column converter.
pub type Converter = ConverterOf<Kind>;

list::adc_kinds! {
    /// Successive approximation.
    Sar: SarTable => Sar,
    /// Single slope: all columns of an array share a ramp.
    Ramp: RampTable => Ramp,
    /// All codes are compared at once.
    Flash: FlashTable => Flash,
}

impl ConverterKind for Kind {
    fn name(&self) -> &'static str {
        self.own().name()
    }

    fn steps(&self, bits: u32) -> u64 {
        self.own().steps(bits)
    }

    fn rounds(&self, work: &Work) -> u64 {
        self.own().rounds(work)
    }

    fn rounds_per_s(&self, bits: u32) -> f64 {
        self.own().rounds_per_s(bits)
    }

    fn law(&self) -> OwnLaw {
        self.own().law()
    }

    fn published_laws(&self) -> &'static [Law] {
        self.own().published_laws()
    }
}

/// The form of `Arch::adc` in JSON.
pub(crate) mod json {
    use super::{Converter, Json};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        converter: &Option<Converter>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        Json::from(*converter).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Converter>, D::Error> {
        Json::deserialize(deserializer).map(Option::from)
    }
}
