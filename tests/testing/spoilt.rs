//! Spoilt cookies.

use std::collections::BTreeSet;

use gingersnap::testing::{self, Mint, TestCookie};
use gingersnap::{Identity, Refusal, SessionLayer};

use crate::app::{cart, sessions};

/// Returns the reason why the layer refuses a cookie under the identity's name.
pub(crate) async fn refused(sessions: &SessionLayer, cookie: &TestCookie) -> Option<Refusal> {
    Identity::from_parts(&testing::request(sessions, &cookie.to_string())).await.unwrap().refused()
}

#[tokio::test]
async fn every_bit_of_a_token_counts() {
    let sessions = sessions();
    let ada = Mint::of(&sessions).identity("ada");
    let bits = ada.value.len() * 6 / 8 * 8;
    assert_eq!(bits, 8 * 104);
    assert!(ada.value.starts_with('A') && ada.flipped(0).value.starts_with('g'));
    let all = (0..bits).map(|bit| ada.flipped(bit).value).collect::<BTreeSet<_>>();
    assert_eq!(all.len(), bits);
    for bit in 0..bits {
        let spoilt = ada.flipped(bit);
        assert!(refused(&sessions, &spoilt).await.is_some(), "{bit}");
        assert_eq!(spoilt.flipped(bit), ada);
    }
    assert_eq!(refused(&sessions, &ada.flipped(64)).await, Some(Refusal::Forged));
    assert_eq!(refused(&sessions, &ada.flipped(0)).await, Some(Refusal::UnknownSuite));
}

#[tokio::test]
async fn a_cut_token_is_refused() {
    let sessions = sessions();
    let ada = Mint::of(&sessions).identity("ada");
    assert_eq!(ada.cut(7).value, ada.value.chars().take(7).collect::<String>());
    assert_eq!(refused(&sessions, &ada.cut(52)).await, Some(Refusal::TooShort));
    assert_eq!(refused(&sessions, &ada.cut(92)).await, Some(Refusal::Forged));
}

#[tokio::test]
async fn a_token_under_another_name_is_refused() {
    let sessions = sessions();
    let cart = Mint::of(&sessions).data(&cart(&["tea"]));
    assert_eq!(refused(&sessions, &cart.named("__Host-id")).await, Some(Refusal::Forged));
}

#[tokio::test]
async fn another_layers_cookie_is_refused() {
    let cookie = Mint::of(&sessions()).identity("ada");
    assert!(refused(&sessions(), &cookie).await.is_some());
}

#[test]
#[should_panic(expected = "there is no bit 832: the token has 832")]
fn a_bit_beyond_the_token_cannot_be_flipped() {
    let _ = Mint::of(&sessions()).identity("ada").flipped(832);
}

#[test]
#[should_panic(expected = "the value is no token: Base64Error")]
fn what_is_no_token_has_no_bits() {
    let _ = Mint::of(&sessions()).identity("ada").cut(1).flipped(0);
}
