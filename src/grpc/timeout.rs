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
    let deadline = ours(Instant::now(), timeout)?;
    request.extensions_mut().insert(CallDeadline(deadline));
    Some(deadline)
}

/// When a call ends by our word whose headers have come `now`. tonic's own timer has begun a little before that, and each
/// fires at the first whole millisecond that is not before its time.
fn ours(now: Instant, timeout: Duration) -> Option<Instant> {
    now.checked_add(timeout.saturating_sub(AHEAD))
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
    use super::{note, noted, ours, parse};
    use http::Request;
    use std::time::{Duration, Instant};

    /// The runtime's timers know whole milliseconds: with a lead of one, both could fire in the same.
    #[test]
    fn a_deadline_of_ours_comes_a_millisecond_before_that_of_tonic_at_least() {
        let milli = Duration::from_millis(1);
        let now = Instant::now();
        // Where in a millisecond the headers come makes a difference: ours may be rounded by more than tonic's, which begins
        // earlier, here by half a millisecond.
        for micros in 0..1000 {
            let headers = now + Duration::from_micros(micros);
            let rounded = |at: Instant| (at - now).as_micros().div_ceil(1000);
            for timeout in [3, 100, 30_000].map(Duration::from_millis) {
                let ours = ours(headers, timeout).unwrap();
                let theirs = headers + timeout - Duration::from_micros(500);
                assert!(
                    rounded(ours + milli) <= rounded(theirs),
                    "{timeout:?}, {micros} µs in a millisecond"
                );
            }
            assert_eq!(ours(headers, milli), Some(headers), "not before the headers");
        }
        assert_eq!(ours(now, Duration::MAX), None);
    }

    #[test]
    fn what_is_noted_counts_from_the_headers() {
        let timeout = Duration::from_secs(5);
        let mut request = Request::post("/").header("grpc-timeout", "5S").body(()).unwrap();
        let before = Instant::now();
        let deadline = note(&mut request).unwrap();
        assert!((ours(before, timeout)..=ours(Instant::now(), timeout)).contains(&Some(deadline)));
        let request =
            tonic::Request::from_parts(tonic::metadata::MetadataMap::new(), request.extensions().clone(), ());
        assert_eq!(noted(&request), Some(deadline));
    }

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
