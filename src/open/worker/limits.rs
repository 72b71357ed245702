//! What a reader process may use: address space for its life, processor time for each file. It limits itself.
//!
//! And whether it is as good as new after a file: what one left behind must not take room from the next. Where the system
//! does not say, it is not, and every file has a process of its own.

use super::serve::STACK;
use super::{MEMORY, seconds_for};
use rlimit::Resource;
use std::process::ExitStatus;

/// Address space that may stay behind, in bytes: what allocators keep for the next file.
const LEFT: u64 = 32 << 20;
/// What glibc reserves for the heap of a second thread, once, in bytes.
const HEAP: u64 = 64 << 20;

/// The limits of this process.
pub(super) struct Limits {
    /// Address space before the first file, in bytes.
    at_start: Option<u64>,
}

impl Limits {
    /// Sets the limits of a reader's whole life. Where the system has no such limit, the scan's own on sizes remain.
    pub(super) fn set() -> Self {
        let _ = rlimit::setrlimit(Resource::AS, MEMORY, MEMORY);
        let _ = rlimit::setrlimit(Resource::CORE, 0, 0);
        Self { at_start: address_space() }
    }

    /// Whether another file would find what the first one found. Asked on the thread that read it.
    pub(super) fn is_as_new(&self) -> bool {
        let (Some(before), Some(now)) = (self.at_start, address_space()) else { return false };
        used().is_some() && now < before + STACK as u64 + HEAP + LEFT
    }
}

/// Sets the limit of a file's processor time: so much more than was used so far, by how many bytes it has.
pub(super) fn begin_file(bytes: u64) {
    let seconds = used().unwrap_or(0) + seconds_for(bytes);
    let _ = rlimit::setrlimit(Resource::CPU, seconds, rlimit::INFINITY);
}

/// Whether a process ended because a file took too much of its time.
pub(super) fn ran_out_of_time(status: ExitStatus) -> bool {
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::process::ExitStatusExt;
        status.signal() == Some(rustix::process::Signal::XCPU.as_raw())
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = status;
        false
    }
}

/// Processor time of this process so far, in seconds, rounded up.
#[cfg(target_os = "linux")]
fn used() -> Option<u64> {
    let used = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Some(u64::try_from(used.tv_sec).ok()? + 1)
}

/// Unknown here.
#[cfg(not(target_os = "linux"))]
fn used() -> Option<u64> {
    None
}

/// Address space of this process, in bytes (`proc(5)`: the first field of `statm` counts pages).
#[cfg(target_os = "linux")]
fn address_space() -> Option<u64> {
    let pages: u64 = std::fs::read_to_string("/proc/self/statm").ok()?.split(' ').next()?.parse().ok()?;
    Some(pages * rustix::param::page_size() as u64)
}

/// Unknown here.
#[cfg(not(target_os = "linux"))]
fn address_space() -> Option<u64> {
    None
}
