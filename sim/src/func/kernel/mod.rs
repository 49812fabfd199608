//! Kernels: how the accumulators of a layer are computed. All give the same integers where their domains overlap.

pub mod exact;
pub mod isa;
pub mod popcount;

pub use isa::Isa;

/// Kernel of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kernel {
    /// Plain integer product: no column can exceed the converter's range.
    ExactInteger,
    /// Every read of every column, bit-plane by bit-plane, through the converter.
    BitPlaneClip,
}

impl Kernel {
    /// Name for reports.
    pub fn name(self) -> &'static str {
        match self {
            Kernel::ExactInteger => "exact-integer",
            Kernel::BitPlaneClip => "bit-plane-clip",
        }
    }
}
