//! Convolution, and the automatic padding shared with pooling.

use super::super::error::Fault;
use super::build::Builder;
use super::constant::Const;
use super::node::NodeView;
use crate::op::{Conv, Op};
use crate::weights::Weights;
use ndarray::Array1;

/// Padding from `pads` or `auto_pad`. `input` is height and width, `extent` the dilated window.
pub(crate) fn padding(
    n: &NodeView,
    input: [usize; 2],
    extent: [usize; 2],
    stride: [usize; 2],
) -> Result<[usize; 4], Fault> {
    let mode = n.text("auto_pad", "NOTSET");
    match mode.as_str() {
        "" | "NOTSET" => n.pads(),
        "VALID" => Ok([0; 4]),
        "SAME_UPPER" | "SAME_LOWER" => {
            let mut pad = [0; 4];
            for axis in 0..2 {
                let out = input[axis].div_ceil(stride[axis]);
                let covered = (out.max(1) - 1) * stride[axis] + extent[axis];
                let total = covered.saturating_sub(input[axis]);
                // An odd total puts the extra row at the end (UPPER) or at the beginning (LOWER).
                let small = total / 2;
                let (before, after) = if mode == "SAME_UPPER" {
                    (small, total - small)
                } else {
                    (total - small, small)
                };
                pad[axis] = before;
                pad[axis + 2] = after;
            }
            Ok(pad)
        }
        other => Err(n.fault(format!("auto_pad '{other}' is not known"))),
    }
}

/// Extent of a dilated window.
pub(crate) fn extent(kernel: [usize; 2], dilation: [usize; 2]) -> [usize; 2] {
    [0, 1].map(|i| {
        (kernel[i].max(1) - 1)
            .saturating_mul(dilation[i])
            .saturating_add(1)
    })
}

/// A bias of `len` values.
pub(crate) fn bias(n: &NodeView, c: &Const, len: usize) -> Result<Array1<f32>, Fault> {
    if c.dims() != [len] {
        return Err(n.wrong_shape("bias", format!("[{len}]"), format!("{:?}", c.dims())));
    }
    Ok(c.to_float().iter().copied().collect())
}

pub(crate) fn conv(b: &mut Builder, n: &NodeView) -> Result<(), Fault> {
    let (input, shape) = b.image(n, 0)?;
    let weight = b.reals(n, 1)?;
    let groups = usize::try_from(n.int("group", 1)).ok().filter(|&g| g > 0);
    let groups = groups.ok_or_else(|| n.fault("group must be at least 1"))?;
    let &[q, p, kh, kw] = weight.dims() else {
        return Err(n.wrong_shape("weight", "4 dimensions", format!("{:?}", weight.dims())));
    };
    if p.checked_mul(groups) != Some(shape.c) || q == 0 || q % groups != 0 {
        let expected = format!(
            "[multiple of {groups}, {}, height, width] for {} input channels in {groups} group(s)",
            shape.c / groups,
            shape.c
        );
        return Err(n.wrong_shape("weight", expected, format!("{:?}", weight.dims())));
    }
    let kernel = n.pair("kernel_shape", [kh, kw], 1)?;
    if kernel != [kh, kw] {
        return Err(n.wrong_shape(
            "weight",
            format!("kernel {kernel:?}"),
            format!("{:?}", weight.dims()),
        ));
    }
    let stride = n.pair("strides", [1, 1], 1)?;
    let dilation = n.pair("dilations", [1, 1], 1)?;
    let pad = padding(n, [shape.h, shape.w], extent(kernel, dilation), stride)?;
    check_fits(n, [shape.h, shape.w], extent(kernel, dilation), pad)?;
    let bias = b
        .optional_reals(n, 2)?
        .map(|c| bias(n, &c, q))
        .transpose()?;
    let open = bias.is_none();
    let op = Op::Conv(Conv {
        weight: Weights::Dense(weight.to_float()),
        bias,
        stride,
        pad,
        dilation,
        groups,
    });
    let layer = b.emit(n, op, &[input])?;
    b.set_image(n, layer);
    if open && let Some(out) = n.proto.output.first() {
        b.open_bias.insert(out.clone(), layer);
    }
    Ok(())
}

/// A window larger than the padded input has no position.
pub(crate) fn check_fits(
    n: &NodeView,
    input: [usize; 2],
    extent: [usize; 2],
    pad: [usize; 4],
) -> Result<(), Fault> {
    let padded = [0, 1].map(|i| input[i] + pad[i] + pad[i + 2]);
    if extent[0] == 0 || extent[1] == 0 || extent[0] > padded[0] || extent[1] > padded[1] {
        return Err(n.fault(format!(
            "a window of {extent:?} does not fit the padded input of {padded:?}"
        )));
    }
    Ok(())
}
