//! Instruction sets a kernel is compiled for; the choice is made once per model and changes no result.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Place of the fastest set that may be chosen among those available.
static MOST: AtomicUsize = AtomicUsize::new(usize::MAX);

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

    /// The fastest set this processor has, within what [`Isa::at_most`] allows.
    pub fn best() -> Isa {
        let sets = Isa::available();
        // There is always the first.
        sets[MOST.load(Relaxed).min(sets.len() - 1)]
    }

    /// Names of the sets, the fastest last.
    pub const NAMES: [&'static str; 3] = ["portable", "avx2", "avx512"];

    /// From now on no faster set than the named one is chosen in this process; results do not depend on it. Whether the
    /// name is known. A processor without the set uses the best it has.
    pub fn at_most(name: &str) -> bool {
        let found = Isa::NAMES.iter().position(|n| *n == name);
        if let Some(most) = found {
            MOST.store(most, Relaxed);
        }
        found.is_some()
    }
}

/// Work whose vector code the compiler writes for every instruction set from one text.
///
/// `run`, and what it calls in its loops, must be `#[inline(always)]`: only then is it compiled with the set's instructions.
pub(in crate::func) trait Work {
    /// What it gives.
    type Output;
    /// Does it.
    fn run(self) -> Self::Output;
}

impl Isa {
    /// Does `work` with the instructions of this set.
    #[inline]
    pub(in crate::func) fn run<W: Work>(self, work: W) -> W::Output {
        match self {
            Isa::Portable => work.run(),
            // SAFETY: an `Isa` exists only where the processor has its features.
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2(_) => unsafe { avx2(work) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512(_) => unsafe { avx512(work) },
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt")]
fn avx2<W: Work>(work: W) -> W::Output {
    work.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt,avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi2")]
fn avx512<W: Work>(work: W) -> W::Output {
    work.run()
}
