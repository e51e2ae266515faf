//! Nothing but `to_bytes` shows a secret.

use super::*;

#[test]
fn debug_and_fingerprint_show_no_part_of_a_secret() {
    let ring = ring();
    let shown = format!("{ring:?} {ring:#?} {:?} {}", ring.keys()[0], ring.keys()[0].fingerprint());
    for line in text(&ring).lines().filter(|line| line.contains("secret\": \"")) {
        let secret = line.split('"').nth(3).unwrap();
        for part in secret.as_bytes().windows(6) {
            assert!(!shown.contains(str::from_utf8(part).unwrap()));
        }
    }
    assert!(shown.contains(&ring.keys()[0].id().to_bytes()[0].to_string()));
}

#[test]
fn nothing_shows_the_index_secret() {
    let ring = ring();
    let text = text(&ring);
    let secret = text.lines().find_map(|line| line.trim().strip_prefix("\"index_secret\": \"")).unwrap();
    let secret = secret.strip_suffix("\",").unwrap();
    assert_eq!(secret.len(), 43);
    let person = ring.person("tests", "id", "ada").unwrap();
    let shown = format!("{ring:?} {ring:#?} {person:?}");
    assert!(secret.as_bytes().windows(6).all(|part| !shown.contains(str::from_utf8(part).unwrap())));
    let bad = "not-base64url-but-a-secret-all-the-same!!!!";
    let error = Keyring::parse(with_checksum(&text.replacen(secret, bad, 1)).as_bytes()).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("secret-all"), "{error:?}");
}

#[test]
fn errors_about_a_secret_do_not_show_it() {
    let bad = "not-base64url-but-a-secret-all-the-same!!!!";
    let edit = |text: &str| {
        let line = text.lines().find(|line| line.contains("\"secret\"")).unwrap().to_owned();
        text.replacen(line.split('"').nth(3).unwrap(), bad, 1)
    };
    let error = Keyring::parse(with_checksum(&edit(&text(&ring()))).as_bytes()).unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("secret-all"), "{shown}");
}

#[test]
fn fingerprints_tell_keys_apart_and_stay_the_same() {
    let ring = ring();
    let again = Keyring::parse(&ring.to_bytes()).unwrap();
    assert_eq!(ring.keys()[0].fingerprint(), again.keys()[0].fingerprint());
    assert_ne!(ring.keys()[0].fingerprint(), ring.keys()[1].fingerprint());
    assert_eq!(ring.keys()[0].fingerprint().len(), 8);
}

#[test]
fn rings_may_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Keyring>();
    shared::<Key>();
    shared::<gingersnap::keyring::KeyringError>();
}
