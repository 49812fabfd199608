//! What can be wrong with a request to train.

use crosscut_traces::Shape;

/// A request that cannot be carried out, or a run that failed. The user's input is at fault.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TrainError {
    /// Somebody asked to stop within an epoch.
    #[error("interrupted in epoch {epoch}, which is lost")]
    Interrupted {
        /// The epoch, from 1.
        epoch: u32,
    },
    /// An option out of range.
    #[error("the training option `{option}` is {value}, but must be {allowed}")]
    OptionOutOfRange {
        /// Option.
        option: String,
        /// Value as given.
        value: String,
        /// Allowed values in words.
        allowed: &'static str,
    },
    /// A layer named in the options does not exist.
    #[error("no layer is named `{name}`{hint}")]
    UnknownLayer {
        /// Name as given.
        name: String,
        /// `; did you mean ...`, or empty.
        hint: String,
    },
    /// A network without weights.
    #[error("the network `{network}` has no weights to train")]
    NothingToTrain {
        /// Network.
        network: String,
    },
    /// An operator that cannot be trained through.
    #[error("layer `{layer}` cannot be trained: its operator {operator} has no gradient")]
    NoGradient {
        /// Layer.
        layer: String,
        /// Name of the operator.
        operator: &'static str,
    },
    /// Not one whole batch.
    #[error(
        "a batch of {batch} needs at least as many training images, but `{data}` has {images}; give more images or a smaller batch"
    )]
    TooFewImages {
        /// Images per step.
        batch: usize,
        /// Data set.
        data: String,
        /// Images there are.
        images: usize,
    },
    /// Images and labels of different numbers.
    #[error("`{data}` has {images} images but {labels} labels")]
    Labels {
        /// Data set.
        data: String,
        /// Images.
        images: usize,
        /// Labels.
        labels: usize,
    },
    /// An image of another shape.
    #[error(
        "the network `{network}` takes images of {expected} (channels x height x width), but image {index} of `{data}` is {found}"
    )]
    ImageShape {
        /// Network.
        network: String,
        /// Data set.
        data: String,
        /// Number of the image.
        index: usize,
        /// Shape of the input layer.
        expected: Shape,
        /// Shape of the image.
        found: Shape,
    },
    /// More classes than outputs.
    #[error("`{data}` has {classes} classes, but the network `{network}` has {outputs} outputs")]
    Classes {
        /// Network.
        network: String,
        /// Data set.
        data: String,
        /// Classes.
        classes: usize,
        /// Outputs.
        outputs: usize,
    },
    /// A padding as large as the image.
    #[error("images of {shape} cannot be cut at random from a padding of {crop}; at most {most}")]
    Crop {
        /// Padding as given.
        crop: usize,
        /// Shape of the images.
        shape: Shape,
        /// Largest padding.
        most: usize,
    },
    /// Masks of another network.
    #[error(transparent)]
    Masks(#[from] crate::masks::MaskError),
    /// Losses that are not numbers.
    #[error(
        "the loss is no longer finite in epoch {epoch}, step {step}, at a learning rate of {lr}; use a lower one"
    )]
    Diverged {
        /// Epoch, from 1.
        epoch: u32,
        /// Step within the epoch, from 1.
        step: usize,
        /// Learning rate.
        lr: f64,
    },
    /// A checkpoint that cannot be read.
    #[error("the checkpoint is damaged or no checkpoint: {0}")]
    Checkpoint(String),
    /// A checkpoint of another run.
    #[error("the checkpoint belongs to another run: {what} differ{s} (checkpoint {there}, this run {here})", s = if .what.ends_with('s') { "" } else { "s" })]
    OtherRun {
        /// What differs.
        what: String,
        /// In the checkpoint.
        there: String,
        /// In this run.
        here: String,
    },
}
