//! Instruction sets a kernel is compiled for; the choice is made once per model and changes no result.

/// An instruction set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isa {
    /// Any processor.
    Portable,
    /// x86-64 with AVX2 and scalar population count.
    #[cfg(target_arch = "x86_64")]
    Avx2(X86),
    /// x86-64 with AVX-512, its population count and its dot products (Ice Lake, Zen 4 and later).
    #[cfg(target_arch = "x86_64")]
    Avx512(X86),
}

/// Proof that the processor was asked; only [`Isa::available`] makes one, so an [`Isa`] can always be run.
#[cfg(target_arch = "x86_64")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct X86(());

impl Isa {
    /// The sets this processor has, the fastest last.
    pub fn available() -> Vec<Isa> {
        let mut sets = vec![Isa::Portable];
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("popcnt") && is_x86_feature_detected!("avx2") {
            sets.push(Isa::Avx2(X86(())));
            if is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512vbmi2")
                && is_x86_feature_detected!("avx512vnni")
                && is_x86_feature_detected!("avx512vpopcntdq")
            {
                sets.push(Isa::Avx512(X86(())));
            }
        }
        sets
    }

    /// The fastest set this processor has.
    pub fn best() -> Isa {
        Isa::available().pop().unwrap_or(Isa::Portable)
    }
}
