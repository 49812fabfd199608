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

macro_rules! preset {
    ($name:literal, $summary:literal) => {
        PresetInfo {
            name: $name,
            summary: $summary,
            text: include_str!(concat!("../presets/", $name, ".toml")),
        }
    };
}

/// All presets, in the order lists show them: published machines by family, then starting points.
pub fn presets() -> &'static [PresetInfo] {
    const PRESETS: &[PresetInfo] = &[
        preset!(
            "isaac-ce",
            "ISAAC (ISCA 2016), 16 bit, 168 tiles of 12 IMAs with eight 128x128 ReRAM arrays"
        ),
        preset!("isaac-8b", "ISAAC-CE with 8-bit weights and inputs"),
        preset!(
            "prime",
            "PRIME (ISCA 2016), 256x256 mats in main memory; no energy published"
        ),
        preset!(
            "pipelayer",
            "PipeLayer (HPCA 2017), 16-bit spikes, no DAC and ADC"
        ),
        preset!(
            "puma",
            "PUMA (ASPLOS 2019), 138 tiles of 8 cores, two 128x128 matrix units each"
        ),
        preset!("pumasim", "the constants of PUMA's simulator, 168 tiles"),
        preset!(
            "semimap",
            "SemiMap (TCAD 2018), 156 functional crossbars of 256x256 SRAM, phased"
        ),
        preset!(
            "tianjic",
            "Tianjic (Nature 2019), 156 functional cores of 256x256 synapses, phased"
        ),
        preset!(
            "truenorth",
            "TrueNorth (Science 2014), 4096 spiking cores; fit and counts only"
        ),
        preset!(
            "loihi",
            "Loihi (IEEE Micro 2018), 128 spiking cores; fit and counts only"
        ),
        preset!(
            "spinnaker",
            "SpiNNaker (Proc. IEEE 2014), ARM cores; fit and counts only"
        ),
        preset!("forms", "FORMS (ISCA 2021), reads of 8 rows, 4-bit ADCs"),
        preset!(
            "timely",
            "TIMELY (ISCA 2020), 106 sub-chips with time-domain interfaces"
        ),
        preset!(
            "raella",
            "RAELLA (ISCA 2023), 512x512 arrays, 7-bit ADCs, 743 tiles"
        ),
        preset!(
            "hermes-core",
            "HERMES core (JSSC 2022), 256x256 PCM, 130 ns a product"
        ),
        preset!(
            "neurram",
            "NeuRRAM (Nature 2022), 48 cores of 256x256 RRAM, pulse inputs"
        ),
        preset!(
            "pimsim",
            "the 64-core example of PIMSIM-NN (DATE 2024); no energy given"
        ),
        preset!(
            "reram-64",
            "small 8-bit machine for networks of about 100k weights; the default"
        ),
        preset!(
            "reram-128",
            "starting point: 2-bit ReRAM, ISAAC's periphery"
        ),
        preset!(
            "reram-128-wan",
            "starting point: reram-128 with the measured spread of NeuRRAM's cells"
        ),
        preset!(
            "pcm-256",
            "starting point: 4-bit PCM pairs, ISAAC's periphery"
        ),
        preset!("sram-256", "starting point: digital SRAM with adder trees"),
        preset!(
            "nor-flash-256",
            "starting point: 4-bit flash pairs, ISAAC's periphery"
        ),
        preset!(
            "sot-mram-128",
            "starting point: 1-bit SOT-MRAM, ISAAC's periphery"
        ),
        preset!(
            "fefet-128",
            "starting point: 1-bit FeFET, ISAAC's periphery"
        ),
    ];
    PRESETS
}

/// The TOML text of a preset.
pub fn preset_text(name: &str) -> Option<&'static str> {
    presets().iter().find(|p| p.name == name).map(|p| p.text)
}
