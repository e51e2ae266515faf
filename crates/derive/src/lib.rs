//! `#[derive(SessionData)]`, which the crate `gingersnap` re-exports: use it from there.

mod attribute;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, LitStr};

use crate::attribute::Attribute;

/// Makes a struct or an enum the data of a session. It has the same effect as the two constants in an `impl SessionData`.
///
/// ```ignore
/// #[derive(Clone, Default, Deserialize, Serialize, SessionData)]
/// #[session(tag = "cart", version = 1)]
/// struct Cart {
///     lines: Vec<(String, u32)>,
/// }
/// ```
///
/// `tag` names the type and is bound into each token: no other type's data is read as this one. `version` is the version of the
/// struct's shape: raise it with every change. For a type that migrates old data, or that merges, write the `impl SessionData` by
/// hand.
#[proc_macro_derive(SessionData, attributes(session))]
pub fn derive_session_data(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    expand(&input).unwrap_or_else(|error| beside(&error, &input)).into()
}

fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    Attribute::of(input).map(|attribute| implementation(input, &attribute))
}

/// The error, beside an implementation: without one, each use of the type would be an error too.
fn beside(error: &syn::Error, input: &DeriveInput) -> TokenStream {
    let tag = LitStr::new("", input.ident.span());
    let (error, it) = (error.to_compile_error(), implementation(input, &Attribute { tag, version: 0 }));
    quote! { #error #it }
}

fn implementation(input: &DeriveInput, Attribute { tag, version }: &Attribute) -> TokenStream {
    let name = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #generics ::gingersnap::SessionData for #name #arguments #bounds {
            const TAG: &'static str = #tag;
            const VERSION: u16 = #version;
        }
    }
}
