//! What looks wrong or unfounded in a machine, one sentence each.

use super::figures::{Check, ratio};
use crate::model::{Arch, SignedWeights, Timing, Worker};
use crate::part::{Confidence, PartKind};

pub(super) fn warnings(arch: &Arch, check: &Check) -> Vec<String> {
    [
        time_is_not_modelled(arch),
        adc_is_slower_than_the_read(arch),
        phase_is_shorter_than_the_read(arch),
        adc_may_clip(arch),
        buffer_is_smaller_than_a_window(arch),
        power_density_is_out_of_range(check),
        weights_leave_columns_over(arch),
        cells_hold_more_bits_than_a_weight(arch),
        figures_hold_at_another_node(arch),
        parts_have_no_cost(arch),
        figures_are_recalled(arch),
        figures_are_fitted(arch),
        figures_have_no_source(arch),
    ]
    .into_iter()
    .flatten()
    .chain(
        arch.unpriced
            .iter()
            .map(|change| format!("not priced: {change}")),
    )
    .collect()
}

fn time_is_not_modelled(arch: &Arch) -> Option<String> {
    let Timing::None { because } = &arch.timing else {
        return None;
    };
    Some(format!(
        "time is not modelled: {because}; peak and power assume one read of every array per {}",
        read_time(arch)
    ))
}

fn read_time(arch: &Arch) -> String {
    let ns = arch.cycle_ns();
    if ns >= 1e6 {
        format!("{:.2} ms", ns / 1e6)
    } else {
        format!("{:.2} us", ns / 1e3)
    }
}

fn adc_is_slower_than_the_read(arch: &Arch) -> Option<String> {
    let (read, drain) = (arch.crossbar.read_ticks, arch.drain_ticks());
    let stretched = matches!(arch.timing, Timing::BitSerial(_)) && drain > read;
    stretched.then(|| {
        format!("the ADCs need {drain} ticks for a read of {read}: the crossbar cycle is stretched to {:.2} ns", arch.cycle_ns())
    })
}

fn phase_is_shorter_than_the_read(arch: &Arch) -> Option<String> {
    let p = arch.phased()?;
    let needed = arch.crossbar.read_ticks.max(arch.drain_ticks());
    (p.phase_ticks < needed).then(|| {
        format!(
            "a phase of {} ticks is shorter than read or drain ({needed} ticks)",
            p.phase_ticks
        )
    })
}

fn adc_may_clip(arch: &Arch) -> Option<String> {
    let c = arch.adc?;
    // How large a sum in analog becomes is not known.
    if c.range != crate::adc::AdcRange::UnitStep || c.conversions_per_output.is_some() {
        return None;
    }
    let (largest, codes) = (arch.largest_column_sum(), (1i64 << c.bits) - 1);
    (largest > codes).then(|| {
        format!(
            "column sums reach {largest}, the {}-bit ADC ends at {codes}: larger sums clip",
            c.bits
        )
    })
}

/// A window of three rows of a 28-wide input with 512 maps (VGG-16 conv4), ISAAC's sizing case.
fn buffer_is_smaller_than_a_window(arch: &Arch) -> Option<String> {
    if arch.roles.buffer == Worker::Crossbar {
        return None;
    }
    let values: u64 = (28 * 2 + 3) * 512;
    let bytes = (values * u64::from(arch.format.input_bits)).div_ceil(8);
    (arch.tile.buffer_bytes < bytes).then(|| {
        format!(
            "the tile buffer of {} bytes is smaller than a 3x3 window of 512 maps, 28 wide ({bytes} bytes): \
             such a layer spreads over several tiles",
            arch.tile.buffer_bytes
        )
    })
}

fn power_density_is_out_of_range(check: &Check) -> Option<String> {
    let density = ratio(check.power_mw / 1e3, check.area_mm2);
    (density > 2.0).then(|| format!("the power density of {density:.2} W/mm2 is above 2 W/mm2"))
}

fn weights_leave_columns_over(arch: &Arch) -> Option<String> {
    let over = arch.crossbar.columns % arch.columns_per_weight();
    (over > 0).then(|| {
        format!(
            "{over} of {} columns of every array stay empty: a weight takes {}",
            arch.crossbar.columns,
            arch.columns_per_weight()
        )
    })
}

/// Not wrong (RAELLA cuts 8 bits unevenly), but seldom meant.
fn cells_hold_more_bits_than_a_weight(arch: &Arch) -> Option<String> {
    let magnitude = matches!(arch.format.signed_weights, SignedWeights::Differential);
    let bits = arch.format.weight_bits - u32::from(magnitude);
    let (cell, slices) = (arch.device.cell_bits, arch.weight_slices());
    (slices > 1 && !bits.is_multiple_of(cell)).then(|| {
        format!(
            "cells of {cell} bits do not divide the {bits} bits of {}: {slices} slices, the last with {} bits in its cell",
            if magnitude { "a weight's magnitude" } else { "a weight" },
            bits % cell
        )
    })
}

fn figures_hold_at_another_node(arch: &Arch) -> Option<String> {
    let off: Vec<String> = arch
        .parts
        .iter()
        .filter_map(|p| Some((p.kind.name(), p.node_nm?)))
        .filter(|&(_, nm)| nm != arch.technology_nm)
        .map(|(name, nm)| format!("{name} ({nm} nm)"))
        .collect();
    (!off.is_empty()).then(|| {
        format!(
            "the machine is at {} nm, the laws of these parts at another node: {}",
            arch.technology_nm,
            off.join(", ")
        )
    })
}

fn figures_have_no_source(arch: &Arch) -> Option<String> {
    let unnamed = arch.parts.iter().filter(|p| p.source.is_empty());
    let names: Vec<&str> = unnamed.map(|p| p.kind.name()).collect();
    (!names.is_empty()).then(|| {
        format!(
            "no `source` says where these figures come from: {}",
            names.join(", ")
        )
    })
}

fn parts_have_no_cost(arch: &Arch) -> Option<String> {
    let mut needed = vec![PartKind::Crossbar, PartKind::Router];
    if arch.roles.buffer == Worker::Digital {
        needed.push(PartKind::Buffer);
    }
    if arch.adc.is_some() {
        needed.extend([
            PartKind::Dac,
            PartKind::SampleHold,
            PartKind::Adc,
            PartKind::ShiftAdd,
        ]);
    }
    if arch.roles.reduce == Worker::Crossbar {
        needed.push(PartKind::ReduceMode);
    }
    if arch.roles.buffer == Worker::Crossbar || arch.roles.pool == Worker::Crossbar {
        needed.push(PartKind::BufferMode);
    }
    if arch.roles.pool == Worker::Digital {
        needed.push(PartKind::Pool);
    }
    let absent: Vec<&str> = needed
        .iter()
        .filter(|k| arch.part(**k).is_none())
        .map(|k| k.name())
        .collect();
    if arch.parts.is_empty() {
        return Some("no cost is given for any part: energy and area are not known".into());
    }
    (!absent.is_empty()).then(|| {
        format!(
            "no cost is given for {}: their area and energy are in no sum",
            absent.join(", ")
        )
    })
}

/// Parts whose figures have a confidence.
fn parts_that_are(confidence: Confidence, arch: &Arch) -> Vec<&'static str> {
    let own = |p: &&crate::part::Part| p.confidence == confidence && !p.kind.is_share_of_a_read();
    let names = arch.parts.iter().filter(own).map(|p| p.kind.name());
    names.collect()
}

fn figures_are_fitted(arch: &Arch) -> Option<String> {
    let names = parts_that_are(Confidence::Fitted, arch);
    (!names.is_empty()).then(|| {
        format!(
            "figures fitted to a published total, which is no test of them: {}",
            names.join(", ")
        )
    })
}

fn figures_are_recalled(arch: &Arch) -> Option<String> {
    let names = parts_that_are(Confidence::Recalled, arch);
    if names.is_empty() && arch.confidence == Confidence::Recalled {
        let what = "its structure rests on recalled or assumed figures: see its description";
        return Some(what.to_owned());
    }
    (!names.is_empty()).then(|| {
        format!(
            "recalled or assumed figures, not read in a text: {}",
            names.join(", ")
        )
    })
}
