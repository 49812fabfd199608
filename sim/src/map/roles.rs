//! How many crossbars a layer occupies, by role.
//!
//! On machines whose reduce, buffer and pool work is digital only `compute` is non-zero. On
//! many-crossbar machines the counts follow SemiMap (Deng et al., IEEE TCAD, DOI
//! 10.1109/tcad.2018.2883959) and Liang et al. 2018, as worked out in the formulas beside each function.

use super::adders::Adders;
use super::layer::{Geometry, LayerMap, RoleCounts, Slice};
use super::sums;
use crate::kind;
use crosscut_arch::{Arch, Worker};
use crosscut_traces::Shape;

/// Crossbars of a compute layer whose slices send `copies` output columns twice ([`copies`]).
pub(crate) fn of_layer(layer: &LayerMap, arch: &Arch, copies: usize) -> RoleCounts {
    let ry = layer.replicas[1] as u64;
    let hardware = layer.hardware_slices();
    let live = layer.live_row_blocks(arch) as u64;
    let compute = hardware.iter().map(|&w| layer.arrays(arch, w)).sum::<u64>() * ry;
    let slices = hardware.len() as u64;
    let buffer = match arch.roles.buffer {
        Worker::Digital => 0,
        Worker::Crossbar => slices * live * ry,
    };
    let reduce = match arch.roles.reduce {
        Worker::Digital => 0,
        Worker::Crossbar => adders_of_slices(layer, arch, copies) * ry,
    };
    RoleCounts {
        compute,
        reduce,
        buffer,
        pool: 0,
    }
}

/// Adders of all slices with hardware of their own, one copy of them; each sends `copies` output columns twice.
pub fn adders_of_slices(layer: &LayerMap, arch: &Arch, copies: usize) -> u64 {
    let of_slice = |w: usize| adders_of_slice(layer, arch, w + copies);
    layer.hardware_slices().into_iter().map(of_slice).sum()
}

/// Adders of one slice.
fn adders_of_slice(layer: &LayerMap, arch: &Arch, width_with_copies: usize) -> u64 {
    let (columns, packets) = (arch.crossbar.columns as usize, capacity(arch));
    match layer.adders {
        Adders::Dense => sums::dense(layer, width_with_copies, columns, packets),
        Adders::Arriving => sums::arriving(layer, width_with_copies, columns, packets),
    }
}

/// How the next convolution cuts the columns of this layer's output into slices.
#[derive(Debug, Clone, Copy)]
pub struct NextSlices {
    /// Input columns from one slice to the next: its unroll x its stride.
    pub step: usize,
    /// Columns that neighbouring slices both look at: kernel (dilation included) - stride.
    pub overlap: usize,
}

impl NextSlices {
    /// Of a convolution; a fully connected layer takes the whole image at once.
    pub(crate) fn of(next: &Geometry, unroll: usize) -> Option<NextSlices> {
        let reach = (next.kernel[1] - 1) * next.dilation[1] + 1;
        (!next.is_gemm).then(|| NextSlices {
            step: unroll * next.stride[1],
            overlap: reach.saturating_sub(next.stride[1]),
        })
    }
}

/// Output columns every slice reserves twice in its adders; 0 where adding is digital or a pool follows.
pub fn copies(layer: &LayerMap, arch: &Arch, next: Option<NextSlices>) -> usize {
    match arch.roles.reduce {
        Worker::Digital => 0,
        Worker::Crossbar => next.map_or(0, |next| duplicated_columns(layer, next)),
    }
}

/// e: the most output columns of one slice that a second slice of the next convolution needs as well.
///
/// Half the overlap lies on either side of a border of the consumer's slices. The largest value over this
/// layer's slices is reserved in every slice, which is the reading that gives all published dense totals of
/// VGG8 (Table II of Liang et al. 2018).
fn duplicated_columns(layer: &LayerMap, next: NextSlices) -> usize {
    let NextSlices { step, overlap } = next;
    let (before, after) = (overlap - overlap / 2, overlap / 2);
    let shared: Vec<bool> = (0..layer.geometry.output.w)
        .map(|x| {
            let (offset, first, last) = (
                x % step,
                x < step,
                x + step >= layer.geometry.output.w.next_multiple_of(step),
            );
            (offset < after && !first) || (offset + before >= step && !last)
        })
        .collect();
    let of_slice = |s: &Slice| {
        shared[s.start..s.start + s.width]
            .iter()
            .filter(|&&x| x)
            .count()
    };
    layer.slices().iter().map(of_slice).max().unwrap_or(0)
}

/// Crossbars that add the branches of a residual connection, as partial sums are added. The papers give no count
/// for these; this is our reading of the same capacity rule with one vector per branch.
pub(super) fn of_add(shape: Shape, branches: usize, arch: &Arch) -> RoleCounts {
    if arch.roles.reduce == Worker::Digital {
        return RoleCounts::default();
    }
    let neurons = (arch.crossbar.columns as usize)
        .min(capacity(arch) / branches.max(1))
        .max(1);
    RoleCounts {
        reduce: (shape.c * shape.w).div_ceil(neurons) as u64,
        ..RoleCounts::default()
    }
}

/// Packets an adder crossbar takes per firing.
fn capacity(arch: &Arch) -> usize {
    kind::of(arch)
        .packets_per_adder()
        .map_or(usize::MAX, |n| n as usize)
}

/// Widths of the slices of a row of `columns` columns: `unroll` each, the last may be narrower.
pub fn slice_widths(columns: usize, unroll: usize) -> impl Iterator<Item = usize> {
    (0..columns)
        .step_by(unroll)
        .map(move |x| unroll.min(columns - x))
}

/// Crossbars of a pooling layer on a machine that pools on crossbars: per slice `ceil(C / floor(N / (2w)))`
/// buffers and as many pool crossbars; the slices are those of the layer that feeds it.
pub(super) fn of_pool(input: Shape, unroll: usize, window: usize, arch: &Arch) -> RoleCounts {
    let per_slice = |w: usize| {
        let fms = (arch.crossbar.columns as usize / (window * w)).max(1);
        input.c.div_ceil(fms) as u64
    };
    let crossbars = slice_widths(input.w, unroll).map(per_slice).sum();
    let role = |worker| {
        if worker == Worker::Crossbar {
            crossbars
        } else {
            0
        }
    };
    RoleCounts {
        compute: 0,
        reduce: 0,
        buffer: role(arch.roles.buffer),
        pool: role(arch.roles.pool),
    }
}
