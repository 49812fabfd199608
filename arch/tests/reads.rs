//! How often is an array read and converted for one product, and how large does a column sum get? Figures by hand.

use crosscut_arch::{Arch, check, load};

fn arch(name: &str, set: &[&str]) -> Arch {
    let set: Vec<String> = set.iter().map(ToString::to_string).collect();
    load(name, &set).expect("a machine")
}

/// Steps per input, row steps, reads of a product, timed steps, conversions of a column.
fn reads(arch: &Arch) -> [u32; 5] {
    [
        arch.steps_per_input(),
        arch.row_steps(),
        arch.reads_per_product(),
        arch.timed_steps(),
        arch.conversions_per_column(),
    ]
}

#[test]
fn every_read_of_a_bit_serial_machine_takes_a_cycle() {
    // 16 bits through drivers of 1 bit, all 128 rows at once.
    assert_eq!(reads(&arch("isaac-ce", &[])), [16, 1, 16, 16, 16]);
    // 30 of 128 rows at once: five groups; 3 bits of 16: six steps.
    let few = ["crossbar.active_rows=30", "dac.bits=3"];
    assert_eq!(reads(&arch("isaac-ce", &few)), [6, 5, 30, 30, 30]);
}

/// The copy that forgot row groups, and the one that counted a phase as one read, would fail here.
#[test]
fn reads_within_a_phase_are_counted_and_take_one_cycle() {
    let machine = arch("semimap", &["crossbar.active_rows=64", "dac.bits=1"]);
    let steps = machine.format.input_bits.div_ceil(machine.dac_bits);
    let groups = machine.crossbar.rows.div_ceil(64);
    assert!(groups > 1 && steps > 1, "{groups} groups, {steps} steps");
    assert_eq!(
        reads(&machine),
        [steps, groups, steps * groups, 1, steps * groups]
    );
}

#[test]
fn charge_added_over_the_steps_is_converted_once_per_row_group() {
    let set = ["format.partial_sums=analog", "crossbar.active_rows=64"];
    let machine = arch("isaac-ce", &set);
    assert_eq!(reads(&machine), [16, 2, 32, 32, 2]);
    assert_eq!(machine.array_conversions(), 2);
    // One conversion stands for the whole input: 64 rows x 3 / 2 (stored inverted beyond half) x 65535.
    assert_eq!(machine.largest_column_sum(), 96 * 65535);
}

#[test]
fn a_column_sum_has_one_largest_value() {
    // 128 cells of 2 bits at 3, half of them stored inverted.
    assert_eq!(arch("isaac-ce", &[]).largest_column_sum(), 192);
    let straight = ["format.signed.offset.flip=false"];
    assert_eq!(arch("isaac-ce", &straight).largest_column_sum(), 384);
    let wide = ["format.signed.offset.flip=false", "dac.bits=3"];
    assert_eq!(arch("isaac-ce", &wide).largest_column_sum(), 384 * 7);
    // 5 bits per step of a 16-bit input: three whole steps and a bit; a step is at most 31.
    let uneven = ["format.signed.offset.flip=false", "dac.bits=5"];
    assert_eq!(arch("isaac-ce", &uneven).largest_column_sum(), 384 * 31);
    // 63 x 3 = 189: a column holds at most 94 after it was stored inverted, not 94.5.
    let odd = arch("isaac-ce", &["crossbar.active_rows=63", "adc.sar.bits=4"]);
    assert_eq!(odd.largest_column_sum(), 94);
    let warnings = check(&odd).warnings.join("\n");
    assert!(warnings.contains("column sums reach 94,"), "{warnings}");
}
