//! Checks across keys: one function per rule, all faults gathered.

use crate::cost::adc;
use crate::error::Fault;
use crate::part::PartKind;
use crate::schema::{Adc, ChipCount, Device, Machine, Noc, Signed, Timing};
use toml::Spanned;

/// Every fault of a description.
pub fn faults(m: &Machine) -> Vec<Fault> {
    let mut out = Vec::new();
    counts_are_positive(m, &mut out);
    bits_are_in_range(m, &mut out);
    clock_runs(m, &mut out);
    dac_fits_inputs(m, &mut out);
    adc_bits_are_in_range(m, &mut out);
    adcs_match_the_converter(m, &mut out);
    twos_complement_needs_binary_or_digital_cells(m, &mut out);
    network_has_numbers(m, &mut out);
    timing_has_numbers(m, &mut out);
    tile_moves_bytes(m, &mut out);
    costs_state_one_energy(m, &mut out);
    laws_exist(m, &mut out);
    out
}

fn range<T: Copy + PartialOrd + std::fmt::Display>(
    key: &str,
    value: &Spanned<T>,
    lo: T,
    hi: T,
    out: &mut Vec<Fault>,
) {
    let v = *value.get_ref();
    if v < lo || v > hi {
        out.push(Fault::at(
            value.span(),
            format!("`{key}` is {v}, out of range"),
            format!("must be {lo}..={hi}"),
        ));
    }
}

fn counts_are_positive(m: &Machine, out: &mut Vec<Fault>) {
    range("crossbar.rows", &m.crossbar.rows, 1, 65536, out);
    range("crossbar.columns", &m.crossbar.columns, 1, 65536, out);
    range("pe.crossbars", &m.pe.crossbars, 1, 65536, out);
    range("tile.pes", &m.tile.pes, 1, 65536, out);
    let tiles = m.chip.tiles.get_ref();
    if tiles.iter().any(|&t| t == 0 || t > 4096) {
        let title = format!("`chip.tiles` is [{}, {}], out of range", tiles[0], tiles[1]);
        out.push(Fault::at(
            m.chip.tiles.span(),
            title,
            "each must be 1..=4096",
        ));
    }
    if let ChipCount::Exactly(0) = m.system.chips.get_ref() {
        out.push(Fault::at(
            m.system.chips.span(),
            "`system.chips` is 0, out of range",
            "must be at least 1, or \"as-needed\"",
        ));
    }
}

fn bits_are_in_range(m: &Machine, out: &mut Vec<Fault>) {
    range("format.weight_bits", &m.format.weight_bits, 2, 16, out);
    range("format.input_bits", &m.format.input_bits, 1, 16, out);
    let cell = cell(m).cell_bits;
    if !(1..=8).contains(&cell) {
        out.push(Fault::at(
            m.device.span(),
            format!("`cell_bits` is {cell}, out of range"),
            "must be 1..=8",
        ));
    }
}

fn clock_runs(m: &Machine, out: &mut Vec<Fault>) {
    if m.clock.get_ref().0 <= 0.0 {
        out.push(Fault::at(
            m.clock.span(),
            "`clock` is zero",
            "must be above 0 Hz",
        ));
    }
    if m.crossbar.read.get_ref().0 <= 0.0 {
        out.push(Fault::at(
            m.crossbar.read.span(),
            "`crossbar.read` is zero",
            "must be above 0 ns",
        ));
    }
}

fn dac_fits_inputs(m: &Machine, out: &mut Vec<Fault>) {
    range(
        "dac.bits",
        &m.dac.bits,
        1,
        (*m.format.input_bits.get_ref()).clamp(1, 16),
        out,
    );
}

fn adc_bits_are_in_range(m: &Machine, out: &mut Vec<Fault>) {
    if let Adc::Sar(c) = m.adc.get_ref() {
        range("adc.sar.bits", &c.bits, 1, 16, out);
        if c.rate.0 <= 0.0 {
            out.push(Fault::at(
                m.adc.span(),
                "`adc.sar.rate` is zero",
                "must be above 0 S/s",
            ));
        }
    }
}

fn adcs_match_the_converter(m: &Machine, out: &mut Vec<Fault>) {
    let (adcs, crossbars) = (*m.pe.adcs.get_ref(), *m.pe.crossbars.get_ref());
    match m.adc.get_ref() {
        Adc::None(_) if adcs != 0 => {
            let title = format!("`pe.adcs` is {adcs}, but the machine has no ADC");
            out.push(Fault::at(
                m.pe.adcs.span(),
                title,
                "must be 0 with [adc.none]",
            ));
        }
        Adc::Sar(_) => {
            let most = crossbars
                .saturating_mul(*m.crossbar.columns.get_ref())
                .max(1);
            range("pe.adcs", &m.pe.adcs, 1, most, out);
        }
        Adc::None(_) => {}
    }
}

fn twos_complement_needs_binary_or_digital_cells(m: &Machine, out: &mut Vec<Fault>) {
    let digital = matches!(m.adc.get_ref(), Adc::None(_));
    if matches!(m.format.signed.get_ref(), Signed::TwosComplement(_))
        && !digital
        && cell(m).cell_bits > 1
    {
        let title = "two's complement needs 1-bit cells or digital cells";
        out.push(
            Fault::at(
                m.format.signed.span(),
                title,
                format!("`cell_bits` is {}", cell(m).cell_bits),
            )
            .help(
                "use [format.signed.offset] or [format.signed.differential] with multi-level cells",
            ),
        );
    }
}

fn network_has_numbers(m: &Machine, out: &mut Vec<Fault>) {
    let (Noc::Ideal(n) | Noc::Mesh(n)) = m.noc.get_ref();
    for (key, value) in [
        ("flit_bits", u64::from(n.flit_bits)),
        ("flit_ticks", n.flit_ticks),
        ("tiles_per_router", u64::from(n.tiles_per_router)),
    ] {
        if value == 0 {
            out.push(Fault::at(
                m.noc.span(),
                format!("`noc` has `{key}` = 0"),
                "must be at least 1",
            ));
        }
    }
}

fn timing_has_numbers(m: &Machine, out: &mut Vec<Fault>) {
    if let Timing::Phased(p) = m.timing.get_ref()
        && (p.phase.0 <= 0.0 || p.packets_per_phase == 0)
    {
        out.push(Fault::at(
            m.timing.span(),
            "a phase of no length or capacity",
            "`phase` and `packets_per_phase` must be above 0",
        ));
    }
}

fn tile_moves_bytes(m: &Machine, out: &mut Vec<Fault>) {
    for (key, value) in [
        ("tile.bus_bytes_per_tick", &m.tile.bus_bytes_per_tick),
        (
            "tile.digital_values_per_tick",
            &m.tile.digital_values_per_tick,
        ),
    ] {
        let v = *value.get_ref();
        if v.is_nan() || v <= 0.0 || v.is_infinite() {
            out.push(Fault::at(
                value.span(),
                format!("`{key}` is {v}, out of range"),
                "must be above 0 and finite",
            ));
        }
    }
}

fn costs_state_one_energy(m: &Machine, out: &mut Vec<Fault>) {
    for (kind, cost) in &m.cost {
        let c = cost.get_ref();
        let given = [c.energy.is_some(), c.full_power.is_some(), c.law.is_some()]
            .iter()
            .filter(|&&g| g)
            .count();
        if given > 1 {
            let title = format!("`cost.{}` states its energy {given} times", kind.name());
            out.push(Fault::at(
                cost.span(),
                title,
                "give one of `energy`, `full_power`, `law`",
            ));
        }
        let rate_missing = c.full_power.is_some() && c.full_rate == 0.0;
        if c.full_rate.is_nan() || c.full_rate < 0.0 || c.full_rate.is_infinite() || rate_missing {
            let title = format!(
                "`cost.{}.full_rate` is {}, out of range",
                kind.name(),
                c.full_rate
            );
            out.push(Fault::at(
                cost.span(),
                title,
                "must be finite, not negative, and above 0 with `full_power`",
            ));
        }
    }
}

fn laws_exist(m: &Machine, out: &mut Vec<Fault>) {
    for (kind, cost) in &m.cost {
        let Some(law) = &cost.get_ref().law else {
            continue;
        };
        let fault = match (kind, m.adc.get_ref()) {
            (PartKind::Adc, Adc::Sar(c)) => adc::cost(law, u32::from(*c.bits.get_ref())).err(),
            _ => Some(format!("there is no law `{law}` for {}", kind.name())),
        };
        if let Some(title) = fault {
            let help = format!("laws for ADCs are {}", adc::LAWS.join(", "));
            out.push(Fault::at(cost.span(), title, "no such law here").help(help));
        }
    }
}

/// The cell, whatever its technology.
pub(crate) fn cell(m: &Machine) -> &crate::schema::Cell {
    match m.device.get_ref() {
        Device::Reram(c)
        | Device::Pcm(c)
        | Device::Sram(c)
        | Device::NorFlash(c)
        | Device::SttMram(c)
        | Device::SotMram(c)
        | Device::Fefet(c) => c,
    }
}
