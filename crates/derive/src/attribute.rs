//! `#[session(tag = "cart", version = 1)]`.

use syn::meta::ParseNestedMeta;
use syn::{DeriveInput, Error, LitInt, LitStr, Result};

/// The parts of the attribute.
pub(crate) struct Attribute {
    pub(crate) tag: LitStr,
    pub(crate) version: u16,
}

impl Attribute {
    /// Reads the attribute of a type.
    ///
    /// # Errors
    /// It is missing, lacks a part, or has one that is wrong, unknown or repeated.
    pub(crate) fn of(input: &DeriveInput) -> Result<Self> {
        let (mut tag, mut version) = (None, None);
        for attribute in input.attrs.iter().filter(|it| it.path().is_ident("session")) {
            attribute.parse_nested_meta(|part| {
                if part.path.is_ident("tag") {
                    once(&mut tag, &part, read_tag)
                } else if part.path.is_ident("version") {
                    once(&mut version, &part, read_version)
                } else {
                    Err(part.error("there are `tag` and `version`; write an `impl SessionData` for more"))
                }
            })?;
        }
        match (tag, version) {
            (Some(tag), Some(version)) => Ok(Self { tag, version }),
            _ => Err(Error::new(input.ident.span(), lacking(input))),
        }
    }
}

fn once<T>(
    to: &mut Option<T>,
    part: &ParseNestedMeta<'_>,
    read: fn(&ParseNestedMeta<'_>) -> Result<T>,
) -> Result<()> {
    let it = read(part)?;
    match to.replace(it) {
        None => Ok(()),
        Some(_) => Err(part.error("this is given twice")),
    }
}

fn read_tag(part: &ParseNestedMeta<'_>) -> Result<LitStr> {
    let tag: LitStr = part.value()?.parse()?;
    if tag.value().is_empty() {
        return Err(Error::new(tag.span(), "a tag names the type: it is not empty"));
    }
    Ok(tag)
}

fn read_version(part: &ParseNestedMeta<'_>) -> Result<u16> {
    let version: LitInt = part.value()?.parse()?;
    version.base10_parse().map_err(|_| Error::new(version.span(), "a version is a number up to 65,535"))
}

/// The error of a missing attribute, with the line to write.
fn lacking(input: &DeriveInput) -> String {
    let tag = input.ident.to_string().to_lowercase();
    format!("a session's type has a tag and a version: add `#[session(tag = \"{tag}\", version = 1)]`")
}
