//! Rings that are encrypted where they are kept.

mod command;
mod hostile;
mod parties;
mod reload;

use std::fmt;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use age::secrecy::ExposeSecret;
use age::x25519::Identity;
use gingersnap::Timestamp;
use gingersnap::keyring::Keyring;
use gingersnap::keystore::{Answer, Envelope, Keystore, Node, Version};
use gingersnap::token::Suite;

use super::*;

const IDENTITY_HINT: &str = "--identity names the file of an identity that it was encrypted for";

/// The file of an identity as `age-keygen` writes it.
fn identity_file(identity: &Identity) -> String {
    let (public, secret) = (identity.to_public(), identity.to_string());
    format!("# created: 2026-01-31T12:00:00Z\n# public key: {public}\n{}\n", secret.expose_secret())
}

fn recipients_file(identities: &[&Identity]) -> String {
    identities.iter().map(|identity| format!("# somebody\n{}\n", identity.to_public())).collect()
}

/// Opens with the first identity, seals for all.
fn sealed_for(identities: &[&Identity]) -> Envelope {
    let envelope = Envelope::new().identities(&identity_file(identities.first().unwrap())).unwrap();
    envelope.recipients(&recipients_file(identities)).unwrap()
}

fn around(inner: impl Keystore + 'static, identities: &[&Identity]) -> Arc<dyn Keystore> {
    sealed_for(identities).around(inner)
}

fn ring() -> Keyring {
    let mut next = 0u8;
    let mut random = |bytes: &mut [u8]| {
        bytes.fill_with(|| {
            next = next.wrapping_mul(5).wrapping_add(7);
            next
        });
        Ok(())
    };
    Keyring::init(Suite::default(), 86_400, Timestamp::from_unix(1_769_860_800), &mut random).unwrap()
}

#[track_caller]
fn tells<T>(result: Result<T, KeystoreError>, message: &str, hint: &str) {
    let Err(error) = result else { panic!("it is no error") };
    let told = (error.kind(), error.to_string(), error.hint());
    assert_eq!(told, (KeystoreErrorKind::Sealed, message.to_owned(), Some(hint)));
}

/// A file keystore's futures are ready at once.
fn ready<T>(future: impl Future<Output = T> + Send) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a file keystore never waits"),
    }
}

#[test]
fn what_is_kept_is_an_armored_file_of_age_that_says_for_whom_and_holds_exactly_the_ring() {
    let identity = Identity::generate();
    let keystore = sealed_for(&[&identity]);
    let ring = ring().to_bytes();
    let stored = keystore.seal(&ring).unwrap();
    let text = str::from_utf8(&stored).unwrap();
    assert!(text.starts_with("-----BEGIN AGE ENCRYPTED FILE-----\n"), "{text}");
    assert!(text.ends_with("\n-----END AGE ENCRYPTED FILE-----\n"), "{text}");
    assert_eq!(*keystore.open(&stored).unwrap(), *ring);
    let line = Version::of(format!("{}\n", identity.to_public()).as_bytes());
    let plain = [format!("gingersnap-recipients/1 {line}\n").as_bytes(), &ring].concat();
    assert_eq!(age::decrypt(&identity, &stored).unwrap(), plain);
}

#[test]
fn each_recipient_opens_it_and_nobody_else() {
    let [node, escrow, stranger] = [Identity::generate(), Identity::generate(), Identity::generate()];
    let stored = sealed_for(&[&node, &escrow]).seal(b"ring").unwrap();
    for identity in [&node, &escrow] {
        assert_eq!(*sealed_for(&[identity]).open(&stored).unwrap(), b"ring");
    }
    let message = "the ring is encrypted, and no identity given opens it";
    tells(sealed_for(&[&stranger]).open(&stored), message, IDENTITY_HINT);
    let several = identity_file(&stranger) + &identity_file(&escrow);
    assert_eq!(*Envelope::new().identities(&several).unwrap().open(&stored).unwrap(), b"ring");
}

#[test]
fn without_an_identity_nothing_is_opened() {
    let stored = sealed_for(&[&Identity::generate()]).seal(b"ring").unwrap();
    let message = "the ring is encrypted, and there is no identity to open it";
    tells(Envelope::new().allow_plaintext(true).open(&stored), message, IDENTITY_HINT);
}

#[test]
fn plaintext_is_read_and_written_only_where_it_is_allowed() {
    let identity = Identity::generate();
    let ring = ring().to_bytes();
    let hint = "if you put it there so: `gingersnap keys rewrap` encrypts it for recipients, and --plaintext takes it as it is; \
                if not, somebody else may have: move it away and `gingersnap keys restore` a backup";
    tells(sealed_for(&[&identity]).open(&ring), "the ring is not encrypted", hint);
    let hint = "--recipients names the file with them, age1… one a line";
    tells(Envelope::new().seal(&ring), "there are no recipients to encrypt the ring for", hint);
    let plain = Envelope::new().allow_plaintext(true);
    assert_eq!(*plain.open(&ring).unwrap(), *ring);
    assert_eq!(*plain.seal(&ring).unwrap(), *ring);
    // An envelope with recipients writes for them.
    let both = sealed_for(&[&identity]).allow_plaintext(true);
    assert_eq!(*both.open(&ring).unwrap(), *ring);
    assert_eq!(Envelope::recipients_of(&both.seal(&ring).unwrap()), Some(1));
}

#[test]
fn the_number_of_recipients_is_told_without_an_identity() {
    let identities: Vec<_> = (0..32).map(|_| Identity::generate()).collect();
    let identities: Vec<_> = identities.iter().collect();
    for number in [1, 2, 32] {
        let stored = sealed_for(&identities[..number]).seal(b"ring").unwrap();
        assert_eq!(Envelope::recipients_of(&stored), Some(number));
    }
    assert_eq!(Envelope::recipients_of(&ring().to_bytes()), None);
    assert_eq!(Envelope::recipients_of(b"age-encryption.org/v1\n"), Some(0));
}

#[test]
fn compare_and_set_is_over_the_bytes_as_they_are_kept() {
    let path = directory("sealed_version").join("ring");
    let keystore = around(FileKeystore::new(&path), &[&Identity::generate()]);
    ready(keystore.create(b"one")).unwrap();
    assert_eq!(ready(keystore.create(b"one")).unwrap_err().kind(), KeystoreErrorKind::AlreadyExists);
    let loaded = ready(keystore.load()).unwrap();
    assert_eq!(loaded.bytes(), b"one");
    assert!(loaded.version() == Version::of(&fs::read(&path).unwrap()));
    assert!(loaded.version() != Version::of(b"one"));
    // The same ring, encrypted again, is another version: what was loaded before is not the newest.
    ready(keystore.store(b"one", loaded.version())).unwrap();
    let error = ready(keystore.store(b"two", loaded.version())).unwrap_err();
    assert_eq!(error.kind(), KeystoreErrorKind::Conflict);
    ready(keystore.update(|old| appended(old, b", two"))).unwrap();
    assert_eq!(ready(keystore.load()).unwrap().bytes(), b"one, two");
    assert_eq!(mode(&path), 0o600);
}

#[test]
fn what_nodes_say_and_hints_go_through() {
    let path = directory("sealed_nodes").join("ring");
    let keystore = around(FileKeystore::new(&path), &[&Identity::generate()]);
    let node = Node::new("web-1".parse().unwrap(), &ring(), Timestamp::from_unix(1_769_860_800));
    ready(keystore.register(&node)).unwrap();
    assert_eq!(contract::all_read(ready(keystore.nodes())), std::slice::from_ref(&node));
    assert!(ready(keystore.forget(b"web-1")).unwrap());
    assert!(ready(keystore.nodes()).unwrap().is_empty());
    ready(Envelope::new().around(Hints).changed());
}

/// A keystore that always hints at a change.
struct Hints;

impl Keystore for Hints {
    fn load(&self) -> Answer<'_, Loaded> {
        Box::pin(async { Err(KeystoreError::new(KeystoreErrorKind::NotFound, "no")) })
    }

    fn store<'a>(&'a self, _: &'a [u8], _: Version) -> Answer<'a, ()> {
        Box::pin(async { Ok(()) })
    }

    fn create<'a>(&'a self, _: &'a [u8]) -> Answer<'a, ()> {
        Box::pin(async { Ok(()) })
    }

    fn changed(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async {})
    }
}

impl fmt::Display for Hints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("hints")
    }
}

#[test]
fn what_could_not_be_read_again_is_not_written() {
    let path = directory("sealed_large").join("ring");
    let keystore = around(FileKeystore::new(&path), &[&Identity::generate()]);
    // Armor makes four bytes of three.
    let error = ready(keystore.create(&vec![b' '; Keyring::MAX_FILE * 3 / 4])).unwrap_err();
    let told = (error.kind(), error.to_string());
    let message = "a key ring has at most 1048576 bytes as it is kept";
    assert_eq!(told, (KeystoreErrorKind::TooLarge, message.to_owned()));
    assert!(names(path.parent().unwrap()).is_empty());
    ready(keystore.create(&vec![b' '; Keyring::MAX_FILE * 7 / 10])).unwrap();
    assert_eq!(ready(keystore.load()).unwrap().bytes().len(), Keyring::MAX_FILE * 7 / 10);
}
