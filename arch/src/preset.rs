//! Machine descriptions that come with the crate.

/// A machine that comes with the crate.
#[derive(Debug, Clone, Copy)]
pub struct PresetInfo {
    /// Name to load it by.
    pub name: &'static str,
    /// One line on what it is.
    pub summary: &'static str,
    /// Its TOML text.
    pub text: &'static str,
}

/// All presets, in the order lists show them.
pub fn presets() -> &'static [PresetInfo] {
    const PRESETS: &[PresetInfo] = &[
        PresetInfo {
            name: "isaac-ce",
            summary: "ISAAC (ISCA 2016), 16 bit, 168 tiles of 12 IMAs with eight 128x128 ReRAM arrays",
            text: include_str!("../presets/isaac-ce.toml"),
        },
        PresetInfo {
            name: "isaac-8b",
            summary: "ISAAC-CE with 8-bit weights and inputs",
            text: include_str!("../presets/isaac-8b.toml"),
        },
        PresetInfo {
            name: "semimap",
            summary: "SemiMap many-crossbar chip, 156 functional crossbars of 256x256 SRAM, phased",
            text: include_str!("../presets/semimap.toml"),
        },
        PresetInfo {
            name: "reram-64",
            summary: "small 8-bit machine of 64x64 ReRAM arrays for networks of about 100k weights",
            text: include_str!("../presets/reram-64.toml"),
        },
    ];
    PRESETS
}

/// The TOML text of a preset.
pub fn preset_text(name: &str) -> Option<&'static str> {
    presets().iter().find(|p| p.name == name).map(|p| p.text)
}
