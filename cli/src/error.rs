//! What can go wrong in an experiment. [`Error::is_bug`] tells a fault of this program from one of its input.

use crosscut_arch::ArchError;
use crosscut_prune::train::TrainError;
use crosscut_prune::{MaskError, PruneError};
use crosscut_sim::cycle::CycleError;
use crosscut_sim::func::FuncError;
use crosscut_sim::graph::GraphError;
use crosscut_sim::map::file::FileError;
use crosscut_sim::map::identity::Elsewhere;
use crosscut_sim::map::{DroppedWeights, MapError};
use crosscut_sim::optimise::OptimiseError;
use crosscut_sim::reload::ReloadError;
use crosscut_traces::Shape;
use crosscut_traces::data::DataError;
use crosscut_traces::data::folder::ACCEPTED;
use crosscut_traces::import::{ImportError, safetensors::WeightsError};
use crosscut_traces::net::CutError;
use crosscut_traces::quant::QuantError;
use crosscut_traces::suggest::hint;
use crosscut_traces::zoo::UnknownNetwork;
use std::path::Path;

/// Why an experiment cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The machine description.
    #[error(transparent)]
    Arch(#[from] ArchError),
    /// A model file.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The name of a network.
    #[error("{0}; the embedded one is `digits`, and an ONNX file has an extension")]
    UnknownNetwork(#[from] UnknownNetwork),
    /// A file or folder of images.
    #[error(transparent)]
    Data(#[from] DataError),
    /// Quantising the network.
    #[error(transparent)]
    Quant(#[from] QuantError),
    /// Mapping the network.
    #[error(transparent)]
    Map(#[from] MapError),
    /// Choosing a mapping by an objective.
    #[error(transparent)]
    Optimise(OptimiseError),
    /// Reloading weights in groups.
    #[error(transparent)]
    Reload(ReloadError),
    /// The size of a batch without groups.
    #[error(
        "`--batch` is for networks whose weights are reloaded: give `--reload` as well, or `--images N` for images back to back"
    )]
    BatchAlone,
    /// An option that a run in groups does not take.
    #[error(
        "{0} cannot be combined with reloading: a pass takes a whole batch through every group; `--batch N` sets its images"
    )]
    BesideReload(&'static str),
    /// A budget below one copy, where the weights could be written in groups.
    #[error(
        "{why}; with `run --reload` it runs in {groups} groups of layers, whose weights are written in turn"
    )]
    Larger {
        /// What one copy needs.
        why: Box<OptimiseError>,
        /// Groups of layers.
        groups: usize,
    },
    /// Simulating time.
    #[error(transparent)]
    Cycle(#[from] CycleError),
    /// Simulating values.
    #[error(transparent)]
    Func(#[from] FuncError),
    /// Pruning.
    #[error(transparent)]
    Prune(#[from] PruneError),
    /// Training.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// Masks of another network.
    #[error(transparent)]
    Mask(#[from] MaskError),
    /// A file that cannot be read.
    #[error("cannot read `{path}`")]
    Read {
        /// File.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// Weights of another network.
    #[error("the weights `{path}`{} do not fit the network `{network}`", of_network(.of))]
    Weights {
        /// File.
        path: String,
        /// Network the file says it is of.
        of: Option<String>,
        /// Network.
        network: String,
        /// What does not fit.
        source: Box<WeightsError>,
    },
    /// A JSON file of another kind.
    #[error("`{path}` is no {expected}")]
    Layout {
        /// File.
        path: String,
        /// What was expected, and what writes it.
        expected: &'static str,
        /// How the text departs from it.
        source: FileError,
    },
    /// Limits of another machine or network.
    #[error("the limits of ADC ranges do not belong here: {0}")]
    Limits(#[from] Elsewhere),
    /// A file without activity.
    #[error("`{path}` is no report of `exec`")]
    NotExec {
        /// File.
        path: String,
        /// Why it is no report at all.
        source: Option<crosscut_report::ReadError>,
    },
    /// Activity of another machine or network.
    #[error(transparent)]
    Activity(#[from] crosscut_report::ActivityError),
    /// A mapping that leaves out weights that are not zero.
    #[error(transparent)]
    Dropped(#[from] DroppedWeights),
    /// Weights that are generated, so that accuracy means nothing.
    #[error(
        "the weights of `{network}` are generated, not trained, so its accuracy means nothing; {}",
        if *.with_data { "use an ONNX file with trained weights" } else { "use the network `digits`, or an ONNX file and images of your own" }
    )]
    Generated {
        /// Network.
        network: String,
        /// Whether images were named.
        with_data: bool,
    },
    /// A network without images of its own.
    #[error("there are no images for `{0}`; name a folder or file of images: {ACCEPTED}")]
    NoImages(String),
    /// No such folder or file.
    #[error("there is no data folder or file `{path}` (`digits` is embedded; folders may hold {ACCEPTED}){}", hint(path, ["digits"]))]
    NoData {
        /// As given.
        path: String,
    },
    /// A folder with one part only.
    #[error(
        "`{0}` has no training part: say how many images to train on, and how many after them to hold back"
    )]
    NoTrainingPart(String),
    /// Images of another size.
    #[error(
        "the network `{network}` takes images of {expected} (channels x height x width), but those of `{set}` are {found}"
    )]
    ImageShape {
        /// Network.
        network: String,
        /// Its input.
        expected: Shape,
        /// Images.
        set: String,
        /// Their shape.
        found: Shape,
    },
    /// More classes than outputs.
    #[error(
        "the data set `{set}` has {classes} classes, but the network `{network}` has {outputs} outputs"
    )]
    Classes {
        /// Images.
        set: String,
        /// Their classes.
        classes: usize,
        /// Network.
        network: String,
        /// Its outputs.
        outputs: usize,
    },
    /// The embedded images are normalised already.
    #[error(
        "the embedded images `digits` are normalised for their network: they cannot be normalised in another way"
    )]
    DigitsNormalised,
    /// A layer name that the network does not know.
    #[error("the network `{network}` has no {kind}layer `{name}`{hint}")]
    NoLayer {
        /// Network.
        network: String,
        /// `compute `, or empty.
        kind: &'static str,
        /// Name as given.
        name: String,
        /// `; did you mean ...`, or empty.
        hint: String,
    },
    /// A part of a network that is no network.
    #[error(transparent)]
    Part(#[from] CutError),
    /// A saved mapping beside something that it decides already.
    #[error(
        "a saved mapping already decides every choice of the mapping; {0} cannot be combined with it"
    )]
    SavedMapping(&'static str),
    /// Two options that ask for different things.
    #[error("{0} cannot be combined with {1}: {2}")]
    Contradiction(&'static str, &'static str, &'static str),
    /// A machine whose time does not follow from crossbar reads.
    #[error(
        "machine `{machine}` has no crossbar timing: {because}\n  `crosscut map` tells what fits and what it counts"
    )]
    NoTiming {
        /// Machine.
        machine: String,
        /// What its time follows from instead.
        because: String,
    },
    /// A machine that does not say how its cells are written.
    #[error(
        "machine `{machine}` does not say how its cells are written\n  give `[device.{device}.write]`: `pulse`, `energy`, `source` and `confidence` at least, as in `crosscut arch show isaac-ce`"
    )]
    NoWrite {
        /// Machine.
        machine: String,
        /// Kind of its cells.
        device: String,
    },
    /// A file of published figures that cannot be read, or a chip that is not known.
    #[error("`{0}`: {1}")]
    Validation(String, String),
    /// A sweep that cannot be done.
    #[cfg(feature = "sweep")]
    #[error(transparent)]
    Sweep(#[from] crate::sweep::SweepError),
    /// A machine whose converters have no bits to choose.
    #[error("machine `{0}` has no column converters, so there are no bits to choose")]
    NoConverter(String),
    /// A machine that loses more accuracy than allowed even as it is.
    #[error("as it stands the machine already loses more than {points} points of accuracy")]
    NotAccurate {
        /// Per cent of the images.
        points: f64,
    },
    /// A topology of the caller's own that breaks the contract.
    #[error("the topology cannot be used: {0}")]
    Topology(String),
    /// Something that cannot happen if this program is right.
    #[error("{0}")]
    Bug(String),
}

impl Error {
    /// Whether somebody asked to stop before there was a result.
    pub fn is_interrupted(&self) -> bool {
        matches!(
            self,
            Error::Func(FuncError::Interrupted)
                | Error::Prune(PruneError::Interrupted)
                | Error::Train(TrainError::Interrupted { .. })
        )
    }

    /// Whether the program is at fault and not its input.
    pub fn is_bug(&self) -> bool {
        matches!(self, Error::Bug(_))
    }

    pub(crate) fn read(path: &Path, source: std::io::Error) -> Error {
        Error::Read {
            path: path.display().to_string(),
            source,
        }
    }
}

/// A mapped network whose graph is wrong is a bug: mapping checks the network.
impl From<GraphError> for Error {
    fn from(e: GraphError) -> Error {
        Error::Bug(e.to_string())
    }
}

impl From<OptimiseError> for Error {
    fn from(e: OptimiseError) -> Error {
        match e {
            OptimiseError::Graph(e) => e.into(),
            e => Error::Optimise(e),
        }
    }
}

impl From<ReloadError> for Error {
    fn from(e: ReloadError) -> Error {
        match e {
            ReloadError::Graph(e) => e.into(),
            e => Error::Reload(e),
        }
    }
}

fn of_network(name: &Option<String>) -> String {
    name.as_ref()
        .map_or(String::new(), |n| format!(", those of the network `{n}`,"))
}
