//! The functional engine: which values come out of the crossbars.
//!
//! Inputs enter bit by bit, weights sit in sliced cells of the mapped row groups, every column of every read passes the
//! ADC, and shift-and-add puts the pieces together. With a converter wide enough the accumulators equal the integer
//! reference bit for bit. Cells that scatter, drift, stick or are noisy, and wires, make sums analog.
//!
//! ```
//! use crosscut_sim::func::{FuncOptions, ValueSetup, evaluate};
//! use crosscut_sim::map::{MapOptions, Mapping};
//! use crosscut_traces::embedded;
//!
//! let machine = crosscut_arch::load("reram-64", &["adc.sar.bits=4".to_string()])?;
//! let net = embedded::digits_network();
//! let mapping = Mapping::build(&net, &machine, &MapOptions::default())?;
//! let (train, test) = (embedded::digits_train(), embedded::digits_heldout());
//! let calibration = &train.images[..16];
//! let setup = ValueSetup::new(&machine, &mapping, &net, calibration, FuncOptions::default())?;
//! let setup = setup.calibrated(calibration, &|| ())?;
//! let (model, images) = (setup.model()?, &test.images[..4]);
//! let result = evaluate(&model, &setup.qnet, images, &test.labels[..4], &|| ())?;
//! assert!(result.layers[0].clipped > 0, "four bits are too few");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! **Reading order**, from the weights to the accuracy:
//!
//! 1. [`options`]: what a run includes.
//! 2. [`cells`]: weights as levels (`encode`), cut into blocks (`block`, `layout`); what programmed cells conduct (`device`,
//!    `wires`); which samples their reads take (`samples`).
//! 3. [`adc`]: what a converter makes of a column sum, and the range of its codes.
//! 4. [`kernel`]: how accumulators are computed: exact, bit planes, conductances, or a solve of every read.
//! 5. [`run`]: the programmed machine (`model`), images through it (`session`, `evaluate`), what is said about the result.
//!
//! Three counts of ADC conversions are independent of one another: the closed form of the mapping, the firings of the cycle
//! engine, and the samples that kernels take here.
//!
//! Simplifications: the sum of inputs that offset weights need is exact (unit column not converted), zero cells of
//! unrolled copies add nothing, and those named in [`cells::device`].

pub mod adc;
pub mod cells;
pub mod error;
pub mod isa;
pub mod kernel;
pub mod options;
mod ratio;
pub mod run;

pub use adc::codes::Codes;
pub use adc::converters::Converters;
pub use adc::stats::{LayerStats, WeightSliceStats};
pub use cells::activity::LayerActivity;
pub use error::FuncError;
pub use isa::Isa;
pub use options::{Detail, FuncOptions, Limits, NonIdealities};
pub use run::evaluate::{evaluate, wilson};
pub use run::model::FuncModel;
pub use run::result::{Divergence, FuncResult, LayerFidelity, WeightSliceFidelity};
pub use run::session::FuncSession;
pub use run::setup::ValueSetup;
