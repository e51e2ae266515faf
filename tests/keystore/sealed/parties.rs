//! The texts of identity and recipients files.

use super::*;

const MAKE: &str =
    "`gingersnap keys identity FILE` makes an identity and says its recipient, as `age-keygen` does";
const TAG: &str = "age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e";

#[track_caller]
fn no_identities(text: &str, message: &str) {
    tells(Envelope::new().identities(text), message, MAKE);
}

#[track_caller]
fn no_recipients(text: &str, message: &str) {
    tells(Envelope::new().recipients(text), message, MAKE);
}

#[test]
fn comments_empty_lines_and_the_ends_of_lines_do_not_matter() {
    let identity = Identity::generate();
    let secret = identity.to_string();
    let secret = secret.expose_secret();
    let public = identity.to_public();
    for (identities, recipients) in [
        (secret.to_owned(), public.to_string()),
        (format!("# one\r\n\r\n{secret}\r\n"), format!("\r\n# one\r\n{public}\r\n\r\n")),
        (format!("{secret}  \n"), format!("  {public}")),
    ] {
        let keystore = Envelope::new().identities(&identities).unwrap().recipients(&recipients).unwrap();
        assert_eq!(*keystore.open(&keystore.seal(b"ring").unwrap()).unwrap(), b"ring");
    }
}

#[test]
fn a_line_that_is_no_identity_is_named_by_its_number_alone() {
    let secret = identity_file(&Identity::generate());
    let mistyped = secret.replace("AGE-SECRET-KEY-1", "AGE-SECRET-KEY-2");
    no_identities(&mistyped, "line 3 is no identity of age (AGE-SECRET-KEY-1…)");
    let public = Identity::generate().to_public().to_string();
    no_identities(&(secret + &public), "line 4 is no identity of age (AGE-SECRET-KEY-1…)");
    no_identities("AGE-PLUGIN-YUBIKEY-1QQ", "line 1 is no identity of age (AGE-SECRET-KEY-1…)");
    for empty in ["", "\n", "# nothing\n"] {
        no_identities(empty, "there is no identity of age (AGE-SECRET-KEY-1…) in it");
    }
}

#[test]
fn a_line_that_is_no_recipient_is_named_by_its_number() {
    let public = Identity::generate().to_public().to_string();
    let ssh = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW+uObz5dvMgjz1OxfM/XXUB+VHtZ6isGN";
    no_recipients(&format!("{public}\n{ssh}"), "line 2 is no recipient of age (age1…)");
    no_recipients(&identity_file(&Identity::generate()), "line 3 is no recipient of age (age1…)");
    no_recipients("", "there is no recipient of age (age1…) in it");
    let many: String = (0..33).map(|_| format!("{}\n", Identity::generate().to_public())).collect();
    no_recipients(&many, "a ring has at most 32 recipients");
}

#[test]
fn a_recipient_of_whom_no_secret_comes_is_none() {
    for point in [
        "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z",
        "AGE1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ5CU47Z",
        "age1qyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqj7vrya",
        "age1ur4h5lpmgxu2u9jku0a0r87ydtdqnr0tnsetrlvxvgz3vh6fhzqqxqejhu",
        "age1t7wft09r2zxzfvwsk92eeql0tvzyghxytqwgapkcyf8dm5ylz9ts6wm9s8",
        "age1amlllllllllllllllllllllllllllllllllllllllllllllllllsam3fc4",
    ] {
        assert!(point.parse::<age::x25519::Recipient>().is_ok(), "{point} would be refused anyway");
        no_recipients(point, "line 1 is no recipient of age (age1…)");
    }
}

#[test]
fn a_recipient_whose_unused_bit_is_set_is_none_since_no_identity_opens_what_is_sealed_for_it() {
    // As `age145zlfxmaq05p0cwnztwpz4fkq99yzk7qmz3ewq59w7nkemjgaq6q70r0ru`, but for that bit.
    let point = "age145zlfxmaq05p0cwnztwpz4fkq99yzk7qmz3ewq59w7nkemjgaz6q6t3gc9";
    assert!(point.parse::<age::x25519::Recipient>().is_ok());
    no_recipients(point, "line 1 is no recipient of age (age1…)");
    for _ in 0..64 {
        let public = Identity::generate().to_public().to_string();
        assert_eq!(Envelope::new().recipients(&public).unwrap().recipient_names(), [public.as_str()]);
    }
}

#[test]
fn recipients_are_a_set() {
    let [one, other, third] = [Identity::generate(), Identity::generate(), Identity::generate()];
    let stored = sealed_for(&[&one, &other]).seal(b"ring").unwrap();
    assert!(sealed_for(&[&other, &one]).seals_alike(&stored).unwrap());
    for others in [&[&one][..], &[&one, &third], &[&one, &other, &third]] {
        assert!(!sealed_for(others).seals_alike(&stored).unwrap());
    }
    let twice = format!("{0}\n{0}\n", one.to_public());
    let hint = "name each once: a second time may be where another should be";
    let message = "line 2 names a recipient that was named before";
    tells(Envelope::new().recipients(&twice), message, hint);
}

#[test]
fn a_new_identity_opens_what_is_sealed_for_it() {
    let text = Envelope::new_identity().unwrap();
    let envelope = Envelope::new().identities(&text).unwrap();
    let [name] = &envelope.own_names()[..] else { panic!("one identity") };
    let envelope = envelope.recipients(name).unwrap();
    assert_eq!(*envelope.open(&envelope.seal(b"ring").unwrap()).unwrap(), b"ring");
    assert!(text.starts_with(&format!("# public key: {name}\nAGE-SECRET-KEY-1")));
    assert_ne!(*text, *Envelope::new_identity().unwrap());
}

#[test]
fn what_would_lock_its_writer_out_is_not_sealed() {
    let [writer, other] = [Identity::generate(), Identity::generate()];
    let envelope = Envelope::new().identities(&identity_file(&writer)).unwrap();
    let envelope = envelope.recipients(&other.to_public().to_string()).unwrap();
    let error = envelope.seal(b"ring").unwrap_err();
    let message = "no identity that is given opens what would be written: none of them is a recipient's";
    assert_eq!((error.kind(), error.to_string().as_str()), (KeystoreErrorKind::Sealed, message));
}

#[test]
fn a_recipient_of_another_native_kind_stands_beside() {
    let identity = Identity::generate();
    let both = format!("{TAG}\n{}\n", identity.to_public());
    let keystore = Envelope::new().identities(&identity_file(&identity)).unwrap();
    let stored = keystore.recipients(&both).unwrap().seal(b"ring").unwrap();
    assert_eq!(Envelope::recipients_of(&stored), Some(2));
    assert_eq!(*sealed_for(&[&identity]).open(&stored).unwrap(), b"ring");
}

#[test]
fn no_identity_and_no_recipient_is_shown() {
    let identity = Identity::generate();
    let keystore = sealed_for(&[&identity]).allow_plaintext(true);
    let shown = format!("{keystore:?}");
    assert_eq!(shown, "Envelope { identities: 1, recipients: 1, allow_plaintext: true }");
}
