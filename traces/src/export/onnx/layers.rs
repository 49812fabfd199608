//! One function per kind of layer.

use super::super::ExportError;
use super::write::{Writer, float, int, ints};
use crate::layer::{Conv, Gemm, Op, Pool, PoolKind};
use crate::network::LayerId;
use ndarray::Array1;

type Done = Result<(), ExportError>;

/// Added to a variance of 1 less itself, both exact in single precision: the factor of batch norm is then its scale.
const EPSILON: f32 = 1.0 / 131_072.0;

/// Appends the nodes of a layer.
pub fn write(w: &mut Writer<'_>, id: LayerId) -> Done {
    let layer = w.net.layer(id);
    let (name, inputs) = (layer.name.as_str(), w.net.inputs(id));
    match &layer.op {
        Op::Input(_) => {}
        Op::Conv(c) => conv(w, name, inputs[0], c),
        Op::Gemm(g) => {
            gemm(w, name, inputs[0], g);
            w.set_flat(id);
        }
        Op::ScaleShift { scale, shift } => {
            batch_norm(w, name, inputs[0], scale, shift);
            same_form(w, id, inputs[0]);
        }
        Op::Relu => pointwise(w, id, "Relu", Vec::new()),
        Op::LeakyRelu(a) => leaky(w, id, *a),
        Op::Clip(lo, hi) => {
            let lo = w.floats(format!("{name}.min"), &[], [lo]);
            let hi = w.floats(format!("{name}.max"), &[], [hi]);
            let x = w.name(inputs[0]);
            w.node(name, "Clip", &[x, &lo, &hi], Vec::new());
            same_form(w, id, inputs[0]);
        }
        Op::Sigmoid => pointwise(w, id, "Sigmoid", Vec::new()),
        Op::Tanh => pointwise(w, id, "Tanh", Vec::new()),
        Op::Identity => pointwise(w, id, "Identity", Vec::new()),
        Op::Pool(p) => pool(w, name, inputs[0], p),
        Op::GlobalAveragePool => on_image(w, name, inputs[0], "GlobalAveragePool"),
        Op::GlobalMaxPool => on_image(w, name, inputs[0], "GlobalMaxPool"),
        Op::Add if inputs.len() == 1 => pointwise(w, id, "Identity", Vec::new()),
        Op::Add => join(w, id, if inputs.len() == 2 { "Add" } else { "Sum" }),
        Op::Concat => join(w, id, "Concat"),
        Op::Flatten => {
            let x = w.name(inputs[0]);
            w.node(name, "Flatten", &[x], Vec::new());
            w.set_flat(id);
        }
        Op::Reshape(s) => {
            let x = w.name(inputs[0]);
            w.reshape(name.to_string(), x, &[s.c, s.h, s.w]);
        }
        Op::Transpose(axes) => {
            let x = w.image(inputs[0], name);
            let [a, b, c] = axes.map(|a| a + 1);
            let perm = ints("perm", &[0, a, b, c]);
            w.node(name, "Transpose", &[&x], perm.into_iter().collect());
        }
        Op::ChannelShuffle(groups) => shuffle(w, id, *groups),
        Op::Pad { pad, value } => {
            let [t, l, b, r] = pad.map(|p| p as i64);
            let pads = w.integers(format!("{name}.pads"), &[0, 0, t, l, 0, 0, b, r]);
            let value = w.floats(format!("{name}.value"), &[], [value]);
            let x = w.image(inputs[0], name);
            w.node(name, "Pad", &[&x, &pads, &value], Vec::new());
        }
        &Op::Lrn {
            size,
            alpha,
            beta,
            bias,
        } => {
            let x = w.image(inputs[0], name);
            let attributes = [
                int("size", size as i64),
                float("alpha", alpha),
                float("beta", beta),
                float("bias", bias),
            ];
            w.node(
                name,
                "LRN",
                &[&x],
                attributes.into_iter().flatten().collect(),
            );
        }
        Op::Softmax => softmax(w, id),
        Op::FakeQuant {
            scale,
            zero,
            lo,
            hi,
        } => fake_quant(w, id, (scale, zero), (*lo, *hi))?,
    }
    Ok(())
}

/// The layer's value has as many dimensions as its operand.
fn same_form(w: &mut Writer<'_>, id: LayerId, input: LayerId) {
    if w.is_flat(input) {
        w.set_flat(id);
    }
}

fn pointwise(
    w: &mut Writer<'_>,
    id: LayerId,
    op: &str,
    attributes: Vec<crate::import::onnx::proto::Attribute>,
) {
    let input = w.net.inputs(id)[0];
    let (name, x) = (w.name(id), w.name(input));
    w.node(name, op, &[x], attributes);
    same_form(w, id, input);
}

/// A slope of 0 cannot be written as an attribute; it is ReLU.
fn leaky(w: &mut Writer<'_>, id: LayerId, alpha: f32) {
    match float("alpha", alpha) {
        Some(alpha) => pointwise(w, id, "LeakyRelu", vec![alpha]),
        None => pointwise(w, id, "Relu", Vec::new()),
    }
}

fn on_image(w: &mut Writer<'_>, name: &str, input: LayerId, op: &str) {
    let x = w.image(input, name);
    w.node(name, op, &[&x], Vec::new());
}

fn conv(w: &mut Writer<'_>, name: &str, input: LayerId, c: &Conv) {
    let x = w.image(input, name);
    let values = c.weight.values();
    let shape = values.shape();
    let weight = w.floats(format!("{name}.weight"), shape, values.iter());
    let mut inputs = vec![x, weight];
    if let Some(b) = &c.bias {
        inputs.push(w.floats(format!("{name}.bias"), &[b.len()], b));
    }
    let attributes = [
        ints("kernel_shape", &shape[2..]),
        ints("strides", &c.stride),
        ints("pads", &c.pad),
        ints("dilations", &c.dilation),
        int("group", c.groups as i64),
    ];
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    w.node(
        name,
        "Conv",
        &inputs,
        attributes.into_iter().flatten().collect(),
    );
}

fn gemm(w: &mut Writer<'_>, name: &str, input: LayerId, g: &Gemm) {
    let x = w.features(input, name);
    let values = g.weight.values();
    let weight = w.floats(format!("{name}.weight"), values.shape(), values.iter());
    let mut inputs = vec![x, weight];
    if let Some(b) = &g.bias {
        inputs.push(w.floats(format!("{name}.bias"), &[b.len()], b));
    }
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    w.node(
        name,
        "Gemm",
        &inputs,
        int("transB", 1).into_iter().collect(),
    );
}

fn batch_norm(
    w: &mut Writer<'_>,
    name: &str,
    input: LayerId,
    scale: &Array1<f32>,
    shift: &Array1<f32>,
) {
    let n = scale.len();
    let x = w.name(input);
    let scale = w.floats(format!("{name}.weight"), &[n], scale);
    let shift = w.floats(format!("{name}.bias"), &[n], shift);
    let mean = w.floats(format!("{name}.running_mean"), &[n], &vec![0.0; n]);
    let variance = vec![1.0 - EPSILON; n];
    let variance = w.floats(format!("{name}.running_var"), &[n], &variance);
    let inputs = [x, &scale, &shift, &mean, &variance];
    let epsilon = float("epsilon", EPSILON).into_iter().collect();
    w.node(name, "BatchNormalization", &inputs, epsilon);
}

fn pool(w: &mut Writer<'_>, name: &str, input: LayerId, p: &Pool) {
    let x = w.image(input, name);
    let (op, padded) = match p.kind {
        PoolKind::Max => ("MaxPool", 0),
        PoolKind::Average => ("AveragePool", 0),
        PoolKind::AverageWithPad => ("AveragePool", 1),
    };
    let attributes = [
        ints("kernel_shape", &p.kernel),
        ints("strides", &p.stride),
        ints("pads", &p.pad),
        int("ceil_mode", i64::from(p.ceil)),
        int("count_include_pad", padded),
    ];
    w.node(name, op, &[&x], attributes.into_iter().flatten().collect());
}

/// Sum or joined channels, of values of one form.
fn join(w: &mut Writer<'_>, id: LayerId, op: &str) {
    let (name, inputs) = (w.name(id), w.net.inputs(id));
    let flat = inputs.iter().all(|&i| w.is_flat(i));
    let values: Vec<String> = inputs
        .iter()
        .map(|&i| {
            if flat {
                w.name(i).to_string()
            } else {
                w.image(i, name)
            }
        })
        .collect();
    let axis = if op == "Concat" { int("axis", 1) } else { None };
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    w.node(name, op, &values, axis.into_iter().collect());
    if flat {
        w.set_flat(id);
    }
}

fn shuffle(w: &mut Writer<'_>, id: LayerId, groups: usize) {
    let (name, input) = (w.name(id), w.net.inputs(id)[0]);
    let s = w.net.layer(id).shape;
    let x = w.image(input, name);
    let split = [groups, s.c / groups, s.h, s.w];
    let split = w.reshape(format!("{name}.split"), &x, &split);
    let perm = ints("perm", &[0, 2, 1, 3, 4]).into_iter().collect();
    // The importer makes the layer of this node, so that it has the layer's name.
    let turned = format!("{name}.turned");
    w.named(name, &turned, "Transpose", &[&split], perm);
    let joined = format!("{name}.joined");
    w.reshape_named(&joined, name, &turned, &[s.c, s.h, s.w]);
}

/// Softmax over all values of an image.
fn softmax(w: &mut Writer<'_>, id: LayerId) {
    let (name, input) = (w.name(id), w.net.inputs(id)[0]);
    let s = w.net.layer(id).shape;
    let axis = || int("axis", 1).into_iter().collect();
    if w.is_flat(input) || (s.h, s.w) == (1, 1) {
        w.node(name, "Softmax", &[w.net.layer(input).name.as_str()], axis());
        same_form(w, id, input);
    } else {
        let x = w.features(input, name);
        w.node(name, "Softmax", &[&x], axis());
        w.set_flat(id);
    }
}

/// A pair of QuantizeLinear and DequantizeLinear.
fn fake_quant(
    w: &mut Writer<'_>,
    id: LayerId,
    (scale, zero): (&Array1<f32>, &Array1<f32>),
    range: (f32, f32),
) -> Done {
    let (name, input) = (w.name(id), w.net.inputs(id)[0]);
    let codes: Vec<u8> = match range {
        (-128.0, 127.0) => zero.iter().map(|&z| z as i8 as u8).collect(),
        (0.0, 255.0) => zero.iter().map(|&z| z as u8).collect(),
        (lo, hi) => {
            return Err(ExportError {
                layer: name.to_string(),
                what: format!("codes {lo} to {hi}; ONNX has 0 to 255 and -128 to 127"),
            });
        }
    };
    let dims = if scale.len() == 1 {
        vec![]
    } else {
        vec![scale.len()]
    };
    let kind = if range.0 < 0.0 { 3 } else { 2 };
    let scale = w.floats(format!("{name}.scale"), &dims, scale);
    let zero = w.tensor(format!("{name}.zero"), kind, &dims, codes);
    let axis = || {
        int("axis", 1)
            .filter(|_| !dims.is_empty())
            .into_iter()
            .collect()
    };
    // The importer makes the layer of the first node, so that it has the layer's name.
    let quantised = format!("{name}.codes");
    let inputs = [w.name(input), &scale, &zero];
    w.named(name, &quantised, "QuantizeLinear", &inputs, axis());
    let (inputs, back) = (
        [quantised.as_str(), &scale, &zero],
        format!("{name}.values"),
    );
    w.named(&back, name, "DequantizeLinear", &inputs, axis());
    same_form(w, id, input);
    Ok(())
}
