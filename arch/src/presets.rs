//! Machines that come with the program.

/// A preset: its name and its TOML text.
#[derive(Debug, Clone, Copy)]
pub struct Preset {
    /// Name for `--arch`.
    pub name: &'static str,
    /// The description, comments included.
    pub text: &'static str,
}

/// All presets.
pub const PRESETS: &[Preset] = &[
    Preset {
        name: "isaac-ce",
        text: include_str!("../presets/isaac-ce.toml"),
    },
    Preset {
        name: "isaac-8b",
        text: include_str!("../presets/isaac-8b.toml"),
    },
    Preset {
        name: "semimap",
        text: include_str!("../presets/semimap.toml"),
    },
    Preset {
        name: "reram-64",
        text: include_str!("../presets/reram-64.toml"),
    },
];

/// The preset of a name.
pub fn preset(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|p| p.name == name)
}
