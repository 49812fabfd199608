//! What the loops over rows work on: 64 columns side by side.

/// Columns of a tile.
pub(super) const WIDTH: usize = 64;
/// One number for each column of a tile.
pub(super) type Lane<T> = [T; WIDTH];

/// Levels of 64 columns in one row (two's complement where pairs make them negative), on a line of the cache.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub(super) struct LevelRow(pub Lane<u8>);

/// Most steps of an input worked on here.
pub(super) const MOST_STEPS: usize = 15;

/// Largest column sum, and largest code times step, worked on here: half a step more fits 16 bits too.
pub(super) const LARGEST: i64 = (1 << 14) - 1;

/// How the conversions of one input step are added up: within 16 bits as long as those hold them, then in 32.
pub(super) struct Step {
    /// Weight among the steps added in 16 bits, as a power of two.
    pub up: u32,
    /// Whether it is subtracted.
    pub negative: bool,
    /// If the 16 bits are full: the weight of their sum, as a power of two.
    pub flush: Option<u32>,
}

/// The columns of a tile and what their converters do.
#[repr(C, align(64))]
pub(super) struct Columns {
    pub lo: Lane<i16>,
    pub hi: Lane<i16>,
    /// Half a step less one, whether there is one, and the step as a power of two.
    pub half: Lane<i16>,
    pub odd: Lane<i16>,
    pub shift: Lane<i16>,
    /// Weight slice of each column.
    pub weight_slice: Vec<usize>,
    /// Whether every column has one code per unit of column sum.
    pub unit: bool,
    /// Active rows whose sums fit 8 bits.
    pub rows_per_u8: usize,
    /// Sum of the inputs of a read up to which no column can reach beyond its codes.
    pub no_clip_input: usize,
}

/// Sums of the reads of one position on lines of the cache, and the sum of inputs of each read.
#[repr(C, align(64))]
pub(super) struct Reads {
    pub sums: [Lane<i16>; MOST_STEPS],
    pub inputs: [usize; MOST_STEPS],
}

/// What the columns of a tile have shown in a batch: fewer reads than 16 bits count.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct Seen {
    pub below: Lane<u16>,
    pub above: Lane<u16>,
    pub least: Lane<i16>,
    pub most: Lane<i16>,
}

/// How a list of rows goes into the 16-bit sums of a read.
#[derive(Clone, Copy)]
pub(super) struct Widening {
    /// Whether levels have a sign.
    pub signed: bool,
    /// Whether it takes the place of what is there.
    pub fresh: bool,
    /// Weight of what is added to it, as a power of two.
    pub up: u32,
}
