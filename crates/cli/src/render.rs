//! Tables, times and JSON, as every command writes them.

use std::io::Write;
use std::time::{Duration, SystemTime};

use gingersnap::Timestamp;
use serde_json::Value;

use crate::error::Error;

/// Aligned columns, two spaces apart. The last cell of a row may be as long as it likes.
pub(crate) fn table<const N: usize>(out: &mut impl Write, rows: &[[String; N]]) -> Result<(), Error> {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            line.push_str(&format!("{cell:width$}  "));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Pretty JSON and a new line.
pub(crate) fn json(out: &mut impl Write, value: &Value) -> Result<(), Error> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    Ok(writeln!(out)?)
}

/// `2026-01-31T12:00:00Z`.
pub(crate) fn time(at: Timestamp) -> String {
    let time = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(at.unix()));
    // 9999-12-31: the last that RFC 3339 can write.
    match time.filter(|_| at.unix() <= 253_402_300_799) {
        Some(time) => humantime::format_rfc3339_seconds(time).to_string(),
        None => format!("{at} s after 1970"),
    }
}

/// `2026-01-31T12:00:00Z (in 59 min)`.
pub(crate) fn time_and_distance(at: Timestamp, now: Timestamp) -> String {
    let distance = match (now.age_at(at), at.age_at(now)) {
        (0, 0) => "now".into(),
        (0, past) => format!("{} ago", duration(past)),
        (future, _) => format!("in {}", duration(future)),
    };
    format!("{} ({distance})", time(at))
}

/// The two leading digits' worth of a duration: `45 s`, `59 min`, `23 h`, `30 days`.
pub(crate) fn duration(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
