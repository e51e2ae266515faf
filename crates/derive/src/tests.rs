#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use quote::quote;

use crate::{beside, expand};

#[track_caller]
fn expanded(source: &str) -> String {
    expand(&syn::parse_str(source).unwrap()).unwrap().to_string()
}

#[track_caller]
fn refused(source: &str) -> String {
    expand(&syn::parse_str(source).unwrap()).unwrap_err().to_string()
}

#[test]
fn a_derive_is_the_two_constants() {
    let expected = quote! {
        #[automatically_derived]
        impl ::gingersnap::SessionData for Cart {
            const TAG: &'static str = "cart";
            const VERSION: u16 = 3u16;
        }
    };
    let source = "#[session(tag = \"cart\", version = 3)] struct Cart { lines: Vec<u8> }";
    assert_eq!(expanded(source), expected.to_string());
    assert_eq!(
        expanded("#[session(version = 3)] #[session(tag = \"cart\")] enum Cart { A }"),
        expected.to_string()
    );
}

#[test]
fn generics_and_their_bounds_are_kept() {
    let expected = quote! {
        #[automatically_derived]
        impl<T: Clone, const N: usize> ::gingersnap::SessionData for Wish<T, N> where T: Default {
            const TAG: &'static str = "wish";
            const VERSION: u16 = 1u16;
        }
    };
    let source =
        "#[session(tag = \"wish\", version = 1)] struct Wish<T: Clone, const N: usize>(T) where T: Default;";
    assert_eq!(expanded(source), expected.to_string());
}

#[test]
fn a_missing_attribute_or_part_is_told_with_the_line_to_write() {
    let hint = "a session's type has a tag and a version: add `#[session(tag = \"cart\", version = 1)]`";
    for attribute in ["", "#[session()]", "#[session(tag = \"cart\")]", "#[session(version = 1)]"] {
        assert_eq!(refused(&format!("{attribute} struct Cart;")), hint, "{attribute}");
    }
}

#[test]
fn a_wrong_part_is_told() {
    for (part, error) in [
        ("tag = \"\", version = 1", "a tag names the type: it is not empty"),
        ("tag = cart, version = 1", "expected string literal"),
        ("tag = \"cart\", version = 65536", "a version is a number up to 65,535"),
        ("tag = \"cart\", version = -1", "a version is a number up to 65,535"),
        ("tag = \"cart\", version = \"1\"", "expected integer literal"),
        ("tag = \"cart\", tag = \"cart\", version = 1", "this is given twice"),
        ("name = \"cart\"", "there are `tag` and `version`; write an `impl SessionData` for more"),
    ] {
        assert_eq!(refused(&format!("#[session({part})] struct Cart;")), error, "{part}");
    }
}

/// Or each use of the type would be an error of its own, before the one that says what to write.
#[test]
fn an_error_stands_beside_an_implementation() {
    let input = syn::parse_str("struct Cart;").unwrap();
    let all = beside(&expand(&input).unwrap_err(), &input).to_string();
    assert!(all.contains("compile_error !"), "{all}");
    assert!(all.contains("impl :: gingersnap :: SessionData for Cart"), "{all}");
}
