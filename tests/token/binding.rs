//! A token opens only for the purpose that it was sealed for.

use gingersnap::Refusal;
use gingersnap::token::{Aad, KeyId, Kind, Sealing, Suite, Unopened};
use proptest::prelude::*;

use crate::{SEALED_AT, cipher, plain};

fn seal(suite: Suite, aad: &Aad) -> String {
    let id = KeyId::from_bytes([1, 2, 3]);
    let sealed = plain(b"plain").seal(&cipher(suite), id, aad, &Sealing::new(SEALED_AT, [9; 16]));
    sealed.unwrap().to_string()
}

fn open(suite: Suite, text: &str, aad: &Aad) -> Result<Vec<u8>, Refusal> {
    let token = Unopened::parse(text.as_bytes()).unwrap();
    token.open(&cipher(suite), aad).map(|opened| opened.plain().to_vec())
}

fn suite() -> impl Strategy<Value = Suite> {
    prop_oneof![Just(Suite::Xaes256Gcm), Just(Suite::XChaCha20Poly1305)]
}

fn part() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z_-]{0,6}", "\\PC{0,4}"]
}

type Use = (usize, [String; 4]);

fn any_use() -> impl Strategy<Value = Use> {
    (0..Kind::ALL.len(), [part(), part(), part(), part()])
}

fn aad((kind, [tag, name, audience, context]): &Use) -> Aad {
    Aad::new(Kind::ALL[*kind], tag, name, audience, context).unwrap()
}

#[test]
fn every_kind_opens_as_itself_and_as_no_other() {
    for suite in Suite::ALL {
        for sealed in Kind::ALL {
            let aad = |kind| Aad::new(kind, "t", "n", "a", "c").unwrap();
            let text = seal(suite, &aad(sealed));
            for opened in Kind::ALL {
                let expected = if opened == sealed { Ok(b"plain".to_vec()) } else { Err(Refusal::Forged) };
                assert_eq!(open(suite, &text, &aad(opened)), expected, "{sealed:?} as {opened:?}");
            }
        }
    }
}

#[test]
fn a_part_of_65_535_bytes_is_bound_and_a_longer_one_is_none() {
    let longest = "x".repeat(65_535);
    let aad = |part: &str| Aad::new(Kind::Data, "t", "n", "a", part);
    let text = seal(Suite::default(), &aad(&longest).unwrap());
    assert_eq!(open(Suite::default(), &text, &aad(&longest).unwrap()), Ok(b"plain".to_vec()));
    assert_eq!(open(Suite::default(), &text, &aad(&longest[1..]).unwrap()), Err(Refusal::Forged));
    assert!(aad(&"x".repeat(65_536)).is_none());
}

proptest! {
    #[test]
    fn two_different_uses_never_open_each_others_tokens(suite in suite(), one in any_use(), two in any_use()) {
        let text = seal(suite, &aad(&one));
        let expected = if one == two { Ok(b"plain".to_vec()) } else { Err(Refusal::Forged) };
        prop_assert_eq!(open(suite, &text, &aad(&two)), expected);
        prop_assert_eq!(open(suite, &text, &aad(&one)), Ok(b"plain".to_vec()));
    }

    #[test]
    fn a_change_of_any_one_part_is_refused(suite in suite(), it in any_use(), which in 0..5usize, other in part()) {
        let text = seal(suite, &aad(&it));
        let mut changed = it.clone();
        match which {
            0 => changed.0 = (it.0 + 1) % Kind::ALL.len(),
            part if changed.1[part - 1] == other => changed.1[part - 1].push('x'),
            part => changed.1[part - 1] = other,
        }
        prop_assert_eq!(open(suite, &text, &aad(&changed)), Err(Refusal::Forged));
    }

    #[test]
    fn two_parts_that_change_places_are_refused(suite in suite(), it in any_use(), a in 0..4usize, b in 0..4usize) {
        prop_assume!(it.1[a] != it.1[b]);
        let text = seal(suite, &aad(&it));
        let mut changed = it.clone();
        changed.1.swap(a, b);
        prop_assert_eq!(open(suite, &text, &aad(&changed)), Err(Refusal::Forged));
    }

    #[test]
    fn a_boundary_that_moves_between_two_parts_is_refused(suite in suite(), it in any_use(), part in 0..3usize) {
        let Some(first) = it.1[part + 1].chars().next() else { return Ok(()) };
        let text = seal(suite, &aad(&it));
        let mut changed = it.clone();
        changed.1[part].push(first);
        changed.1[part + 1].remove(0);
        prop_assert_eq!(open(suite, &text, &aad(&changed)), Err(Refusal::Forged));
    }
}
