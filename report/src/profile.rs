//! Column sums before conversion, and the limits that follow.

use super::about::About;
use super::kind::Kind;
use crosscut_arch::{Arch, RangeCalibration};
use crosscut_sim::func::Limits;
use crosscut_sim::func::adc::sums::WeightSliceProfile;
use crosscut_sim::func::run::profile::Profile;
use serde::{Deserialize, Serialize};

/// A profile of column sums.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProfileReport {
    /// [`Kind::Profile`].
    #[serde(default = "Kind::profile")]
    pub kind: Kind,
    /// Network, machine and seed.
    #[serde(flatten)]
    pub about: About,
    /// Data set of the images.
    pub data: String,
    /// What was done to their stored values.
    pub preprocessing: String,
    /// Number of images run, from the first on.
    pub images: u64,
    /// Rule of the chosen limits.
    pub rule: RangeCalibration,
    /// Compute layers in order.
    pub adc_profile: Vec<LayerProfile>,
}

/// One layer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerProfile {
    /// Layer name.
    pub name: String,
    /// By weight slice, least significant first; `None` where no sum was seen.
    pub slices: Vec<Option<WeightSliceProfile>>,
}

impl LayerProfile {
    /// Every layer of a profile.
    pub fn all(arch: &Arch, profile: &Profile, limits: &Limits) -> Vec<LayerProfile> {
        let layer = |l: &crosscut_sim::func::run::profile::LayerSums| {
            let parts = l
                .weight_slices
                .iter()
                .zip(&l.possible)
                .zip(&limits[&l.name]);
            LayerProfile {
                name: l.name.clone(),
                slices: parts
                    .map(|((h, p), limits)| WeightSliceProfile::of(arch, h, *p, *limits))
                    .collect(),
            }
        };
        profile.layers.iter().map(layer).collect()
    }
}
