//! The supported operators: one line each, name and function.

use super::super::error::Fault;
use super::build::Builder;
use super::node::NodeView;
use super::{act, affine, conv, fold, gemm, join, norm, pool, quant, reshape, source, transpose};
use crate::op::{HardSwish, Op, Relu, Sigmoid, Tanh};

/// Turns one node into layers or constants.
pub(crate) type Handler = fn(&mut Builder, &NodeView) -> Result<(), Fault>;

/// Every operator of the default domain the importer knows.
pub(crate) const OPS: &[(&str, Handler)] = &[
    ("Add", affine::add),
    ("AveragePool", pool::average),
    ("BatchNormalization", norm::batch_norm),
    ("Cast", source::cast),
    ("Clip", act::clip),
    ("Concat", join::concat),
    ("Constant", source::constant),
    ("ConstantOfShape", source::constant_of_shape),
    ("Conv", conv::conv),
    ("DequantizeLinear", quant::dequantize),
    ("Div", affine::div),
    ("Dropout", act::dropout),
    ("Flatten", reshape::flatten),
    ("Gather", fold::gather),
    ("Gemm", gemm::gemm),
    ("GlobalAveragePool", pool::global_average),
    ("GlobalMaxPool", pool::global_max),
    ("HardSwish", |b, n| b.unary(n, Op::of(HardSwish))),
    ("Identity", act::identity),
    ("LRN", norm::lrn),
    ("LeakyRelu", act::leaky_relu),
    ("LogSoftmax", norm::log_softmax),
    ("MatMul", gemm::matmul),
    ("MaxPool", pool::max),
    ("Mul", affine::mul),
    ("Pad", pool::pad),
    ("QuantizeLinear", quant::quantize),
    ("ReduceMean", pool::reduce_mean),
    ("Relu", |b, n| b.unary(n, Op::of(Relu))),
    ("Reshape", reshape::reshape),
    ("Shape", source::shape),
    ("Sigmoid", |b, n| b.unary(n, Op::of(Sigmoid))),
    ("Slice", fold::slice),
    ("Softmax", norm::softmax),
    ("Squeeze", reshape::squeeze),
    ("Sub", affine::sub),
    ("Sum", join::sum),
    ("Tanh", |b, n| b.unary(n, Op::of(Tanh))),
    ("Transpose", transpose::transpose),
    ("Unsqueeze", reshape::unsqueeze),
];

/// The function for an operator.
pub(crate) fn handler(domain: &str, op: &str) -> Option<Handler> {
    if !matches!(domain, "" | "ai.onnx") {
        return None;
    }
    OPS.iter().find(|(name, _)| *name == op).map(|(_, h)| *h)
}
