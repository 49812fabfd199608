//! Energy at the activity that values were measured to have: plain values. `by_values.rs` works them out.
//!
//! Cells and rows of a read go by the rows that carry something and by the cells of those rows; conversions by their codes
//! where the machine says so ([`ByValues`](crosscut_arch::ByValues)); what acts in input steps by the steps taken where a
//! machine skips zeros. Everything else costs what it did. Times and counts stay: no skipped step makes a run shorter.

use crosscut_arch::{Activity, PartKind, Seen};
use crosscut_sim::func::cells::activity::LayerActivity;
use crosscut_sim::map::identity::Elsewhere;
use serde::{Deserialize, Serialize};

/// Energy of one image in steady state at measured activity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeasuredEnergy {
    /// Images the activity was measured on.
    pub data: String,
    /// Their number.
    pub images: u64,
    /// What the machine assumes without them; `energy_pj` of the run goes by it.
    pub assumed: Activity,
    /// Energy of one image; absent, like every energy here, where the machine gives no costs.
    pub energy_pj: Option<f64>,
    /// Of that, actions.
    pub dynamic_pj: Option<f64>,
    /// Mean power in steady state.
    pub power_mw: Option<f64>,
    /// Operations per joule.
    pub gops_per_w: Option<f64>,
    /// The same with the energy of the links between chips left out.
    pub gops_per_w_without_links: Option<f64>,
    /// Actions by kind of part: those whose energy is another.
    pub parts: Vec<MeasuredPart>,
    /// By layer with weights.
    pub layers: Vec<MeasuredLayer>,
}

/// Actions of one kind of part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeasuredPart {
    /// Kind.
    pub part: PartKind,
    /// Energy at the assumed activity.
    pub assumed_pj: f64,
    /// Energy at the measured activity.
    pub measured_pj: f64,
}

/// One layer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeasuredLayer {
    /// Layer name.
    pub name: String,
    /// What was measured.
    #[serde(flatten)]
    pub seen: Seen,
    /// Energy of its actions at the assumed activity.
    pub assumed_pj: Option<f64>,
    /// Energy of its actions at the measured activity.
    pub measured_pj: Option<f64>,
}

/// Activity that is not of this run.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ActivityError {
    /// A machine with other arrays, rows or formats.
    #[error("the activity does not belong here: {0}")]
    Machine(#[from] Elsewhere),
    /// Another network, or other weights.
    #[error(
        "the activity was measured on the network `{measured}`, not on `{run}` with these weights"
    )]
    Network {
        /// Network of the activity.
        measured: String,
        /// Network of the run.
        run: String,
    },
    /// A layer without activity.
    #[error("the activity of layer `{0}` was not measured; write the report anew with `exec`")]
    Layer(String),
}

/// What the cost of a layer depends on.
pub fn seen(a: &LayerActivity) -> Seen {
    let steps = a.inputs.len() as f64;
    Seen {
        inputs: a.mean_input,
        cells: a.mean_active_cell,
        codes: a.mean_code,
        steps: if steps > 0.0 {
            a.needed_steps / steps
        } else {
            1.0
        },
    }
}
