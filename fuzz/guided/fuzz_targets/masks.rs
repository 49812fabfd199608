//! Masks of weights.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| crosscut_fuzz::target::feed("masks", bytes));
