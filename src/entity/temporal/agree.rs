//! One day of a month is one day: "Holm names 16 March … on 16 March he will speak". It knows the dates that were
//! found and no words.

use super::period::Period;
use crate::entity::{Context, EntityKind, Proposal, TimeValue, Value};
use jiff::civil::Date;

/// More dates are not compared: bounds the work.
const MOST: usize = 64;

/// Where one day and month without a year was read in two years, the tense of one clause misled: the nearer is meant.
pub(super) fn settle(context: &Context<'_>, found: &mut [Proposal]) {
    let Some(today) = context.reference_date else { return };
    let text = context.document.text();
    let day = |proposal: &Proposal| match proposal.value {
        Some(Value::Time(TimeValue { days: Some((first, last)), .. }))
            if first == last && proposal.kind == EntityKind::Date =>
        {
            let written = proposal.span.of(text);
            let yearless = !written.as_bytes().windows(4).any(|four| four.iter().all(u8::is_ascii_digit));
            (yearless && written.bytes().any(|byte| byte.is_ascii_digit())).then_some(first)
        }
        _ => None,
    };
    let mut days: [Option<Date>; MOST] = [None; MOST];
    for (slot, day) in days.iter_mut().zip(found.iter().filter_map(day)) {
        *slot = Some(day);
    }
    let distance = |day: Date| (day.duration_since(today)).as_hours().abs();
    for proposal in found {
        let Some(own) = day(proposal) else { continue };
        let alike = |other: &Date| other.month() == own.month() && other.day() == own.day();
        let nearest = days.iter().map_while(|&day| day).filter(alike).min_by_key(|&day| distance(day));
        if let Some(nearest) = nearest.filter(|&nearest| nearest != own) {
            proposal.value = Some(Value::Time(Period::day(nearest).value()));
        }
    }
}
