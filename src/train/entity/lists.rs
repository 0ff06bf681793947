//! Lists of names, tab-separated, made into the model's sections. It must not know how lists weigh.

use crate::entity::tagger::training::{Fingerprints, LONGEST_NAME, List, ListSet, name_key};
use crate::text::Span;
use crate::token::tokenize;
use crate::train::TrainError;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// The lists under the ODbL: whoever ships a data base made from them must offer it under the ODbL too.
const SHARE_ALIKE: &str = "countries-mledoze-odbl.tsv";

/// One line of a list.
struct Entry<'a> {
    name: &'a str,
    class: &'a str,
    source: &'a str,
    /// Rank of a person's name.
    rank: Option<u32>,
    /// People in a city or country.
    population: u32,
}

/// Reads lists and gives the sections `name` and `sets` of the model.
///
/// # Errors
/// [`TrainError::Io`], and [`TrainError::Line`] for a line without a class.
pub(super) fn sections(files: &[PathBuf]) -> Result<[Vec<u8>; 2], TrainError> {
    let mut names: BTreeMap<u64, ListSet> = BTreeMap::new();
    let mut tokens = Vec::new();
    for path in files.iter().filter(|path| !path.ends_with(SHARE_ALIKE)) {
        let text =
            fs::read_to_string(path).map_err(|source| TrainError::Io { path: path.clone(), source })?;
        for (index, line) in text.lines().enumerate().skip(1) {
            let entry = parse(line).ok_or_else(|| TrainError::Line {
                path: path.clone(),
                line: index + 1,
                source: "a list has the columns name, class, source".into(),
            })?;
            let Some(list) = list_of(&entry) else { continue };
            tokens.clear();
            tokenize(entry.name, Span::of_bytes(0, entry.name.len()), &mut tokens);
            if tokens.len() > LONGEST_NAME {
                continue;
            }
            let mut key = 0;
            for (index, token) in tokens.iter().enumerate() {
                key = name_key(key, token.word);
                let set = names.entry(key).or_default();
                *set = set.with(if index + 1 < tokens.len() { List::Prefix } else { list });
            }
        }
    }
    let sets: BTreeMap<ListSet, u16> = {
        let mut distinct: Vec<ListSet> = names.values().copied().collect();
        distinct.sort_unstable();
        distinct.dedup();
        distinct.into_iter().zip(0..=u16::MAX).collect()
    };
    let entries: Vec<(u64, u16)> =
        names.iter().filter_map(|(&key, set)| sets.get(set).map(|&index| (key, index))).collect();
    let sets = sets.keys().flat_map(|set| set.0.to_le_bytes()).collect();
    Ok([Fingerprints::build(&entries), sets])
}

fn parse(line: &str) -> Option<Entry<'_>> {
    let mut columns = line.split('\t');
    let (name, class) = (columns.next()?, columns.next()?);
    let source = columns.next().unwrap_or_default();
    let fourth = columns.next().unwrap_or_default();
    let population = columns.next().and_then(|number| number.parse().ok()).unwrap_or(0);
    Some(Entry { name, class, source, rank: fourth.parse().ok(), population })
}

/// Classes of the lists in classes of the model; those not named here are left out.
fn list_of(entry: &Entry<'_>) -> Option<List> {
    Some(match entry.class {
        "first_name" | "first_name_female" | "first_name_male" => {
            if entry.source == "faker" {
                List::GivenRare
            } else {
                List::GivenCommon
            }
        }
        "surname" => match entry.rank {
            Some(..=2_000) => List::SurnameCommon,
            Some(2_001..=20_000) | None => List::SurnameKnown,
            Some(_) => List::SurnameRare,
        },
        "person" => List::Person,
        "country" | "former_country" => List::Country,
        "capital" => List::Capital,
        "city" => match entry.population {
            500_000.. => List::CityLarge,
            50_000.. => List::CityMiddle,
            _ => List::CitySmall,
        },
        "city_alternate" => List::CityAlias,
        "subdivision" => List::Subdivision,
        "subdivision_abbreviation" => List::SubdivisionShort,
        "county" => List::County,
        "continent" | "region" | "natural_region" | "place" => List::Region,
        "bay" | "channel" | "fjord" | "gulf" | "inlet" | "lagoon" | "lake" | "ocean" | "river" | "sea"
        | "sound" | "strait" | "waterfall" => List::Water,
        "basin" | "cape" | "coast" | "delta" | "depression" | "desert" | "foothills" | "gorge" | "island"
        | "islands" | "isthmus" | "lowland" | "mountain" | "mountains" | "pass" | "peninsula" | "plain"
        | "plateau" | "reef" | "tundra" | "valley" | "wetlands" => List::Relief,
        "airport" => List::Airport,
        "company" | "airline" => List::Company,
        "company_short" => List::CompanyShort,
        "agency" | "armed_group" | "charity" | "committee" | "organization" => List::Agency,
        "media" => List::Media,
        "party" => List::Party,
        "sports_team" => List::Team,
        "university" => List::University,
        "demonym" => List::Demonym,
        "language" => List::Language,
        "legal_form" => List::LegalForm,
        "honorific" => List::Honorific,
        "role" => List::Role,
        _ => return None,
    })
}
