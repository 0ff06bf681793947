//! Articles for measuring, made from templates of our own: the same number gives the same article on every
//! machine. They read like wire copy and hold what costs time: names, titles, datelines, quotes of every kind
//! with cues and speakers, times, amounts, abbreviations, and paragraphs that carry a quote on.
#![allow(dead_code, reason = "each bench uses its part")]

pub(crate) mod wire;

/// An article for measuring.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) title: String,
    pub(crate) text: String,
}

/// A stream of choices; xorshift64*, so that no crate's version changes the articles.
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn below(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33).unwrap_or(0) % sides
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

const GIVEN: &[&str] = &[
    "Anna", "Carlos", "Mei", "Tomasz", "Fatima", "James", "Olga", "Kwame", "Priya", "Luca", "Ingrid",
    "Samuel", "Leila", "Hiroshi", "Grace", "Pavel",
];
const FAMILY: &[&str] = &[
    "Bergström",
    "Okafor",
    "Delgado",
    "Novak",
    "Whitfield",
    "Haddad",
    "Tanaka",
    "O’Malley",
    "Ramanathan",
    "Keller",
    "Abiodun",
    "Moreau",
    "Lindqvist",
    "Petrov",
    "Castellanos",
    "Van der Berg",
];
const ROLES: &[&str] = &[
    "Finance Minister",
    "Mayor",
    "Professor",
    "chief executive",
    "Gov.",
    "police spokesman",
    "union leader",
    "Defence Secretary",
    "Dr.",
    "head coach",
];
const PLACES: &[&str] = &[
    "Lisbon",
    "Nairobi",
    "Ottawa",
    "Gdansk",
    "São Paulo",
    "Jakarta",
    "Cleveland",
    "Marseille",
    "Osaka",
    "Tbilisi",
    "South Dakota",
    "Wellington",
];
const BODIES: &[&str] = &[
    "the Harbour Authority",
    "Nordwind Energy AG",
    "the Ministry of Transport",
    "Calder & Sons Ltd.",
    "the European Commission",
    "the Lakeside School Board",
    "Meridian Airlines",
    "the Central Bank",
    "the National Rivers Agency",
    "Halden University",
];
const DAYS: &[&str] = &["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "late Saturday", "Sunday"];
const SAID: &[&str] =
    &["said", "told reporters", "added", "warned", "insisted", "wrote in a statement", "argued"];
const WORDS: &[&str] = &[
    "We have waited long enough for an answer",
    "Nobody should have to choose between heating and eating",
    "The figures speak for themselves, and they are not good",
    "I have never seen water that high in 40 years",
    "This is a first step, not the last one",
    "There will be no talks as long as the trucks are blocked",
    "My phone has not stopped ringing since the vote",
    "If the rain holds off, the bridge will open on time",
];
const CLAIMS: &[&str] = &[
    "the plan would cost far less than its critics expect",
    "talks had broken down over pensions and overtime",
    "most of the damage could have been prevented",
    "the new timetable would be published before the summer",
    "prices would fall again once the harvest was in",
    "the company had known about the fault since 2019",
];
const PLAIN: &[&str] = &[
    "The measure still needs the approval of both chambers, where it passed narrowly at first reading.",
    "Traffic was diverted through side streets for most of the day, and several schools closed early.",
    "Analysts had expected a smaller rise, and shares slipped in early trading before they recovered.",
    "It was the third such incident this year; an inquiry into the first two has yet to report.",
    "A much larger crowd gathered outside, many of them with hand-painted signs and folding chairs.",
    "Earlier drafts of the report had been more cautious, but the final text leaves little room for doubt.",
    "Farmers in the valley say the wells have run dry twice since the dam was raised.",
    "The two sides agreed to meet again, although no date was set and no agenda was published.",
];

/// The article of this number, some 3 to 5 kB of text.
pub(crate) fn article(number: u64) -> Made {
    let mut dice = Dice::new(number + 1);
    let place = dice.of(PLACES);
    let people: Vec<(&str, &str, &str)> =
        (0..3).map(|_| (dice.of(GIVEN), dice.of(FAMILY), dice.of(ROLES))).collect();
    let body = dice.of(BODIES);
    let title = format!("{place}: {} at odds with {body}", people[0].1);
    let mut text = format!("{}, June {} – ", place.to_uppercase(), 1 + dice.below(28));
    for paragraph in 0..9 + dice.below(5) {
        let (given, family, role) = &people[dice.below(people.len())];
        let (words, more, claim) = (dice.of(WORDS), dice.of(WORDS), dice.of(CLAIMS));
        let (said, day) = (dice.of(SAID), dice.of(DAYS));
        let (one, two) = (dice.of(PLAIN), dice.of(PLAIN));
        let (year, money, percent) = (1995 + dice.below(30), 2 + dice.below(900), 1 + dice.below(60));
        text.push_str(&match if paragraph == 0 { 0 } else { dice.below(7) } {
            0 => format!("{role} {given} {family} said on {day} that {claim}. {one}"),
            1 => format!("“{words},” {family} {said} on {day}. “{more}.” {one}"),
            2 => format!("{given} {family}, a former head of {body}, {said}: “{words}.” {one} {two}"),
            3 => format!(
                "In {year}, {body} spent ${money}.5 million, or {percent} percent of its budget, on repairs in {place}. {one}"
            ),
            4 => format!("“{words}. {more}.\n\n“{words},” he {said}, “and that is that.” {two}"),
            5 => format!("{two} According to {body}, {claim}. {one}"),
            _ => format!(
                "{family}, {}, called the offer “a bad joke” and said {claim}, according to people at the meeting at 9:30 a.m. {two}",
                30 + dice.below(40)
            ),
        });
        text.push_str("\n\n");
    }
    Made { title, text }
}

/// At least so many bytes of articles, one after the other, cut at a paragraph.
pub(crate) fn prose(bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 8192);
    let mut number = 0;
    while text.len() < bytes {
        text.push_str(&article(number).text);
        number += 1;
    }
    text
}
