//! The words of a gold article and the head of a speaker's noun phrase, as the reference scorer takes them. It
//! must not know what is counted.

use crate::train::corpus::Pair;
use regex::Regex;
use std::collections::BTreeSet;
use std::sync::LazyLock;

static WORD: LazyLock<Regex> = LazyLock::new(|| pattern(r"\w+(?:['’´.-]\w+)*"));
/// Where a noun phrase ends at the latest: "a spokesman | for whom", "Smith | - of the union".
static CUT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"[,;:(\[]|\s[-–—]+\s|--|[–—]|\b(?:who|whom|whose|which|that)\b"));
/// Verbs of speech, as the reference scorer lists them.
static SPOKEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix)\b(?:said|sa(?:y|ys|ying)|t(?:old|ell|ells|elling)|add(?:ed|s|ing)?|according
        |claim(?:ed|s|ing)?|argu(?:ed|es|e|ing)|insist(?:ed|s|ing)?|stat(?:ed|es|e|ing)
        |not(?:ed|es|e|ing)|warn(?:ed|s|ing)?|announc(?:ed|es|e|ing)|report(?:ed|s|ing)?
        |acknowledg(?:ed|es|e|ing)|suggest(?:ed|s|ing)?|explain(?:ed|s|ing)?
        |den(?:ied|ies|y|ying)|call(?:ed|s|ing)?|ask(?:ed|s|ing)?|repl(?:ied|ies|y|ying)
        |declar(?:ed|es|e|ing)|promis(?:ed|es|e|ing)|accus(?:ed|es|e|ing)|repeat(?:ed|s|ing)?
        |tweet(?:ed|s|ing)?|wr(?:ote|ites|ite|iting|itten)|contend(?:ed|s|ing)?)\b",
    )
});

const PREPOSITIONS: &str = "of for in at from with on to by among near behind close";
const DETERMINERS: &str = "a an the this that these those some many most several few both one two three another \
                           other his her its their our your my";
const PRONOUNS: &str = "he she they it we i you who which that him her them us me his their its our my himself \
                        herself themselves";

fn pattern(written: &str) -> Regex {
    Regex::new(written).expect("the pattern is a constant: this is a bug")
}

fn without_possessive(word: &str) -> String {
    let bare = ["'s", "’s", "´s"].iter().find_map(|ending| word.strip_suffix(ending));
    bare.unwrap_or(word).to_lowercase()
}

fn listed(list: &str, word: &str) -> bool {
    let word = word.to_lowercase();
    list.split_whitespace().any(|entry| entry == word)
}

fn starts_large(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

/// What sort of phrase names a speaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SpeakerType {
    Name,
    Pronoun,
    Noun,
}

/// The words of one article, by byte offset.
#[derive(Debug)]
pub(super) struct Article<'a> {
    text: &'a str,
    words: Vec<(usize, usize, &'a str)>,
}

impl<'a> Article<'a> {
    pub(super) fn read(text: &'a str) -> Self {
        let words = WORD.find_iter(text).map(|found| (found.start(), found.end(), found.as_str())).collect();
        Self { text, words }
    }

    /// Indices of the words that the spans touch.
    pub(super) fn words(&self, spans: &[Pair]) -> BTreeSet<usize> {
        let mut touched = BTreeSet::new();
        for &(start, end) in spans {
            let (start, end) = (start as usize, end as usize);
            let first = self.words.partition_point(|word| word.1 <= start);
            let last = self.words.partition_point(|word| word.0 < end);
            touched.extend(first..last);
        }
        touched
    }

    /// Index of the head word of a speaker: the last capitalised word, or the last word, of what comes before a
    /// comma, dash, bracket or relative pronoun; of a phrase opened by a determiner or a small letter, the last
    /// word before its first preposition.
    pub(super) fn head(&self, spans: &[Pair]) -> Option<usize> {
        let touched: Vec<usize> = self.words(spans).into_iter().collect();
        let (first, last) = (self.words[*touched.first()?].0, self.words[*touched.last()?].1);
        let cut = CUT.find(self.text.get(first..last)?).map(|cut| cut.start()).filter(|&cut| cut > 0);
        let before = |cut: usize| -> Vec<usize> {
            touched.iter().copied().filter(|&at| self.words[at].0 < first + cut).collect()
        };
        let kept = cut.map(before).filter(|kept| !kept.is_empty()).unwrap_or_else(|| touched.clone());
        let word = |at: &usize| self.words[*at].2;
        let opener = word(kept.first()?);
        let small = opener.chars().next().is_some_and(char::is_lowercase);
        if listed(DETERMINERS, opener) || small {
            let of = kept.iter().skip(1).position(|at| listed(PREPOSITIONS, word(at)));
            return kept.get(of.unwrap_or(kept.len() - 1)).copied();
        }
        kept.iter().rev().find(|at| starts_large(word(at))).or(kept.last()).copied()
    }

    /// The head word in small letters, without "'s"; empty if there is none.
    pub(super) fn head_word(&self, spans: &[Pair]) -> String {
        let Some(head) = self.head(spans) else { return String::new() };
        let word = self.words[head].2;
        without_possessive(word)
    }

    /// Whether a name has this head among its words.
    pub(super) fn names_hold(name: &str, head: &str) -> bool {
        WORD.find_iter(name).any(|word| without_possessive(word.as_str()) == head)
    }

    /// Whether the words are of the verbs that report what was spoken.
    pub(super) fn is_spoken(&self, cue: &[Pair]) -> bool {
        cue.iter()
            .filter_map(|&(start, end)| self.text.get(start as usize..end as usize))
            .any(|words| SPOKEN.is_match(words))
    }

    pub(super) fn speaker_type(&self, spans: &[Pair]) -> SpeakerType {
        let touched: Vec<usize> = self.words(spans).into_iter().collect();
        if let [only] = touched[..]
            && listed(PRONOUNS, self.words[only].2)
        {
            return SpeakerType::Pronoun;
        }
        let head = self.head(spans).map(|at| self.words[at].2);
        match head {
            Some(word) if starts_large(word) && !listed(DETERMINERS, word) => SpeakerType::Name,
            Some(_) | None => SpeakerType::Noun,
        }
    }
}
