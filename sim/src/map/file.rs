//! How saved files begin: with their kind and the version of their layout.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// What every row group of every layer holds.
    Mapping,
    /// Limits of ADC ranges.
    Limits,
}

impl FileKind {
    /// Name in the file.
    pub fn name(self) -> &'static str {
        match self {
            FileKind::Mapping => "mapping",
            FileKind::Limits => "limits",
        }
    }

    /// Commands that write such a file.
    pub fn written_by(self) -> &'static str {
        match self {
            FileKind::Mapping => "`map --out`, `prune` or `network import`",
            FileKind::Limits => "`profile`",
        }
    }
}

/// A text that is no such file.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It does not say what it holds.
    #[error(
        "it does not say what it holds or for which machine and network it is, as files of earlier versions do not; write it again with {}",
        .0.written_by()
    )]
    NoKind(FileKind),
    /// It holds something else.
    #[error("it holds a `{found}`, not a `{}`", .expected.name())]
    OtherKind {
        /// What it holds.
        found: String,
        /// What was expected.
        expected: FileKind,
    },
    /// Its layout is another.
    #[error("its layout has version {found}, this program reads version {reads}; write it again with {}", .kind.written_by())]
    Version {
        /// What it holds.
        kind: FileKind,
        /// Version of the file.
        found: u32,
        /// Version of this program.
        reads: u32,
    },
    /// It is no JSON, or not in this layout.
    #[error("{0}")]
    Damaged(serde_json::Error),
}

#[derive(Deserialize)]
struct Header {
    kind: Option<String>,
    version: Option<u32>,
}

/// Reads a text of a kind in the layout of a version.
///
/// # Errors
/// If it is of another kind or version, or damaged.
pub fn read<T: DeserializeOwned>(text: &str, kind: FileKind, version: u32) -> Result<T, FileError> {
    let header: Header = serde_json::from_str(text).map_err(FileError::Damaged)?;
    let Some(found) = header.kind else {
        return Err(FileError::NoKind(kind));
    };
    if found != kind.name() {
        return Err(FileError::OtherKind {
            found,
            expected: kind,
        });
    }
    match header.version {
        Some(v) if v != version => Err(FileError::Version {
            kind,
            found: v,
            reads: version,
        }),
        _ => serde_json::from_str(text).map_err(FileError::Damaged),
    }
}
