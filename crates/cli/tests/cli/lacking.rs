//! A build with files in clear alone: options that need more are refused by name, and never passed over.

use super::*;

const NO_AGE: &str = "gingersnap: error: this build opens no encrypted rings and makes none\n\
    gingersnap: hint: build it with the feature `age`\n";
const IDENTITY: &str = "AGE-SECRET-KEY-10YCSEMS0R672R6RASEK0MA6DMQFDJZ2KFHDNEKSKGP3KP5SEYKUSZJLXYN\n";

impl Place {
    /// With an identity, recipients and a ring in clear.
    fn with_parties_and_ring(test: &str) -> Self {
        let place = Self::empty(test);
        place.file("node.txt", IDENTITY);
        place.file("both.txt", "age145zlfxmaq05p0cwnztwpz4fkq99yzk7qmz3ewq59w7nkemjgaq6q70r0ru\n");
        place.succeeds(&INIT);
        place
    }

    #[track_caller]
    fn fails_with(&self, args: &[&str], name: &str, value: &str, stderr: &str) {
        let output = self.command(args).env(name, value).output().unwrap();
        assert_eq!((text(&output.stderr).as_str(), output.status.code()), (stderr, Some(2)), "{name}");
        assert_eq!(text(&output.stdout), "");
    }
}

#[test]
fn a_shared_ring_is_refused_with_the_feature_to_add() {
    let place = Place::empty("lacking_shared");
    for (url, keystore, feature) in [
        ("postgres://u:hunter2@db/shop", "PostgreSQL", "postgres"),
        ("postgresql://u:hunter2@db/shop#a", "PostgreSQL", "postgres"),
        ("redis://u:hunter2@cache", "Redis", "redis"),
        ("rediss://u:hunter2@cache/0#a", "Redis", "redis"),
    ] {
        let error = format!(
            "gingersnap: error: --keys: this build has no {keystore} keystore\n\
             gingersnap: hint: build it with the feature `{feature}`\n"
        );
        place.fails(&["keys", "list", "--keys", url], 2, &error);
        place.fails_with(&["keys", "list"], "GINGERSNAP_KEYS", url, &error);
        place.fails(&["demo", "--listen", "127.0.0.1:0", "--keys", url], 2, &error);
    }
    assert!(place.names().is_empty());
}

#[test]
fn a_certificate_is_refused_with_the_feature_to_add() {
    let place = Place::empty("lacking_tls");
    let demo = ["demo", "--listen", "127.0.0.1:0", "--tls-cert", "cert.pem", "--tls-key", "key.pem"];
    let error = "gingersnap: error: this build has no TLS\n\
                 gingersnap: hint: build it with the feature `tls`\n";
    place.fails(&demo, 2, error);
    assert!(place.names().is_empty());
}

#[test]
fn an_identity_or_recipients_are_refused_wherever_they_come_from() {
    let place = Place::with_parties_and_ring("lacking_parties");
    let before = fs::read(place.ring_path()).unwrap();
    for args in [
        &["keys", "list", "--identity", "node.txt"][..],
        &["keys", "list", "--recipients", "both.txt"],
        &["keys", "rotate", "--recipients", "both.txt"],
        &["keys", "rewrap", "--recipients", "both.txt"],
        &["keys", "export", "--recipients", "both.txt"],
        &["keys", "init", "--keys", "new.json", "--recipients", "both.txt"],
        &["demo", "--listen", "127.0.0.1:0", "--identity", "node.txt"],
    ] {
        place.fails(args, 2, NO_AGE);
    }
    let directory = place.0.join("credentials");
    fs::create_dir(&directory).unwrap();
    fs::copy(place.0.join("node.txt"), directory.join("gingersnap-identity")).unwrap();
    for (name, value) in [
        ("GINGERSNAP_IDENTITY", IDENTITY),
        ("GINGERSNAP_IDENTITY_FILE", "node.txt"),
        ("GINGERSNAP_RECIPIENTS", "both.txt"),
        ("CREDENTIALS_DIRECTORY", directory.to_str().unwrap()),
    ] {
        for args in [&["keys", "list"][..], &["demo", "--listen", "127.0.0.1:0"]] {
            place.fails_with(args, name, value, NO_AGE);
        }
    }
    assert_eq!(fs::read(place.ring_path()).unwrap(), before);
    assert!(!place.names().contains(&"new.json".into()));
}

#[test]
fn an_encrypted_ring_is_refused_and_left_as_it_is() {
    let place = Place::empty("lacking_age");
    for stored in ["age-encryption.org/v1\n-> X25519 a\n", "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n"] {
        place.file("gingersnap-keys.json", stored);
        for args in [
            &["keys", "list"][..],
            &["keys", "rotate", "--now"],
            &["keys", "rewrap", "--plaintext"],
            &["keys", "export", "--plaintext"],
            &["keys", "import", "gingersnap-keys.json", "--plaintext", "--keys", "new.json"],
            &["demo", "--listen", "127.0.0.1:0", "--keys", "gingersnap-keys.json"],
        ] {
            place.fails(args, 2, NO_AGE);
        }
        assert_eq!(fs::read(place.ring_path()).unwrap(), stored.as_bytes());
        assert!(!place.names().contains(&"new.json".into()));
    }
}

#[test]
fn a_ring_is_in_clear_only_if_that_is_said() {
    let place = Place::empty("lacking_said");
    let error = "gingersnap: error: no recipients are given to encrypt the ring for\n\
                 gingersnap: hint: --plaintext writes it in clear; a build with the feature `age` encrypts it\n";
    place.fails(&["keys", "init"], 2, error);
    assert!(place.names().is_empty());
    place.succeeds(&INIT);
    place.fails(&["keys", "export"], 2, error);
    place.fails(&["keys", "rewrap"], 2, error);
}

#[test]
fn a_ring_in_clear_is_made_moved_and_kept() {
    let place = Place::empty("lacking_clear");
    place.succeeds(&INIT);
    place.succeeds(&["keys", "rotate", "--now"]);
    place.succeeds(&["keys", "rewrap", "--plaintext"]);
    place.succeeds(&["keys", "export", "--plaintext", "--output", "backup.json"]);
    place.succeeds(&["keys", "import", "backup.json", "--plaintext", "--keys", "moved.json"]);
    let read = |name: &str| fs::read(place.0.join(name)).unwrap();
    assert_eq!(read("moved.json"), read("gingersnap-keys.json"));
    let listed = place.succeeds(&["keys", "list"]);
    assert_eq!(place.succeeds(&["keys", "list", "--keys", "moved.json"]), listed);
}
