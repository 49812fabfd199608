//! Which column sums the codes of a layer's converters stand for, and where the converters depart from a straight line.

use crate::func::adc::codes::{Codes, Converters, Table};
use crate::func::adc::mismatch::Spread;
use crate::func::error::FuncError;
use crate::func::options::Physics;
use crosscut_arch::{AdcErrors, AdcRange, Arch, SignedWeights};
use crosscut_traces::QuantNetwork;
use crosscut_traces::random::hash;
use std::sync::Arc;

/// Beyond any column sum (sums of 16-bit cells times 16-bit inputs over a million rows stay below 2^52).
const UNLIMITED: i64 = 1 << 54;

/// Most entries of a table of codes: 2^22 of four bytes.
const ENTRIES: f64 = (1u64 << 22) as f64;

/// First code and step, in units of column sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// Column sum of the first code, a multiple of `step`.
    pub lowest: i64,
    /// Column sum per code, a power of two.
    pub step: i64,
    /// Number of codes.
    pub codes: i64,
}

impl Range {
    /// The narrowest range of `codes` codes from `lowest` on that reaches `highest`.
    pub fn reaching(lowest: i64, highest: i64, codes: i64) -> Range {
        let mut step = 1;
        loop {
            let first = lowest.div_euclid(step) * step;
            if first + step * (codes - 1) >= highest {
                return Range {
                    lowest: first,
                    step,
                    codes,
                };
            }
            step *= 2;
        }
    }

    /// Where a column sum lies: 0 at the first code, 1 at the last.
    pub fn place(&self, sum: f64) -> f64 {
        (sum - self.lowest as f64) / (self.step as f64 * (self.codes - 1).max(1) as f64)
    }

    /// Column sum of the last code.
    pub fn highest(&self) -> i64 {
        self.lowest + self.step * (self.codes - 1)
    }
}

/// Range by the machine alone; `None` without ADC and where it must be calibrated. Differential columns give signed sums
/// and signed codes.
pub fn by_machine(arch: &Arch) -> Option<Range> {
    let Some(c) = arch.adc else { return None };
    let codes = 1i64 << c.bits;
    let signed = arch.format.signed_weights == SignedWeights::Differential;
    let first = if signed { -codes / 2 } else { 0 };
    let of_step = |step: i64| Range {
        lowest: first * step,
        step,
        codes,
    };
    match c.range {
        AdcRange::UnitStep => Some(of_step(1)),
        AdcRange::Full => {
            let (mut step, last) = (1, first + codes - 1);
            while (arch.largest_column_sum() + step / 2) / step > last {
                step *= 2;
            }
            Some(of_step(step))
        }
        AdcRange::Fixed => c.fixed.map(|f| Range {
            lowest: f.lowest,
            step: f.step,
            codes,
        }),
        AdcRange::Calibrated => None,
    }
}

/// Checks limits against the network, and that a machine whose range is calibrated comes with some.
///
/// # Errors
/// [`FuncError::NotCalibrated`] or [`FuncError::Limits`].
pub fn check(arch: &Arch, qnet: &QuantNetwork, physics: &Physics) -> Result<(), FuncError> {
    let Some(c) = arch.adc else { return Ok(()) };
    let Some(limits) = &physics.limits else {
        let needed = c.range == AdcRange::Calibrated && physics.switches.clipping;
        return match needed {
            true => Err(FuncError::NotCalibrated {
                key: c.key("range"),
            }),
            false => Ok(()),
        };
    };
    let fail = |layer: &str, what: String| {
        Err(FuncError::Limits {
            layer: layer.to_string(),
            what,
        })
    };
    let names: Vec<&str> = (qnet.layers.keys())
        .map(|&id| qnet.network.layer(id).name.as_str())
        .collect();
    for name in &names {
        let Some(slices) = limits.get(*name) else {
            return fail(name, "has no limits".to_string());
        };
        if slices.len() != arch.weight_slices() as usize {
            let what = format!(
                "has limits for {} weight slices, the machine has {}",
                slices.len(),
                arch.weight_slices()
            );
            return fail(name, what);
        }
        for (slice, [lo, hi]) in slices.iter().enumerate() {
            let bound = 1i64 << 50;
            if lo > hi || *lo < -bound || *hi > bound {
                let what =
                    format!("slice {slice}: limits {lo} to {hi} are no range of column sums");
                return fail(name, what);
            }
        }
    }
    match limits.keys().find(|k| !names.contains(&k.as_str())) {
        Some(other) => fail(
            other,
            format!("is no compute layer of `{}`", qnet.network.name),
        ),
        None => Ok(()),
    }
}

impl Converters {
    /// Converters of a machine for the layer of that name; `None` without ADC. The limits of `physics` have passed
    /// [`check`].
    pub fn of(arch: &Arch, layer: &str, physics: &Physics) -> Option<Converters> {
        let Some(c) = arch.adc else { return None };
        let limits = physics.limits.as_ref().and_then(|l| l.get(layer));
        let codes = 1i64 << c.bits;
        let range = |slice: usize| match limits.and_then(|l| l.get(slice)) {
            Some(&[lo, hi]) => Range::reaching(lo, hi, codes),
            // Only runs that do not clip come without a range.
            None => by_machine(arch).unwrap_or(Range {
                lowest: 0,
                step: 1,
                codes,
            }),
        };
        let ranges: Vec<Range> = (0..arch.weight_slices() as usize).map(range).collect();
        let layer = layer.bytes();
        let key = layer.fold(physics.seed, |key, b| hash(key, u64::from(b)));
        let spread = match physics.switches.converter {
            true => Spread::new(arch, ranges.clone(), hash(key, physics.chip)),
            false => None,
        };
        let straight = AdcErrors::default();
        let errors = match spread {
            Some(_) => &straight,
            None => &arch.adc_errors,
        };
        let codes = |&range: &Range| codes_of(range, errors, arch.largest_column_sum(), physics);
        Some(Converters {
            slices: ranges.iter().map(codes).collect(),
            spread,
        })
    }
}

/// The codes of a range under the switches.
fn codes_of(range: Range, errors: &AdcErrors, largest: i64, physics: &Physics) -> Codes {
    let switches = &physics.switches;
    // Without rounding a code stands for every sum that would round into the range; ties go to the even code.
    let (half, odd) = (range.step / 2, (range.lowest / range.step) & 1);
    let (step, first, last) = match switches.rounding || range.step == 1 {
        true => (range.step, range.lowest, range.highest()),
        false => (
            1,
            range.lowest - half + odd,
            range.highest() + half - ((range.highest() / range.step) & 1),
        ),
    };
    let (lo, hi) = match switches.clipping {
        true => (first / step, last / step),
        false => (-UNLIMITED / step, UNLIMITED / step),
    };
    let ideal = Codes::ideal(step, lo, hi);
    if errors.is_none() || !switches.converter {
        return ideal;
    }
    let unit = range.step as f64;
    let bent = |sum: f64| {
        let lsb = errors.gain * sum / unit + errors.offset + inl(&errors.inl, range.place(sum));
        (lsb * unit / step as f64).round_ties_even()
    };
    // A table beyond every possible sum or beyond either end of the range, whichever comes first.
    let reach = errors.inl.iter().fold(2.0 + errors.offset.abs(), |m, v| {
        m.max(v.abs() + 2.0 + errors.offset.abs())
    });
    let outer = |sum: i64, reach: f64| ((sum as f64 / unit + reach) / errors.gain * unit) as i64;
    let (from, until) = match switches.clipping {
        true => (
            (outer(first, -reach) - range.step).max(-largest),
            (outer(last, reach) + range.step).min(largest),
        ),
        false => (-largest, largest),
    };
    let (from, until) = (from.min(until), until.max(from));
    let bits = (ENTRIES / (until - from + 1) as f64)
        .log2()
        .floor()
        .clamp(0.0, 4.0);
    Codes {
        table: Some(Arc::new(Table::new(from, until, bits as u32, bent))),
        ..ideal
    }
}

/// Value at `place` (0 at the first point, 1 at the last) of a line through evenly spaced points.
pub(super) fn inl(points: &[f64], place: f64) -> f64 {
    let last = points.len().saturating_sub(1);
    if points.is_empty() {
        return 0.0;
    }
    let at = place.clamp(0.0, 1.0) * last as f64;
    let left = (at.floor() as usize).min(last);
    let right = (left + 1).min(last);
    points[left] + (points[right] - points[left]) * (at - left as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::func::Switches;

    fn arch(set: &[&str]) -> Arch {
        let set: Vec<String> = set.iter().map(ToString::to_string).collect();
        crosscut_arch::load("reram-64", &set).unwrap()
    }

    fn converter(set: &[&str], physics: &Physics) -> Codes {
        let converters = Converters::of(&arch(set), "any", physics).unwrap();
        assert_eq!(converters.slices.len(), 4);
        converters.slices[3].clone()
    }

    #[test]
    fn ranges_by_rule() {
        let default = Physics::default();
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
    fn limits_give_the_range_they_came_from() {
        for (lowest, step) in [(0, 1), (-12, 4), (40, 8)] {
            let r = Range {
                lowest,
                step,
                codes: 64,
            };
            assert_eq!(Range::reaching(lowest, r.highest(), 64), r);
        }
        // 0 to 64 takes 65 codes of step 1.
        assert_eq!(Range::reaching(0, 64, 64).step, 2);
    }

    #[test]
    fn switches_take_rounding_and_clipping_apart() {
        let physics = |clipping, rounding| Physics {
            switches: Switches {
                clipping,
                rounding,
                ..Switches::all()
            },
            ..Physics::default()
        };
        let set = ["adc.sar.range=full", "adc.sar.bits=4"];
        // 192 over 16 codes: steps of 16 from 0 to 240, which 247 still rounds to (248 is a tie with the even code 16).
        let both = converter(&set, &physics(true, true));
        assert_eq!(both, Codes::ideal(16, 0, 15));
        let clip = converter(&set, &physics(true, false));
        for sum in -20..300 {
            assert_eq!(clip.convert(sum).clip, both.convert(sum).clip, "{sum}");
        }
        assert_eq!(clip.convert(247).value, 247);
        let round = converter(&set, &physics(false, true));
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
        let codes = converter(&set, &Physics::default());
        // Steps of 4, 64 codes: the middle of the range is at 126.
        for sum in 0..=192 {
            let lsb = f64::from(sum) / 4.0;
            let bow = 2.0 * (1.0 - (lsb - 31.5).abs() / 31.5);
            let want = (1.1 * lsb - 0.7 + bow).round_ties_even() as i64;
            let got = codes.convert(sum.into());
            assert_eq!(got.value, 4 * want.clamp(0, 63), "{sum}");
            assert_eq!(got.clip, i8::from(want > 63) - i8::from(want < 0));
        }
        let straight = converter(&["adc.sar.errors.inl=[0.0, 0.0]"], &Physics::default());
        assert_eq!(straight.table, None);
    }
}
