//! Tables of articles and the entities that they mention. `[P Ann Lee]` proposes a mention; the rest of the way
//! is the recognizer's own.

use super::{IdentityScratch, Knowledge, join};
use crate::entity::marked::unmark;
use crate::entity::{Context, Entities, Terms};
use crate::sentence::{Segmenter, Sentence};
use crate::text::{DocumentBuffer, Span};
use crate::token;
use std::fmt::Write as _;
use std::ops::ControlFlow;

/// One line an entity: name, subtype and links in brackets, mentions after the first, titles.
fn describe(marked: &str) -> String {
    let (text, proposals) = unmark(marked);
    let mut buffer = DocumentBuffer::default();
    let document = buffer.fill("", &text);
    let mut tokens = Vec::new();
    token::tokenize(&text, Span::of_bytes(0, text.len()), &mut tokens);
    let mut sentences: Vec<Sentence> = Vec::new();
    let mut checkpoint = || ControlFlow::Continue(());
    let segmenter = Segmenter::builtin().unwrap();
    assert!(segmenter.segment(document, None, &mut checkpoint, &mut sentences).is_continue());
    let terms: [&Terms; 0] = [];
    let context = Context {
        document,
        tokens: &tokens,
        sentences: &sentences,
        dateline: None,
        reference_date: None,
        terms: &terms,
    };
    let mut entities = Entities::default();
    let mut scratch = IdentityScratch::default();
    let knowledge = Knowledge::builtin();
    for _ in 0..2 {
        // The second run finds a used scratch.
        assert!(
            join(&context, &knowledge, &proposals, &mut checkpoint, &mut scratch, &mut entities)
                .is_continue()
        );
    }
    let mut lines = String::new();
    for entity in &entities.entities {
        write!(lines, "{}", entity.name.of(&text)).unwrap();
        if let Some(subtype) = entity.subtype {
            write!(lines, " ({subtype})").unwrap();
        }
        for link in entities.links_of(entity) {
            write!(lines, " {}:{}", &*link.catalog, &*link.id).unwrap();
        }
        let mentions: Vec<_> = entities.mentions_of(entity).iter().map(|m| m.span.of(&text)).collect();
        write!(lines, " = {}", mentions.join(", ")).unwrap();
        let titles: Vec<_> = entities.titles_of(entity).iter().map(|title| title.of(&text)).collect();
        if !titles.is_empty() {
            write!(lines, " <{}>", titles.join(", ")).unwrap();
        }
        lines.push('\n');
    }
    lines
}

fn check(marked: &str, expected: &[&str]) {
    let found = describe(marked);
    let found: Vec<_> = found.lines().collect();
    assert_eq!(found, expected, "{marked}");
}

#[test]
fn surnames_given_names_and_titles() {
    check(
        "US Trade Secretary [P Anna Lind] spoke. [P Lind] left. Mrs [P Lind's] car. [P Anna] waved. [P ANNA LIND]",
        &["Anna Lind = Anna Lind, Lind, Lind, Anna, ANNA LIND <US Trade Secretary, Mrs>"],
    );
    check(
        "[P Mr. Kowal] met [P President Jan Kowal]. Then [P Mr Kowal] slept.",
        &["Jan Kowal = Kowal, Jan Kowal, Kowal <Mr., President, Mr>"],
    );
    check("[P Xu Jinhai] came. President [P Xu] spoke.", &["Xu Jinhai = Xu Jinhai, Xu <President>"]);
    check(
        "[P Luis Alba da Costa] ran. [P Alba] won. [P da Costa] and [P Alba da Costa] cheered.",
        &["Luis Alba da Costa = Luis Alba da Costa, Alba, da Costa, Alba da Costa"],
    );
}

#[test]
fn one_surname_of_two_persons() {
    check(
        "[P Robert Hale] and his wife [P Mary Hale] came. Mr [P Hale] spoke, Mrs [P Hale] sang. [P Hale] bowed.",
        &["Robert Hale = Robert Hale, Hale, Hale <Mr>", "Mary Hale = Mary Hale, Hale <Mrs>"],
    );
    check("Mr [P Hale] spoke, Mrs [P Hale] sang.", &["Hale = Hale <Mr>", "Hale = Hale <Mrs>"]);
    check(
        "Senator [P Tom Reed] met coach [P Bill Reed].\n\nOne.\n\nTwo.\n\nCoach [P Reed] and Senator [P Reed] talked.",
        &["Tom Reed = Tom Reed, Reed <Senator>", "Bill Reed = Bill Reed, Reed <coach>"],
    );
}

#[test]
fn members_that_name_their_party() {
    check(
        "The [O Green Party] won. The [O Greens] sang, the [O Liberals] of the [O Liberal Reform Party] did not.",
        &[
            "Green Party (party) = Green Party, Greens",
            "Liberal Reform Party (party) = Liberals, Liberal Reform Party",
        ],
    );
    check(
        "The [O Free Radical Party] met. The [O Free Radicals] cheered, the [O Radicals] went on.",
        &["Free Radical Party (party) = Free Radical Party, Free Radicals, Radicals"],
    );
    // Of two such parties nobody knows which; a company has no members; "Labour" is no plural.
    check(
        "The [O National Unity Party] and the [O National Reform Party] met. [O Nationals] cheered.",
        &[
            "National Unity Party (party) = National Unity Party",
            "National Reform Party (party) = National Reform Party",
            "Nationals = Nationals",
        ],
    );
    check(
        "[O Green Energy] fell. The [O Greens] won. The [O Labour Party] lost. [O Labours] is a shop.",
        &[
            "Green Energy (company) = Green Energy",
            "Greens = Greens",
            "Labour Party (party) = Labour Party",
            "Labours = Labours",
        ],
    );
}

#[test]
fn kin_of_one_surname() {
    check(
        "Governor [P Karl Holm] came with his son, [P Erik Holm].\n\nThe elder [P Holm] spoke, the younger [P Holm] did not.",
        &["Karl Holm = Karl Holm, Holm <Governor>", "Erik Holm = Erik Holm, Holm"],
    );
    check(
        "[P Karl Holm] and his father, [P Erik Holm], came. The elder [P Holm] spoke. [P Holm] left.",
        &["Karl Holm = Karl Holm, Holm", "Erik Holm = Erik Holm, Holm"],
    );
    check(
        "[P Karl Holm]'s brother, [P Erik Holm], came. The younger [P Holm] spoke.",
        &["Karl Holm = Karl Holm", "Erik Holm = Erik Holm, Holm"],
    );
    check(
        "[P Rosa Lund], born [P Rosa Maria Brandt] in [L Orsk], sang. [P Lund] is dead. [P Karl Holm] was born.",
        &["Rosa Maria Brandt = Rosa Lund, Rosa Maria Brandt, Lund", "Orsk = Orsk", "Karl Holm = Karl Holm"],
    );
}

#[test]
fn kin_by_years_and_gender() {
    check(
        "[P Ann Holm], 34, met [P Eve Holm], 31. The elder Miss [P Holm] spoke, then the younger [P Holm].",
        &["Ann Holm = Ann Holm, Holm <Miss>", "Eve Holm = Eve Holm, Holm"],
    );
    // Votes and years of birth are no ages: the one who came later.
    check(
        "[P Ann Holm], 34 votes, met [P Eve Holm], 1931. The elder [P Holm] spoke.",
        &["Ann Holm = Ann Holm", "Eve Holm = Eve Holm, Holm"],
    );
    check(
        "[P Robin Holm] and his sister, [P Kit Holm], came. Mr [P Holm] spoke, Miss [P Holm] sang.",
        &["Robin Holm = Robin Holm, Holm <Mr>", "Kit Holm = Kit Holm, Holm <Miss>"],
    );
    // The line before is another's.
    check(
        "Long lost daughter\n\nLabour MP [P Robin Holm] left. Mr [P Holm] sang.",
        &["Robin Holm = Robin Holm, Holm <Labour MP, Mr>"],
    );
    // "The son of Karl Holm" is not Karl.
    check(
        "[P Erik Holm] is the son of [P Karl Holm]. The younger [P Holm] spoke.",
        &["Erik Holm = Erik Holm", "Karl Holm = Karl Holm, Holm"],
    );
}

#[test]
fn wives_by_their_husbands_surname() {
    check(
        "Sir [P Karl Holm] married [P Ann Lee] in May. Lady [P Holm] sang. Lady [P Holm] left. [P Holm] slept.",
        &["Karl Holm = Karl Holm, Holm <Sir>", "Ann Lee = Ann Lee, Holm, Holm <Lady>"],
    );
    check(
        "[P Karl Holm] came with his wife, [P Ann Lee]. Mrs [P Holm] sang.",
        &["Karl Holm = Karl Holm", "Ann Lee = Ann Lee, Holm <Mrs>"],
    );
    check(
        "[P Karl Holm]'s widow, [P Ann Lee], and [P Eve Holm] came. Miss [P Holm] sang.",
        &["Karl Holm = Karl Holm", "Ann Lee = Ann Lee", "Eve Holm = Eve Holm, Holm <Miss>"],
    );
    check(
        "[P Karl Holm] married [P Ann Lee]. Mrs [P Eve Holm] came. Mrs [P Holm] sang.",
        &["Karl Holm = Karl Holm", "Ann Lee = Ann Lee", "Eve Holm = Eve Holm, Holm <Mrs>"],
    );
}

#[test]
fn titles_and_roles_of_one_mention() {
    check(
        "The firm, whose chairman, Sir [P Karl Holm], left.\n\nJudge [P Ann Lee], the panel's head, and Dr [P Bo Lind] met.",
        &["Karl Holm = Karl Holm <chairman, Sir>", "Ann Lee = Ann Lee <Judge>", "Bo Lind = Bo Lind <Dr>"],
    );
    check(
        "DS [P Ann Lee] met Mr [P Di Stefano].",
        &["Ann Lee = Ann Lee <DS>", "Di Stefano = Di Stefano <Mr>"],
    );
}

#[test]
fn small_words_of_names() {
    check(
        "[P Declan Ó Broin] left. Father [P Ó Broin] and Ms [P Sian ap Rhys]. Ms ap [P Rhys] met [P O. Broin].",
        &[
            "Declan Ó Broin = Declan Ó Broin, Ó Broin <Father>",
            "Sian ap Rhys = Sian ap Rhys, ap Rhys <Ms>",
            "O. Broin = O. Broin",
        ],
    );
    check("Ms [P Lee] and [P Rhys] met.", &["Lee = Lee <Ms>", "Rhys = Rhys"]);
}

#[test]
fn full_names_of_one_person() {
    check(
        "[P Joseph R. Marsh Jr.] is [P Joe Marsh], [P J. Marsh], [P J.R. Marsh]; not [P Jill Marsh].",
        &[
            "Joseph R. Marsh Jr. = Joseph R. Marsh Jr., Joe Marsh, J. Marsh, J.R. Marsh",
            "Jill Marsh = Jill Marsh",
        ],
    );
    check(
        "[P Rosa Ortega-Cruz], [P Ortega-Cruz] and [P al-Masri], [P Omar al-Masri], [P Masri].",
        &[
            "Rosa Ortega-Cruz = Rosa Ortega-Cruz, Ortega-Cruz",
            "Omar al-Masri = al-Masri, Omar al-Masri, Masri",
        ],
    );
}

#[test]
fn countries_by_their_code() {
    check(
        "[L US], [L U.S.] and [L United States of America] beside [L UK], [L Britain's] and [L BEIJING], [L Beijing].",
        &[
            "United States of America (country) iso-3166:US = US, U.S., United States of America",
            "Britain (country) iso-3166:GB = UK, Britain",
            "Beijing (city) = BEIJING, Beijing",
        ],
    );
    check(
        "[L Georgia] and [L Tbilisi]",
        &["Georgia (country) iso-3166:GE = Georgia", "Tbilisi (city) = Tbilisi"],
    );
    check(
        "[L Georgia] and [L Alabama]",
        &["Georgia (state) iso-3166-2:US-GA = Georgia", "Alabama (state) iso-3166-2:US-AL = Alabama"],
    );
    check(
        "in [L New York] and in [L New York] state",
        &["New York (city) = New York", "New York (state) iso-3166-2:US-NY = New York"],
    );
    check(
        "[G Swedes], [G Swedish], [G Houthis], [G Houthi]",
        &["Swedish = Swedes, Swedish", "Houthis = Houthis, Houthi"],
    );
    check(
        "[L Lake Vall] and [L Mount Orr]",
        &["Lake Vall (water) = Lake Vall", "Mount Orr (mountain) = Mount Orr"],
    );
}

#[test]
fn acronyms_and_short_forms() {
    check(
        "The [O Northern Fisheries Council] ([O NFC]) met. The [O NFC] and [O Northern Fisheries] agreed.",
        &["Northern Fisheries Council (agency) = Northern Fisheries Council, NFC, NFC, Northern Fisheries"],
    );
    check(
        "[O IMF] and [O International Monetary Fund]; [O Halden Brothers Inc.], [O Halden], [O Halden Brothers]",
        &[
            "International Monetary Fund (agency) = IMF, International Monetary Fund",
            "Halden Brothers Inc. (company) = Halden Brothers Inc., Halden, Halden Brothers",
        ],
    );
    // Two could be meant: nobody is.
    check(
        "[O Orsk United] beat [O Lund United]. [O United] won.",
        &["Orsk United = Orsk United", "Lund United = Lund United", "United = United"],
    );
    check(
        "The striker of [O Orsk United] scored twice against [O Acme Rovers Ltd].",
        &["Orsk United (team) = Orsk United", "Acme Rovers Ltd (company) = Acme Rovers Ltd"],
    );
    // The article says which "AFP" it means.
    check(
        "[O Australian Federal Police] ([O AFP]) and the [O AFP]",
        &["Australian Federal Police (agency) = Australian Federal Police, AFP, AFP"],
    );
    check(
        "[O Zentrale Kasse] ([O ZBK]) and [O Dynamo] ([L Kyiv])",
        &["Zentrale Kasse = Zentrale Kasse, ZBK", "Dynamo = Dynamo", "Kyiv (city) = Kyiv"],
    );
}

#[test]
fn short_forms_of_two_names_of_one_body() {
    check(
        "[O Ashdown Lifeboat Trust] met. The [O Trust] is poor. The [O Ashdown Trust] said so.",
        &["Ashdown Lifeboat Trust = Ashdown Lifeboat Trust, Trust, Ashdown Trust"],
    );
    check(
        "[O Ashdown Lifeboat Trust] met [O Hale Canal Trust]. The [O Trust] is poor.",
        &[
            "Ashdown Lifeboat Trust = Ashdown Lifeboat Trust",
            "Hale Canal Trust = Hale Canal Trust",
            "Trust = Trust",
        ],
    );
}

#[test]
fn short_forms_of_what_was_introduced() {
    // One alone had been introduced, so that it is meant.
    check(
        "The [O Hale Institute for Ice] met. The [O Institute] paid.\n\n[O Orsk Polar Institute] did not.",
        &[
            "Hale Institute for Ice = Hale Institute for Ice, Institute",
            "Orsk Polar Institute = Orsk Polar Institute",
        ],
    );
    // It stands in another name, and another's was meant.
    check(
        "[O Hale Bank] met. So did [O Bank] Orsk. [O Lund Bank] did not.",
        &["Hale Bank (company) = Hale Bank", "Bank = Bank", "Lund Bank (company) = Lund Bank"],
    );
    check(
        "[X Grand Slam-winning] and [X Grand Slam]; [X Shelter Now and Prosper] and [X Shelter Now].",
        &[
            "Grand Slam-winning = Grand Slam-winning",
            "Grand Slam = Grand Slam",
            "Shelter Now and Prosper = Shelter Now and Prosper, Shelter Now",
        ],
    );
    // A shouted headline runs names together.
    check(
        "[O MOODY'S CUTS LUND]\n\nSo [O Lund] fell. [O Lund Steel] did not.",
        &["MOODY'S CUTS LUND = MOODY'S CUTS LUND", "Lund = Lund", "Lund Steel (company) = Lund Steel"],
    );
    check(
        "The [O Institute] paid. [O Hale Ice Institute] met [O Orsk Polar Institute].",
        &[
            "Institute = Institute",
            "Hale Ice Institute = Hale Ice Institute",
            "Orsk Polar Institute = Orsk Polar Institute",
        ],
    );
    check(
        "The [O Lund Department of Transport] and [O Royal College of Nurses]. The [O Department] and the [O College].",
        &[
            "Lund Department of Transport = Lund Department of Transport, Department",
            "Royal College of Nurses = Royal College of Nurses, College",
        ],
    );
}

#[test]
fn acronyms_of_more_than_first_letters() {
    check(
        "[O COSATU] is the [O Congress of South African Trade Unions].",
        &[
            "Congress of South African Trade Unions (legislature) = COSATU, Congress of South African Trade Unions",
        ],
    );
    check(
        "[O Korea Polar Research Institute], or [O KOPRI]; not [O KOLRI], not [O KPRIN].",
        &[
            "Korea Polar Research Institute = Korea Polar Research Institute, KOPRI",
            "KOLRI = KOLRI",
            "KPRIN = KPRIN",
        ],
    );
    check(
        "[O Common Market of States], [O COMS].",
        &["Common Market of States = Common Market of States, COMS"],
    );
}

#[test]
fn names_of_laws_and_events_whole() {
    check(
        "Under the Federal [X Food], Drug and [X Cosmetic Act] it is.",
        &["Federal Food, Drug and Cosmetic Act = Federal Food, Drug and Cosmetic Act"],
    );
    check(
        "The Hunting Act and [X Parliament Act] fell, said the [X new Licensing Act].",
        &["Parliament Act = Parliament Act", "Licensing Act = Licensing Act"],
    );
    check(
        "A Workers' [X Compensation Act] fell.",
        &["Workers' Compensation Act = Workers' Compensation Act"],
    );
    check("Under the [X Harbour Act] 2000 when he came.", &["Harbour Act 2000 = Harbour Act 2000"]);
    check("Under the [X Harbour Act] 2000 ships came.", &["Harbour Act = Harbour Act"]);
    check("He won the [L Orsk] [X Grand Prix] there.", &["Orsk Grand Prix = Orsk Grand Prix"]);
    check("A [X post-World War II] low.", &["World War II = World War II"]);
    check("The [X U.S. Harbour Act] fell.", &["Harbour Act = Harbour Act"]);
    check("He climbed [L Mount Orsk].", &["Mount Orsk (mountain) = Mount Orsk"]);
    check("It has the [L Mount Orsk] mine.", &["Mount Orsk = Mount Orsk"]);
}

#[test]
fn types_that_the_tagger_does_not_tell_apart() {
    let check = |marked: &str, expected: &str| {
        let (text, proposals) = unmark(marked);
        let mut tokens = Vec::new();
        token::tokenize(&text, Span::of_bytes(0, text.len()), &mut tokens);
        let knowledge = Knowledge::builtin();
        let range = token::within(&tokens, proposals[0].span);
        let kind = knowledge.kinds.kind(&knowledge.gazetteer, &text, &tokens, &range, &proposals[0]);
        assert_eq!(kind.name(), expected, "{marked}");
    };
    check("the [X Chinese] side", "GROUP");
    check("he spoke [X Arabic] well", "LANGUAGE");
    check("written in [X English], then", "LANGUAGE");
    check("in [X English] hands", "GROUP");
    check("in [X Swahili] songs", "LANGUAGE");
    check("the [X Dock Workers Act] of", "LAW");
    check("the [X Act] of", "OTHER");
    check("[X Hurricane Olaf] hit", "EVENT");
    check("the [X Valley Chess Cup]", "EVENT");
    check("near [L Torp Airport]", "FACILITY");
    check("[O France] lost to", "LOCATION");
    check("[O Orly] lost to", "ORGANIZATION");
    check("[P Jordan] scored", "PERSON");
}
