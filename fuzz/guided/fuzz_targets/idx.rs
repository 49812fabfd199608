//! Images and labels of the MNIST format.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| crosscut_fuzz::target::feed("idx", bytes));
