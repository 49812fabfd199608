//! Decodes stored tensors: typed fields, raw little-endian bytes, or bytes in a side file.

use super::super::error::Fault;
use super::budget::Budget;
use super::constant::{Const, Dtype, elements, sizes, type_name};
use super::external;
use crate::onnx::proto::Tensor;
use half::{bf16, f16};
use ndarray::{ArrayD, IxDyn};
use std::path::Path;

/// Decodes `t`. `dir` is the folder external data is relative to.
///
/// # Errors
/// Unsupported element type, data that does not fit the declared shape, unreachable external data, more values than
/// the budget has left.
pub(crate) fn decode(t: &Tensor, dir: Option<&Path>, budget: &mut Budget) -> Result<Const, Fault> {
    let dims = sizes(&t.name, &t.dims)?;
    let count = elements(&dims).unwrap_or(0);
    budget.store(count)?;
    let dtype = Dtype::from_code(t.data_type).ok_or_else(|| Fault::ElementType {
        tensor: t.name.clone(),
        dtype: type_name(t.data_type),
    })?;
    let outside;
    let raw: Option<&[u8]> = if t.data_location == 1 {
        outside = external::read(t, dir, count * width(t.data_type))?;
        Some(&outside)
    } else {
        t.raw_data.as_deref()
    };
    if let Some(bytes) = raw.filter(|b| !b.is_empty() || count == 0) {
        let expected = count * width(t.data_type);
        if bytes.len() != expected {
            return Err(bad(
                t,
                format!(
                    "shape {dims:?} needs {expected} bytes, found {}",
                    bytes.len()
                ),
            ));
        }
        return if dtype == Dtype::Float {
            finite(t, &dims, raw_floats(t.data_type, bytes)).map(Const::float)
        } else {
            array(t, &dims, raw_ints(t.data_type, bytes)).map(|a| Const::int(dtype, a))
        };
    }
    if dtype == Dtype::Float {
        finite(t, &dims, typed_floats(t)).map(Const::float)
    } else {
        array(t, &dims, typed_ints(t)).map(|a| Const::int(dtype, a))
    }
}

fn bad(t: &Tensor, detail: String) -> Fault {
    Fault::Data {
        tensor: t.name.clone(),
        detail,
    }
}

/// The array of float data; only a single value may be infinite, as the limits of a Clip are.
fn finite(t: &Tensor, dims: &[usize], values: Vec<f32>) -> Result<ArrayD<f32>, Fault> {
    if values.len() > 1
        && let Some(at) = values.iter().position(|v| !v.is_finite())
    {
        let what = format!("value {at} is {}, expected finite numbers", values[at]);
        return Err(bad(t, what));
    }
    array(t, dims, values)
}

fn array<T>(t: &Tensor, dims: &[usize], values: Vec<T>) -> Result<ArrayD<T>, Fault> {
    let found = values.len();
    ArrayD::from_shape_vec(IxDyn(dims), values).map_err(|_| {
        bad(
            t,
            format!("shape {dims:?} does not fit the {found} stored values"),
        )
    })
}

/// Bytes per element in raw data.
fn width(code: i32) -> usize {
    match code {
        2 | 3 | 9 => 1,
        4 | 5 | 10 | 16 => 2,
        7 | 11 | 13 => 8,
        _ => 4,
    }
}

fn raw_floats(code: i32, bytes: &[u8]) -> Vec<f32> {
    match code {
        10 => words(bytes)
            .map(|b| f16::from_le_bytes(b).to_f32())
            .collect(),
        16 => words(bytes)
            .map(|b| bf16::from_le_bytes(b).to_f32())
            .collect(),
        11 => words(bytes).map(|b| f64::from_le_bytes(b) as f32).collect(),
        _ => words(bytes).map(f32::from_le_bytes).collect(),
    }
}

fn raw_ints(code: i32, bytes: &[u8]) -> Vec<i64> {
    match code {
        3 => bytes.iter().map(|&b| i64::from(b as i8)).collect(),
        4 => words(bytes)
            .map(|b| i64::from(u16::from_le_bytes(b)))
            .collect(),
        5 => words(bytes)
            .map(|b| i64::from(i16::from_le_bytes(b)))
            .collect(),
        6 => words(bytes)
            .map(|b| i64::from(i32::from_le_bytes(b)))
            .collect(),
        12 => words(bytes)
            .map(|b| i64::from(u32::from_le_bytes(b)))
            .collect(),
        7 | 13 => words(bytes).map(i64::from_le_bytes).collect(),
        _ => bytes.iter().map(|&b| i64::from(b)).collect(),
    }
}

fn words<const N: usize>(bytes: &[u8]) -> impl Iterator<Item = [u8; N]> + '_ {
    bytes.chunks_exact(N).map(|c| {
        let mut w = [0; N];
        w.copy_from_slice(c);
        w
    })
}

/// The half types keep their bit patterns in the 32-bit integer field.
fn typed_floats(t: &Tensor) -> Vec<f32> {
    match t.data_type {
        10 => t
            .int32_data
            .iter()
            .map(|&v| f16::from_bits(v as u16).to_f32())
            .collect(),
        16 => t
            .int32_data
            .iter()
            .map(|&v| bf16::from_bits(v as u16).to_f32())
            .collect(),
        11 => t.double_data.iter().map(|&v| v as f32).collect(),
        _ => t.float_data.clone(),
    }
}

fn typed_ints(t: &Tensor) -> Vec<i64> {
    match t.data_type {
        7 => t.int64_data.clone(),
        12 | 13 => t.uint64_data.iter().map(|&v| v as i64).collect(),
        _ => t.int32_data.iter().map(|&v| i64::from(v)).collect(),
    }
}
