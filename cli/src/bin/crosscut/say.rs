//! Lines on standard error. Nobody may be listening: a full or closed standard error never ends a run.

/// As `eprintln!`, but without a panic where standard error cannot be written.
macro_rules! say {
    ($($arg:tt)*) => {{
        use std::io::Write;
        // There is no other place to complain to.
        let _ = writeln!(std::io::stderr(), $($arg)*);
    }};
}

pub(crate) use say;
