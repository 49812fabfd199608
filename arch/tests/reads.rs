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
    assert_eq!(machine.array_conversions_of(machine.row_steps()), 2);
    // One conversion stands for the whole input: 64 rows x 3 / 2 (stored inverted beyond half) x 65535.
    assert_eq!(machine.largest_column_sum(), 96 * 65535);
}

/// 20 of 128 rows are in use, 8 may be active: three groups, the last of 4 rows. None of the other 13 is read.
#[test]
fn rows_in_use_make_the_groups() {
    let machine = arch("isaac-ce", &["crossbar.active_rows=8"]);
    let groups = [0, 1, 8, 9, 20, 128].map(|rows| machine.row_steps_of(rows));
    assert_eq!(groups, [0, 1, 1, 2, 3, 16]);
    assert_eq!(
        (machine.timed_steps_of(3), machine.timed_steps()),
        (48, 256)
    );
    assert_eq!(machine.array_conversions_of(3), 48);
    // Where the conversions of a product are spread over its reads, fewer reads have more of them: 16 outputs x 8 arrays x 48
    // conversions in 8 ADCs, 768 a product, over 48 and over 256 reads.
    let set = [
        "crossbar.active_rows=8",
        "adc.sar.conversions_per_output=48",
    ];
    let spread = arch("isaac-ce", &set);
    let ticks = |rounds: f64| (rounds / 1.28e9 * 1.2e9).ceil() as u64;
    assert_eq!(spread.drain_ticks_of(3), ticks(768.0).div_ceil(48));
    assert_eq!(spread.drain_ticks(), ticks(768.0).div_ceil(256));
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
