//! The examples of `docs/FORMAT.md` are what the library writes.

use gingersnap::keyring::Keyring;
use gingersnap::token::{
    Aad, Cipher, DataClaims, IdentityClaims, KeyId, Kind, Padding, PersonId, Plaintext, Sealing, SessionId,
    Suite, Unopened,
};
use gingersnap::{Level, Map, Message, Refusal, SessionData, Timestamp, Value, testing};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::{SEALED_AT, base64url, hex};

pub(crate) const DOCUMENT: &str = include_str!("../../docs/FORMAT.md");
const AAD: [&str; 4] = ["cart", "__Host-session", "shop.example", ""];

/// The type of the example token.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(transparent)]
struct Cart(Vec<(u32, u16)>);

impl SessionData for Cart {
    const TAG: &'static str = AAD[0];
    const VERSION: u16 = 1;
}

/// The type of the example of a print.
mod shape {
    use gingersnap::SessionData;
    use serde::{Deserialize, Serialize};

    #[derive(Clone, Default, Deserialize, Serialize)]
    pub(super) struct Cart {
        lines: Vec<(String, u32)>,
        note: Option<String>,
        paid: Paid,
    }

    #[derive(Clone, Default, Deserialize, Serialize)]
    enum Paid {
        #[default]
        No,
        Card(u64),
    }

    impl SessionData for Cart {
        const TAG: &'static str = "cart";
        const VERSION: u16 = 1;
    }
}

#[test]
fn the_example_print_is_what_the_library_finds() {
    let expected = format!("\nprint  {}\n", testing::print::<shape::Cart>());
    assert!(DOCUMENT.contains(&expected), "{expected}");
}

/// The value of a line `name   value` of an example, as it stands; a second line goes on with it.
#[track_caller]
fn line(name: &str) -> String {
    let example = DOCUMENT.split("### Example").nth(1).unwrap();
    let is_it = |rest: &str| rest.starts_with(' ');
    let mut lines = example.lines().skip_while(|line| !line.strip_prefix(name).is_some_and(is_it));
    let first =
        lines.next().unwrap_or_else(|| panic!("the document has no line {name}"))[name.len()..].trim();
    let more = lines.next().filter(|line| line.starts_with("            ")).map(str::trim);
    let value = first.split("      ").next().unwrap_or_default().trim();
    [value, more.unwrap_or_default()].concat()
}

/// A claims-and-data plaintext's bytes.
fn bytes(plain: Plaintext) -> Vec<u8> {
    let aad = Aad::new(Kind::Data, "", "", "tests", "").unwrap();
    let (cipher, id) = (crate::cipher(Suite::default()), KeyId::from_bytes([0; 3]));
    let sealing = Sealing { padding: Padding::None, ..Sealing::new(SEALED_AT, [0; 16]) };
    let sealed = plain.seal(&cipher, id, &aad, &sealing).unwrap();
    let token = Unopened::parse(sealed.to_string().as_bytes()).unwrap();
    token.open(&cipher, &aad).unwrap().plain().to_vec()
}

#[test]
fn the_example_token_is_what_the_library_seals() {
    let secret: [u8; 32] = std::array::from_fn(|index| index as u8);
    assert_eq!(line("secret"), hex(&secret));
    assert_eq!(line("kind"), Kind::Data.name());
    assert_eq!(line("tag"), AAD[0]);
    assert_eq!(line("cookie name"), AAD[1]);
    assert_eq!(line("audience"), AAD[2]);
    let claims = DataClaims {
        started_at: Timestamp::from_unix(line("started_at").parse().unwrap()),
        owner: None,
        generation: line("generation").parse().unwrap(),
        version: line("version").parse().unwrap(),
    };
    let lines: Vec<(u32, u16)> = vec![(1001, 2), (7, 1)];
    assert_eq!(line("lines"), "(1001, 2) (7, 1)");

    let mut plain = Plaintext::with_capacity(0);
    claims.write(SEALED_AT, &mut plain);
    assert_eq!(line("claims").replace(' ', ""), hex(&bytes(plain.clone())));
    assert_eq!(line("print"), testing::print::<Cart>());
    let data = Cart(lines).write(Cart::VERSION).unwrap();
    assert_eq!(line("data").replace(' ', ""), hex(&data));
    plain.extend(&data);
    let padded = [&bytes(plain.clone())[..], b"\x80", &[0; 18]].concat();
    assert_eq!(line("padding"), "80 and 18 zeros");
    assert_eq!(line("plain"), hex(&padded));

    let id = KeyId::from_bytes([0xa1, 0xb2, 0xc3]);
    assert_eq!(line("key id"), id.to_string());
    assert_eq!(line("sealed_at"), hex(&(SEALED_AT.unix() as u32).to_be_bytes()));
    let random: [u8; 16] = std::array::from_fn(|index| index as u8);
    assert_eq!(line("random"), hex(&random));
    let aad = b"gingersnap/1\x01\x00\x04cart\x00\x0e__Host-session\x00\x0cshop.example\x00\x00";
    assert_eq!(line("aad"), hex(aad));

    let aad = Aad::new(Kind::Data, AAD[0], AAD[1], AAD[2], AAD[3]).unwrap();
    let cipher = Cipher::new(Suite::Xaes256Gcm, &secret).unwrap();
    let sealed = plain.seal(&cipher, id, &aad, &Sealing::new(SEALED_AT, random)).unwrap();
    assert_eq!(line("token"), sealed.to_string());
    let token = base64url::decode(&sealed.to_string());
    assert_eq!(line("suite"), hex(&token[..1]));
    assert_eq!(line("nonce"), hex(&token[..24]));
    assert_eq!(line("ciphertext"), hex(&token[24..56]));
    let tags: Vec<&str> =
        DOCUMENT.lines().filter_map(|line| line.strip_prefix("tag ")).map(str::trim).collect();
    assert_eq!(tags, ["cart", &hex(&token[56..])]);
}

#[test]
fn the_example_identity_is_what_the_library_writes() {
    let claims = IdentityClaims {
        session_id: SessionId::from_bytes(std::array::from_fn(|index| index as u8)),
        person: person(),
        subject: "ada",
        started_at: Timestamp::from_unix(1_799_996_400),
        authenticated_at: SEALED_AT,
        remembered: false,
        ends_at: Timestamp::from_unix(1_800_086_400),
    };
    let mut plain = Plaintext::with_capacity(0);
    claims.write(SEALED_AT, &mut plain);
    let written = bytes(plain);
    let expected = format!(
        "session id        000102030405060708090a0b0c0d0e0f\nperson            {}\n\
         subject           ada\nsealed_at         1800000000\nstarted_at        1799996400\n\
         authenticated_at  1800000000\nremembered        no\nends_at           1800086400\n\
         claims            {}\n                  {}\n",
        hex(&person().to_bytes()),
        hex(&written[..32]),
        hex(&written[32..]),
    );
    assert!(DOCUMENT.contains(&expected), "{expected}");
}

/// The person of the examples.
fn person() -> PersonId {
    let ring = Keyring::parse(include_bytes!("../vectors/keyring.json")).unwrap();
    ring.person("shop.example", "id", "ada").unwrap()
}

#[test]
fn the_example_person_is_the_one_that_the_library_names() {
    let file = include_str!("../vectors/keyring.json");
    let secret = file.split("\"index_secret\": \"").nth(1).unwrap().split('"').next().unwrap();
    let expected = format!(
        "index secret  {}\naudience      shop.example\nlayer         id\nsubject       ada\nperson        {}\n",
        hex(&base64url::decode(secret)),
        hex(&person().to_bytes()),
    );
    assert!(DOCUMENT.contains(&expected), "{expected}");
}

#[test]
fn the_example_messages_are_what_the_library_writes() {
    let message = |level, text: &str| Message { level, text: text.into() };
    let mut plain = Plaintext::with_capacity(0);
    message(Level::Success, "Added.").write(Some(person()), &mut plain);
    message(Level::Error, "Nö.").write(None, &mut plain);
    let expected = format!(
        "messages  of the person above: success \"Added.\", nobody's: error \"Nö.\"\nplain     {}\n",
        hex(&bytes(plain))
    );
    assert!(DOCUMENT.contains(&expected), "{expected}");
}

#[test]
fn the_example_map_is_what_the_library_writes() {
    let line = BTreeMap::from([("id".to_owned(), Value::from("tea")), ("qty".to_owned(), Value::from(2))]);
    let mut map = Map::default();
    map.insert("cart", vec![line]);
    map.insert("visits", 7);
    let written = hex(&map.write(Map::VERSION).unwrap());
    let expected = format!(
        "map   {{ \"cart\": [ {{ \"id\": \"tea\", \"qty\": 2 }} ], \"visits\": 7 }}\ndata  {written}\n"
    );
    assert!(DOCUMENT.contains(&expected), "{expected}");
}

#[test]
fn the_document_names_every_refusal_kind_and_suite() {
    for refusal in Refusal::ALL {
        assert!(DOCUMENT.contains(&format!("`{}`", refusal.name())), "{refusal:?}");
        let unsettled = DOCUMENT.split("are **unsettled**").next().unwrap().rsplit("\n\n").next().unwrap();
        let is_listed = unsettled.contains(&format!("`{}`", refusal.name()));
        assert_eq!(is_listed, refusal.class() == gingersnap::RefusalClass::Unsettled, "{refusal:?}");
    }
    for kind in Kind::ALL {
        assert!(DOCUMENT.contains(&format!("| {} | {} |", kind.number(), kind.name())), "{kind:?}");
    }
    for suite in Suite::ALL {
        assert!(DOCUMENT.contains(&format!("`{suite}`")), "{suite}");
    }
}

#[test]
fn the_documents_limits_are_the_librarys() {
    let grouped = |number: usize| match number {
        0..1000 => number.to_string(),
        _ => format!("{},{:03}", number / 1000, number % 1000),
    };
    let has = |text: String| assert!(DOCUMENT.contains(&text), "{text}");
    has(format!("more than {} characters", grouped(Unopened::MAX_TEXT)));
    has(format!("The subject has at most {} bytes", grouped(IdentityClaims::MAX_SUBJECT)));
    has(format!(
        "| `keys` | at most {}; a tool adds none beyond {},",
        2 * Keyring::MAX_KEYS,
        Keyring::MAX_KEYS
    ));
    has(format!("at most {} of `id`", grouped(Keyring::MAX_TOMBSTONES)));
    has(format!("at most {} bytes, no control characters", Keyring::MAX_NOTE));
    has(format!("**Skew** is {} seconds", gingersnap::SKEW));
    let largest = Plaintext::with_capacity(0);
    let mut largest = largest;
    largest.extend(&[0; 3020]);
    let limit = 4096 - "__Host-session".len();
    let id = KeyId::from_bytes([0; 3]);
    let sealing = Sealing { limit, ..Sealing::new(SEALED_AT, [0; 16]) };
    let seal = |plain: Plaintext| plain.seal(&crate::cipher(Suite::default()), id, &crate::aad(), &sealing);
    assert!(seal(largest.clone()).is_ok());
    largest.push(0);
    assert!(seal(largest).is_err());
    has("claims and data may have 3,020 bytes".into());
}
