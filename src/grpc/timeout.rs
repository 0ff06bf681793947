//! The deadline that a caller sends as `grpc-timeout`.

use std::time::{Duration, Instant};
use tonic::metadata::MetadataMap;

/// tonic watches the same header, until the response's headers are out, and says CANCELLED where
/// DEADLINE_EXCEEDED is due. Being this much earlier leaves the word to us.
const AHEAD: Duration = Duration::from_millis(2);

/// When the caller stops waiting, if it says so. A header that cannot be read counts as none.
pub(super) fn deadline(metadata: &MetadataMap, started: Instant) -> Option<Instant> {
    let timeout = parse(metadata.get("grpc-timeout")?.to_str().ok()?)?;
    started.checked_add(timeout.saturating_sub(AHEAD))
}

/// At most eight digits and a unit.
fn parse(header: &str) -> Option<Duration> {
    let (digits, unit) = header.split_at_checked(header.len().checked_sub(1)?)?;
    let well_formed = (1..=8).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let count: u64 = well_formed.then(|| digits.parse().ok()).flatten()?;
    match unit {
        "H" => Some(Duration::from_secs(count * 3600)),
        "M" => Some(Duration::from_secs(count * 60)),
        "S" => Some(Duration::from_secs(count)),
        "m" => Some(Duration::from_millis(count)),
        "u" => Some(Duration::from_micros(count)),
        "n" => Some(Duration::from_nanos(count)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use std::time::Duration;

    #[test]
    fn reads_every_unit() {
        let check = |header: &str, expect| assert_eq!(parse(header), expect, "{header:?}");
        check("2H", Some(Duration::from_secs(7200)));
        check("3M", Some(Duration::from_secs(180)));
        check("4S", Some(Duration::from_secs(4)));
        check("300m", Some(Duration::from_millis(300)));
        check("99999999u", Some(Duration::from_micros(99_999_999)));
        check("0n", Some(Duration::ZERO));
        for bad in ["", "S", "1", "+1S", "1.5S", "999999999S", "1s", "1é"] {
            check(bad, None);
        }
    }
}
