//! Quotations as the reference scorer of the workplace counts them: stretches between marks, speakers, the words
//! of indirect reports and of all. It must not know where predictions come from.

mod article;

use super::{Counts, ratio};
use crate::train::corpus::{GoldDocument, GoldQuote, Pair};
use article::{Article, SpeakerType};
use std::collections::{BTreeMap, BTreeSet};

/// Indices of the words of an article.
type Words = BTreeSet<usize>;

/// Counts over any number of articles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuoteScores {
    /// Stretches between marks of direct and mixed quotes whose words are the same.
    pub stretch_exact: Counts,
    /// The same with at least four fifths of their words in common.
    pub stretch_overlap: Counts,
    /// Words of indirect reports.
    pub indirect_words: Counts,
    /// Indirect reports, word for word.
    pub indirect_exact: Counts,
    /// Indirect reports with at least half of their words in common.
    pub indirect_half: Counts,
    /// Indirect reports whose cue is a verb of speech.
    pub spoken_indirect: u64,
    /// Their words, as far as they were found; there is no prediction of just them.
    pub spoken_words: (u64, u64),
    /// Words of all reports, whatever their kind.
    pub content_words: Counts,
    /// Of direct and mixed quotes that have a gold speaker.
    pub speakers: SpeakerScores,
}

/// How well speakers of direct and mixed quotes were named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpeakerScores {
    /// Quotes with a gold speaker.
    pub gold: u64,
    /// Of those, quotes of which a stretch was found.
    pub found: u64,
    /// Of those, quotes whose speaker is right: the spans overlap and share their head word.
    pub right: u64,
    /// Of those found, quotes whose speaker is the same span.
    pub exact: u64,
    /// Of those found, quotes that were given no speaker.
    pub missing: u64,
    /// Of those found, quotes whose cue overlaps the gold one.
    pub cues: u64,
    /// Of those found whose gold speaker is a name: quotes given a resolved name, and those where it holds the
    /// head of the gold name.
    pub names: (u64, u64),
    /// Direct and mixed quotes without a gold speaker.
    pub no_gold: u64,
    /// Of those, quotes that were given one.
    pub given_where_none: u64,
    /// Found and right, of the gold speakers that are names, pronouns and noun phrases.
    pub by_type: BTreeMap<&'static str, (u64, u64)>,
}

impl SpeakerScores {
    /// Share of all gold speakers that are right; what is not found is wrong.
    #[must_use]
    pub fn accuracy_all(&self) -> Option<f64> {
        ratio(self.right, self.gold)
    }

    /// Share of the speakers of found quotes that are right.
    #[must_use]
    pub fn accuracy_found(&self) -> Option<f64> {
        ratio(self.right, self.found)
    }
}

impl QuoteScores {
    /// Adds the counts of one article. `gold` has the text and the stretches between marks; the prediction need
    /// not. Predicted quotes of any other kind than direct, mixed and indirect are to be left out beforehand.
    pub fn add(&mut self, gold: &GoldDocument, predicted: &GoldDocument) {
        let article = Article::read(&gold.text);
        let theirs = if predicted.quoted.is_empty() { &gold.quoted } else { &predicted.quoted };
        self.add_stretches(&article, gold, predicted, theirs);
        let indirect = |quotes: &[GoldQuote]| -> Vec<Words> {
            let indirect = quotes.iter().filter(|quote| quote.kind == "indirect");
            indirect.map(|quote| article.words(&quote.content)).collect()
        };
        let (wanted, found) = (indirect(&gold.quotes), indirect(&predicted.quotes));
        self.indirect_exact += paired(&wanted, &found, 1, 1);
        self.indirect_half += paired(&wanted, &found, 1, 2);
        self.indirect_words += shared(&wanted, &found);
        let spoken =
            gold.quotes.iter().filter(|quote| quote.kind == "indirect" && article.is_spoken(&quote.cue));
        let spoken: Vec<Words> = spoken.map(|quote| article.words(&quote.content)).collect();
        let spoken_words = shared(&spoken, &found);
        self.spoken_indirect += spoken.len() as u64;
        self.spoken_words.0 += spoken_words.gold;
        self.spoken_words.1 += spoken_words.right;
        let all = |quotes: &[GoldQuote]| -> Vec<Words> {
            quotes.iter().map(|quote| article.words(&quote.content)).collect()
        };
        self.content_words += shared(&all(&gold.quotes), &all(&predicted.quotes));
    }

    fn add_stretches(
        &mut self,
        article: &Article<'_>,
        gold: &GoldDocument,
        predicted: &GoldDocument,
        theirs: &[Pair],
    ) {
        let stretches = |quotes: &[GoldQuote], quoted: &[Pair]| -> (Vec<Words>, Vec<usize>) {
            let of_each = quotes.iter().enumerate();
            of_each
                .flat_map(|(at, q)| stretches(article, q, quoted).into_iter().map(move |w| (w, at)))
                .unzip()
        };
        let (wanted, wanted_in) = stretches(&gold.quotes, &gold.quoted);
        let (found, found_in) = stretches(&predicted.quotes, theirs);
        let near = pairs(&wanted, &found, 4, 5);
        self.stretch_overlap += counts(near.len(), found.len(), wanted.len());
        self.stretch_exact += paired(&wanted, &found, 1, 1);
        // The longest stretch that was found decides which prediction is the quote's.
        let mut best: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
        for (&stretch, &other) in &near {
            let length = wanted[stretch].len();
            let entry = best.entry(wanted_in[stretch]).or_insert((0, found_in[other]));
            if length > entry.0 {
                *entry = (length, found_in[other]);
            }
        }
        for at in wanted_in.iter().copied().collect::<BTreeSet<_>>() {
            let other = best.get(&at).map(|&(_, other)| &predicted.quotes[other]);
            self.speakers.add(article, &gold.quotes[at], other);
        }
    }
}

impl SpeakerScores {
    fn add(&mut self, article: &Article<'_>, gold: &GoldQuote, predicted: Option<&GoldQuote>) {
        if gold.speaker.is_empty() {
            self.no_gold += 1;
            self.given_where_none += u64::from(predicted.is_some_and(|quote| !quote.speaker.is_empty()));
            return;
        }
        self.gold += 1;
        let Some(predicted) = predicted else { return };
        self.found += 1;
        let overlap = |one: &Pair, other: &Pair| one.0.max(other.0) < one.1.min(other.1);
        self.cues +=
            u64::from(gold.cue.iter().any(|one| predicted.cue.iter().any(|other| overlap(one, other))));
        let kind = article.speaker_type(&gold.speaker);
        if kind == SpeakerType::Name && !predicted.speaker_name.is_empty() {
            self.names.0 += 1;
            let head = article.head_word(&gold.speaker);
            self.names.1 += u64::from(Article::names_hold(&predicted.speaker_name, &head));
        }
        let of_type = self.by_type.entry(match kind {
            SpeakerType::Name => "name",
            SpeakerType::Pronoun => "pronoun",
            SpeakerType::Noun => "noun",
        });
        let of_type = of_type.or_default();
        of_type.0 += 1;
        if predicted.speaker.is_empty() {
            self.missing += 1;
            return;
        }
        let (wanted, found) = (article.words(&gold.speaker), article.words(&predicted.speaker));
        let holds_head = article.head(&gold.speaker).is_some_and(|head| found.contains(&head));
        let right = !wanted.is_disjoint(&found)
            && (holds_head || article.head_word(&gold.speaker) == article.head_word(&predicted.speaker));
        self.right += u64::from(right);
        of_type.1 += u64::from(right);
        self.exact += u64::from(wanted == found);
    }
}

/// Word sets of the quoted stretches of a direct or mixed quote.
fn stretches(article: &Article<'_>, quote: &GoldQuote, quoted: &[Pair]) -> Vec<Words> {
    if quote.kind == "indirect" {
        return Vec::new();
    }
    if !quote.quoted.is_empty() {
        let own = quote.quoted.iter().map(|&pair| article.words(&[pair]));
        return own.filter(|words| !words.is_empty()).collect();
    }
    let content = article.words(&quote.content);
    let outside = || quote.cue.iter().chain(&quote.speaker);
    let mut found = Vec::new();
    for &(start, end) in quoted {
        let words = article.words(&[(start, end)]);
        let common: Words = words.intersection(&content).copied().collect();
        // Marks around cue or speaker are somebody else's quote around this one.
        let around = outside().any(|&(first, last)| start <= first && last <= end);
        let (Some(&first), Some(&last)) = (common.first(), common.last()) else { continue };
        if !around {
            let whole = common.len() * 5 >= words.len() * 4;
            found.push(if whole { words } else { words.range(first..=last).copied().collect() });
        }
    }
    found
}

/// One-to-one pairs of word sets with at least `part` in `whole` of their words in common, best first.
fn pairs(gold: &[Words], predicted: &[Words], part: usize, whole: usize) -> BTreeMap<usize, usize> {
    let mut scored = Vec::new();
    for (at, one) in gold.iter().enumerate() {
        for (other_at, other) in predicted.iter().enumerate() {
            let common = one.intersection(other).count();
            let union = one.len() + other.len() - common;
            if common > 0 && common * whole >= union * part {
                scored.push((common, union, at, other_at));
            }
        }
    }
    // Shares compared across, so that nothing is rounded.
    scored.sort_by(|a, b| (b.0 * a.1).cmp(&(a.0 * b.1)).then((a.2, a.3).cmp(&(b.2, b.3))));
    let (mut pairs, mut used) = (BTreeMap::new(), BTreeSet::new());
    for (_, _, at, other) in scored {
        if !pairs.contains_key(&at) && used.insert(other) {
            pairs.insert(at, other);
        }
    }
    pairs
}

fn paired(gold: &[Words], predicted: &[Words], part: usize, whole: usize) -> Counts {
    counts(pairs(gold, predicted, part, whole).len(), predicted.len(), gold.len())
}

fn shared(gold: &[Words], predicted: &[Words]) -> Counts {
    let union = |sets: &[Words]| -> Words { sets.iter().flatten().copied().collect() };
    let (gold, predicted) = (union(gold), union(predicted));
    counts(gold.intersection(&predicted).count(), predicted.len(), gold.len())
}

fn counts(right: usize, predicted: usize, gold: usize) -> Counts {
    Counts { right: right as u64, predicted: predicted as u64, gold: gold as u64 }
}

#[cfg(test)]
mod tests;
