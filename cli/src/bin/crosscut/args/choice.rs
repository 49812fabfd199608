//! Options whose values a library enumerates: names, order and help texts are the library's own.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use strum::{EnumMessage, IntoEnumIterator};

/// Takes the names of `T`. The help of a value is the first paragraph of its documentation.
pub fn choice<T>() -> impl TypedValueParser<Value = T>
where
    T: IntoEnumIterator + EnumMessage + Into<&'static str> + Clone + Send + Sync + 'static,
{
    let value = |v: T| {
        let text = v.get_documentation().unwrap_or_default();
        let first = text.lines().next().unwrap_or_default();
        PossibleValue::new(v.into()).help(first.trim_end_matches('.').to_string())
    };
    let names: Vec<PossibleValue> = T::iter().map(value).collect();
    PossibleValuesParser::new(names).try_map(|name| {
        let of_name = |v: &T| Into::<&'static str>::into(v.clone()) == name;
        T::iter().find(of_name).ok_or("not a known value")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crosscut_arch::RangeRule;
    use crosscut_prune::study::{self, cases::Case};
    use crosscut_prune::train::BatchNorm;
    use crosscut_prune::{Budget, Grain, Order, Solver};
    use crosscut_sim::map::{Adders, PlacementMethod};
    use crosscut_sim::optimise;
    use serde::Serialize;

    /// Every value has a help text, and its name on the command line is its name in files.
    fn agree<T>()
    where
        T: IntoEnumIterator + EnumMessage + Into<&'static str> + Clone + Serialize,
    {
        for value in T::iter() {
            let name: &'static str = value.clone().into();
            assert!(
                value.get_documentation().is_some_and(|t| t.len() > 5),
                "{name}"
            );
            let in_files = match serde_json::to_value(&value).expect("a name") {
                serde_json::Value::Object(o) => o.keys().next().expect("one").clone(),
                text => text.as_str().expect("text").to_string(),
            };
            assert_eq!(name, in_files);
        }
    }

    #[test]
    fn names_are_those_of_files() {
        agree::<RangeRule>();
        agree::<Grain>();
        agree::<Solver>();
        agree::<Order>();
        agree::<Budget>();
        agree::<Case>();
        agree::<study::Objective>();
        agree::<BatchNorm>();
        agree::<Adders>();
        agree::<PlacementMethod>();
        agree::<optimise::Objective>();
    }
}
