//! Floor 1: which language a text is in. It knows no model of any language but which ones there are.

use crate::text::Confidence;

/// A language told from the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Detected {
    /// BCP-47 code; "und" when it could not be told.
    pub code: &'static str,
    /// How sure that is.
    pub confidence: Confidence,
}

/// BCP-47 code of the language that the models serve.
pub const ENGLISH: &str = "en";

/// Whether the models serve a language, given by its BCP-47 code. What could not be told ("und") is read as
/// English: it is short, or tables and names.
#[must_use]
pub fn is_served(code: &str) -> bool {
    let primary = code.split(['-', '_']).next().unwrap_or_default();
    primary.eq_ignore_ascii_case(ENGLISH) || primary.eq_ignore_ascii_case("und")
}

/// So much of a text is looked at: enough to be sure, little enough to cost nothing.
const SAMPLE_BYTES: usize = 1024;

/// Share of letters below which a text in Latin script is not told apart from tables and names.
const FEWEST_LETTERS: usize = 24;

/// Tells the language of a text.
///
/// Short texts are taken for English when they are in Latin script and nothing speaks against it: that is
/// what the models serve, and a headline of three words is nobody's evidence.
#[must_use]
pub fn detect(text: &str) -> Detected {
    let sample = sample_of(text);
    if reads_as_english(sample) {
        return Detected { code: ENGLISH, confidence: Confidence::from_permille(1000) };
    }
    let Some(info) = whatlang::detect(sample) else {
        return Detected { code: "und", confidence: Confidence::default() };
    };
    let letters = sample.chars().filter(|c| c.is_alphabetic()).take(FEWEST_LETTERS).count();
    let latin = info.script() == whatlang::Script::Latin;
    if latin && (letters < FEWEST_LETTERS || !info.is_reliable()) && info.lang() != whatlang::Lang::Eng {
        return Detected { code: ENGLISH, confidence: Confidence::from_permille(500) };
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000")]
    let permille = (info.confidence().clamp(0.0, 1.0) * 1000.0) as u16;
    Detected { code: bcp47(info.lang()), confidence: Confidence::from_permille(permille) }
}

/// Words that English text is held together by, and that no other language of Latin script has more than two of
/// (Dutch "is" and "was", German "was" and "in", French "on", Danish "for" and "at", Spanish "a" and "he").
const LINKS: [u64; 37] = keys([
    "the", "of", "and", "to", "that", "with", "from", "by", "which", "this", "these", "were", "been", "his",
    "their", "they", "you", "who", "would", "could", "should", "about", "after", "before", "because", "into",
    "than", "when", "what", "where", "while", "there", "has", "had", "have", "not", "said",
]);

/// In English news about one word in four is a link; one in so many will do, where so many different ones come.
const WORDS_A_LINK: usize = 8;
const FEWEST_LINKS: u32 = 5;
/// So many words are looked at.
const WORDS: usize = 96;

/// Whether the words alone say that it is English, so that nobody needs to count letters. Headlines, tables and
/// lists of names have fewer links and are looked at more closely.
fn reads_as_english(sample: &str) -> bool {
    let (mut words, mut links, mut kinds) = (0, 0, 0_u64);
    let all = sample.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    for word in all.take(WORDS) {
        words += 1;
        if let Some(at) = link(word) {
            links += 1;
            kinds |= 1 << at;
            // So many links are enough for all the words that are looked at, whatever the rest of them are.
            if kinds.count_ones() >= FEWEST_LINKS && links * WORDS_A_LINK >= WORDS {
                return true;
            }
        }
    }
    kinds.count_ones() >= FEWEST_LINKS && links * WORDS_A_LINK >= words
}

/// Which of the links a word is.
fn link(word: &str) -> Option<usize> {
    let key = key(word.as_bytes())?;
    LINKS.iter().position(|&link| link == key)
}

/// The letters of a short word side by side in one number, small: words are compared at once. A letter that is
/// not ASCII has its highest bit set and is equal to none that is.
const fn key(word: &[u8]) -> Option<u64> {
    const SMALL: u8 = 0x20;
    let mut key = 0;
    let mut at = 0;
    while at < word.len() {
        if at == 7 {
            return None;
        }
        key = key << 8 | (word[at] | SMALL) as u64;
        at += 1;
    }
    Some(key)
}

const fn keys<const COUNT: usize>(words: [&str; COUNT]) -> [u64; COUNT] {
    let mut keys = [0; COUNT];
    let mut at = 0;
    while at < COUNT {
        keys[at] = key(words[at].as_bytes()).expect("links are short: this is a bug");
        at += 1;
    }
    keys
}

/// The head of the text, cut at a character.
fn sample_of(text: &str) -> &str {
    if text.len() <= SAMPLE_BYTES {
        return text;
    }
    let mut end = SAMPLE_BYTES;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    crate::text::Span::of_bytes(0, end).of(text)
}

/// The two-letter code where ISO 639-1 has one, as BCP-47 asks.
fn bcp47(lang: whatlang::Lang) -> &'static str {
    let long = lang.code();
    SHORT_CODES.iter().find(|(code, _)| *code == long).map_or(long, |(_, short)| short)
}

/// ISO 639-3 to ISO 639-1, for the languages that the detector knows.
const SHORT_CODES: &[(&str, &str)] = &[
    ("afr", "af"),
    ("aka", "ak"),
    ("amh", "am"),
    ("ara", "ar"),
    ("aze", "az"),
    ("bel", "be"),
    ("ben", "bn"),
    ("bul", "bg"),
    ("cat", "ca"),
    ("ces", "cs"),
    ("cmn", "zh"),
    ("cym", "cy"),
    ("dan", "da"),
    ("deu", "de"),
    ("ell", "el"),
    ("eng", "en"),
    ("epo", "eo"),
    ("est", "et"),
    ("fin", "fi"),
    ("fra", "fr"),
    ("guj", "gu"),
    ("heb", "he"),
    ("hin", "hi"),
    ("hrv", "hr"),
    ("hun", "hu"),
    ("hye", "hy"),
    ("ind", "id"),
    ("ita", "it"),
    ("jav", "jv"),
    ("jpn", "ja"),
    ("kan", "kn"),
    ("kat", "ka"),
    ("khm", "km"),
    ("kor", "ko"),
    ("lat", "la"),
    ("lav", "lv"),
    ("lit", "lt"),
    ("mal", "ml"),
    ("mar", "mr"),
    ("mkd", "mk"),
    ("mya", "my"),
    ("nep", "ne"),
    ("nld", "nl"),
    ("nob", "nb"),
    ("ori", "or"),
    ("pan", "pa"),
    ("pes", "fa"),
    ("pol", "pl"),
    ("por", "pt"),
    ("ron", "ro"),
    ("rus", "ru"),
    ("sin", "si"),
    ("slk", "sk"),
    ("slv", "sl"),
    ("sna", "sn"),
    ("spa", "es"),
    ("srp", "sr"),
    ("swe", "sv"),
    ("tam", "ta"),
    ("tel", "te"),
    ("tgl", "tl"),
    ("tha", "th"),
    ("tuk", "tk"),
    ("tur", "tr"),
    ("ukr", "uk"),
    ("urd", "ur"),
    ("uzb", "uz"),
    ("vie", "vi"),
    ("yid", "yi"),
    ("zul", "zu"),
];

#[cfg(test)]
mod tests {
    use super::{detect, reads_as_english};

    #[test]
    fn tells_languages() {
        let check = |text: &str, code: &str| assert_eq!(detect(text).code, code, "{text:?}");
        check("The minister said on Monday that the talks would go on for two more days.", "en");
        check("Der Minister sagte am Montag, dass die Gespräche noch zwei Tage dauern würden.", "de");
        check("Министр сказал в понедельник, что переговоры продлятся ещё два дня.", "ru");
        check("部长星期一说，会谈将再持续两天。", "zh");
        check("Rio wins", "en");
        check("12 345 -- 67", "und");
        check("", "und");
    }

    #[test]
    fn links_alone_tell_english_and_nothing_akin_to_it() {
        let check = |text: &str, english: bool| assert_eq!(reads_as_english(text), english, "{text:?}");
        check("The council said that it had not been told of the plan before Friday.", true);
        check("MAYOR SAID TO HAVE KNOWN OF THE LEAK WHEN SHE SPOKE TO THE PRESS AND DENIED IT BY MAIL", true);
        // Dutch and Afrikaans share "of", "had", "by", "to"; a table has words and no links.
        check("Hij had het boek of de krant niet gelezen toen hij by zijn moeder was, zei ze.", false);
        check("Die raad het gesê dat hy nie by die vergadering was of daarvan geweet het nie.", false);
        check("Harbour Town 3, Eastgate 1. Corvane 412.50, up 2.1. Weather: rain, 14 degrees.", false);
        check("", false);
    }
}
