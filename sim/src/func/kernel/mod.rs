//! Matrix products of one row group or layer, one function per way to compute them.

pub(crate) mod exact;
pub(crate) mod popcount;

use serde::{Deserialize, Serialize};

/// How a layer's products are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kernel {
    /// Plain integer product: no sum the programmed cells can give is changed by the converter.
    ExactInteger,
    /// Every column sum by population count over bit planes, through the converter.
    BitPlaneClip,
}

impl Kernel {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Kernel::ExactInteger => "exact-integer",
            Kernel::BitPlaneClip => "bit-plane-clip",
        }
    }
}

/// Instruction sets the kernels are compiled for; results are the same on all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isa {
    /// Any processor.
    Portable,
    /// x86-64 with `popcnt`.
    Popcnt,
    /// x86-64 with AVX2.
    Avx2,
    /// x86-64 with AVX-512 and its population count.
    Avx512,
}

impl Isa {
    /// The sets this processor has, the fastest last.
    pub fn available() -> Vec<Isa> {
        #[cfg_attr(not(target_arch = "x86_64"), expect(unused_mut))]
        let mut sets = vec![Isa::Portable];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("popcnt") {
                sets.push(Isa::Popcnt);
            }
            if is_x86_feature_detected!("popcnt") && is_x86_feature_detected!("avx2") {
                sets.push(Isa::Avx2);
            }
            if is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512vpopcntdq")
            {
                sets.push(Isa::Avx512);
            }
        }
        sets
    }

    /// The fastest set this processor has.
    pub fn best() -> Isa {
        Isa::available().pop().unwrap_or(Isa::Portable)
    }
}
