//! The deadline that a caller sends as `grpc-timeout`.

use http::Request;
use std::time::{Duration, Instant};

/// tonic watches the same header, until the response's headers are out, and says CANCELLED where
/// DEADLINE_EXCEEDED is due. Being this much earlier leaves the word to us.
const AHEAD: Duration = Duration::from_millis(2);

/// When the caller of a request stops waiting, counted from its headers: its message may take a while to come.
#[derive(Clone, Copy, Debug)]
pub(super) struct CallDeadline(Instant);

/// Notes when the caller stops waiting, if it says so. A header that cannot be read counts as none.
pub(super) fn note<T>(request: &mut Request<T>) -> Option<Instant> {
    let timeout = parse(request.headers().get("grpc-timeout")?.to_str().ok()?)?;
    let deadline = Instant::now().checked_add(timeout.saturating_sub(AHEAD))?;
    request.extensions_mut().insert(CallDeadline(deadline));
    Some(deadline)
}

/// What was noted.
pub(super) fn noted<T>(request: &tonic::Request<T>) -> Option<Instant> {
    request.extensions().get().map(|CallDeadline(deadline)| *deadline)
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
