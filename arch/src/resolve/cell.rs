//! Read voltage and size of a cell, and what they are where a description leaves them out.
//!
//! Voltages: 0.2 V of CiMLoop's ReRAM cell, taken for PCM as well; 0.3 V assumed for flash; 0.25 V of NVSim's STT-MRAM;
//! 0.1 V recalled for SOT-MRAM and assumed for FeFETs. Areas in F2: NeuroSim's 1T1R cell of 4 x 12 F (ReRAM), NVSim (PCM
//! with its transistor 19, STT-MRAM 54, SRAM 146), NVMExplorer (FeFET 15), recalled for flash (15) and SOT-MRAM (70).

use crate::schema::CellTable;

pub(super) fn read_volt(kind: &str, cell: &CellTable) -> f64 {
    cell.read_voltage.as_ref().map_or_else(
        || match kind {
            "nor-flash" => 0.3,
            "stt-mram" => 0.25,
            "sot-mram" | "fefet" => 0.1,
            _ => 0.2,
        },
        |v| v.0,
    )
}

pub(super) fn area_f2(kind: &str, cell: &CellTable) -> f64 {
    cell.cell_f2.as_ref().map_or_else(
        || match kind {
            "pcm" => 19.0,
            "sram" => 146.0,
            "nor-flash" | "fefet" => 15.0,
            "stt-mram" => 54.0,
            "sot-mram" => 70.0,
            _ => 48.0,
        },
        |area| **area,
    )
}
