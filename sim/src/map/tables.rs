//! Slice widths as published, by name.

/// A published table of slice widths for one network.
#[derive(Debug, PartialEq, Eq)]
pub struct SliceTable {
    /// Name of the table.
    pub name: &'static str,
    /// Network whose layers it names.
    pub network: &'static str,
    /// Where the widths come from.
    pub source: &'static str,
    /// Width (unroll w) by layer; the table says nothing of layers that are not in it.
    pub widths: &'static [(&'static str, usize)],
}

/// Every table.
pub const TABLES: &[SliceTable] = &[
    SliceTable {
        name: "liang-vgg8",
        network: "vgg8",
        source: "Liang et al. 2018 (IEEE Access 6, 58324), Table II, widths derived from its crossbar counts; conv1 is \
                 not in that table, its width is the one that accounts for most of the rest",
        widths: &[
            ("conv1", 8),
            ("conv2", 8),
            ("conv3", 4),
            ("conv4", 8),
            ("conv5", 4),
            ("conv6", 4),
        ],
    },
    SliceTable {
        name: "semimap-vgg16",
        network: "vgg16",
        source: "SemiMap (Deng et al., IEEE TCAD, DOI 10.1109/tcad.2018.2883959), Table III: conv2_2; Liang et al. 2018, \
                 Fig. 10: conv3_1",
        widths: &[("conv2_2", 8), ("conv3_1", 8)],
    },
];

/// The table of a name.
pub fn named(name: &str) -> Option<&'static SliceTable> {
    TABLES.iter().find(|t| t.name == name)
}

/// The table published for a network.
pub fn of_network(network: &str) -> Option<&'static SliceTable> {
    TABLES.iter().find(|t| t.network == network)
}

impl SliceTable {
    /// The width of a layer, if the table gives one.
    pub fn width(&self, layer: &str) -> Option<usize> {
        let of_layer = self.widths.iter().find(|(name, _)| *name == layer);
        of_layer.map(|&(_, width)| width)
    }
}
