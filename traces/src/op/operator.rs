//! What an operator says of itself: one trait, one answer per question the rest of the program has.
//!
//! An operator is one file that implements [`Operator`] (or [`super::Function`], for functions of one value). Nobody else
//! lists operators: shape inference, executors, training, pruning, the dataflow graph and the ONNX writer ask.

use super::kernel::Pointwise;
use crate::onnx::file::{Form, OnnxFile, Site};
use crate::shape::{Shape, ShapeError, Tensor};
use crate::weights::Weights;
use ndarray::Array1;
use std::fmt::Debug;
use std::sync::Arc;

/// An operator of a network. Answers without a default must be given; the others are the careful ones.
pub trait Operator: Debug + Send + Sync {
    /// The name users know.
    fn name(&self) -> &'static str;

    /// Whether it takes several inputs.
    fn takes_many(&self) -> bool {
        false
    }

    /// Shape of the output on inputs of the given shapes: at least one, and only one unless it takes many.
    ///
    /// # Errors
    /// If the shapes do not fit the parameters, or a parameter has no meaning.
    fn shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        Ok(inputs[0])
    }

    /// Value in float arithmetic; `output` is the inferred shape.
    fn run(&self, inputs: &[&Tensor], output: Shape) -> Tensor;

    /// Parameters other than shape, weights and bias, as numbers: they enter the network's digest.
    fn parameters(&self) -> Vec<u64> {
        Vec::new()
    }

    /// The matrix product at its core, if it runs on crossbars.
    fn product(&self) -> Option<Product<'_>> {
        None
    }

    /// Whether values pass as they are and nothing happens at inference.
    fn does_nothing(&self) -> bool {
        false
    }

    /// Whether every output value is one of the input values, so that values stay on the grid of a quantiser.
    fn keeps_grid(&self) -> bool {
        false
    }

    /// Which input channels an output channel depends on.
    fn channels(&self) -> Channels {
        Channels::Mixed
    }

    /// Whether output channel `channel` is 0 where the input channels it depends on are 0 (asked where channels stay
    /// apart).
    fn keeps_zero(&self, channel: usize) -> bool {
        let _ = channel;
        false
    }

    /// How its values are made where layers run as a pipeline.
    fn dataflow(&self, inputs: &[Shape], output: Shape) -> Dataflow {
        let _ = (inputs, output);
        Dataflow::Fused { evaluates: false }
    }

    /// How its gradient is computed, on an input of the given shape.
    fn gradient(&self, input: Shape) -> Gradient<'_> {
        let _ = input;
        Gradient::None
    }

    /// Appends the ONNX nodes of a layer with this operator, and says which form its value has.
    ///
    /// # Errors
    /// What ONNX has no form for.
    fn export(&self, site: &Site<'_>, file: &mut OnnxFile) -> Result<Form, String> {
        let _ = (site, file);
        Err(format!(
            "operator {}, for which there is no rule",
            self.name()
        ))
    }
}

/// Weights and bias of a layer that runs on crossbars.
#[derive(Debug, Clone, Copy)]
pub struct Product<'a> {
    /// Weights, an output channel per entry of the first axis.
    pub weight: &'a Weights,
    /// Bias, one per output channel.
    pub bias: Option<&'a Array1<f32>>,
    /// Channel groups.
    pub groups: usize,
}

impl Product<'_> {
    /// Weights and biases.
    pub fn parameters(&self) -> u64 {
        (self.weight.len() + self.bias.map_or(0, Array1::len)) as u64
    }

    /// Multiply-accumulates of one image.
    pub fn macs(&self, output: Shape) -> u64 {
        (self.weight.len() / self.weight.shape()[0]) as u64 * output.len() as u64
    }
}

/// As [`Product`], to be changed.
#[derive(Debug)]
pub struct ProductMut<'a> {
    /// Weights.
    pub weight: &'a mut Weights,
    /// Bias.
    pub bias: &'a mut Option<Array1<f32>>,
}

/// Which input channels an output channel depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channels {
    /// The channel of the same number, of every input.
    Apart,
    /// One channel of one input: the inputs' channels in a row.
    Joined,
    /// Each input channel becomes a run of output channels of equal length.
    Flattened,
    /// Possibly all.
    Mixed,
}

/// How the values of a layer are made where layers run as a pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dataflow {
    /// They come from outside.
    Source,
    /// A matrix product, on crossbars.
    Product,
    /// A digital unit makes them.
    Digital(Digital),
    /// Where the input is made, under a new name: computed value by value (`evaluates`), or for nothing.
    Fused {
        /// Whether a function is computed for each value.
        evaluates: bool,
    },
}

/// A digital unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digital {
    /// What it does.
    pub work: DigitalWork,
    /// Input positions that an output position takes.
    pub reach: Reach,
    /// Input values that an output position takes, over all channels and inputs.
    pub reads: usize,
}

/// What a digital unit does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DigitalWork {
    /// Reduces windows.
    Pool,
    /// Adds its inputs.
    Add,
    /// Joins channels.
    Concat,
    /// Puts values elsewhere.
    Move,
}

/// Input positions that an output position takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The one at the same place.
    Point,
    /// A window.
    Window {
        /// Size (vertical, horizontal).
        kernel: [usize; 2],
        /// Stride.
        stride: [usize; 2],
        /// Padding on top and left.
        pad: [usize; 2],
    },
    /// All of them.
    Whole,
}

/// How a gradient is computed. The trainer has kernels for these; an operator says which are its own.
#[derive(Debug, Clone)]
pub enum Gradient<'a> {
    /// The operator has parameters that are learned, or is the input: the trainer treats it by name.
    Learned,
    /// A function of one value.
    Function(Arc<dyn Pointwise>),
    /// Largest or mean value of windows.
    Pool(super::window::Pool),
    /// Sum of the inputs.
    Sum,
    /// Inputs in a row.
    Join,
    /// Values as they are.
    Same,
    /// Values moved.
    Moves(&'a dyn Moves),
    /// Local response normalisation across channels (the parameters of [`super::Lrn`]).
    Response {
        /// Window of channels.
        size: usize,
        /// Alpha.
        alpha: f32,
        /// Beta.
        beta: f32,
        /// Bias k.
        bias: f32,
    },
    /// Softmax over all values.
    Softmax,
    /// There is none: networks with this operator cannot be trained.
    None,
}

/// A layer that moves values: where each comes from.
pub trait Moves: Debug {
    /// Channel, row and column that the output value at `place` comes from; `None` if it is the fill.
    fn source(&self, place: [usize; 3], input: Shape, output: Shape) -> Option<[usize; 3]>;

    /// Value of places without a source.
    fn fill(&self) -> f32 {
        0.0
    }

    /// The values moved.
    fn moved(&self, x: &Tensor, output: Shape) -> Tensor {
        let input = Shape::of(x);
        Tensor::from_shape_fn((output.c, output.h, output.w), |(c, y, w)| {
            let source = self.source([c, y, w], input, output);
            source.map_or_else(|| self.fill(), |place| x[place])
        })
    }
}

/// Bits of numbers, for [`Operator::parameters`].
pub(super) fn bits<'a>(values: impl IntoIterator<Item = &'a f32>) -> Vec<u64> {
    values.into_iter().map(|v| u64::from(v.to_bits())).collect()
}

/// Sizes, for [`Operator::parameters`].
pub(super) fn sizes<const N: usize>(lists: [&[usize]; N]) -> Vec<u64> {
    lists.concat().into_iter().map(|n| n as u64).collect()
}
