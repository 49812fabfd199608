//! What is wrong with a data file.

/// What is wrong with a data file.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// It cannot be read or unpacked.
    #[error("cannot read `{file}`: {source}")]
    Read {
        /// File.
        file: String,
        /// Cause.
        source: std::io::Error,
    },
    /// It is not what it should be.
    #[error("`{file}`: {what}")]
    Format {
        /// File.
        file: String,
        /// What is wrong.
        what: String,
    },
}

impl DataError {
    pub(crate) fn format(file: &str, what: impl Into<String>) -> DataError {
        DataError::Format {
            file: file.to_string(),
            what: what.into(),
        }
    }

    pub(crate) fn read(file: &str, source: std::io::Error) -> DataError {
        DataError::Read {
            file: file.to_string(),
            source,
        }
    }
}
