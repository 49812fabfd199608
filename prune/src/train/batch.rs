//! Which images make a batch, in what order, and how they are changed: all from (seed, epoch, image).

use super::options::Augment;
use super::real::Real;
use crosscut_traces::Tensor;
use crosscut_traces::random::Key;
use rand::RngExt;
use rand::seq::SliceRandom;

/// 0..n in the order of an epoch.
pub fn order(n: usize, seed: u64, epoch: u32) -> Vec<u32> {
    let key = Key::new(seed).named("order").child(u64::from(epoch));
    let mut order: Vec<u32> = (0..n as u32).collect();
    order.shuffle(&mut key.rng());
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
        let key = Key::new(seed).named("augment").child(u64::from(epoch));
        let mut rng = key.child(image as u64).rng();
        let crop = augment.crop as i32;
        let flip = rng.random::<bool>();
        Change {
            flip: augment.flip && flip,
            shift: [(); 2].map(|()| rng.random_range(-crop..=crop) as isize),
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
