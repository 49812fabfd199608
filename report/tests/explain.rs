//! Do the explained numbers multiply out to what the mapping counts?

use crosscut_arch::load;
use crosscut_report::Explanation;
use crosscut_sim::map::{Indices, MapOptions, Mapping};
use crosscut_traces::random::Key;
use crosscut_traces::{LayerId, Network, zoo};
use std::collections::BTreeMap;

/// Evaluates `+ - x /`, brackets, `ceil`, `floor`, `min` and `max`: the text as a reader would.
struct Reader<'a>(Vec<&'a str>, usize);

impl<'a> Reader<'a> {
    fn value(text: &'a str) -> f64 {
        let mut tokens = Vec::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let word = |f: fn(&char) -> bool| rest.chars().take_while(f).count();
            let n = match c {
                ' ' => {
                    rest = &rest[1..];
                    continue;
                }
                '0'..='9' => word(char::is_ascii_digit),
                'a'..='z' => word(char::is_ascii_lowercase),
                _ => 1,
            };
            tokens.push(&rest[..n]);
            rest = &rest[n..];
        }
        let mut reader = Reader(tokens, 0);
        let value = reader.sum();
        assert_eq!(reader.1, reader.0.len(), "read to the end: {text}");
        value
    }

    fn peek(&self) -> &'a str {
        self.0.get(self.1).copied().unwrap_or("")
    }

    fn next(&mut self) -> &'a str {
        self.1 += 1;
        self.0[self.1 - 1]
    }

    fn sum(&mut self) -> f64 {
        let mut value = self.product();
        while let sign @ ("+" | "-") = self.peek() {
            self.next();
            let other = self.product();
            value += if sign == "+" { other } else { -other };
        }
        value
    }

    fn product(&mut self) -> f64 {
        let mut value = self.atom();
        while let sign @ ("x" | "/") = self.peek() {
            self.next();
            let other = self.atom();
            value = if sign == "x" {
                value * other
            } else {
                value / other
            };
        }
        value
    }

    fn atom(&mut self) -> f64 {
        let token = self.next();
        if token == "(" {
            let value = self.sum();
            assert_eq!(self.next(), ")");
            return value;
        }
        if let Ok(number) = token.parse() {
            return number;
        }
        assert_eq!(self.next(), "(", "after {token}");
        let first = self.sum();
        let value = match token {
            "ceil" => first.ceil(),
            "floor" => first.floor(),
            "min" | "max" => {
                assert_eq!(self.next(), ",");
                let second = self.sum();
                if token == "min" {
                    first.min(second)
                } else {
                    first.max(second)
                }
            }
            other => panic!("unknown {other}"),
        };
        assert_eq!(self.next(), ")");
        value
    }
}

#[test]
fn the_reader_knows_its_arithmetic() {
    assert_eq!(Reader::value("2 + 3 x 4 - 1"), 13.0);
    assert_eq!(Reader::value("ceil(7 / 2) x max(1, floor(3 / 4))"), 4.0);
    assert_eq!(Reader::value("(1 x 2 + 2 x 3) x min(5, 9) / 4"), 10.0);
}

/// Every step adds up, and the ends are the counts of the mapping. Gives the number of layers.
fn check(net: &Network, machine: &str, options: &MapOptions, prune: bool) -> usize {
    let arch = load(machine, &[]).unwrap();
    let mut mapping = Mapping::build(net, &arch, options).unwrap();
    if prune {
        mapping = mapping
            .with_row_groups(net, &arch, half_of_the_outputs(&mapping))
            .unwrap();
    }
    let explain = |name: &str| {
        let e = Explanation::new(net, &arch, &mapping, name).unwrap();
        for s in &e.steps {
            let value = Reader::value(&s.numbers);
            assert!(
                (value - s.value).abs() <= 1e-12 * s.value.abs(),
                "{name} on {machine}, {}: {} = {value}, stated {}",
                s.name,
                s.numbers,
                s.value
            );
        }
        e
    };
    for (l, place) in mapping.layers.iter().zip(&mapping.places) {
        let e = explain(&l.name);
        for (step, count) in [
            ("rows", l.geometry.rows() as u64 / l.geometry.groups as u64),
            ("row_groups", l.row_groups.len() as u64),
            ("slices", l.slices().len() as u64),
            ("compute", l.roles.compute),
            ("buffer", l.roles.buffer),
            ("reduce", l.roles.reduce),
            ("total", l.roles.total()),
            ("firings", l.firings()),
            ("adc_conversions", l.adc_conversions(&arch)),
            ("pes", place.pes),
        ] {
            let case = format!("{} on {machine}: {step}", l.name);
            assert_eq!(e.value(step), Some(count as f64), "{case}");
        }
        let units = e.value("unit_conversions").unwrap_or(0.0);
        assert_eq!(units, l.unit_conversions(&arch) as f64, "{}", l.name);
        let used = e.value("utilization");
        assert_eq!(
            used.unwrap_or(0.0),
            l.utilization,
            "{} on {machine}",
            l.name
        );
    }
    let units = mapping.places.iter().skip(mapping.layers.len());
    for (u, place) in mapping.units.iter().zip(units) {
        let e = explain(&u.name);
        for (step, count) in [
            ("buffer", u.roles.buffer),
            ("pool", u.roles.pool),
            ("reduce", u.roles.reduce),
            ("total", u.roles.total()),
            ("pes", place.pes),
        ] {
            let value = e.value(step).unwrap_or(0.0);
            assert_eq!(value, count as f64, "{} on {machine}: {step}", u.name);
        }
    }
    mapping.layers.len() + mapping.units.len()
}

/// About half of the outputs of each row group, by chance; some groups lose all.
fn half_of_the_outputs(mapping: &Mapping) -> BTreeMap<LayerId, Vec<crosscut_sim::map::RowGroup>> {
    let mut draw = 0;
    let mut changes = BTreeMap::new();
    for l in &mapping.layers {
        let mut groups = l.row_groups.clone();
        for (n, g) in groups.iter_mut().enumerate() {
            let kept = g.outputs.iter().filter(|_| {
                draw += 1;
                n % 4 != 3 && Key::new(5).bits(draw) & 1 == 0
            });
            g.outputs = Indices::list(kept.map(|q| q as u32).collect());
        }
        changes.insert(l.layer, groups);
    }
    changes
}

#[test]
fn every_layer_of_the_zoo_multiplies_out() {
    let mut explained = 0;
    for (name, _) in zoo::names() {
        let net = zoo::build(name, 0).unwrap();
        for machine in ["isaac-ce", "semimap", "reram-64"] {
            explained += check(&net, machine, &MapOptions::default(), false);
        }
    }
    assert!(explained > 500, "{explained} layers");
}

#[test]
fn layers_on_every_preset_multiply_out() {
    let mut machines = 0;
    for preset in crosscut_arch::presets() {
        let arch = load(preset.name, &[]).unwrap();
        for name in ["vgg8", "resnet20"] {
            let net = zoo::build(name, 0).unwrap();
            // Some machines have a fixed number of chips, too few for a network of this size.
            if Mapping::build(&net, &arch, &MapOptions::default()).is_ok() {
                check(&net, preset.name, &MapOptions::default(), false);
                machines += 1;
            }
        }
    }
    assert!(machines >= 4, "{machines} mappings");
}

#[test]
fn copies_and_pruned_layers_multiply_out() {
    let replicated = MapOptions {
        max_firings: Some(100),
        ..MapOptions::default()
    };
    for name in ["lenet5", "vgg8", "resnet20"] {
        let net = zoo::build(name, 0).unwrap();
        for machine in ["isaac-ce", "isaac-8b", "semimap", "reram-64"] {
            check(&net, machine, &replicated, false);
            check(&net, machine, &MapOptions::default(), true);
        }
    }
}

#[test]
fn an_unknown_layer_is_refused_with_a_suggestion_and_an_idle_one_explained() {
    let net = zoo::build("vgg8", 0).unwrap();
    let arch = load("isaac-ce", &[]).unwrap();
    let mapping = Mapping::build(&net, &arch, &MapOptions::default()).unwrap();
    let error = Explanation::new(&net, &arch, &mapping, "conv44").unwrap_err();
    assert!(
        error.to_string().contains("did you mean `conv4`"),
        "{error}"
    );
    let pool = Explanation::new(&net, &arch, &mapping, "pool2").unwrap();
    assert!(pool.steps.is_empty());
    assert!(pool.summary.contains("no crossbars"), "{}", pool.summary);
}

/// A count that is not what its formula gives shows: the words do not follow the mapping blindly.
#[test]
fn counts_that_do_not_follow_from_the_layer_do_not_multiply_out() {
    let net = zoo::build("vgg8", 0).unwrap();
    let arch = load("semimap", &[]).unwrap();
    let good = Mapping::build(&net, &arch, &MapOptions::default()).unwrap();
    type Change = fn(&mut Mapping);
    let changes: [(&str, Change); 6] = [
        ("compute", |m| m.layers[3].roles.compute += 1),
        ("buffer", |m| m.layers[3].roles.buffer += 1),
        ("reduce", |m| m.layers[3].roles.reduce += 1),
        ("utilization", |m| m.layers[3].utilization *= 1.001),
        ("row_groups", |m| {
            m.layers[3].packing = crosscut_arch::Packing::Dense
        }),
        ("pes", |m| m.places[3].pes += 1),
    ];
    for (step, change) in changes {
        let mut mapping = good.clone();
        change(&mut mapping);
        let name = mapping.layers[3].name.clone();
        let e = Explanation::new(&net, &arch, &mapping, &name).unwrap();
        let wrong = e
            .steps
            .iter()
            .filter(|s| Reader::value(&s.numbers) != s.value);
        let wrong: Vec<&str> = wrong.map(|s| s.name.as_str()).collect();
        let listed = e
            .steps
            .iter()
            .any(|s| s.name == "row_groups" && s.formula == "as listed");
        assert!(
            wrong.contains(&step) || (step == "row_groups" && listed),
            "{step}: {wrong:?}"
        );
    }
}
