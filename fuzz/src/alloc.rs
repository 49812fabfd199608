//! An allocator that counts what is in use, and refuses what is beyond all reason.

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::Write;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

/// Most bytes that may be in use. A reader that asks for more ends the process (code 134), after its last input was named.
pub const MOST: usize = 2 << 30;

/// Number of the input under way.
pub static INPUT: AtomicU64 = AtomicU64::new(0);

static USED: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

/// The system's allocator, counted.
#[derive(Debug)]
pub struct Counted;

fn take(bytes: usize) -> bool {
    let used = USED.fetch_add(bytes, Relaxed) + bytes;
    PEAK.fetch_max(used, Relaxed);
    if used > MOST {
        USED.fetch_sub(bytes, Relaxed);
        // Nothing here allocates; the process is about to end.
        let input = INPUT.load(Relaxed);
        let _ = writeln!(
            std::io::stderr(),
            "input {input} asks for {bytes} bytes, and {used} are in use"
        );
    }
    used <= MOST
}

/// Bytes in use at most since [`start`], and forgets them.
pub fn peak() -> usize {
    PEAK.load(Relaxed)
}

/// Begins to measure: what is in use now.
pub fn start() -> usize {
    let used = USED.load(Relaxed);
    PEAK.store(used, Relaxed);
    used
}

// SAFETY: every call is handed to the system's allocator with the same arguments; memory is refused by a null pointer,
// as the contract allows. Nothing here allocates; a line on standard error is written without a buffer.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if !take(layout.size()) {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if !take(layout.size()) {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller's promise.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        USED.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if !take(size) {
            return std::ptr::null_mut();
        }
        USED.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.realloc(at, layout, size) }
    }
}
