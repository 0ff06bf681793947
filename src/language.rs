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
    use super::detect;

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
}
