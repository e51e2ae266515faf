//! The files that each file names, and the circles in that.

use std::collections::BTreeSet;

use super::names::{Modules, named};
use super::source::Source;

/// The files that each file names. A module and its own children are one place: they may name each other.
pub(crate) fn arrows(sources: &[Source]) -> Vec<BTreeSet<usize>> {
    let modules = Modules::of(sources);
    let arrows = sources.iter().map(|source| {
        let from = source.module();
        let to = named(source).into_iter().filter_map(|it| modules.file(&from, &it.path));
        to.filter(|&to| !is_family(&from, &sources[to].module())).collect()
    });
    arrows.collect()
}

fn is_family(a: &[String], b: &[String]) -> bool {
    a.starts_with(b) || b.starts_with(a)
}

/// The sets of files that name each other, directly or by way of others; each as their paths.
pub(crate) fn circles(sources: &[Source]) -> BTreeSet<Vec<String>> {
    let arrows = arrows(sources);
    let reached: Vec<_> = (0..sources.len()).map(|at| reached(at, &arrows)).collect();
    let path = |at: &usize| sources[*at].path.display().to_string();
    let circle = |at: usize| {
        let members = reached[at].iter().filter(|&&other| reached[other].contains(&at));
        members.map(path).collect::<Vec<_>>()
    };
    (0..sources.len()).map(circle).filter(|circle| circle.len() > 1).collect()
}

fn reached(start: usize, arrows: &[BTreeSet<usize>]) -> BTreeSet<usize> {
    let (mut seen, mut next) = (BTreeSet::new(), vec![start]);
    while let Some(at) = next.pop() {
        next.extend(arrows[at].iter().copied().filter(|&to| seen.insert(to)));
    }
    seen
}

#[test]
fn a_circle_of_three_files_is_found() {
    let sources = [
        Source::of("lib.rs", &["mod a;", "mod b;", "mod c;", "mod d;"]),
        Source::of("a.rs", &["use super::b::B;"]),
        Source::of("b.rs", &["use crate::c;"]),
        Source::of("c.rs", &["fn f() { crate::a::g() }"]),
        Source::of("d.rs", &["use crate::a;"]),
    ];
    assert_eq!(circles(&sources), BTreeSet::from([["a.rs", "b.rs", "c.rs"].map(String::from).to_vec()]));
}
