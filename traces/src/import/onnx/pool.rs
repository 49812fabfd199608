//! Windowed and global pooling, and padding.

use super::super::error::Fault;
use super::build::Builder;
use super::conv::{check_fits, extent, padding};
use super::node::NodeView;
use crate::op::{GlobalAveragePool, GlobalMaxPool, Identity, Op, Pad, Pool, PoolKind};

type Done = Result<(), Fault>;

pub(crate) fn max(b: &mut Builder, n: &NodeView) -> Done {
    if n.proto.output.get(1).is_some_and(|o| b.readers(o) > 0) {
        return Err(n.unsupported("the Indices result is used"));
    }
    windowed(b, n, PoolKind::Max)
}

pub(crate) fn average(b: &mut Builder, n: &NodeView) -> Done {
    let padded = n.int("count_include_pad", 0) != 0;
    windowed(
        b,
        n,
        if padded {
            PoolKind::AverageWithPad
        } else {
            PoolKind::Average
        },
    )
}

fn windowed(b: &mut Builder, n: &NodeView, kind: PoolKind) -> Done {
    let (input, shape) = b.image(n, 0)?;
    if !n.has("kernel_shape") {
        return Err(n.fault("kernel_shape is missing"));
    }
    let kernel = n.pair("kernel_shape", [1, 1], 1)?;
    let stride = n.pair("strides", [1, 1], 1)?;
    let dilation = n.pair("dilations", [1, 1], 1)?;
    if dilation != [1, 1] {
        return Err(n.unsupported(format!("dilations {dilation:?}")));
    }
    let pad = padding(n, [shape.h, shape.w], extent(kernel, dilation), stride)?;
    check_fits(n, [shape.h, shape.w], kernel, pad)?;
    // A window must never lie in the padding alone: it would have no value.
    if (0..4).any(|i| pad[i] >= kernel[i % 2]) {
        return Err(n.fault(format!(
            "pads {pad:?} are not smaller than the window {kernel:?}"
        )));
    }
    let ceil = n.int("ceil_mode", 0) != 0;
    let layer = b.emit(
        n,
        Op::Pool(Pool {
            kind,
            kernel,
            stride,
            pad,
            ceil,
        }),
        &[input],
    )?;
    b.set_image(n, layer);
    Ok(())
}

pub(crate) fn global_average(b: &mut Builder, n: &NodeView) -> Done {
    let (input, _) = b.image(n, 0)?;
    let layer = b.emit(n, Op::of(GlobalAveragePool), &[input])?;
    b.set_image(n, layer);
    Ok(())
}

pub(crate) fn global_max(b: &mut Builder, n: &NodeView) -> Done {
    let (input, _) = b.image(n, 0)?;
    let layer = b.emit(n, Op::of(GlobalMaxPool), &[input])?;
    b.set_image(n, layer);
    Ok(())
}

/// A mean over height and width is a global average pool (torch's newer exporter writes it so).
pub(crate) fn reduce_mean(b: &mut Builder, n: &NodeView) -> Done {
    let axes = b.ints(n, "axes", 1)?.unwrap_or_default();
    let (input, _) = b.image(n, 0)?;
    let mut axes = axes
        .iter()
        .map(|&a| n.axis(a, 4))
        .collect::<Result<Vec<_>, _>>()?;
    axes.sort_unstable();
    if axes != [2, 3] {
        return Err(n.unsupported(format!("mean over axes {axes:?}: only height and width")));
    }
    let layer = b.emit(n, Op::of(GlobalAveragePool), &[input])?;
    b.set_image(n, layer);
    if n.int("keepdims", 1) == 0 {
        let channels = b.net.layer(layer).shape.c;
        b.set_act(n, layer, vec![1, channels]);
    }
    Ok(())
}

/// Constant padding of height and width.
pub(crate) fn pad(b: &mut Builder, n: &NodeView) -> Done {
    let act = b.act(n, 0)?;
    let rank = act.dims.len();
    let pads = b
        .ints(n, "pads", 1)?
        .ok_or_else(|| n.fault("pads are missing"))?;
    let axes = match b.ints(n, "axes", 3)? {
        None => (0..rank).collect(),
        Some(a) => a
            .iter()
            .map(|&a| n.axis(a, rank))
            .collect::<Result<Vec<_>, _>>()?,
    };
    if pads.len() != 2 * axes.len() {
        return Err(n.fault(format!("{} pads for {} axes", pads.len(), axes.len())));
    }
    if pads.iter().all(|&p| p == 0) {
        return b.unary(n, Op::of(Identity));
    }
    let mode = n.text("mode", "constant");
    if mode != "constant" {
        return Err(n.unsupported(format!("mode '{mode}'")));
    }
    let (input, _) = b.image(n, 0)?;
    let mut widths = [0; 4];
    for (k, &axis) in axes.iter().enumerate() {
        for (end, &p) in [(0, &pads[k]), (2, &pads[k + axes.len()])] {
            if p != 0 && axis < 2 || !(0..=1 << 16).contains(&p) {
                return Err(n.unsupported(format!(
                    "pads {pads:?}: only height and width, not negative"
                )));
            }
            if axis >= 2 {
                widths[axis - 2 + end] = p as usize;
            }
        }
    }
    let value = match b.optional(n, 2)? {
        Some(c) => c.to_float().iter().next().copied().unwrap_or(0.0),
        None => n.finite("value", 0.0)?,
    };
    let layer = b.emit(n, Op::of(Pad { pad: widths, value }), &[input])?;
    b.set_image(n, layer);
    Ok(())
}
