//! A node and its attributes, with defaults as in the operator definitions.

use super::super::error::{Fault, UnsupportedNode};
use crate::onnx::proto::{Attribute, Node};

/// Largest stride, dilation or padding accepted; keeps window arithmetic far from overflow.
const MAX_WINDOW: i64 = 1 << 16;

/// One node with the name used in messages and for its layer.
pub(crate) struct NodeView<'a> {
    pub name: String,
    pub proto: &'a Node,
}

impl<'a> NodeView<'a> {
    /// Views node number `index`.
    pub(crate) fn new(index: usize, proto: &'a Node) -> Self {
        let name = if proto.name.is_empty() {
            format!("{}_{index}", proto.op_type)
        } else {
            proto.name.clone()
        };
        NodeView { name, proto }
    }

    fn attribute(&self, name: &str) -> Option<&'a Attribute> {
        self.proto.attribute.iter().find(|a| a.name == name)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.attribute(name).is_some()
    }

    pub(crate) fn int(&self, name: &str, default: i64) -> i64 {
        self.attribute(name).map_or(default, |a| a.i)
    }

    /// A real attribute, as it stands: it may be infinite or not a number.
    pub(crate) fn float(&self, name: &str, default: f32) -> f32 {
        self.attribute(name).map_or(default, |a| a.f)
    }

    /// A real attribute that enters a calculation.
    pub(crate) fn finite(&self, name: &str, default: f32) -> Result<f32, Fault> {
        let value = self.float(name, default);
        if value.is_finite() {
            Ok(value)
        } else {
            Err(self.fault(format!("{name} is {value}, expected a finite number")))
        }
    }

    pub(crate) fn ints(&self, name: &str) -> Option<&'a [i64]> {
        self.attribute(name).map(|a| a.ints.as_slice())
    }

    pub(crate) fn floats(&self, name: &str) -> Option<&'a [f32]> {
        self.attribute(name).map(|a| a.floats.as_slice())
    }

    pub(crate) fn text(&self, name: &str, default: &str) -> String {
        self.attribute(name).map_or_else(
            || default.to_string(),
            |a| String::from_utf8_lossy(&a.s).into_owned(),
        )
    }

    pub(crate) fn tensor(&self, name: &str) -> Option<&'a crate::onnx::proto::Tensor> {
        self.attribute(name).and_then(|a| a.t.as_ref())
    }

    /// Name of operand `i`; `None` if it is left out.
    pub(crate) fn input(&self, i: usize) -> Option<&'a str> {
        self.proto
            .input
            .get(i)
            .map(String::as_str)
            .filter(|s| !s.is_empty())
    }

    /// A per-axis size (vertical, horizontal), at least `least`.
    pub(crate) fn pair(
        &self,
        name: &str,
        default: [usize; 2],
        least: i64,
    ) -> Result<[usize; 2], Fault> {
        match self.ints(name) {
            None | Some([]) => Ok(default),
            Some(v) => self.window(name, v, least),
        }
    }

    /// Padding: top, left, bottom, right.
    pub(crate) fn pads(&self) -> Result<[usize; 4], Fault> {
        match self.ints("pads") {
            None | Some([]) => Ok([0; 4]),
            Some(v) => self.window("pads", v, 0),
        }
    }

    fn window<const N: usize>(
        &self,
        name: &str,
        v: &[i64],
        least: i64,
    ) -> Result<[usize; N], Fault> {
        let mut out = [0; N];
        if v.len() != N {
            return Err(self.unsupported(format!("{name} {v:?}: only two spatial axes")));
        }
        for (o, &x) in out.iter_mut().zip(v) {
            if x < least || x > MAX_WINDOW {
                return Err(self.fault(format!("{name} {v:?} is outside {least}..{MAX_WINDOW}")));
            }
            *o = x as usize;
        }
        Ok(out)
    }

    /// An attribute or operand that makes no sense.
    pub(crate) fn fault(&self, detail: impl Into<String>) -> Fault {
        Fault::Node {
            node: self.name.clone(),
            detail: detail.into(),
        }
    }

    /// A use of the operator that has no counterpart here.
    pub(crate) fn unsupported(&self, detail: impl Into<String>) -> Fault {
        let op = match self.proto.domain.as_str() {
            "" | "ai.onnx" => self.proto.op_type.clone(),
            domain => format!("{domain}.{}", self.proto.op_type),
        };
        Fault::Unsupported(vec![UnsupportedNode {
            node: self.name.clone(),
            op,
            detail: detail.into(),
        }])
    }

    pub(crate) fn wrong_shape(
        &self,
        what: impl Into<String>,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Fault {
        Fault::WrongShape {
            node: self.name.clone(),
            what: what.into(),
            expected: expected.into(),
            found: found.into(),
        }
    }

    /// Resolves an axis that may count from the end.
    pub(crate) fn axis(&self, axis: i64, rank: usize) -> Result<usize, Fault> {
        let rank_i = rank as i64;
        let a = if axis < 0 {
            axis.saturating_add(rank_i)
        } else {
            axis
        };
        if (0..rank_i).contains(&a) {
            Ok(a as usize)
        } else {
            Err(self.fault(format!("axis {axis} of a tensor with {rank} dimensions")))
        }
    }
}
