//! Cycle-level simulation of crossbar (compute-in-memory) neural-network accelerators, coupled to crossbar-aware
//! pruning.
//!
//! An [`Experiment`] is a machine, a network and a mapping of the one onto the other. It answers what an architect asks:
//!
//! ```
//! use crosscut::Experiment;
//!
//! # std::fs::write("my.toml", crosscut::arch::preset_text("isaac-8b").unwrap()).unwrap();
//! let vgg8 = Experiment::load("my.toml", "vgg8")?; // presets and ONNX files, too
//! let run = vgg8.estimate()?; // `time()` simulates every cycle
//! println!("latency {:.1} us, energy {:.1} uJ", run.latency_ns / 1e3, run.energy_pj.expect("it has costs") / 1e6);
//! # std::fs::remove_file("my.toml").unwrap();
//! # assert!(run.latency_ns > 0.0 && run.energy_pj > Some(0.0));
//! # Ok::<(), crosscut::Error>(())
//! ```
//!
//! | question | call |
//! |---|---|
//! | How many crossbars, of what kind? | [`Experiment::map_report`] |
//! | How long, at what energy, on what area? | [`Experiment::time`], in milliseconds [`Experiment::estimate`] |
//! | Do the right values come out? | [`Experiment::values`]; more by [`Experiment::value_job`] |
//! | What does pruning gain? | [`Experiment::prune`]; more by [`Experiment::prune_job`] |
//! | Where does a figure come from, and what would change it? | [`Setting::why`] |
//! | All of it, before and after? | [`Experiment::report`], [`Experiment::compare`] |
//!
//! Choices of the mapping (slices, replicas, placement, budgets) are made on a [`Setting`] before it is mapped. The
//! library prints nothing and reads no environment; who wants to see how long work goes implements [`Progress`].
//!
//! **Reading order**: [`experiment`], [`setting`], then the job of interest ([`timing_job`], [`value_job`],
//! [`prune_job`]); below them the crates [`arch`] (machines), [`traces`] (networks, images), [`sim`] (mapping, time,
//! values), [`prune`] and [`report`]. The folder `examples/` of this crate has five short programs.

pub mod activity_file;
pub mod chosen;
pub mod error;
pub mod experiment;
pub mod finetune;
pub mod limits_file;
pub mod mapping_file;
pub mod progress;
pub mod prune_job;
pub mod reload_job;
pub mod report_job;
pub mod setting;
#[cfg(feature = "sweep")]
pub mod sweep;
pub mod timing_job;
pub mod uncertainty;
pub mod validate;
pub mod value_job;
pub mod warnings;
pub mod why_job;
pub mod workload;

pub use chosen::{Chosen, Copies};
pub use error::Error;
pub use experiment::Experiment;
pub use progress::Progress;
pub use prune_job::{PruneChoice, PruneJob, Way};
pub use reload_job::ReloadJob;
pub use setting::Setting;
pub use timing_job::TimeOptions;
pub use value_job::ValueJob;

pub use crosscut_arch as arch;
pub use crosscut_prune as prune;
pub use crosscut_report as report;
pub use crosscut_sim as sim;
pub use crosscut_traces as traces;
