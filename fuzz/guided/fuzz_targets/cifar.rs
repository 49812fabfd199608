//! Records of the CIFAR-10 format.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| crosscut_fuzz::target::feed("cifar", bytes));
