//! The simulator: maps a network onto a crossbar machine, and finds out how long it takes, what it does and which values
//! come out.
//!
//! ```
//! use crosscut_arch::{PartKind, load};
//! use crosscut_sim::graph::{DataflowGraph, Mapped};
//! use crosscut_sim::map::{MapOptions, Mapping};
//! use crosscut_sim::time;
//!
//! let arch = load("isaac-8b", &[])?;
//! let net = crosscut_traces::zoo::build("lenet5", 0).ok_or("no such network")?;
//! let mapping = Mapping::build(&net, &arch, &MapOptions::default())?;
//! let graph = DataflowGraph::build(&net, &arch, &mapping)?;
//! let run = time::run(Mapped::new(&graph, &arch, &mapping))?.result;
//! let microseconds = run.latency_ticks as f64 * arch.tick_ns() / 1e3;
//! let conversions = run.counts.get(PartKind::Adc);
//! println!("{microseconds:.1} us an image, {conversions} ADC conversions");
//! # assert!(microseconds > 0.0 && conversions > 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The calls, in order:
//!
//! | call | what it gives |
//! |---|---|
//! | [`map::Mapping::build`] | which weights sit in which crossbars, and where those sit; [`optimise::optimise`] chooses slices and copies |
//! | [`graph::DataflowGraph::build`] | stations, and the streams of values between them |
//! | [`time::run`] | latency, interval, and how often each part acted; [`time::run_plan`] for choices and observers ([`record`]) |
//! | [`cycle::Plan::new`], [`estimate::run`] | the same without contention, in milliseconds |
//! | [`func::FuncModel`] | the values that come out of those crossbars, whatever the time |
//!
//! Energy and area are these counts and the mapping times the machine's cost table: the crate `crosscut-report`.
//!
//! **Reading order**: `map/layer.rs` and `map/roles.rs`, row groups, slices and copies, and the crossbars they take;
//! `graph/mod.rs` and `graph/messages.rs`, stations, windows, and who sends what to whom; `cycle/plan.rs` and
//! `cycle/parts/`, how long each part takes and what it counts; `cycle/engine/simulation.rs`, the events; then what you came
//! for: `place/` (where tiles sit), `estimate/` (without contention), `optimise/` (which slices and copies), or `func/`, from
//! `func/run/model.rs` on (values). `kind/` says in what machine kinds differ.
//!
//! Order of modules, one way only: `kind < map < graph < place < cycle < record < estimate < time < optimise < reload`, and `func`
//! beside `cycle`: the cycle engine (time, counts) and the functional engine (values) do not know each other.

pub mod counts;
pub mod cycle;
pub mod estimate;
pub mod func;
pub mod graph;
pub mod kind;
pub mod map;
pub mod optimise;
pub mod place;
pub mod record;
pub mod reload;
pub mod time;
mod units;

pub use counts::Counts;
