//! The log of a sweep: opened to go on where it ends, appended to line by line.

use super::error::SweepError;
use crosscut_report::sweep::{Header, LogError, Row, Table, differs, read};
use std::fs::{File, OpenOptions};
use std::io::{Error, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Longest time that lines may wait for the disk. A program that is killed loses none of them; a machine that loses power
/// loses at most these, which the next run makes again.
const SYNCED: Duration = Duration::from_secs(1);

/// A log that is being written. Nobody else writes it meanwhile.
pub struct LogFile {
    file: File,
    path: PathBuf,
    synced: Instant,
    /// Bytes of whole lines.
    length: u64,
}

impl LogFile {
    /// Opens or begins the log of a plan. What it holds already comes back; a line that was cut is taken away.
    ///
    /// # Errors
    /// If the file is no log or one of another plan, another process writes it, or it cannot be written.
    pub fn open(path: &Path, header: &Header) -> Result<(LogFile, Option<Table>), SweepError> {
        let io = |what: &'static str| {
            let path = path.to_path_buf();
            move |source: Error| SweepError::Io { what, path, source }
        };
        let mut options = OpenOptions::new();
        let mut file = options
            .read(true)
            .append(true)
            .create(true)
            .open(path)
            .map_err(io("write"))?;
        if let Err(std::fs::TryLockError::WouldBlock) = file.try_lock() {
            return Err(SweepError::Busy(path.to_path_buf()));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(io("read"))?;
        let mut log = LogFile {
            file,
            path: path.to_path_buf(),
            synced: Instant::now(),
            length: 0,
        };
        match read(&bytes) {
            Ok(found) => {
                let own = &found.table.header;
                if own.plan != header.plan || own.shard != header.shard {
                    let shards = "it is another shard";
                    return Err(SweepError::Changed {
                        path: path.to_path_buf(),
                        found: own.plan.clone(),
                        wanted: header.plan.clone(),
                        differs: if own.plan == header.plan {
                            shards
                        } else {
                            differs(own, header)
                        },
                    });
                }
                log.length = found.whole;
                if found.cut > 0 {
                    log.file.set_len(found.whole).map_err(io("write"))?;
                }
                Ok((log, Some(found.table)))
            }
            Err(LogError::Empty) if is_begun(&bytes) => {
                log.file.set_len(0).map_err(io("write"))?;
                let line = serde_json::to_string(header).map_err(|e| io("write")(e.into()))?;
                log.append(&(line + "\n"))?;
                log.sync()?;
                Ok((log, None))
            }
            Err(source) => Err(SweepError::Log {
                path: path.to_path_buf(),
                source,
            }),
        }
    }

    /// Appends one line in one write.
    ///
    /// # Errors
    /// If it cannot be written; what was written of it is taken away.
    pub fn append(&mut self, line: &str) -> Result<(), SweepError> {
        if let Err(source) = self.file.write_all(line.as_bytes()) {
            // The next run takes away what is left here.
            let _ = self.file.set_len(self.length);
            return Err(self.error(source));
        }
        self.length += line.len() as u64;
        if self.synced.elapsed() > SYNCED {
            self.sync()?;
        }
        Ok(())
    }

    /// Waits until all lines are on the disk.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn sync(&mut self) -> Result<(), SweepError> {
        self.synced = Instant::now();
        self.file.sync_data().map_err(|e| self.error(e))
    }

    fn error(&self, source: Error) -> SweepError {
        SweepError::Io {
            what: "write",
            path: self.path.clone(),
            source,
        }
    }
}

/// Whether bytes without a whole line are the beginning of a log, or nothing: anything else is a file of the user's.
fn is_begun(bytes: &[u8]) -> bool {
    const BEGIN: &[u8] = b"{\"kind\":\"sweep\",";
    let n = bytes.len().min(BEGIN.len());
    bytes[..n] == BEGIN[..n]
}

/// Rows of a log of any plan that hold every figure of this one, by point and method.
///
/// # Errors
/// If the file cannot be read, or is no log.
pub fn rows_for(path: &Path, header: &Header) -> Result<Vec<Row>, SweepError> {
    let table = load(path)?.table;
    let columns: Option<Vec<usize>> = header
        .fields
        .iter()
        .map(|f| table.header.field(&f.name))
        .collect();
    let Some(columns) = columns else {
        return Ok(Vec::new());
    };
    let row = |n: usize| {
        let row = table.row(n);
        Row {
            values: columns.iter().map(|&c| row.values[c]).collect(),
            ..row
        }
    };
    Ok((0..table.len()).map(row).collect())
}

/// Reads a log.
///
/// # Errors
/// If the file cannot be read, or is no log.
pub fn load(path: &Path) -> Result<crosscut_report::sweep::Log, SweepError> {
    let bytes = std::fs::read(path).map_err(|source| SweepError::Io {
        what: "read",
        path: path.to_path_buf(),
        source,
    })?;
    read(&bytes).map_err(|source| SweepError::Log {
        path: path.to_path_buf(),
        source,
    })
}
