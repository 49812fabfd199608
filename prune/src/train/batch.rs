//! Which images make a batch, in what order, and how they are changed: all from (seed, epoch, image).

use super::options::Augment;
use super::real::Real;
use crosscut_traces::Tensor;
use crosscut_traces::random::hash;

/// Streams of random numbers of one run, by what they are for.
#[derive(Debug, Clone, Copy)]
pub enum Stream {
    /// Order of images.
    Order = 1,
    /// Mirroring and cutting.
    Augment = 2,
    /// Noise on weights.
    Noise = 3,
}

/// Key of a stream.
pub fn key(seed: u64, stream: Stream, counter: u64) -> u64 {
    hash(hash(seed, stream as u64), counter)
}

/// A number below `n`.
fn below(n: usize, random: u64) -> usize {
    ((u128::from(random) * n as u128) >> 64) as usize
}

/// 0..n in the order of an epoch (Fisher and Yates).
pub fn order(n: usize, seed: u64, epoch: u32) -> Vec<u32> {
    let key = key(seed, Stream::Order, u64::from(epoch));
    let mut order: Vec<u32> = (0..n as u32).collect();
    for i in (1..n).rev() {
        order.swap(i, below(i + 1, hash(key, i as u64)));
    }
    order
}

/// How one image is changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Change {
    /// Mirrored left to right.
    pub flip: bool,
    /// Rows and columns the image is moved by.
    pub shift: [isize; 2],
}

impl Change {
    /// Of an image in an epoch.
    pub fn draw(augment: Augment, seed: u64, epoch: u32, image: usize) -> Change {
        let key = hash(key(seed, Stream::Augment, u64::from(epoch)), image as u64);
        let reach = 2 * augment.crop + 1;
        let move_by = |counter| below(reach, hash(key, counter)) as isize - augment.crop as isize;
        Change {
            flip: augment.flip && hash(key, 0) >> 63 == 1,
            shift: [move_by(1), move_by(2)],
        }
    }
}

/// Writes an image; channel `c` starts at `c * stride`.
pub fn write<T: Real>(image: &Tensor, change: Change, to: &mut [T], stride: usize) {
    let (c, h, w) = image.dim();
    let t = |v: f32| T::of(f64::from(v));
    if change == Change::default()
        && let Some(values) = image.as_slice()
    {
        for (channel, values) in values.chunks_exact(h * w).enumerate() {
            for (to, &v) in to[channel * stride..].iter_mut().zip(values) {
                *to = t(v);
            }
        }
        return;
    }
    for channel in 0..c {
        for y in 0..h {
            let row = &mut to[channel * stride + y * w..][..w];
            let iy = y.wrapping_add_signed(change.shift[0]);
            for (x, to) in row.iter_mut().enumerate() {
                let x = if change.flip { w - 1 - x } else { x };
                let ix = x.wrapping_add_signed(change.shift[1]);
                *to = if iy < h && ix < w {
                    t(image[[channel, iy, ix]])
                } else {
                    T::zero()
                };
            }
        }
    }
}
