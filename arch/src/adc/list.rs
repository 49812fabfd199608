//! The macro behind the list of kinds: from one line per kind follow the table `[adc.*]` with its JSON schema and its
//! "did you mean", the resolved kind, and the form of a converter in the JSON of a machine.

macro_rules! adc_kinds {
    ($($(#[$doc:meta])* $name:ident: $table:ty => $kind:ty,)*) => {
        /// `[adc.*]`: column converters.
        #[derive(Debug, Clone, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        pub enum AdcKind {
            /// Digital cells: nothing is converted.
            None(NoKeys),
            $($(#[$doc])* $name(Box<$table>),)*
        }

        impl AdcKind {
            /// What the tables of all kinds hold; `None` for digital cells.
            pub(crate) fn shared(&self) -> Option<table::Shared<'_>> {
                match self {
                    AdcKind::None(_) => None,
                    $(AdcKind::$name(table) => Some(table.shared()),)*
                }
            }

            /// The resolved kind; `None` for digital cells.
            pub(crate) fn kind(&self) -> Option<Kind> {
                match self {
                    AdcKind::None(_) => None,
                    $(AdcKind::$name(table) => Some(Kind::$name(<$kind>::from(table.as_ref()))),)*
                }
            }
        }

        /// The kind of a resolved converter.
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub enum Kind {
            $($(#[$doc])* $name($kind),)*
        }

        impl Kind {
            fn own(&self) -> &dyn ConverterKind {
                match self {
                    $(Kind::$name(kind) => kind,)*
                }
            }
        }

        /// A converter in the JSON of a machine: `"none"`, or a table named after its kind.
        #[derive(Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        enum Json {
            None,
            $($name(ConverterOf<$kind>),)*
        }

        impl From<Option<Converter>> for Json {
            fn from(converter: Option<Converter>) -> Json {
                match converter {
                    None => Json::None,
                    Some(c) => match c.kind {
                        $(Kind::$name(kind) => Json::$name(c.map(|_| kind)),)*
                    },
                }
            }
        }

        impl From<Json> for Option<Converter> {
            fn from(json: Json) -> Option<Converter> {
                match json {
                    Json::None => None,
                    $(Json::$name(c) => Some(c.map(Kind::$name)),)*
                }
            }
        }
    };
}
pub(super) use adc_kinds;
