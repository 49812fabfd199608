//! Standard normal numbers for many columns of one read: a pure function of (key of the read, column).
//!
//! Box and Muller's method on two 32-bit hashes for every two columns. Logarithm, sine and cosine are polynomials in plain 32-bit float
//! operations, so that every instruction set gives the same bits.

use crate::func::isa::Work;
use crosscut_traces::random::Key;

/// Columns worked on together.
pub(in crate::func) const WIDTH: usize = 64;

/// A 32-bit hash (two rounds of multiply and shift), bijective in `x` for every key.
#[inline(always)]
fn mix(mut x: u32, key: u32) -> u32 {
    x ^= x >> 16;
    x = x.wrapping_mul(0x7FEB_352D);
    x ^= x >> 15;
    x = x.wrapping_mul(0x846C_A68B);
    x ^= (x >> 16) ^ key;
    x = x.wrapping_mul(0x7FEB_352D);
    x ^= x >> 15;
    x = x.wrapping_mul(0x846C_A68B);
    x ^ (x >> 16)
}

/// Natural logarithm of a normal positive number: exponent and a polynomial (atanh series) on the mantissa, to about
/// 2e-7.
#[inline(always)]
fn ln(x: f32) -> f32 {
    let bits = x.to_bits();
    // Mantissa in [sqrt(1/2), sqrt(2)).
    let shifted = bits.wrapping_sub(0x3F35_04F3);
    let exponent = (shifted as i32 >> 23) as f32;
    let m = f32::from_bits((shifted & 0x007F_FFFF).wrapping_add(0x3F35_04F3));
    let t = (m - 1.0) / (m + 1.0);
    let t2 = t * t;
    let series =
        t * (2.0 + t2 * (0.666_666_7 + t2 * (0.4 + t2 * (0.285_714_3 + t2 * 0.222_222_2))));
    series + exponent * std::f32::consts::LN_2
}

/// Sine and cosine of `2 pi u` for `u` in [-1/2, 1/2), to about 1e-6.
#[inline(always)]
fn sin_cos(u: f32) -> (f32, f32) {
    // sin and cos of a quarter of the angle, doubled twice.
    let a = u * (std::f32::consts::TAU / 4.0);
    let a2 = a * a;
    let s = a * (1.0 + a2 * (-0.166_666_67 + a2 * (0.008_333_333 + a2 * -0.000_198_412_7)));
    let c = 1.0 + a2 * (-0.5 + a2 * (0.041_666_668 + a2 * (-0.001_388_889 + a2 * 2.480_159e-5)));
    let (s, c) = (2.0 * s * c, 1.0 - 2.0 * s * s);
    (2.0 * s * c, 1.0 - 2.0 * s * s)
}

/// Normal numbers of columns `first ..` of the read with that key.
#[inline(always)]
pub(in crate::func) fn normals(key: Key, first: u32, out: &mut [f32; WIDTH]) {
    let (low, high) = (key.value() as u32, (key.value() >> 32) as u32);
    let (left, right) = out.split_at_mut(WIDTH / 2);
    for (i, (a, b)) in left.iter_mut().zip(right).enumerate() {
        let counter = 2 * (first + i as u32);
        let (h, k) = (mix(counter ^ low, high), mix((counter | 1) ^ low, high));
        // (0, 1], on a grid of 2^-24 with half a step added, so that the logarithm is finite.
        let u = ((h >> 8) as f32 + 0.5) * (1.0 / (1u32 << 24) as f32);
        let v = (k as i32 >> 8) as f32 * (1.0 / (1u32 << 24) as f32);
        let r = (-2.0 * ln(u)).sqrt();
        let (s, c) = sin_cos(v);
        *a = r * c;
        *b = r * s;
    }
}

/// Fills in normal numbers for all columns of one key.
pub(in crate::func) struct Normals<'a> {
    pub key: Key,
    pub out: &'a mut [f32],
}

impl Work for Normals<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let mut all = [0.0; WIDTH];
        for (i, out) in self.out.chunks_mut(WIDTH).enumerate() {
            normals(self.key, (i * WIDTH) as u32, &mut all);
            out.copy_from_slice(&all[..out.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_close_to_exact_ones() {
        for i in 0..2000 {
            let u = (i as f32 + 0.5) / 2000.0;
            assert!((f64::from(ln(u)) - f64::from(u).ln()).abs() < 1e-6, "{u}");
            let (s, c) = sin_cos(u - 0.5);
            let a = std::f64::consts::TAU * f64::from(u - 0.5);
            assert!((f64::from(s) - a.sin()).abs() < 5e-6, "{u}: {s}");
            assert!((f64::from(c) - a.cos()).abs() < 5e-6, "{u}: {c}");
        }
    }

    #[test]
    fn numbers_are_normal_and_independent() {
        let reads = 4000;
        let n = (reads * WIDTH) as f64;
        let mut m = [0.0f64; 5];
        let (mut beyond2, mut beyond4) = (0u64, 0u64);
        let (mut columns, mut reads_apart) = (0.0f64, 0.0f64);
        let mut last = [0.0f32; WIDTH];
        for read in 0..reads as u64 {
            let mut z = [0.0; WIDTH];
            normals(Key::new(5).child(read), 128, &mut z);
            for (i, &v) in z.iter().enumerate() {
                let v64 = f64::from(v);
                (0..5).for_each(|p| m[p] += v64.powi(p as i32));
                beyond2 += u64::from(v.abs() > 2.0);
                beyond4 += u64::from(v.abs() > 4.0);
                columns += v64 * f64::from(z[(i + 1) % WIDTH]);
                reads_apart += v64 * f64::from(last[i]);
            }
            last = z;
        }
        let se = 1.0 / n.sqrt();
        let mean = |s: f64| s / n;
        assert!(mean(m[1]).abs() < 5.0 * se);
        assert!((mean(m[2]) - 1.0).abs() < 5.0 * 2f64.sqrt() * se);
        assert!(mean(m[3]).abs() < 5.0 * 15f64.sqrt() * se);
        assert!((mean(m[4]) - 3.0).abs() < 5.0 * 96f64.sqrt() * se);
        // P(|z| > 2) = 0.0455, P(|z| > 4) = 6.3e-5: about 16 of 256,000.
        assert!((beyond2 as f64 / n - 0.0455).abs() < 5.0 * (0.0455f64 / n).sqrt());
        assert!((3..40).contains(&beyond4), "{beyond4}");
        assert!(mean(columns).abs() < 5.0 * se && mean(reads_apart).abs() < 5.0 * se);
    }
}
