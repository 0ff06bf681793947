//! The trace that a call belongs to, as its caller says: W3C `traceparent` with `tracestate`, or B3 in one
//! header or several. A header that cannot be read counts as none.

use http::HeaderMap;

/// Longest `tracestate` that is handed on.
const MAX_STATE: usize = 512;

/// A trace and the caller's span in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceContext {
    /// The trace, never 0.
    pub trace_id: u128,
    /// The caller's span, never 0.
    pub span_id: u64,
    /// Whether the caller records the trace.
    pub sampled: bool,
    /// The vendors' own entries, handed on as they are.
    pub state: String,
}

impl TraceContext {
    /// Reads the headers of a call.
    #[must_use]
    pub fn read(headers: &HeaderMap) -> Option<Self> {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        if let Some(parent) = header("traceparent") {
            let state = header("tracestate").filter(|state| state.len() <= MAX_STATE).unwrap_or_default();
            return Self::w3c(parent).map(|context| Self { state: state.to_owned(), ..context });
        }
        match header("b3") {
            Some(single) => Self::b3(&single.split('-').collect::<Vec<_>>()),
            None => {
                let sampled = header("x-b3-sampled").unwrap_or("d");
                Self::b3(&[header("x-b3-traceid")?, header("x-b3-spanid")?, sampled])
            }
        }
    }

    /// `00-<32 hex>-<16 hex>-<2 hex>`; later versions may say more behind it.
    fn w3c(header: &str) -> Option<Self> {
        let mut fields = header.split('-');
        let version = hex(fields.next()?, 2)?;
        let context = Self::new(hex(fields.next()?, 32)?, hex(fields.next()?, 16)?)?;
        let flags = hex(fields.next()?, 2)?;
        let well_formed = version != 0xff && (version > 0 || fields.next().is_none());
        well_formed.then_some(Self { sampled: flags & 1 == 1, ..context })
    }

    /// `<32 or 16 hex>-<16 hex>`, whether sampled, and a parent that does not matter here.
    fn b3(fields: &[&str]) -> Option<Self> {
        let [trace, span, rest @ ..] = fields else { return None };
        let context = Self::new(hex(trace, 32).or_else(|| hex(trace, 16))?, hex(span, 16)?)?;
        let sampled = rest.first().is_some_and(|flag| matches!(*flag, "1" | "d" | "true"));
        Some(Self { sampled, ..context })
    }

    fn new(trace_id: u128, span_id: u128) -> Option<Self> {
        let span_id = u64::try_from(span_id).ok()?;
        let valid = trace_id != 0 && span_id != 0;
        valid.then(|| Self { trace_id, span_id, sampled: false, state: String::new() })
    }
}

/// Exactly so many lower-case hexadecimal digits.
fn hex(digits: &str, count: usize) -> Option<u128> {
    let well_formed =
        digits.len() == count && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    well_formed.then(|| u128::from_str_radix(digits, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::TraceContext;
    use http::{HeaderMap, HeaderName};

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const SPAN: &str = "00f067aa0ba902b7";

    fn read(headers: &[(&str, &str)]) -> Option<TraceContext> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        }
        TraceContext::read(&map)
    }

    #[test]
    fn reads_every_form() {
        let check = |headers: &[(&str, &str)], sampled| {
            let context = read(headers).unwrap_or_else(|| panic!("{headers:?}"));
            assert_eq!(
                (context.trace_id, context.span_id),
                (0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736, 0x00f0_67aa_0ba9_02b7)
            );
            assert_eq!(context.sampled, sampled, "{headers:?}");
        };
        check(&[("traceparent", &format!("00-{TRACE}-{SPAN}-01"))], true);
        check(&[("traceparent", &format!("00-{TRACE}-{SPAN}-00")), ("tracestate", "a=b")], false);
        check(&[("traceparent", &format!("01-{TRACE}-{SPAN}-01-more"))], true);
        check(&[("b3", &format!("{TRACE}-{SPAN}-1"))], true);
        check(&[("b3", &format!("{TRACE}-{SPAN}"))], false);
        check(&[("x-b3-traceid", TRACE), ("x-b3-spanid", SPAN), ("x-b3-sampled", "0")], false);
    }

    #[test]
    fn what_cannot_be_read_is_none() {
        let check = |headers: &[(&str, &str)]| assert_eq!(read(headers), None, "{headers:?}");
        check(&[]);
        check(&[("traceparent", "")]);
        check(&[("traceparent", &format!("ff-{TRACE}-{SPAN}-01"))]);
        check(&[("traceparent", &format!("00-{TRACE}-{SPAN}-01-more"))]);
        check(&[("traceparent", &format!("00-{}-{SPAN}-01", "0".repeat(32)))]);
        check(&[("traceparent", &format!("00-{}-{SPAN}-01", TRACE.to_uppercase()))]);
        check(&[("traceparent", &format!("00-+{}-{SPAN}-01", TRACE.split_at(1).1))]);
        check(&[("b3", "0")]);
        check(&[("x-b3-traceid", TRACE)]);
    }
}
