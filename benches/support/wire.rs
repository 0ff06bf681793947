//! News of business made from templates of our own: abbreviations, initials, titles, figures and names nearly
//! throughout, where a segmenter has most to decide.

use super::{Dice, FAMILY, GIVEN};

const WIRE: &[&str] = &[
    "{company} of {state} said its {quarter}-quarter profit rose {n}.{d}% to ${m}.{d} million, or {d} cents a share, from ${n}.{d} million a year earlier.",
    "Mr. {family} succeeds {initials} {family}, {n} years old, who left {company} on {month} {n}.",
    "{company} Vice Chairman {initials} {family} and Sen. {given} {family} (D., {state}) met in Washington, D.C., at {d} p.m. Tuesday.",
    "In New York Stock Exchange trading, shares of {company} fell ${d}.{n} to ${m}.{n}; those of {company} were unchanged.",
    "The bonds, due {month} {n}, 2{m}, are rated single-A by Moody's Investors Service Inc. and S&P.",
    "\"We'd pay ${m} million, i.e. {d} times sales,\" said Dr. {given} {initials} {family} of {company}, a unit of {company}",
    "Among {n} issues, No. {d} was {company}, at {m} {d}/8, vs. {m} {n}/16 at noon Eastern time.",
    "The U.S. Treasury and the U.K.'s Bank of England sold ${n} billion, Reps. {family} and {family} told {company}",
    "{company}, based in St. Paul, Minn., named Lt. Gen. {given} {family} Jr., formerly of the U.S. Army, a director.",
    "Sales at {company} totaled ${m}.{n} million in the week ended {month} {d}, up {d}.{n}%.",
];
const COMPANIES: &[&str] = &[
    "Calder & Sons Ltd.",
    "Tidewater Corp.",
    "Nordwind Energy Inc.",
    "J.P. Kettle & Co.",
    "Lund Bros.",
    "Pavo Industries Inc.",
    "First Meridian Bancorp.",
    "AT&K Corp.",
    "Harlow-Ost Cos.",
    "O'Dowd Mfg. Co.",
];
const STATES: &[&str] =
    &["Akron, Ohio,", "Calif.", "Mass.", "Stamford, Conn.", "Ill.", "Reno, Nev.,", "Pa.", "N.J."];
const INITIALS: &[&str] = &["J.R.", "A. B.", "W.T.", "M.", "C. Ellis", "H. G."];
const MONTHS: &[&str] = &["Jan.", "Feb.", "March", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."];
const QUARTERS: &[&str] = &["first", "second", "third", "fourth"];

/// At least so many bytes of business news, in paragraphs of one to three sentences.
pub(crate) fn prose(bytes: usize) -> String {
    let mut dice = Dice::new(7);
    let mut text = String::with_capacity(bytes + 1024);
    while text.len() < bytes {
        for _ in 0..=dice.below(3) {
            let mut rest = dice.of(WIRE);
            while let Some((before, (slot, after))) =
                rest.split_once('{').and_then(|(before, from)| Some((before, from.split_once('}')?)))
            {
                text.push_str(before);
                match slot {
                    "company" => text.push_str(dice.of(COMPANIES)),
                    "state" => text.push_str(dice.of(STATES)),
                    "initials" => text.push_str(dice.of(INITIALS)),
                    "month" => text.push_str(dice.of(MONTHS)),
                    "quarter" => text.push_str(dice.of(QUARTERS)),
                    "given" => text.push_str(dice.of(GIVEN)),
                    "family" => text.push_str(dice.of(FAMILY)),
                    "d" => text.push_str(&(1 + dice.below(9)).to_string()),
                    "n" => text.push_str(&(1 + dice.below(30)).to_string()),
                    _ => text.push_str(&(100 + dice.below(900)).to_string()),
                }
                rest = after;
            }
            text.push_str(rest);
            text.push(' ');
        }
        text.push_str("\n\n");
    }
    text
}
