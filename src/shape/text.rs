//! The places of a type as a text: `struct[5:lines](seq(u32))`. Names of types are not in it: the struct of an older version goes
//! on under another name.

use core::fmt::{self, Display, Formatter};

use super::tree::{Ask, Tree};

/// A place and all below it.
pub(super) struct Text<'t>(pub(super) &'t Tree, pub(super) usize);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let &Self(tree, at) = self;
        let Some(ask) = tree.asked(at) else { return f.write_str(OPAQUE) };
        match ask {
            Ask::Leaf(kind, _) => f.write_str(kind)?,
            Ask::Option => f.write_str("option")?,
            Ask::Seq => f.write_str("seq")?,
            Ask::Map => f.write_str("map")?,
            Ask::Newtype(_) => f.write_str("newtype")?,
            Ask::Tuple(len) | Ask::TupleStruct(_, len) => write!(f, "tuple {len}")?,
            Ask::Struct(_, names) => write!(f, "struct[{}]", List(names, Name))?,
            Ask::Enum(_, names) => write!(f, "enum[{}]", List(names, Name))?,
            Ask::Any => return f.write_str("any"),
            Ask::Cut => return f.write_str("cut"),
        }
        match ask {
            Ask::Leaf(..) if tree.is_opaque(at) => write!(f, " {OPAQUE}"),
            Ask::Leaf(..) => Ok(()),
            _ => write!(f, "({})", List(tree.children(at), |child| Text(tree, child))),
        }
    }
}

/// A name after its length, because a name may hold any character.
struct Name<'n>(&'n str);

impl Display for Name<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.0.len(), self.0)
    }
}

/// Items with commas between them. The function makes of each item the thing that is shown.
struct List<'l, T, F>(&'l [T], F);

impl<T: Copy, D: Display, F: Fn(T) -> D> Display for List<'_, T, F> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.iter().enumerate().try_for_each(|(index, item)| {
            f.write_str(if index == 0 { "" } else { "," })?;
            (self.1)(*item).fmt(f)
        })
    }
}

const OPAQUE: &str = "opaque";
