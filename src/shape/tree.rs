//! The places of a type, in the order in which they are read, and the next sample for each.

use super::source::Stop;

/// The question that a type asked at a place. Names of types decide when it is cut, and nothing else.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Ask {
    /// A kind, and the number of its samples.
    Leaf(&'static str, usize),
    Option,
    Seq,
    Map,
    Newtype(&'static str),
    Tuple(usize),
    TupleStruct(&'static str, usize),
    Struct(&'static str, &'static [&'static str]),
    Enum(&'static str, &'static [&'static str]),
    /// The encoding does not say what comes next.
    Any,
    /// The same struct or enum stands around it twice already, or too many places do.
    Cut,
}

impl Ask {
    /// True for a type that may hold itself.
    fn is_named(self) -> bool {
        match self {
            Self::Newtype(name) | Self::TupleStruct(name, _) | Self::Struct(name, _) => !name.is_empty(),
            Self::Enum(..) => true,
            _ => false,
        }
    }
}

/// The places found so far. Each pass makes one more choice than the one before, so that passes come to an end.
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// The place that was entered last: another choice is made there if the pass fails.
    last: usize,
    is_stopped: bool,
    is_done: bool,
}

#[derive(Default)]
struct Node {
    parent: usize,
    depth: usize,
    ask: Option<Ask>,
    /// Elements, fields, or one place a variant.
    children: Vec<usize>,
    choice: usize,
    /// Variants of which a value can be made.
    usable: Vec<usize>,
}

impl Node {
    /// The number of choices: samples; one element or none; each variant once, and then those that are usable.
    fn choices(&self) -> usize {
        match self.ask {
            None | Some(Ask::Any | Ask::Cut) => 0,
            Some(Ask::Leaf(_, samples)) => samples,
            Some(Ask::Option | Ask::Seq | Ask::Map) => 2,
            Some(Ask::Enum(_, names)) => names.len() + self.usable.len(),
            Some(_) => 1,
        }
    }
}

impl Tree {
    pub(super) const ROOT: usize = 0;

    pub(super) fn new() -> Self {
        Self { nodes: vec![Node::default()], last: Self::ROOT, is_stopped: false, is_done: false }
    }

    /// True if there is something left to find out.
    pub(super) fn next_pass(&mut self) -> bool {
        (self.last, self.is_stopped) = (Self::ROOT, false);
        !self.is_done
    }

    /// Ends a pass. Once there is a value, the work is done; without one, the next pass makes another choice at the last place.
    pub(super) fn end_pass(&mut self, has_value: bool) {
        if has_value && !self.is_stopped {
            self.is_done = true;
        }
        let mut at = self.last;
        while !self.is_done {
            let Some(node) = self.nodes.get_mut(at) else { return };
            node.choice += 1;
            if node.choice < node.choices() {
                return;
            }
            // No value can be made with the choice around it.
            self.is_done = at == Self::ROOT;
            at = node.parent;
        }
    }

    /// Enters the place at `index` below `parent`.
    pub(super) fn enter(&mut self, parent: usize, index: usize) -> Result<usize, Stop> {
        let new = self.nodes.len();
        let around = self.nodes.get_mut(parent).filter(|_| !self.is_stopped).ok_or_else(stop)?;
        let at = match around.children.get(index) {
            Some(at) => *at,
            None if index == around.children.len() && new < MAX_PLACES => {
                around.children.push(new);
                let depth = around.depth + 1;
                self.nodes.push(Node { parent, depth, ..Node::default() });
                new
            }
            None => return Err(self.give_up()),
        };
        self.last = at;
        Ok(at)
    }

    /// The present choice at a place that asks for this.
    pub(super) fn ask(&mut self, at: usize, ask: Ask) -> Result<usize, Stop> {
        let is_cut = self.is_cut(at, ask);
        let node = self.nodes.get_mut(at).filter(|_| !self.is_stopped).ok_or_else(stop)?;
        let ask = if is_cut { Ask::Cut } else { ask };
        if *node.ask.get_or_insert(ask) != ask {
            return Err(self.give_up());
        }
        if node.choice < node.choices() {
            return Ok(node.choice);
        }
        self.is_stopped = true;
        Err(stop())
    }

    /// The variant that a choice of an enum stands for.
    pub(super) fn variant(&self, at: usize, choice: usize, count: usize) -> usize {
        let usable = choice.checked_sub(count).and_then(|it| self.nodes.get(at)?.usable.get(it).copied());
        usable.unwrap_or(choice)
    }

    /// Notes that a value of this variant can be made, and stops if others have not been looked at.
    pub(super) fn made(&mut self, at: usize, choice: usize, count: usize) -> Result<(), Stop> {
        let node = self.nodes.get_mut(at).filter(|_| !self.is_stopped).ok_or_else(stop)?;
        if choice >= count {
            return Ok(());
        }
        node.usable.push(choice);
        (self.last, self.is_stopped) = (at, true);
        Err(stop())
    }

    /// Gives up on a type that is too large, or is not read alike each time.
    fn give_up(&mut self) -> Stop {
        (self.is_done, self.is_stopped) = (true, true);
        stop()
    }

    fn is_cut(&self, at: usize, ask: Ask) -> bool {
        let Some(node) = self.nodes.get(at) else { return true };
        let around = std::iter::successors(Some(node), |node| self.nodes.get(node.parent));
        let same = |node: &&Node| node.ask == Some(ask);
        node.depth > MAX_DEPTH
            || ask.is_named() && around.take(node.depth + 1).skip(1).filter(same).count() >= MAX_NESTED
    }

    /// The places below one.
    pub(super) fn children(&self, at: usize) -> &[usize] {
        self.nodes.get(at).map(|node| node.children.as_slice()).unwrap_or_default()
    }

    /// The question that was asked at a place; `None` if none was, or if it was refused.
    pub(super) fn asked(&self, at: usize) -> Option<Ask> {
        self.nodes.get(at)?.ask
    }

    /// True if a place refused every sample.
    pub(super) fn is_opaque(&self, at: usize) -> bool {
        self.nodes.get(at).is_none_or(|node| node.choice >= node.choices())
    }
}

fn stop() -> Stop {
    Stop::Own(String::new())
}

/// The most places of a type that are looked at. Part of the format, as all numbers here.
const MAX_PLACES: usize = 1_024;
/// The most places around a place.
const MAX_DEPTH: usize = 64;
/// The most times that the same struct or enum may stand around a place.
const MAX_NESTED: usize = 2;
