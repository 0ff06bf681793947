//! Names that the article has made known, found again where the tagger saw none: "Farid does the bread", "the
//! Fund's board". It knows no model, only what was proposed and where it stands.
//!
//! A word alone is taken for a name again if the article uses it as one elsewhere, and never in small letters.

mod bodies;
mod clubs;
mod extend;
mod phrases;
mod split;

use super::identity::Knowledge;
use super::{Context, EntityKind, Proposal, Source};
use crate::lexicon::{FastMap, FastSet, Sieve, Word, WordSet, combine};
use crate::text::{Checkpoint, Confidence};
use crate::token::{self, Case, Token, TokenKind};
use bodies::BodiesScratch;
use std::ops::ControlFlow;
use std::sync::LazyLock;

/// An acronym of fewer letters is a word or another acronym as often.
const LEAST_LETTERS: usize = 3;

/// How sure a name is that is only known from elsewhere in the article.
const ECHOED: Confidence = Confidence::from_permille(600);

/// Last words of bodies that go by them alone: "the Fund", "the Council"; near miss: "the House", which is not
/// the White one.
static HEADS: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::compile(
        "fund\ncouncil\ncommission\nalliance\nboard\nbank\ncommittee\nagency\nauthority\nassociation\nunion\n\
         federation\ninstitute\ncourt\nministry\ndepartment\nfoundation\ntrust\norganization\norganisation\n\
         league\ntribunal\nsociety\nbureau\nconfederation\ndistrict\norchestra\nphilharmonic\nopera\nballet\n\
         assembly\ncongress\nsenate\nparliament\nchamber\ncollege\nuniversity\ngovernment\nadministration\n\
         directorate\nconstabulary\nacademy\ninfirmary\nhospital\nparty\ncompany\ngroup\nclub\nfriends",
    )
});

/// Last words that clubs have and towns have not: "Lund United".
const OF_CLUBS: &str = "united\nrovers\nwanderers\nathletic\nalbion\nrangers\nhotspur\nfc\nf.c.\nafc";

/// These, and others that clubs have behind the name of their town: "Lund City".
static CLUBS: LazyLock<WordSet> = LazyLock::new(|| {
    const OTHERS: &str = "city\ntown\ncounty\nargyle\norient\nharriers\nvillans\nvale\nalexandra\nwednesday\nforest\n\
                          sharks\ntigers\nlions\nbears\neagles\nhawks\nbulls\nkings\ngiants\nwarriors\nraiders\npanthers";
    WordSet::compile(&[OF_CLUBS, OTHERS].join("\n"))
});

/// Words right before the name of a town, and right behind it, that make it its club: "scored for **Lund**",
/// "**Lund** manager Ole Berg".
static BEFORE_CLUB: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::compile(
        "beat\nbeats\nbeating\nfor\nagainst\nover\nv\nvs\nversus\nthrashed\nthrash\nheld\nhold\nholds\nsink\nsinks\nstun\n\
         stuns\nedge\nedges\nface\nfaces\nhost\nhosts",
    )
});
/// First words of clubs: "**FC** Lund".
static BEFORE_TOWN: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::compile("fc\nac\nas\nsc\nreal\natletico\natlético\ndynamo\ndinamo\nsporting\nborussia")
});

static BEHIND_CLUB: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::compile(
        "beat\nwon\nwin\nlost\nlose\ndrew\ndraw\nled\nlead\nhold\nheld\nscored\nhost\nface\nare\nwere\nhave\n\
         manager\ncoach\ncaptain\nstriker\nmidfielder\ndefender\ngoalkeeper\nkeeper\nboss\nfans\nplayers\nwinger",
    )
});

/// Words before a name that make it a place: "in Hale".
const PLACING: [&str; 7] = ["in", "at", "from", "near", "of", "to", "through"];

/// What the article uses a word for.
#[derive(Clone, Copy, Debug)]
struct Known {
    kind: EntityKind,
    /// Whether it is a part of a person's full name.
    of_full_name: bool,
    /// Stands for a body behind "the" alone.
    head: bool,
    /// Stands for it without "the" too: "Parliament".
    bare: bool,
    /// Is the town in the name of a club.
    of_club: bool,
    /// Is more than that.
    alone: bool,
    /// The first letters of a body's name, which are capitals.
    acronym: bool,
    /// Two uses disagree, or it occurs in small letters.
    spoilt: bool,
}

/// Buffers of one worker.
#[derive(Clone, Debug, Default)]
pub(super) struct EchoScratch {
    known: FastMap<Word, Known>,
    /// Lets the known words pass.
    sieve: Sieve,
    found: Vec<Proposal>,
    letters: String,
    bodies: BodiesScratch,
    /// How many names begin with which words.
    beginnings: FastMap<u64, (u32, EntityKind)>,
    /// Names of several words, by their hash.
    phrases: FastMap<u64, EntityKind>,
    /// Lets their first words pass.
    firsts: Sieve,
    /// Towns of clubs, by their words.
    towns: FastSet<u64>,
}

/// Adds to the proposals, which are in order and do not overlap, and keeps them so.
pub(super) fn find(
    context: &Context<'_>,
    knowledge: &Knowledge,
    proposals: &mut Vec<Proposal>,
    checkpoint: &mut dyn Checkpoint,
    scratch: &mut EchoScratch,
) -> ControlFlow<()> {
    checkpoint.pass()?;
    let EchoScratch { known, sieve, found, letters, bodies, beginnings, phrases, firsts, towns } = scratch;
    known.clear();
    sieve.clear();
    found.clear();
    let (text, tokens) = (context.document.text(), context.tokens);
    split::mend(context, knowledge, proposals, found, beginnings);
    add(proposals, found);
    extend::mend(text, tokens, knowledge, proposals, found);
    add(proposals, found);
    phrases::again(context, knowledge, proposals, (phrases, firsts), found);
    add(proposals, found);
    bodies::retype(text, tokens, knowledge, proposals, bodies);
    clubs::retype(text, tokens, proposals, towns);
    learn(text, tokens, knowledge, proposals, known, sieve, letters);
    if known.is_empty() {
        return ControlFlow::Continue(());
    }
    for token in tokens.iter().filter(|token| token.case == Case::Lower && sieve.passes(token.word)) {
        if let Some(known) = known.get_mut(&token.word) {
            known.spoilt |= !known.head;
        }
    }
    checkpoint.pass()?;
    retype(text, tokens, knowledge, proposals, known);
    let mut proposed = proposals.iter().peekable();
    let mut sentences = context.sentences.iter().peekable();
    let (mut sentence_start, mut value_end) = (None, 0);
    for (at, token) in tokens.iter().enumerate() {
        let capital = token.kind == TokenKind::Word && !matches!(token.case, Case::Lower | Case::None);
        if !capital || !sieve.passes(token.word) {
            continue;
        }
        let Some(known) = known.get(&token.word).filter(|known| known.alone && !known.spoilt) else {
            continue;
        };
        while let Some(begun) = sentences.next_if(|next| next.span.start() <= token.span.start()) {
            sentence_start = Some(begun.span.start());
        }
        while let Some(past) = proposed.next_if(|proposal| proposal.span.end() <= token.span.start()) {
            if super::identity::is_value(past.kind) {
                value_end = past.span.end();
            }
        }
        let taken = proposed.peek().is_some_and(|proposal| proposal.span.overlaps(token.span));
        let before = at.checked_sub(1).map(|before| tokens[before].span);
        let opens = sentence_start.is_some_and(|start| before.is_none_or(|before| before.start() < start));
        // "On Saturdays Farid sells": the word before is a name of nobody.
        let behind_value = before.is_some_and(|before| before.end() == value_end);
        if !taken && fits(context, knowledge, at, known, opens || behind_value) {
            found.push(Proposal {
                span: token.span,
                kind: known.kind,
                subtype: None,
                value: None,
                confidence: Some(ECHOED),
                source: Source::Tagger,
            });
        }
    }
    add(proposals, found);
    ControlFlow::Continue(())
}

fn add(proposals: &mut Vec<Proposal>, found: &mut Vec<Proposal>) {
    if !found.is_empty() {
        proposals.append(found);
        proposals.sort_by_key(|proposal| proposal.span);
    }
}

/// Notes which words the proposals use alone, or as a part of a person's name, or as the last of a body's.
fn learn(
    text: &str,
    tokens: &[Token],
    knowledge: &Knowledge,
    proposals: &[Proposal],
    known: &mut FastMap<Word, Known>,
    sieve: &mut Sieve,
    letters: &mut String,
) {
    let mut from = 0;
    for proposal in proposals {
        let learned = matches!(proposal.source, Source::Tagger | Source::Gazetteer);
        from += token::count_before(&tokens[from..], proposal.span.start());
        let len = token::count_within(&tokens[from..], proposal.span.end());
        let bracketed =
            proposal.kind == EntityKind::Other && extend::is_abbreviated(text, tokens, from..from + len);
        let named = bracketed
            || matches!(proposal.kind, EntityKind::Person | EntityKind::Organization | EntityKind::Location);
        if !learned || !named {
            continue;
        }
        let words = tokens[from..from + len]
            .iter()
            .filter(|token| token.kind == TokenKind::Word && !token.of(text).starts_with(['\'', '’']));
        let full = |token: &&Token| {
            token.span.len() > 1
                && token.is_capitalized(text)
                && !knowledge.persons.stands_beside_names(token.word)
        };
        // "Ba" is known by the full name alone.
        let plain = |token: &&Token| token.span.len() > 2 && full(token);
        let new = Known {
            kind: proposal.kind,
            of_full_name: false,
            head: false,
            bare: false,
            of_club: false,
            alone: true,
            acronym: false,
            spoilt: false,
        };
        let mut note = |word: Word, new: Known| {
            sieve.add(word);
            known
                .entry(word)
                .and_modify(|known| {
                    // A club says nothing about what its town alone is used for, nor a town about a body's letters.
                    let differs = known.kind != new.kind || known.head != new.head;
                    known.spoilt |= known.alone && new.alone && differs && !known.acronym && !new.acronym;
                    if new.alone && (!known.alone || (new.acronym && !known.acronym)) {
                        (known.kind, known.alone) = (new.kind, true);
                    }
                    known.acronym |= new.acronym;
                    known.bare |= new.bare;
                    known.of_full_name |= new.of_full_name;
                    known.of_club |= new.of_club;
                })
                .or_insert(new);
        };
        let count = words.clone().count();
        if count == 1 {
            // "the Opera" is what the full name makes of it.
            let heads = |token: &&Token| HEADS.contains(token.word);
            let body = proposal.kind == EntityKind::Organization;
            words.clone().filter(plain).filter(|token| !heads(token)).for_each(|token| note(token.word, new));
            let before = from.checked_sub(1).map_or("", |before| tokens[before].of(text));
            let head = Known { head: true, bare: !before.eq_ignore_ascii_case("the"), ..new };
            words.clone().filter(heads).filter(|_| body).for_each(|token| note(token.word, head));
        } else if proposal.kind == EntityKind::Person {
            let part = Known { of_full_name: true, ..new };
            let short = words.clone().next_back().filter(full).filter(|token| token.span.len() == 2);
            words.clone().filter(plain).chain(short).for_each(|token| note(token.word, part));
        } else if proposal.kind == EntityKind::Organization || bracketed {
            let (first, last) = (words.clone().next(), words.clone().next_back());
            let joint = words.clone().position(|token| matches!(token.of(text), "of" | "for"));
            let before_joint = joint.and_then(|at| words.clone().nth(at.checked_sub(1)?));
            for head in last.into_iter().chain(before_joint).filter(|head| HEADS.contains(head.word)) {
                note(head.word, Known { head: true, ..new });
            }
            let of_clubs =
                |token: Option<&Token>, list: &WordSet| token.is_some_and(|token| list.contains(token.word));
            let town =
                if of_clubs(last, &CLUBS) { first } else { last.filter(|_| of_clubs(first, &BEFORE_TOWN)) };
            if let Some(town) = town.filter(|_| count == 2) {
                note(town.word, Known { of_club: true, alone: false, ..new });
            }
            for capitals in [true, false] {
                letters.clear();
                let words = words.clone().filter(|token| !capitals || token.is_capitalized(text));
                letters.extend(words.filter_map(|token| token.of(text).chars().next()));
                if letters.chars().count() >= LEAST_LETTERS {
                    note(Word::new(letters), Known { acronym: true, ..new });
                }
            }
        }
    }
}

/// Mends what the tagger took names for, by what the article says elsewhere.
fn retype(
    text: &str,
    tokens: &[Token],
    knowledge: &Knowledge,
    proposals: &mut [Proposal],
    known: &FastMap<Word, Known>,
) {
    use EntityKind::{Location, Organization, Other, Person};
    let (mut from, mut sport) = (0, None);
    for proposal in proposals {
        from += token::count_before(&tokens[from..], proposal.span.start());
        if proposal.source != Source::Tagger {
            continue;
        }
        let len = token::count_within(&tokens[from..], proposal.span.end());
        // "as all of Hale calls her", where Hale is a town to begin with; in sport its club is "of Hale" as often.
        let mut is_town = |only: &Token| {
            let town = |known: &&Known| {
                known.alone
                    && known.kind == Location
                    && !known.of_full_name
                    && !known.of_club
                    && !known.acronym
            };
            is_placed(text, tokens, from)
                && !bodies::is_share_of(text, &tokens[..from])
                && known.get(&only.word).is_some_and(|known| town(&known))
                && !*sport.get_or_insert_with(|| super::identity::is_about_sport(tokens))
        };
        let kind = match (proposal.kind, &tokens[from..from + len]) {
            (Organization, [only]) if is_town(only) => Some(Location),
            (Person | Organization | Location, [only]) => {
                known.get(&only.word).and_then(|known| kind_alone(text, tokens, knowledge, from, known))
            }
            // "Rep. Castellan", a thing without a kind
            (Other | Organization | Location, name) if name.len() > 1 => {
                knowledge.persons.title_within(text, name).and_then(|title| match &name[title..] {
                    [surname] => known.get(&surname.word).filter(|known| known.of_full_name).map(|_| Person),
                    _ => None,
                })
            }
            _ => None,
        };
        if let Some(kind) = kind.filter(|&kind| kind != proposal.kind) {
            (proposal.kind, proposal.subtype) = (kind, None);
        }
    }
}

/// What a known word at `at` means alone. A part of a person's name means the person; near misses: "in Hale", and
/// what lists of places know. A town that is spoken of as one speaks of its club is the club, if the article names
/// that; near misses: "in Lund", "Lund police".
fn kind_alone(
    text: &str,
    tokens: &[Token],
    knowledge: &Knowledge,
    at: usize,
    known: &Known,
) -> Option<EntityKind> {
    let before = at.checked_sub(1).map(|before| &tokens[before]);
    if known.acronym && tokens[at].case == Case::Upper {
        let listed = knowledge.gazetteer.meaning(text, &tokens[at..=at]).is_some();
        return (!listed).then_some(known.kind);
    }
    if known.of_club && is_of_side(tokens, text, at) {
        return Some(EntityKind::Organization);
    }
    if is_placed(text, tokens, at) {
        return None;
    }
    if known.head && !known.spoilt && before.is_some_and(|before| before.of(text).eq_ignore_ascii_case("the"))
    {
        return Some(EntityKind::Organization);
    }
    if known.of_full_name {
        let listed = knowledge.gazetteer.meaning(text, &tokens[at..=at]).is_some();
        return (!listed).then_some(EntityKind::Person);
    }
    let plays = before.is_some_and(|before| BEFORE_CLUB.contains(before.word))
        || tokens.get(at + 1).is_some_and(|behind| BEHIND_CLUB.contains(behind.word));
    (known.of_club && plays).then_some(EntityKind::Organization)
}

/// Whether the word before makes a place of what stands at `at`: "**in** Hale".
fn is_placed(text: &str, tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| tokens[before].of(text));
    before.is_some_and(|before| PLACING.iter().any(|word| before.eq_ignore_ascii_case(word)))
}

/// "the youth **side of** Lund"; near miss: "the mayor of Lund".
fn is_of_side(tokens: &[Token], text: &str, at: usize) -> bool {
    let [.., side, of] = &tokens[..at] else { return false };
    of.of(text) == "of" && ["side", "team", "squad", "fans", "captain", "manager"].contains(&side.of(text))
}

/// Whether a known word stands at `at` as a name of its own, and not within a longer one.
fn fits(context: &Context<'_>, knowledge: &Knowledge, at: usize, known: &Known, opens: bool) -> bool {
    let (text, tokens) = (context.document.text(), context.tokens);
    let token = &tokens[at];
    let before = at.checked_sub(1).map(|before| &tokens[before]);
    // The next line is another name's: "Late goal sinks Lund", and the article begins.
    let behind = tokens.get(at + 1).filter(|behind| !behind.starts_line());
    let joins = |token: &Token| token.of(text).chars().next().is_some_and(crate::text::chars::is_dash);
    let joined = (token.is_glued() && before.is_some_and(joins))
        || behind.is_some_and(|behind| behind.is_glued() && joins(behind));
    let named = |token: &Token| {
        token.kind == TokenKind::Word
            && token.is_capitalized(text)
            && !knowledge.persons.stands_beside_names(token.word)
    };
    let longer = behind.is_some_and(named) || (!opens && before.is_some_and(named));
    // Headlines leave the article out.
    let headline = context.document.title().contains_offset(token.span.start());
    // "HALE HARBOUR CHIEF": capitals of a headline make no name.
    let shouted = headline && is_shouted(context.document.title().of(text));
    let the = before.is_some_and(|before| before.of(text).eq_ignore_ascii_case("the"));
    let of = behind.is_some_and(|behind| matches!(behind.of(text), "of" | "for"));
    if joined || (longer && !shouted) {
        return false;
    }
    if known.acronym {
        return token.case == Case::Upper;
    }
    if known.head {
        return (the || headline || known.bare) && !of;
    }
    // "Ba" opens a sentence as a name, "Will" and "May" need not.
    !the && (!opens || token.span.len() > 4 || token.span.len() == 2)
}

/// The words of a name as a key.
fn words_key(words: &[Token]) -> u64 {
    words.iter().fold(0, |hash, token| combine(hash, token.word.bits()))
}

/// Whether nothing is written in small letters.
fn is_shouted(headline: &str) -> bool {
    !headline.chars().any(char::is_lowercase)
}

#[cfg(test)]
mod tests;
