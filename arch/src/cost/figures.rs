//! What a law gives: figures of one instance, or why it has none.

use std::borrow::Cow;

/// Figures of one instance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// Energy of one action; of a whole read for arrays.
    pub energy_pj: f64,
    /// Area.
    pub area_um2: f64,
    /// Power drawn whether it acts or not.
    pub static_power_mw: f64,
    /// Technology node they hold at; `None` where the law holds at the machine's own.
    pub node_nm: Option<f64>,
}

impl Figures {
    pub(crate) fn new(energy_pj: f64, area_um2: f64, static_power_mw: f64) -> Figures {
        Figures {
            energy_pj,
            area_um2,
            static_power_mw,
            node_nm: None,
        }
    }

    pub(crate) fn at(self, node_nm: f64) -> Figures {
        Figures {
            node_nm: Some(node_nm),
            ..self
        }
    }
}

/// Why a law has no figures for a machine.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NoFigures {
    /// Key of the machine's figure.
    pub key: Cow<'static, str>,
    /// That figure.
    pub value: String,
    /// What the law covers.
    pub covers: String,
}

impl NoFigures {
    pub(crate) fn new(
        key: impl Into<Cow<'static, str>>,
        value: impl ToString,
        covers: impl Into<String>,
    ) -> NoFigures {
        NoFigures {
            key: key.into(),
            value: value.to_string(),
            covers: covers.into(),
        }
    }
}
