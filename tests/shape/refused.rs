//! serde's attributes, one by one: those that leave out, reorder or ask for things that the encoding does not have.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::is_refused;

const FLATTEN: &str = ": is a list or map of unknown length, as a struct with #[serde(flatten)] is, and the encoding needs the length; do not flatten";
const ANY: &str = ": asks the encoding what comes next, as untagged and internally tagged enums and dynamic values do, and it does not say; use serde's default tagging, or a gingersnap::Map";
const SKIPPED: &str = ": #[serde(skip_serializing_if)] leaves fields out, and the encoding has no names to tell which; remove it";
const MISSING: &str =
    ": is read and not always written, as with #[serde(skip_serializing)]; use #[serde(skip)] or neither";
const SURPLUS: &str = ": is written and not read, as with #[serde(skip_deserializing)] or a tagged struct; use #[serde(skip)] or neither";

#[derive(Clone, Default, Deserialize, Serialize)]
struct Inner {
    x: u32,
    y: Option<String>,
}

#[test]
fn a_flattened_struct_is_refused() {
    #[derive(Clone, Default, Deserialize, Serialize)]
    struct Flat {
        a: u32,
        #[serde(flatten)]
        inner: Inner,
    }
    is_refused::<Flat>(FLATTEN);
    is_refused::<Vec<Option<Flat>>>(&format!("[]{FLATTEN}"));
}

#[test]
fn a_flattened_map_is_refused() {
    #[derive(Clone, Default, Deserialize, Serialize)]
    struct Rest {
        #[serde(flatten)]
        rest: BTreeMap<String, u32>,
    }
    is_refused::<Rest>(FLATTEN);
}

#[test]
fn a_flattened_field_of_a_variant_is_refused() {
    #[derive(Clone, Default, Deserialize, Serialize)]
    enum Kind {
        #[default]
        None,
        Some {
            #[serde(flatten)]
            inner: Inner,
        },
    }
    is_refused::<Kind>(&format!("::Some{FLATTEN}"));
}

#[test]
fn an_untagged_enum_is_refused() {
    #[derive(Clone, Default, Deserialize, Serialize)]
    #[serde(untagged)]
    enum Untagged {
        #[default]
        None,
        Number(u8),
    }
    is_refused::<Untagged>(ANY);
}

#[test]
fn an_untagged_variant_is_refused() {
    #[derive(Clone, Default, Deserialize, Serialize)]
    enum Partly {
        #[default]
        None,
        #[serde(untagged)]
        Number(u8),
    }
    is_refused::<Partly>(ANY);
}

#[test]
fn an_internally_tagged_enum_is_refused() {
    #[derive(Clone, Default, Deserialize, Serialize)]
    #[serde(tag = "kind")]
    enum Internal {
        #[default]
        None,
        Number {
            it: u8,
        },
    }
    is_refused::<Internal>(ANY);
}

#[test]
fn an_adjacently_tagged_enum_is_refused() {
    #[derive(Clone, Default, Deserialize, Serialize)]
    #[serde(tag = "kind", content = "it")]
    enum Adjacent {
        #[default]
        None,
        Number(u8),
    }
    is_refused::<Adjacent>(
        ".kind: is a name that is read, as the tag of an adjacently tagged enum is, and the encoding has no names; use serde's default tagging",
    );
}

#[test]
fn a_tagged_struct_is_refused() {
    #[derive(Clone, Default, Deserialize, Serialize)]
    #[serde(tag = "kind")]
    struct Tagged {
        x: u32,
    }
    is_refused::<Tagged>(&format!(".kind{SURPLUS}"));
}

#[test]
fn a_field_that_is_left_out_at_times_is_refused() {
    #[derive(Clone, Default, Deserialize, Serialize)]
    struct Line {
        item: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    }
    #[derive(Clone, Default, Deserialize, Serialize)]
    struct Cart {
        lines: Vec<Line>,
    }
    is_refused::<Line>(&format!(".note{SKIPPED}"));
    is_refused::<Cart>(&format!(".lines[].note{SKIPPED}"));
}

#[test]
fn a_field_that_is_left_out_where_it_is_empty_and_never_is_at_first_is_refused() {
    #[derive(Clone, Deserialize, Serialize)]
    struct Greeting {
        #[serde(skip_serializing_if = "String::is_empty")]
        text: String,
    }
    impl Default for Greeting {
        fn default() -> Self {
            Self { text: "hello".into() }
        }
    }
    is_refused::<Greeting>(&format!(".text{SKIPPED}"));
}

#[test]
fn a_field_that_is_left_out_where_it_is_not_empty_is_refused() {
    fn is_one(it: &u8) -> bool {
        *it == 1
    }
    #[derive(Clone, Default, Deserialize, Serialize)]
    struct Line {
        #[serde(skip_serializing_if = "is_one")]
        count: u8,
    }
    is_refused::<Line>(&format!(".count{SKIPPED}"));
}

#[test]
fn a_field_of_a_variant_that_is_left_out_at_times_is_refused() {
    #[derive(Clone, Default, Deserialize, Serialize)]
    enum Delivery {
        #[default]
        None,
        Express {
            #[serde(skip_serializing_if = "Vec::is_empty")]
            notes: Vec<String>,
        },
    }
    is_refused::<Option<Delivery>>(&format!("::Express.notes{SKIPPED}"));
}

#[test]
fn an_unnamed_field_that_is_left_out_at_times_is_refused() {
    #[derive(Clone, Default, Deserialize, Serialize)]
    struct Pair(u8, #[serde(default, skip_serializing_if = "Option::is_none")] Option<u8>);
    is_refused::<Pair>(&format!(".1{MISSING}"));
}

#[test]
fn a_field_that_is_read_and_never_written_is_refused() {
    #[derive(Clone, Default, Deserialize, Serialize)]
    struct Half {
        #[serde(default, skip_serializing)]
        a: u32,
        b: u32,
    }
    is_refused::<Half>(&format!(".a{MISSING}"));
}

#[test]
fn a_field_that_is_written_and_never_read_is_refused() {
    #[derive(Clone, Default, Deserialize, Serialize)]
    struct Half {
        #[serde(skip_deserializing)]
        a: u32,
        b: u32,
    }
    #[derive(Clone, Default, Deserialize, Serialize)]
    struct Pair(#[serde(skip_deserializing)] u32, u32);
    is_refused::<Half>(&format!(".a{SURPLUS}"));
    is_refused::<Pair>(&format!(".1{SURPLUS}"));
}

#[test]
fn two_fields_of_which_each_is_skipped_in_one_direction_are_refused() {
    #[derive(Clone, Default, Deserialize, Serialize)]
    struct Swapped {
        #[serde(skip_deserializing)]
        a: u32,
        #[serde(default, skip_serializing)]
        b: u32,
    }
    is_refused::<Swapped>(".a: is written where b is read; rename and skip fields alike in both directions");
}

#[test]
fn a_field_of_two_names_is_refused_as_it_cannot_be_told_from_two_fields() {
    #[derive(Clone, Default, Deserialize, Serialize)]
    struct Renamed {
        #[serde(rename(serialize = "x", deserialize = "y"))]
        a: u32,
    }
    is_refused::<Renamed>(".x: is written where y is read; rename and skip fields alike in both directions");
}

#[test]
fn a_variant_after_a_skipped_one_is_refused() {
    #[derive(Clone, Default, Deserialize, Serialize)]
    enum Kind {
        #[default]
        A,
        #[serde(skip)]
        B,
        C,
        D,
    }
    #[derive(Clone, Default, Deserialize, Serialize)]
    enum Unread {
        #[default]
        A,
        #[serde(skip_deserializing)]
        B,
        C,
    }
    let text = ": the variant C is written as number 2 and read as number 1, since a variant before it is skipped; move the skipped one to the end";
    is_refused::<Kind>(text);
    is_refused::<(u8, Unread)>(&format!(".1{text}"));
}

#[test]
fn a_variant_after_a_skipped_one_is_refused_whatever_aliases_there_are() {
    #[derive(Clone, Default, Deserialize, Serialize)]
    enum Kind {
        #[default]
        #[serde(alias = "a")]
        A,
        #[serde(skip)]
        B,
        C,
        D,
    }
    is_refused::<Kind>(
        ": is read back as another value than was written; make Serialize and Deserialize agree",
    );
}

const EMPTY: &str = ": takes no byte, so that a list of it is as long as it claims to be; keep their number";

#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Nothing;
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct Hollow {
    a: (),
    b: [u64; 0],
    c: std::marker::PhantomData<String>,
}
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct Wrapped(((), Nothing));

#[test]
fn a_list_of_what_takes_no_byte_is_refused() {
    use std::collections::{BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
    use std::marker::PhantomData;
    is_refused::<Vec<()>>(&format!("[]{EMPTY}"));
    is_refused::<HashSet<()>>(&format!("[]{EMPTY}"));
    is_refused::<BTreeSet<Nothing>>(&format!("[]{EMPTY}"));
    is_refused::<VecDeque<()>>(&format!("[]{EMPTY}"));
    is_refused::<LinkedList<()>>(&format!("[]{EMPTY}"));
    is_refused::<BinaryHeap<()>>(&format!("[]{EMPTY}"));
    is_refused::<Vec<PhantomData<u8>>>(&format!("[]{EMPTY}"));
    is_refused::<Vec<Nothing>>(&format!("[]{EMPTY}"));
    is_refused::<Vec<[u64; 0]>>(&format!("[]{EMPTY}"));
    is_refused::<Vec<[(); 3]>>(&format!("[]{EMPTY}"));
    is_refused::<Vec<((), ())>>(&format!("[]{EMPTY}"));
    is_refused::<Vec<Hollow>>(&format!("[]{EMPTY}"));
    is_refused::<Vec<Wrapped>>(&format!("[]{EMPTY}"));
    is_refused::<Box<[Box<()>]>>(&format!("[]{EMPTY}"));
    is_refused::<Vec<Vec<()>>>(&format!("[][]{EMPTY}"));
    is_refused::<Option<Vec<()>>>(&format!("[]{EMPTY}"));
    is_refused::<(u8, Vec<()>)>(&format!(".1[]{EMPTY}"));
    is_refused::<BTreeMap<String, Vec<()>>>(&format!("[][]{EMPTY}"));
    is_refused::<HashMap<(), ()>>(&format!("[]{EMPTY}"));
    is_refused::<BTreeMap<Nothing, [(); 1]>>(&format!("[]{EMPTY}"));
}

#[test]
fn a_list_of_what_takes_no_byte_is_refused_where_it_is_not_always() {
    #[derive(Clone, Default, Deserialize, Serialize)]
    enum Kind {
        #[default]
        None,
        Some {
            marks: Vec<()>,
        },
    }
    is_refused::<Vec<Kind>>(&format!("[]::Some.marks[]{EMPTY}"));

    /// It refuses made-up values.
    #[derive(Clone, Deserialize, Serialize)]
    #[serde(try_from = "(String, Vec<()>)")]
    struct Picky(String, Vec<()>);
    impl TryFrom<(String, Vec<()>)> for Picky {
        type Error = &'static str;
        fn try_from((name, marks): (String, Vec<()>)) -> Result<Self, &'static str> {
            if name == "the one name" { Ok(Self(name, marks)) } else { Err("another name") }
        }
    }
    impl Default for Picky {
        fn default() -> Self {
            Self("the one name".into(), vec![()])
        }
    }
    is_refused::<Picky>(&format!(".1[]{EMPTY}"));
}
