//! What the syntax tree of one file says.

use crate::file::{File, Route};
use proc_macro2::{TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree, Visibility};

/// Reads a file that is the module `route` of a crate with these modules.
pub fn file(tree: &syn::File, route: &Route, modules: &BTreeSet<Route>) -> File {
    let mut reader = Reader {
        here: route.clone(),
        modules,
        aliases: BTreeMap::new(),
        file: File::default(),
    };
    let kept = || tree.items.iter().filter(|i| !is_test(attributes(i)));
    for item in kept() {
        reader.declare(item);
    }
    for item in kept() {
        reader.visit_item(item);
    }
    reader.file
}

/// Lines of the items that only tests see.
pub fn test_lines(tree: &syn::File) -> usize {
    let tests = tree.items.iter().filter(|i| is_test(attributes(i)));
    tests
        .map(|item| {
            let span = syn::spanned::Spanned::span(item);
            span.end().line + 1 - span.start().line
        })
        .sum()
}

struct Reader<'a> {
    here: Route,
    modules: &'a BTreeSet<Route>,
    /// Names that a `use` brought in, and their routes.
    aliases: BTreeMap<String, Route>,
    file: File,
}

impl Reader<'_> {
    fn declare(&mut self, item: &Item) {
        let name = match item {
            Item::Struct(i) => &i.ident,
            Item::Enum(i) => &i.ident,
            Item::Union(i) => &i.ident,
            Item::Trait(i) => &i.ident,
            Item::TraitAlias(i) => &i.ident,
            Item::Type(i) => &i.ident,
            Item::Fn(i) => &i.sig.ident,
            Item::Const(i) => &i.ident,
            Item::Static(i) => &i.ident,
            Item::Mod(i) if i.content.is_some() => &i.ident,
            Item::Macro(i) if i.ident.is_some() => i.ident.as_ref().expect("just seen"),
            Item::Use(u) => {
                let public = !matches!(u.vis, Visibility::Inherited);
                self.imports(&u.tree, &mut Vec::new(), public);
                return;
            }
            _ => return,
        };
        self.file.defines.insert(name.to_string());
    }

    fn imports(&mut self, tree: &UseTree, before: &mut Route, public: bool) {
        match tree {
            UseTree::Path(p) => {
                before.push(p.ident.to_string());
                self.imports(&p.tree, before, public);
                before.pop();
            }
            UseTree::Group(g) => {
                for t in &g.items {
                    self.imports(t, before, public);
                }
            }
            UseTree::Name(n) if n.ident == "self" => {
                let name = before.last().cloned().unwrap_or_default();
                self.import(name, before.clone(), public);
            }
            UseTree::Name(n) => {
                let route = [before.as_slice(), &[n.ident.to_string()]].concat();
                self.import(n.ident.to_string(), route, public);
            }
            UseTree::Rename(r) => {
                let route = [before.as_slice(), &[r.ident.to_string()]].concat();
                self.import(r.rename.to_string(), route, public);
            }
            UseTree::Glob(_) => {
                if let Some(route) = self.absolute(before) {
                    if public {
                        self.file.globs.push(route);
                    } else {
                        self.file.uses.insert(route);
                    }
                }
            }
        }
    }

    fn import(&mut self, name: String, written: Route, public: bool) {
        let Some(route) = self.absolute(&written) else {
            return;
        };
        if public {
            self.file.exports.insert(name.clone(), route.clone());
        } else if !self.modules.contains(&route) {
            self.file.uses.insert(route.clone());
        }
        self.aliases.insert(name, route);
    }

    /// The route from the root of the crate of a path as written here; `None` for paths into other crates.
    fn absolute(&self, written: &[String]) -> Option<Route> {
        let (first, rest) = written.split_first()?;
        let mut route = match first.as_str() {
            "crate" => Route::new(),
            "self" => self.here.clone(),
            "super" => self.here[..self.here.len().checked_sub(1)?].to_vec(),
            name => {
                let child = [self.here.as_slice(), &[name.to_owned()]].concat();
                if self.modules.contains(&child) {
                    child
                } else {
                    self.aliases.get(name)?.clone()
                }
            }
        };
        for name in rest {
            if name == "super" {
                route.pop()?;
            } else if name != "self" {
                route.push(name.clone());
            }
        }
        Some(route)
    }

    fn path(&mut self, written: &[String]) {
        if written.len() > 1
            && let Some(route) = self.absolute(written)
        {
            self.file.uses.insert(route);
        }
    }

    /// Paths inside the arguments of a macro, which are no syntax tree.
    fn tokens(&mut self, stream: TokenStream) {
        let mut written: Route = Vec::new();
        let mut joined = 0;
        for token in stream {
            match token {
                TokenTree::Ident(name) => {
                    if joined != 2 {
                        self.path(&std::mem::take(&mut written));
                    }
                    joined = 0;
                    written.push(name.to_string());
                    continue;
                }
                TokenTree::Punct(p) if p.as_char() == ':' && !written.is_empty() => {
                    joined += 1;
                    continue;
                }
                TokenTree::Group(g) => self.tokens(g.stream()),
                _ => {}
            }
            self.path(&std::mem::take(&mut written));
            joined = 0;
        }
        self.path(&written);
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        // Imports are read first; they are uses only through the names they bring in.
        if is_test(attributes(item)) || matches!(item, Item::Use(_)) {
            return;
        }
        visit::visit_item(self, item);
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        for statement in &block.stmts {
            if let syn::Stmt::Item(Item::Use(u)) = statement {
                self.imports(&u.tree, &mut Vec::new(), false);
            }
        }
        visit::visit_block(self, block);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let written: Route = path.segments.iter().map(|s| s.ident.to_string()).collect();
        self.path(&written);
        visit::visit_path(self, path);
    }

    /// `pub(in crate::a)` names a module but uses nothing of it.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.tokens(call.tokens.clone());
        visit::visit_macro(self, call);
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|a| {
        a.path().is_ident("cfg")
            && matches!(&a.meta, syn::Meta::List(l) if l.tokens.to_string() == "test")
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(i) => &i.attrs,
        Item::Enum(i) => &i.attrs,
        Item::Fn(i) => &i.attrs,
        Item::Impl(i) => &i.attrs,
        Item::Mod(i) => &i.attrs,
        Item::Static(i) => &i.attrs,
        Item::Struct(i) => &i.attrs,
        Item::Trait(i) => &i.attrs,
        Item::Type(i) => &i.attrs,
        Item::Use(i) => &i.attrs,
        _ => &[],
    }
}
