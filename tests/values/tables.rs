//! The tables of expressions, read: "[...]" marks what is found; behind " | " stand kind and value of each.

use glossator::entity::{EntityKind, Value};
use glossator::text::Span;
use jiff::civil::Date;

/// Every table by its name.
pub(crate) const ALL: [(&str, &str); 11] = [
    ("times", include_str!("times.txt")),
    ("calendar", include_str!("calendar.txt")),
    ("relative", include_str!("relative.txt")),
    ("ranges", include_str!("ranges.txt")),
    ("clock", include_str!("clock.txt")),
    ("lengths", include_str!("lengths.txt")),
    ("amounts", include_str!("amounts.txt")),
    ("money", include_str!("money.txt")),
    ("measures", include_str!("measures.txt")),
    ("contacts", include_str!("contacts.txt")),
    ("nothing", include_str!("nothing.txt")),
];

/// Whether the table of that name says everything about a kind. "nothing" does about all.
pub(crate) fn belongs(table: &str, kind: EntityKind) -> bool {
    use EntityKind::{Contact, Date, Duration, Time};
    let of_time = matches!(kind, Date | Time | Duration);
    match table {
        "nothing" => true,
        "contacts" => kind == Contact,
        "amounts" | "money" | "measures" => !of_time && kind != Contact,
        _ => of_time,
    }
}

/// What was found at one place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told {
    pub(crate) span: Span,
    pub(crate) kind: EntityKind,
    pub(crate) value: Option<Value>,
}

impl Told {
    /// "DATE 2023-06-19", "MONEY USD 5000000", "QUANTITY 5 km", with the days where they are wanted.
    fn describe(&self, with_days: bool) -> String {
        let value = match self.value {
            None => String::new(),
            Some(Value::Time(time)) => match time.days.filter(|_| with_days) {
                Some((first, last)) => format!(" {} {first}..{last}", time.timex.as_str()),
                None => format!(" {}", time.timex.as_str()),
            },
            Some(Value::Money(money)) => format!(" {} {}", money.currency.unwrap_or("?"), money.amount),
            Some(Value::Number(number)) => format!(" {} {}", number.value, number.unit),
        };
        format!("{}{}", self.kind.name(), value).trim_end().to_owned()
    }
}

/// One line of a table.
pub(crate) struct Line {
    number: usize,
    written: String,
    pub(crate) text: String,
    pub(crate) reference: Option<Date>,
    words: Vec<String>,
    values: Vec<String>,
}

/// The lines of a table, each with the reference day that holds for it.
pub(crate) fn lines(table: &str) -> impl Iterator<Item = Line> {
    let mut reference = None;
    (1..).zip(table.lines()).filter_map(move |(number, line)| {
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        if let Some(date) = line.strip_prefix("@ ") {
            reference = date.parse().ok();
            return None;
        }
        let mut fields = line.split(" | ");
        let marked = fields.next().unwrap();
        Some(Line {
            number,
            written: line.to_owned(),
            text: marked.chars().filter(|c| !matches!(c, '[' | ']')).collect(),
            reference,
            words: marked
                .split('[')
                .skip(1)
                .map(|piece| piece.split(']').next().unwrap().to_owned())
                .collect(),
            values: fields.map(str::to_owned).collect(),
        })
    })
}

impl Line {
    /// What differs, if anything does.
    pub(crate) fn failure(&self, told: &[Told]) -> Option<String> {
        let with_days = |index: usize| self.values.get(index).is_some_and(|value| value.contains(".."));
        let values: Vec<_> =
            told.iter().enumerate().map(|(index, told)| told.describe(with_days(index))).collect();
        let words: Vec<_> = told.iter().map(|told| told.span.of(&self.text)).collect();
        let differs = words != self.words || values != self.values;
        differs.then(|| format!("{}: {}\n    found {words:?} {values:?}", self.number, self.written))
    }
}
