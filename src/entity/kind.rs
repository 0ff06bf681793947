//! Types of entities and of mentions, as the contract names them. They know no number on the wire.

/// Coarse type of an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum EntityKind {
    /// A person, real or fictional.
    Person,
    /// A company, agency, party, team, institution, government.
    Organization,
    /// A place: country, town, region, river, mountain.
    Location,
    /// A man-made place: building, airport, bridge, road.
    Facility,
    /// A nationality, religious or political group.
    Group,
    /// A product, vehicle, weapon.
    Product,
    /// A named event.
    Event,
    /// A title of a book, song, film, newspaper.
    Work,
    /// A named law, treaty or court case.
    Law,
    /// A language.
    Language,
    /// A calendar date or period of a day or more.
    Date,
    /// A time of day.
    Time,
    /// A length of time.
    Duration,
    /// An amount of money.
    Money,
    /// A percentage.
    Percent,
    /// A measurement with a unit other than money, time or percent.
    Quantity,
    /// A position in an order.
    Ordinal,
    /// A number not covered above.
    Cardinal,
    /// A web address, e-mail address, telephone number, social-media handle.
    Contact,
    /// Anything else that has a name.
    Other,
}

impl EntityKind {
    /// Every kind, in order.
    pub const ALL: [Self; 20] = [
        Self::Person,
        Self::Organization,
        Self::Location,
        Self::Facility,
        Self::Group,
        Self::Product,
        Self::Event,
        Self::Work,
        Self::Law,
        Self::Language,
        Self::Date,
        Self::Time,
        Self::Duration,
        Self::Money,
        Self::Percent,
        Self::Quantity,
        Self::Ordinal,
        Self::Cardinal,
        Self::Contact,
        Self::Other,
    ];

    /// The contract's word, such as "PERSON".
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Person => "PERSON",
            Self::Organization => "ORGANIZATION",
            Self::Location => "LOCATION",
            Self::Facility => "FACILITY",
            Self::Group => "GROUP",
            Self::Product => "PRODUCT",
            Self::Event => "EVENT",
            Self::Work => "WORK",
            Self::Law => "LAW",
            Self::Language => "LANGUAGE",
            Self::Date => "DATE",
            Self::Time => "TIME",
            Self::Duration => "DURATION",
            Self::Money => "MONEY",
            Self::Percent => "PERCENT",
            Self::Quantity => "QUANTITY",
            Self::Ordinal => "ORDINAL",
            Self::Cardinal => "CARDINAL",
            Self::Contact => "CONTACT",
            Self::Other => "OTHER",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Sort of words that mention an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MentionKind {
    /// A name, date or figure.
    Name,
    /// A description: "the prime minister".
    Nominal,
    /// A pronoun.
    Pronoun,
}
