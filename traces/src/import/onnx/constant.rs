//! Constant tensors during import.

use super::super::error::Fault;
use ndarray::{ArrayD, IxDyn};
use std::sync::Arc;

/// Most elements a tensor may have (1 GiB of f32): larger declared shapes are refused before memory is taken.
pub(crate) const MAX_ELEMENTS: usize = 1 << 28;

/// Element types kept apart, since the zero point's type gives the code range of a quantiser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dtype {
    Float,
    U8,
    I8,
    U16,
    I16,
    I32,
    I64,
    Bool,
}

impl Dtype {
    /// From the ONNX code; the float types all become f32.
    pub(crate) fn from_code(code: i32) -> Option<Dtype> {
        Some(match code {
            1 | 10 | 11 | 16 => Dtype::Float,
            2 => Dtype::U8,
            3 => Dtype::I8,
            4 => Dtype::U16,
            5 => Dtype::I16,
            6 => Dtype::I32,
            7 | 12 | 13 => Dtype::I64,
            9 => Dtype::Bool,
            _ => return None,
        })
    }

    /// Its ONNX name.
    pub(crate) fn name(self) -> String {
        type_name(match self {
            Dtype::Float => 1,
            Dtype::U8 => 2,
            Dtype::I8 => 3,
            Dtype::U16 => 4,
            Dtype::I16 => 5,
            Dtype::I32 => 6,
            Dtype::I64 => 7,
            Dtype::Bool => 9,
        })
    }

    /// Lowest and highest value of a quantised code type.
    pub(crate) fn code_range(self) -> Option<(i64, i64)> {
        Some(match self {
            Dtype::U8 => (0, 255),
            Dtype::I8 => (-128, 127),
            Dtype::U16 => (0, 65535),
            Dtype::I16 => (-32768, 32767),
            _ => return None,
        })
    }
}

/// The ONNX name of an element type code, for messages.
pub(crate) fn type_name(code: i32) -> String {
    const NAMES: [&str; 24] = [
        "undefined",
        "float",
        "uint8",
        "int8",
        "uint16",
        "int16",
        "int32",
        "int64",
        "string",
        "bool",
        "float16",
        "double",
        "uint32",
        "uint64",
        "complex64",
        "complex128",
        "bfloat16",
        "float8e4m3fn",
        "float8e4m3fnuz",
        "float8e5m2",
        "float8e5m2fnuz",
        "uint4",
        "int4",
        "float4e2m1",
    ];
    usize::try_from(code)
        .ok()
        .and_then(|i| NAMES.get(i))
        .map_or_else(|| format!("number {code}"), |n| (*n).to_string())
}

/// Values of a constant.
#[derive(Debug, Clone)]
pub(crate) enum Data {
    Float(Arc<ArrayD<f32>>),
    Int(Arc<ArrayD<i64>>),
}

/// A constant tensor, always in row-major order.
#[derive(Debug, Clone)]
pub(crate) struct Const {
    pub dtype: Dtype,
    pub data: Data,
}

impl Const {
    pub(crate) fn float(a: ArrayD<f32>) -> Const {
        let a = if a.is_standard_layout() {
            a
        } else {
            a.as_standard_layout().into_owned()
        };
        Const {
            dtype: Dtype::Float,
            data: Data::Float(Arc::new(a)),
        }
    }

    pub(crate) fn int(dtype: Dtype, a: ArrayD<i64>) -> Const {
        let a = if a.is_standard_layout() {
            a
        } else {
            a.as_standard_layout().into_owned()
        };
        Const {
            dtype,
            data: Data::Int(Arc::new(a)),
        }
    }

    /// A vector of 64-bit integers (a shape).
    pub(crate) fn shape_vector(v: Vec<i64>) -> Const {
        Const::int(Dtype::I64, ndarray::Array1::from_vec(v).into_dyn())
    }

    pub(crate) fn dims(&self) -> &[usize] {
        match &self.data {
            Data::Float(a) => a.shape(),
            Data::Int(a) => a.shape(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        match &self.data {
            Data::Float(a) => a.len(),
            Data::Int(a) => a.len(),
        }
    }

    /// As floats (integers converted).
    pub(crate) fn to_float(&self) -> Arc<ArrayD<f32>> {
        match &self.data {
            Data::Float(a) => a.clone(),
            Data::Int(a) => Arc::new(a.mapv(|v| v as f32)),
        }
    }

    /// Flat integers; `None` for a float tensor.
    pub(crate) fn to_ints(&self) -> Option<Vec<i64>> {
        match &self.data {
            Data::Int(a) => Some(a.iter().copied().collect()),
            Data::Float(_) => None,
        }
    }

    /// The same values under other dimensions of equal product.
    pub(crate) fn reshaped(&self, dims: &[usize]) -> Option<Const> {
        fn go<T: Clone>(a: &ArrayD<T>, dims: &[usize]) -> Option<ArrayD<T>> {
            a.to_shape(IxDyn(dims)).ok().map(|v| v.into_owned())
        }
        Some(match &self.data {
            Data::Float(a) => Const::float(go(a, dims)?),
            Data::Int(a) => Const::int(self.dtype, go(a, dims)?),
        })
    }
}

/// Product of dimensions within [`MAX_ELEMENTS`].
pub(crate) fn elements(dims: &[usize]) -> Option<usize> {
    // A zero dimension makes the tensor empty, but the others must not overflow the array type either.
    let mut nonzero = 1usize;
    for &d in dims {
        nonzero = nonzero
            .checked_mul(d.max(1))
            .filter(|&n| n <= MAX_ELEMENTS)?;
    }
    Some(if dims.contains(&0) { 0 } else { nonzero })
}

/// Declared dimensions as sizes, or a data fault.
pub(crate) fn sizes(tensor: &str, dims: &[i64]) -> Result<Vec<usize>, Fault> {
    let sizes: Option<Vec<usize>> = dims.iter().map(|&d| usize::try_from(d).ok()).collect();
    sizes
        .filter(|s| s.len() <= 8 && elements(s).is_some())
        .ok_or_else(|| Fault::Data {
            tensor: tensor.to_string(),
            detail: format!("shape {dims:?} is negative or larger than {MAX_ELEMENTS} elements"),
        })
}
