//! The converters of one layer.

use crate::func::adc::codes::{Codes, Sample};
use crate::func::adc::mismatch::{Mismatch, Transfer};
use crate::func::adc::range::{Range, by_machine, codes_of};
use crate::func::cells::block::Block;
use crate::func::cells::encode::Encoding;
use crate::func::options::FuncOptions;
use crosscut_arch::{AdcErrors, Arch};

/// What the converters of a layer make of column sums, and how they differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Converters {
    /// By weight slice, least significant first.
    pub codes: Vec<Codes>,
    /// How converters differ, where they do: then the codes have no table.
    pub mismatch: Option<Mismatch>,
}

impl Converters {
    /// The conversion of an analog sum of a block's `column` in that weight slice; `transfer` is the block's.
    pub fn convert_analog(
        &self,
        transfer: Option<&Transfer>,
        column: usize,
        weight_slice: usize,
        sum: f32,
    ) -> Sample {
        let codes = &self.codes[weight_slice];
        match transfer {
            Some(transfer) => transfer.convert(column, weight_slice, codes, sum),
            None => codes.convert_analog(sum),
        }
    }

    /// What the converters of a block's columns do, where converters differ.
    pub fn transfer(&self, block: &Block, e: &Encoding) -> Option<Transfer> {
        let mismatch = self.mismatch.as_ref();
        mismatch.map(|m| m.transfer(block, e, &self.codes))
    }

    /// Converters of a machine for the layer of that name; `None` without ADC. The limits of `options` have passed
    /// [`check`](crate::func::adc::limits::check).
    pub fn of(arch: &Arch, layer: &str, options: &FuncOptions) -> Option<Converters> {
        let c = arch.adc?;
        let limits = options.limits.as_ref().and_then(|l| l.get(layer));
        let codes = 1i64 << c.bits;
        let range = |weight_slice: usize| match limits.and_then(|l| l.get(weight_slice)) {
            Some(&[lo, hi]) => Range::reaching(lo, hi, codes),
            // Only runs that do not clip come without a range.
            None => by_machine(arch).unwrap_or(Range {
                lowest: 0,
                step: 1,
                codes,
            }),
        };
        let ranges: Vec<Range> = (0..arch.weight_slices() as usize).map(range).collect();
        let mismatch = if options.non_idealities.converter {
            let key = options.key().named("converters").named(layer);
            Mismatch::new(arch, ranges.clone(), key)
        } else {
            None
        };
        let straight = AdcErrors::default();
        let errors = match mismatch {
            Some(_) => &straight,
            None => &arch.adc_errors,
        };
        let codes = |&range: &Range| {
            codes_of(
                range,
                errors,
                arch.largest_column_sum(),
                &options.non_idealities,
            )
        };
        Some(Converters {
            codes: ranges.iter().map(codes).collect(),
            mismatch,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::func::options::NonIdealities;

    fn arch(set: &[&str]) -> Arch {
        let set: Vec<String> = set.iter().map(ToString::to_string).collect();
        crosscut_arch::load("reram-64", &set).unwrap()
    }

    fn converter(set: &[&str], options: &FuncOptions) -> Codes {
        let converters = Converters::of(&arch(set), "any", options).unwrap();
        assert_eq!(converters.codes.len(), 4);
        converters.codes[3].clone()
    }

    #[test]
    fn ranges_by_rule() {
        let default = FuncOptions::default();
        let set = |s: &[&str]| converter(s, &default);
        // 64 rows of 2-bit cells: 192 over 6 bits needs steps of 4: 48 codes.
        assert_eq!(set(&["adc.sar.range=full"]), Codes::ideal(4, 0, 63));
        // Stored inverted beyond half, 96 is the most: steps of 2.
        let flipped = ["adc.sar.range=full", "format.signed.offset.flip=true"];
        assert_eq!(set(&flipped), Codes::ideal(2, 0, 63));
        assert_eq!(set(&[]), Codes::ideal(1, 0, 63));
        let fixed = ["adc.sar.range=fixed", "adc.sar.lowest=-8", "adc.sar.step=2"];
        assert_eq!(set(&fixed), Codes::ideal(2, -4, 59));
    }

    #[test]
    fn rounding_and_clipping_come_apart() {
        let options = |clipping, rounding| FuncOptions {
            non_idealities: NonIdealities {
                clipping,
                rounding,
                ..NonIdealities::all()
            },
            ..FuncOptions::default()
        };
        let set = ["adc.sar.range=full", "adc.sar.bits=4"];
        // 192 over 16 codes: steps of 16 from 0 to 240, which 247 still rounds to (248 is a tie with the even code 16).
        let both = converter(&set, &options(true, true));
        assert_eq!(both, Codes::ideal(16, 0, 15));
        let clip = converter(&set, &options(true, false));
        for sum in -20..300 {
            assert_eq!(clip.convert(sum).clip, both.convert(sum).clip, "{sum}");
        }
        assert_eq!(clip.convert(247).value, 247);
        let round = converter(&set, &options(false, true));
        // 62.5 steps: a tie, which goes to the even code 62.
        assert_eq!(
            (round.convert(1000).value, round.convert(1000).clip),
            (992, 0)
        );
    }

    #[test]
    fn gain_offset_and_inl_bend_the_line_as_written() {
        let set = [
            "adc.sar.range=full",
            "adc.sar.errors.gain=1.1",
            "adc.sar.errors.offset=-0.7",
            "adc.sar.errors.inl=[0.0, 2.0, 0.0]",
        ];
        let codes = converter(&set, &FuncOptions::default());
        // Steps of 4, 64 codes: the middle of the range is at 126.
        for sum in 0..=192 {
            let lsb = f64::from(sum) / 4.0;
            let bow = 2.0 * (1.0 - (lsb - 31.5).abs() / 31.5);
            let want = (1.1 * lsb - 0.7 + bow).round_ties_even() as i64;
            let got = codes.convert(sum.into());
            assert_eq!(got.value, 4 * want.clamp(0, 63), "{sum}");
            assert_eq!(got.clip, i8::from(want > 63) - i8::from(want < 0));
        }
        let straight = converter(&["adc.sar.errors.inl=[0.0, 0.0]"], &FuncOptions::default());
        assert_eq!(straight.table, None);
    }
}
