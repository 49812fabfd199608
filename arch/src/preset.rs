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
        preset!("../presets/", $name, $summary)
    };
    ($folder:literal, $name:literal, $summary:literal) => {
        PresetInfo {
            name: $name,
            summary: $summary,
            text: include_str!(concat!($folder, $name, ".toml")),
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

/// Chips and macros that were measured and are there to be compared with (`crosscut validate`), in the order lists show
/// them. They load by name like presets, but describe no more of a machine than was published: most have no buffers,
/// network or digital units with costs.
pub fn chips() -> &'static [PresetInfo] {
    const CHIPS: &[PresetInfo] = &[
        preset!(
            "../chips/",
            "hermes-64",
            "IBM's 64-core chip (Nat. Electron. 2023): 64 HERMES cores, nothing fitted to it"
        ),
        preset!(
            "../chips/",
            "ibm-speech",
            "tiles of IBM's speech chip (Nature 2023), 512x2048 PCM; fit and efficiency of a tile"
        ),
        preset!(
            "../chips/",
            "princeton-16nm",
            "16-core chip (JSSC 2022), 1152x256 SRAM with capacitors, 8-bit ADCs"
        ),
        preset!(
            "../chips/",
            "jia-65nm",
            "macro of JSSC 2020, 2304x256 SRAM with capacitors, 1-bit products"
        ),
        preset!(
            "../chips/",
            "imagine-22nm",
            "IMAGINE (2025), 1152x256 charge-based SRAM macro, 1 to 8 bits"
        ),
        preset!(
            "../chips/",
            "wang-vlsi22",
            "macro of VLSI 2022, 64 of 512 rows, C-2C ladders, 8 bits"
        ),
        preset!(
            "../chips/",
            "sinangil-7nm",
            "macro of JSSC 2021, 64x64 SRAM, 4-bit pulses, 4-bit flash ADCs"
        ),
        preset!(
            "../chips/",
            "aimc-cicc21",
            "macro of CICC 2021, 1024x512 ternary weights"
        ),
        preset!(
            "../chips/",
            "aimc-isscc23",
            "macro of ISSCC 2023 7.8, 8 banks of 64x256, 8 rows at a time"
        ),
        preset!(
            "../chips/",
            "dimc-isscc22",
            "digital macro of ISSCC 2022 15.5, 64 banks of 32x48"
        ),
        preset!(
            "../chips/",
            "dimc-isscc23",
            "digital macro of ISSCC 2023 7.2, 8 banks of 128x64, priced by law alone"
        ),
        preset!(
            "../chips/",
            "dcim-22nm",
            "digital macro of ISSCC 2021 16.4, 256x256 in 22 nm, priced by law alone"
        ),
        preset!(
            "../chips/",
            "mythic-m1076",
            "Mythic M1076, 76 tiles of analog flash; weights alone"
        ),
    ];
    CHIPS
}

/// The TOML text of a preset or a chip.
pub fn preset_text(name: &str) -> Option<&'static str> {
    let known = presets().iter().chain(chips());
    known.into_iter().find(|p| p.name == name).map(|p| p.text)
}

/// Published figures beside conditions: name of a chip or design, and the TOML that lists them (docs/validation.md).
pub fn validations() -> &'static [(&'static str, &'static str)] {
    macro_rules! file {
        ($name:literal) => {
            (
                $name,
                include_str!(concat!("../validation/", $name, ".toml")),
            )
        };
    }
    const FILES: &[(&str, &str)] = &[
        file!("neurram"),
        file!("hermes-core"),
        file!("hermes-64"),
        file!("ibm-speech"),
        file!("princeton-16nm"),
        file!("jia-65nm"),
        file!("imagine-22nm"),
        file!("wang-vlsi22"),
        file!("sinangil-7nm"),
        file!("aimc-cicc21"),
        file!("aimc-isscc23"),
        file!("dimc-isscc22"),
        file!("dimc-isscc23"),
        file!("dcim-22nm"),
        file!("semimap"),
        file!("truenorth"),
        file!("tianjic"),
        file!("mythic-m1076"),
        file!("diana"),
        file!("isaac-ce"),
        file!("puma"),
        file!("forms"),
        file!("timely"),
        file!("raella"),
        file!("pipelayer"),
    ];
    FILES
}
