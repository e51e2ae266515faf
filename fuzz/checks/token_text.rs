//! Any bytes as a token's text.

use gingersnap::Refusal;
use gingersnap::token::{Aad, Cipher, Kind, Suite, Unopened};

use super::reference;

pub(crate) fn check(text: &[u8]) {
    let bytes = reference::decode(text);
    match Unopened::parse(text) {
        Ok(token) => {
            let bytes = bytes.expect("only canonical base64url is accepted");
            assert!(text.len() <= Unopened::MAX_TEXT && bytes.len() >= 40);
            let header = token.header();
            assert_eq!(header.suite.map(Suite::number), [1, 2].contains(&bytes[0]).then_some(bytes[0]));
            assert!((1..=15).contains(&bytes[0]));
            assert_eq!(header.key_id.to_bytes(), bytes[1..4]);
            assert_eq!(header.sealed_at.unix().to_be_bytes(), [&[0; 4], &bytes[4..8]].concat()[..]);
            for suite in Suite::ALL {
                let aad = Aad::new(Kind::Data, "", "", "fuzz", "").unwrap();
                let again = Unopened::parse(text).unwrap();
                assert_eq!(
                    again.open(&Cipher::new(suite, &[7; 32]).unwrap(), &aad).err(),
                    Some(Refusal::Forged)
                );
            }
        }
        Err(Refusal::TooLong) => assert!(text.len() > Unopened::MAX_TEXT),
        Err(Refusal::NotBase64url) => assert_eq!(bytes, None),
        Err(Refusal::TooShort) => assert!(bytes.unwrap().len() < 40),
        Err(Refusal::UnknownSuite) => assert!(!matches!(bytes.unwrap()[0], 1..=15)),
        Err(other) => panic!("a text cannot be refused as {other:?}"),
    }
}
